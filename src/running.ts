/** Asks the running product over its admin listener, on behalf of a command on the same machine. */
import { isIP } from 'node:net';
import { checkServerIdentity, rootCertificates } from 'node:tls';
import type { AdminListenerConfig } from './config-signin.ts';
import { readMachineToken } from './machine-token.ts';

/** Why the product could not be asked, or what it said no to; the message is for people. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** Milliseconds; the listener gives Redis five seconds. */
const patience = 10_000;

/**
 * The product's answer to a GET, or to a POST where there is a body, unless another method is given.
 * @param path with its leading slash, parts percent-encoded
 * @throws NotDone
 */
export async function askRunning(
  admin: AdminListenerConfig,
  path: string,
  body?: Readonly<Record<string, unknown>>,
  method: 'GET' | 'POST' | 'DELETE' = body === undefined ? 'GET' : 'POST',
): Promise<unknown> {
  if (admin.port === 0)
    throw new NotDone('http.admin.port is 0, so that nobody knows where the running product listens');
  const origin = originOf(admin);
  const token = admin.token ?? (admin.tokenFile && readMachineToken(admin.tokenFile));
  const answer = await send(admin, origin + path, {
    signal: AbortSignal.timeout(patience),
    redirect: 'manual',
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new NotDone(`nothing answers at ${origin} (http.admin): does roombridge run? ${reasonOf(error)}`);
  });
  const said: unknown = answer.said;
  if (answer.ok && said !== undefined) return said;
  if (answer.status === 401) throw new NotDone(whyUnknown(admin, token));
  const detail = typeof said === 'object' && said !== null && 'detail' in said ? said.detail : undefined;
  if (typeof detail === 'string') throw new NotDone(detail);
  throw new NotDone(
    `what answers at ${origin} (http.admin) is not roombridge, or of another version: ${answer.status} to ${path}`,
  );
}

/** This machine's own address, where it listens at all of them. */
function originOf({ host, port, tls }: AdminListenerConfig): string {
  const own = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${tls === undefined ? 'http' : 'https'}://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

interface Said {
  readonly ok: boolean;
  readonly status: number;
  /** Undefined for what is no JSON. */
  readonly said: unknown;
}

async function send(admin: AdminListenerConfig, url: string, options: RequestInit): Promise<Said> {
  if (admin.tls !== undefined) return await sendOverTls(admin, url, options);
  const answer = await fetch(url, options);
  return { ok: answer.ok, status: answer.status, said: await answer.json().catch(() => undefined) };
}

/** Past every proxy: it is this machine. Its certificate has to be for the name by which browsers know it. */
async function sendOverTls(
  { tls, url: known = '' }: AdminListenerConfig,
  url: string,
  options: RequestInit,
): Promise<Said> {
  // Only here: it takes its time to load.
  const { Agent, fetch: ask } = await import('undici');
  const name = new URL(known).hostname.replace(/^\[(.*)\]$/, '$1');
  const dispatcher = new Agent({
    connect: {
      // A certificate of nobody that this machine knows vouches for itself: it is the one of the configuration.
      ca: [...rootCertificates, tls?.certificate ?? ''],
      allowPartialTrustChain: true,
      ...(isIP(name) === 0 && { servername: name }),
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    },
  });
  try {
    const answer = await ask(url, { ...(options as object), dispatcher });
    return { ok: answer.ok, status: answer.status, said: await answer.json().catch(() => undefined) };
  } finally {
    await dispatcher.destroy();
  }
}

function whyUnknown(
  { token: given, tokenFile = '' }: AdminListenerConfig,
  token: string | undefined,
): string {
  if (given !== undefined) return 'the token in ROOMBRIDGE_TOKEN is not one (any more)';
  if (tokenFile === '')
    return 'the running product wants a sign-in, which this configuration file has not (signIn)';
  return token === undefined
    ? `${tokenFile} cannot be read by this user: run the command as the user of roombridge, or set ROOMBRIDGE_TOKEN to an API token`
    : `the running product does not know the secret in ${tokenFile}: it runs with another dataDir, or from before the file was made`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'TimeoutError') return `(no answer within ${patience / 1_000} s)`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `(${String(cause.code)})` : `(${error.message})`;
}
