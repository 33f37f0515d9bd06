/**
 * One bridge without a socket, for drivers that make millions of requests: the same answers, faults and log. What a
 * connection would show is told in words; the way there and back is the caller's.
 */
import { cannedAnswer, headersOf, UNAUTHORIZED } from './answers.ts';
import type { BridgeState } from './bridge-state.ts';
import { type Fault, Faults, isWhole } from './faults.ts';
import type { LogEntry } from './journal.ts';
import type { CallBridgeOptions } from './options.ts';
import type { Answer } from './routes.ts';
import type { World } from './world.ts';
import { PROLOG } from './xml.ts';

/** What becomes of who wants a connection. */
export type Door = 'open' | 'refused' | 'silent' | 'tls' | 'untrusted';

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What the caller sees; told once, or never. */
export type Seen =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** How it ends, where the body is not all: never, or with the connection. */
      readonly end?: 'never' | 'cut';
    }
  | { readonly kind: 'cut' }
  | { readonly kind: 'garbage' };

interface Exchange {
  readonly asked: Asked;
  readonly entry: LogEntry;
  readonly tell: (seen: Seen) => void;
}

export class InProcessServer {
  readonly faults = new Faults();
  requests = 0;
  readonly port = 443;
  readonly sockets = { size: 0 };
  readonly connectionsOpened = 0;
  readonly #world: World;
  readonly #state: () => BridgeState;
  readonly #alive: () => boolean;
  readonly #authorization: string;
  readonly #name: string;
  readonly #inHand = new Set<Exchange>();

  constructor(world: World, options: CallBridgeOptions, state: () => BridgeState, alive: () => boolean) {
    this.#world = world;
    this.#state = state;
    this.#alive = alive;
    this.#name = options.name;
    this.#authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  }

  get door(): Door {
    const { faults } = this;
    if (faults.has('black-hole') || faults.has('deaf')) return 'silent';
    if (!this.#alive() || faults.has('refuse')) return 'refused';
    return faults.has('tls') ? 'tls' : faults.has('untrusted') ? 'untrusted' : 'open';
  }

  /** What was in hand when the door closed is lost with it, and who asked is told so unless nothing is told any more. */
  async settle(): Promise<void> {
    if (this.door === 'open') return;
    const lost = [...this.#inHand];
    this.#inHand.clear();
    if (this.door !== 'silent' || this.faults.has('deaf')) for (const { tell } of lost) tell({ kind: 'cut' });
  }

  async close(): Promise<void> {
    await this.settle();
  }

  ask(asked: Asked, tell: (seen: Seen) => void): void {
    if (this.door === 'silent') return;
    if (this.door !== 'open') {
      tell({ kind: 'cut' });
      return;
    }
    const exchange = { asked, entry: this.#note(asked), tell };
    const { method, path } = exchange.entry;
    const { delay, fault, struck } = this.faults.take({ method, path, body: asked.body });
    const wait = this.#world.settings.latency + delay;
    this.#inHand.add(exchange);
    if (fault === undefined) {
      if (delay > 0) exchange.entry.fault = 'slow';
      const answer = this.#perform(exchange);
      this.#later(exchange, wait, () => this.#answer(exchange, answer));
    } else {
      exchange.entry.fault = fault.kind;
      this.#misbehave(exchange, fault, wait);
    }
    for (const tellOf of struck) tellOf(0);
    this.#world.journal.changed();
  }

  #note({ method, path, body }: Asked): LogEntry {
    const { journal } = this.#world;
    const mark = path.indexOf('?');
    const entry: LogEntry = {
      ...{ at: journal.now(), bridge: this.#name, method },
      path: mark < 0 ? path : path.slice(0, mark),
      query: mark < 0 ? '' : path.slice(mark + 1),
      form: body === '' ? [] : [...new URLSearchParams(body)],
      bytes: Buffer.byteLength(body),
      ...{ status: 0, trace: journal.nextTrace() },
    };
    this.requests += 1;
    journal.log.push(entry);
    return entry;
  }

  #later(exchange: Exchange, wait: number, act: () => void): void {
    const attempt = () => {
      if (this.#inHand.delete(exchange)) act();
    };
    if (wait === 0) attempt();
    else setTimeout(attempt, wait);
  }

  #misbehave(exchange: Exchange, fault: Fault, wait: number): void {
    const canned = cannedAnswer(fault);
    const later = (act: () => void, extra = 0) => this.#later(exchange, wait + extra, act);
    if (canned !== undefined) {
      later(() => this.#answer(exchange, canned.answer, { type: canned.type }));
      return;
    }
    if (isWhole(fault.kind)) {
      void this.settle();
      return;
    }
    switch (fault.kind) {
      case 'reset':
      case 'drop-request':
        later(() => exchange.tell({ kind: 'cut' }));
        return;
      case 'garbage':
        later(() => exchange.tell({ kind: 'garbage' }));
        return;
      case 'lost-answer':
        this.#perform(exchange);
        later(() => exchange.tell({ kind: 'cut' }));
        return;
      case 'hang-answer':
        this.#perform(exchange);
        return;
      case 'late':
        later(() => this.#answer(exchange, this.#perform(exchange)), fault.ms ?? 1_000);
        return;
      case 'hang-body': {
        const answer = this.#perform(exchange);
        later(() => this.#answer(exchange, { ...answer, body: '' }, { end: 'never' }));
        return;
      }
      case 'cut-answer': {
        const answer = this.#perform(exchange);
        const body = answer.body || PROLOG;
        const half = { ...answer, body: body.slice(0, Math.ceil(body.length / 2)) };
        later(() => this.#answer(exchange, half, { end: 'cut' }));
        return;
      }
      case 'half-answer': {
        const answer = this.#perform(exchange);
        const body = answer.body || `${PROLOG}<failureDetails><parameterError`;
        const half = { ...answer, body: body.slice(0, Math.ceil(body.length * 0.6)) };
        later(() => this.#answer(exchange, half));
        return;
      }
    }
  }

  #perform({ asked, entry }: Exchange): Answer {
    if (asked.authorization !== this.#authorization) return UNAUTHORIZED;
    return this.#world.router.answer(this.#state(), entry.method, entry.path, entry.query, entry.form);
  }

  #answer(
    { entry, tell }: Exchange,
    answer: Answer,
    { type = 'text/xml', end }: { type?: string | undefined; end?: 'never' | 'cut' } = {},
  ): void {
    entry.status = answer.status;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(headersOf(answer)))
      headers[name.toLowerCase()] = String(value);
    if (answer.body !== '') headers['content-type'] = type;
    tell({ kind: 'answer', status: answer.status, headers, body: answer.body, ...(end && { end }) });
    this.#world.journal.changed();
  }
}
