/** Asks the running product over its admin listener, on behalf of a command on the same machine. */
import { isIP } from 'node:net';
import { checkServerIdentity, rootCertificates } from 'node:tls';
import { Agent, fetch } from 'undici';
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
  const dispatcher = dispatcherFor(admin);
  const token = admin.token ?? (admin.tokenFile && readMachineToken(admin.tokenFile));
  const answer = await fetch(origin + path, {
    signal: AbortSignal.timeout(patience),
    redirect: 'manual',
    method,
    dispatcher,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(async (error: unknown) => {
    await dispatcher.destroy();
    throw new NotDone(`nothing answers at ${origin} (http.admin): does roombridge run? ${reasonOf(error)}`);
  });
  const said: unknown = await answer.json().catch(() => undefined);
  await dispatcher.destroy();
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

/** Past every proxy: it is this machine. Its certificate has to be for the name by which browsers know it. */
function dispatcherFor({ tls, url }: AdminListenerConfig): Agent {
  if (tls === undefined || url === undefined) return new Agent();
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return new Agent({
    connect: {
      // A certificate of nobody that this machine knows vouches for itself: it is the one of the configuration.
      ca: [...rootCertificates, tls.certificate],
      allowPartialTrustChain: true,
      ...(isIP(name) === 0 && { servername: name }),
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    },
  });
}

function whyUnknown(
  { token: given, tokenFile = '' }: AdminListenerConfig,
  token: string | undefined,
): string {
  if (given !== undefined) return 'the token in ROOMBRIDGE_TOKEN is not one (any more)';
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
