/** Why another system could not be spoken to, and what mends it: its certificate, its address, or the way there. */
import { X509Certificate } from 'node:crypto';
import { describeConnectionFailure, describeTlsFailure } from './cms/connection-failure.ts';
import type { Config } from './config.ts';

export interface Described {
  readonly detail: string;
  readonly remedy: string;
}

export interface Where {
  /** Path of the configuration's key of the address. */
  readonly addressKey: string;
  /** Path of the configuration's key of authorities to trust. */
  readonly caKey: string;
  readonly proxy: Config['proxy'];
}

/** `error` is the network's own, or one that has it as its cause. */
export function describeUnreachable(error: unknown, { addressKey, caKey, proxy }: Where): Described {
  const tls = describeTlsFailure(error);
  if (tls !== undefined) return { detail: tls, remedy: tlsRemedy(tls, addressKey, caKey) };
  const detail = describeConnectionFailure(error);
  const by = proxy.https === undefined ? '' : ` (HTTPS_PROXY is ${new URL(proxy.https).host})`;
  const way = proxy.https === undefined ? '' : ', and what must not go through the proxy to NO_PROXY';
  return {
    detail: detail + by,
    remedy: `see that it runs and that this machine may reach it; mend ${addressKey} if it is wrong${way}`,
  };
}

function tlsRemedy(fault: string, addressKey: string, caKey: string): string {
  if (/not trusted here/.test(fault))
    return `if it is the right one, name the authority that signed it in ${caKey}`;
  if (/has expired|not valid yet|revoked/.test(fault)) return 'give it a new certificate';
  if (/certificate is for/.test(fault))
    return `name it in ${addressKey} as its certificate does, or give it a certificate for that name`;
  if (/does not speak TLS/.test(fault)) return `mend the port in ${addressKey}`;
  return `give it a certificate for servers, and see that ${addressKey} leads to it and to nothing in between`;
}

/** What is wrong with a certificate of ours at its date, if anything is; the first one of the PEM text counts. */
export function describeExpiry(pem: string, now: number): { over: boolean; detail: string } | undefined {
  const until = Date.parse(new X509Certificate(pem).validTo);
  const days = Math.floor((until - now) / 86_400_000);
  const day = new Date(until).toISOString().slice(0, 10);
  if (days < 0) return { over: true, detail: `it has expired on ${day}` };
  if (days > 21) return undefined;
  return { over: false, detail: `it expires on ${day}` };
}
