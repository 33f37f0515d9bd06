/** What an administrator reads when the sign-in fails, never with the secret in it. */
import type { GraphConfig } from '../config.ts';
import { GraphFault } from './fault.ts';

type Who = Pick<GraphConfig, 'tenantId' | 'clientId' | 'credential' | 'loginUrl'>;

/** By number of https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REMEDIES: Readonly<Record<string, (who: Who) => string>> = {
  '7000215': () =>
    'the client secret is wrong; enter the value of a secret of the app registration, not its ID',
  '7000222': () =>
    'the client secret has expired; make a new one in the app registration and enter its value',
  '700016': ({ clientId, tenantId }) =>
    `the application ${clientId} is not known in the tenant ${tenantId}; check clientId and tenantId`,
  '90002': ({ tenantId }) => `there is no tenant ${tenantId}; check tenantId`,
  '900023': ({ tenantId }) => `${tenantId} is neither a tenant's ID nor its domain; check tenantId`,
  '700027': () =>
    'the certificate is not one of the app registration; upload it there or configure the one that is',
  '700024': () => "the certificate's signature is out of its time; set this machine's clock",
  '7000112': ({ clientId }) =>
    `the application ${clientId} is disabled in the tenant; enable its enterprise application`,
  '53003': () => 'a Conditional Access policy blocks this application; exclude it or allow this network',
  '500011': () =>
    'Graph is not known in the tenant under apiUrl; check apiUrl and loginUrl belong to the same cloud',
};

/** `error` is MSAL's, `network` says what was behind it if it came from the wire. */
export function signInFault(
  error: unknown,
  network: { fault?: GraphFault | undefined },
  who: Who,
): GraphFault {
  const at = new URL(who.loginUrl).host;
  const wire = network.fault;
  if (wire !== undefined && wire.kind !== 'refused' && wire.kind !== 'absent') {
    const { kind, status, code, retryAfter, requestId, cause } = wire;
    const message = withoutSecret(`sign-in at ${at} failed: ${wire.message}`, who);
    return new GraphFault(kind, message, { status, code, retryAfter, requestId, cause });
  }
  const said = wire?.message ?? (error instanceof Error ? error.message : String(error));
  const number = /AADSTS(\d+)/.exec(said)?.[1];
  const code = number === undefined ? (wire?.code ?? codeOf(error)) : `AADSTS${number}`;
  const words = REMEDIES[number ?? '']?.(who) ?? said.split(/\r?\n/, 1)[0] ?? '';
  // No cause: MSAL's errors may quote the request.
  return new GraphFault('refused', withoutSecret(`sign-in at ${at} was refused (${code}): ${words}`, who), {
    status: wire?.status,
    code,
    requestId: wire?.requestId,
  });
}

function codeOf(error: unknown): string {
  const code = (error as { errorCode?: unknown } | undefined)?.errorCode;
  return typeof code === 'string' && code !== '' ? code : 'sign-in';
}

function withoutSecret(message: string, { credential }: Who): string {
  return credential.kind === 'secret' && credential.secret !== ''
    ? message.replaceAll(credential.secret, '[secret]')
    : message;
}
