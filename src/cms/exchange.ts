/**
 * One HTTP exchange under one deadline, told exactly: whether the request was begun, what came back, why it
 * ended. Sends nothing twice and follows no redirect.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface ExchangeRequest {
  readonly origin: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds for connecting, sending and the whole answer; each part has to keep its own besides. */
  readonly deadline: number;
  readonly parts: Deadlines;
  readonly signal?: AbortSignal | undefined;
  /** Asked as the last thing before the first byte leaves; false keeps it here. */
  readonly stillWanted?: (() => boolean) | undefined;
}

/** Milliseconds. */
export interface Deadlines {
  /** Until the connection stands. */
  readonly connect: number;
  /** From then to the headers of the answer. */
  readonly headers: number;
  /** From then to the end of its body. */
  readonly body: number;
}

export interface Exchange {
  /** False: not one byte of the request has left, so that the bridge cannot know it. */
  readonly started: boolean;
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** What arrived of the answer's body; whole when there is no error. */
  readonly body: Buffer;
  readonly error: Error | undefined;
}

/** The deadline passed. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Nobody wants it any more. */
export class Unwanted extends Error {
  override readonly name = 'Unwanted';
}

/** The answer is longer than any that a bridge gives. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** Bytes. */
export const longestAnswer = 16 * 1024 * 1024;

/**
 * Milliseconds. A timer that comes later than this tells of our process, which did not get the processor or was stopped: the
 * answer may be here, unread. It is given the time that we were away, up to a limit, before the bridge is blamed.
 */
const ownDelay = 50;
const mostGiven = 500;

/**
 * Never rejects. undici's `request` would let a pending connection outlive the signal and would not say
 * whether the request was begun, hence `dispatch`.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<Exchange> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let over: Error | true | undefined;
    let started = false;
    let status: number | undefined;
    let headers: IncomingHttpHeaders = {};
    let length = 0;
    const chunks: Buffer[] = [];

    const finish = (error?: Error) => {
      if (over !== undefined) return;
      over = error ?? true;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      resolve({ started, status, headers, body: Buffer.concat(chunks), error });
    };
    const giveUp = (error: Error) => {
      finish(error);
      controller?.abort(error);
    };
    const onAbort = () => giveUp(new Error('the request was called off'));
    const begun = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const within = (what: string, part: number) => {
      clearTimeout(timer);
      const left = Math.max(1, Math.round(request.deadline - (performance.now() - begun)));
      const wait = Math.min(part, left);
      giveUpAfter(wait, `no ${what} within ${wait} ms`);
    };
    const giveUpAfter = (wait: number, why: string) => {
      const due = performance.now() + wait;
      timer = setTimeout(() => {
        const late = performance.now() - due;
        // Made only when it is needed: a stack is dear, and there are three of them to a request.
        if (late < ownDelay) giveUp(new DeadlinePassed(why));
        else giveUpAfter(Math.min(late, mostGiven), why);
      }, wait);
    };
    within('connection', request.parts.connect);
    if (request.signal?.aborted) return onAbort();
    request.signal?.addEventListener('abort', onAbort, { once: true });

    const { origin, method, path, body = null } = request;
    dispatcher.dispatch(
      { origin, method, path, headers: { ...request.headers }, body },
      {
        onRequestStart(given) {
          // Thrown here, before the first byte, it takes the request off the connection and leaves that warm.
          if (over instanceof Error) throw over;
          if (request.stillWanted?.() === false) throw new Unwanted('nobody wants it any more');
          controller = given;
          started = true;
          within('answer', request.parts.headers);
        },
        onResponseStart(_controller, code, received) {
          if (code < 200) return;
          status = code;
          headers = received;
          within('whole answer', request.parts.body);
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
          length += chunk.length;
          if (length > longestAnswer) giveUp(new AnswerTooLong('the answer is too long'));
        },
        onResponseEnd() {
          clearTimeout(timer);
          // undici frees the connection a turn later: whoever asked again before that would be given a cold one.
          setImmediate(() => setImmediate(() => finish()));
        },
        onResponseError: (_controller, error) => finish(error),
      },
    );
  });
}
