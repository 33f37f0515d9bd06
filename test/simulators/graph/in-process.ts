/** An undici dispatcher that brings requests to the API without a connection, for drivers that make millions of them. */
import { Dispatcher } from 'undici';
import type { Agenda } from './agenda.ts';
import type { Answered, Api } from './api.ts';

export class InProcess extends Dispatcher {
  readonly #api: Api;
  readonly #agenda: Agenda;
  readonly #origin: () => string;

  constructor(api: Api, agenda: Agenda, origin: () => string) {
    super();
    this.#api = api;
    this.#agenda = agenda;
    this.#origin = origin;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const request = new Request(handler);
    if (options.origin !== undefined && String(options.origin).replace(/\/$/, '') !== this.#origin()) {
      request.fail('ENOTFOUND', `${options.origin} is not reached in process`);
    } else void this.#agenda.serving(this.#serve(options, request));
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  async #serve(options: Dispatcher.DispatchOptions, request: Request): Promise<void> {
    const at = this.#agenda.now();
    const body = await textOf(options.body);
    const { method, path } = options;
    const asked = { method, path, headers: headersOf(options.headers), body, port: 0 };
    const answer = await this.#api.exchange(asked);
    if (answer === 'hang') return;
    const sent = answer !== 'cut' && !request.settled;
    if (sent) await request.answer(answer);
    else request.fail('ECONNRESET', 'read ECONNRESET');
    this.#api.note(asked, at, sent ? answer.status : 0);
  }
}

/** What fetch and request of undici 7 expect to be called. */
class Request {
  settled = false;
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
    handler.onConnect?.((reason) => this.#end(reason ?? new Error('The request was aborted')));
  }

  async answer({ status, headers, text, half }: Answered): Promise<void> {
    if (this.settled) return;
    const bytes = Buffer.from(text);
    const raw = Object.entries(headers).flatMap((pair) => pair.map((one) => Buffer.from(one)));
    this.#handler.onHeaders?.(status, raw, () => {}, '');
    if (bytes.length > 0) this.#handler.onData?.(half ? bytes.subarray(0, bytes.length >> 1) : bytes);
    if (half) {
      // Not in the same breath: who reads the body has to have begun.
      await new Promise(setImmediate);
      this.fail('ECONNRESET', 'read ECONNRESET');
      return;
    }
    this.settled = true;
    this.#handler.onComplete?.([]);
  }

  fail(code: string, message: string): void {
    this.#end(Object.assign(new Error(message), { code }));
  }

  #end(error: Error): void {
    if (this.settled) return;
    this.settled = true;
    this.#handler.onError?.(error);
  }
}

async function textOf(body: unknown): Promise<string> {
  if (body === null || body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(headers: unknown): Record<string, string> {
  const pairs: (readonly [unknown, unknown])[] = [];
  if (Array.isArray(headers)) {
    for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at], headers[at + 1]]);
  } else if (headers !== null && headers !== undefined) {
    const isIterable = typeof (headers as Iterable<unknown>)[Symbol.iterator] === 'function';
    pairs.push(...(isIterable ? (headers as Iterable<[unknown, unknown]>) : Object.entries(headers)));
  }
  return Object.fromEntries(pairs.map(([name, value]) => [String(name).toLowerCase(), String(value)]));
}
