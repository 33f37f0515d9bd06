/**
 * Listens to what one call bridge tells of its calls and of those in them, through every loss of its sockets, until it is
 * closed. What is told twice comes once; what may have been missed is told anew after a reset.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { CallBridgeConfig } from '../../config.ts';
import { CmsFault } from '../fault.ts';
import { isWithoutEvents, openSocket } from './handshake.ts';
import type { EventNews } from './news.ts';
import { Session } from './session.ts';
import { EventSocket } from './socket.ts';
import { defaultTimes, type EventTimes, pauseAfter } from './times.ts';
import { Tokens } from './tokens.ts';

export interface EventStreamOptions {
  readonly callBridge: Pick<CallBridgeConfig, 'address' | 'username' | 'password'>;
  /** Stays the caller's to close. */
  readonly dispatcher: Dispatcher;
  onNews(news: EventNews): void;
  /** Told of changes only; `closed` with the reason, in words without secrets. Not told of our own close. */
  onState(state: 'open' | 'closed', why?: string): void;
  /** Sockets at a time at most, 64 when left out. */
  readonly limits?: { readonly sockets?: number };
  readonly times?: Partial<EventTimes>;
}

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #times: EventTimes;
  readonly #tokens: Tokens;
  readonly #ending = new AbortController();
  readonly #covered = new Set<string>();
  #wanted: ReadonlySet<string> = new Set();
  #session: Session | undefined;
  #end: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #told: string | undefined;

  constructor(options: EventStreamOptions) {
    const { callBridge, dispatcher } = options;
    this.#options = options;
    this.#times = { ...defaultTimes, ...options.times };
    this.#tokens = new Tokens({ callBridge, dispatcher, deadline: this.#times.opening });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The ids of the calls whose rosters are wanted from now on. What is told of calls as such is told of all. */
  want(calls: ReadonlySet<string>): void {
    this.#wanted = new Set([...calls].map((call) => call.toLowerCase()));
    this.#session?.want(this.#wanted);
  }

  /** Those of the wanted calls whose rosters are told now; changes as time goes by. */
  covered(): ReadonlySet<string> {
    return this.#covered;
  }

  /** Resolves when no socket and no timer is left. Nothing is told from now on. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#end?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const begun = performance.now();
      const { why, isWithout } = await this.#listen();
      if (signal.aborted) return;
      this.#tell('closed', why);
      if (performance.now() - begun > this.#times.lastPause) failures = 1;
      const pause = isWithout ? this.#times.upgrade : pauseAfter(failures, this.#times);
      // Called off by the close.
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** Until it is over, and why it is. */
  async #listen(): Promise<{ why: string; isWithout: boolean }> {
    this.#tokens.forget();
    try {
      const socket = await this.#open();
      const over = new Promise<string>((resolve) => {
        this.#end = () => resolve('it was closed');
        this.#session = this.#begin(socket, resolve);
      });
      if (this.#ending.signal.aborted) this.#end?.();
      return { why: await over, isWithout: false };
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      return { why: error.message, isWithout: isWithoutEvents(error) };
    } finally {
      const session = this.#session;
      this.#session = undefined;
      this.#covered.clear();
      await session?.close();
    }
  }

  #begin(socket: EventSocket, over: (why: string) => void): Session {
    const session = new Session(socket, {
      times: this.#times,
      sockets: this.#options.limits?.sockets ?? 64,
      covered: this.#covered,
      open: () => this.#open(),
      news: (news) => this.#say(news),
      begun: () => {
        this.#say({ kind: 'reset' });
        this.#tell('open');
      },
      over,
    });
    session.want(this.#wanted);
    return session;
  }

  async #open(): Promise<EventSocket> {
    const { callBridge, dispatcher } = this.#options;
    const { signal } = this.#ending;
    const token = await this.#tokens.take(signal);
    const { address } = callBridge;
    const deadline = this.#times.opening;
    try {
      return new EventSocket(await openSocket({ address, token, dispatcher, deadline, signal }), this.#times);
    } catch (error) {
      this.#tokens.forget();
      throw error;
    }
  }

  #say(news: EventNews): void {
    if (!this.#ending.signal.aborted) this.#options.onNews(news);
  }

  #tell(state: 'open' | 'closed', why?: string): void {
    const said = `${state} ${why}`;
    if (this.#ending.signal.aborted || said === this.#told) return;
    this.#told = said;
    this.#options.onState(state, ...(why === undefined ? [] : [why]));
  }
}
