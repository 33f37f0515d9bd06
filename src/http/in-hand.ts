/**
 * What was asked on each connection and is not answered yet. What comes behind it and cannot be read is refused after it:
 * else the refusal would be taken for the answer to what was asked before.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export class InHand {
  readonly #of = new WeakMap<Duplex, Set<Exchange>>();
  readonly #ending = new WeakSet<Duplex>();

  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const all = this.#of.get(socket) ?? new Set();
    this.#of.set(socket, all);
    const exchange = { request, response };
    all.add(exchange);
    // What is answered before it is here whole is still being read.
    const settle = () => response.closed && (request.complete || request.closed) && all.delete(exchange);
    response.once('close', settle);
    request.once('close', settle);
  }

  /**
   * Calls once all that came whole is answered; on each connection once, however much more comes that cannot be read.
   * @param then told whether what came last, and only in part, is answered already
   */
  afterAnswers(socket: Duplex, then: (isAnswered: boolean) => void): void {
    if (this.#ending.has(socket)) return;
    this.#ending.add(socket);
    this.#wait(socket, then);
  }

  #wait(socket: Duplex, then: (isAnswered: boolean) => void): void {
    const all = [...(this.#of.get(socket) ?? [])];
    const last = all.findLast(({ request, response }) => request.complete && !response.closed);
    if (last !== undefined) last.response.once('close', () => this.#wait(socket, then));
    else then(all.some(({ request, response }) => !request.complete && response.headersSent));
  }
}
