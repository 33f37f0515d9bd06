/** One HTTPS exchange with Microsoft, whole or not at all: the answer's body is read within the same deadline. */
import { type Dispatcher, fetch, type Headers } from 'undici';
import { GraphFault } from '../fault.ts';

export interface Question {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends once and follows no redirect. `deadline` in milliseconds, from the call to the body's last byte.
 * @throws GraphFault `unreachable`, its `cause` the network's own error
 */
export async function exchange(
  question: Question,
  dispatcher: Dispatcher,
  deadline: number,
): Promise<Answer> {
  try {
    const response = await fetch(question.url, {
      method: question.method,
      headers: question.headers,
      redirect: 'manual',
      dispatcher,
      signal: AbortSignal.timeout(deadline),
      ...(question.body === undefined ? {} : { body: question.body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw unreachable(error, new URL(question.url).host, deadline);
  }
}

function unreachable(error: unknown, host: string, deadline: number): GraphFault {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new GraphFault('unreachable', `${host} did not answer within ${deadline} ms`, {
      code: 'deadline',
      sent: true,
      cause: error,
    });
  }
  // fetch itself says no more than "fetch failed"; what happened is in the cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const root = rootOf(cause);
  return new GraphFault('unreachable', `${host} could not be reached: ${root.message}`, {
    code: root.code,
    sent: !beforeSending(root),
    cause,
  });
}

interface NetworkError {
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
}

function rootOf(error: unknown): NetworkError {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return rootOf(error.cause);
  return error instanceof Error ? error : { message: String(error) };
}

/** Certain that no byte of the request left: looking up, connecting, the TLS handshake or the proxy's CONNECT failed. */
function beforeSending({ code = '', syscall, message }: NetworkError): boolean {
  return (
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    /^(UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|ERR_SSL_|ERR_TLS_|ERR_INVALID_URL)/.test(code) ||
    /CERT|UNABLE_TO_VERIFY/.test(code) ||
    message.startsWith('Proxy response')
  );
}
