/** Asks the running product over its admin listener, on behalf of a command on the same machine. */
import type { ListenerConfig } from './config.ts';

/** Why the product could not be asked, or what it said no to; the message is for people. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** Milliseconds; the listener gives Redis five seconds. */
const patience = 10_000;

/**
 * The product's answer to a GET, or to a POST where there is a body.
 * @param path with its leading slash, parts percent-encoded
 * @throws NotDone
 */
export async function askRunning(
  admin: ListenerConfig,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (admin.port === 0)
    throw new NotDone('http.admin.port is 0, so that nobody knows where the running product listens');
  const origin = `http://${admin.host.includes(':') ? `[${admin.host}]` : admin.host}:${admin.port}`;
  const answer = await fetch(origin + path, {
    signal: AbortSignal.timeout(patience),
    redirect: 'manual',
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch((error: unknown) => {
    throw new NotDone(`nothing answers at ${origin} (http.admin): does roombridge run? ${reasonOf(error)}`);
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && said !== undefined) return said;
  const detail = typeof said === 'object' && said !== null && 'detail' in said ? said.detail : undefined;
  if (typeof detail === 'string') throw new NotDone(detail);
  throw new NotDone(
    `what answers at ${origin} (http.admin) is not roombridge, or of another version: ${answer.status} to ${path}`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'TimeoutError') return `(no answer within ${patience / 1_000} s)`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `(${String(cause.code)})` : `(${error.message})`;
}
