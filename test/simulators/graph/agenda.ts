/** What the simulator still has to do: timers and requests in flight, so that it can be waited for and stopped. */
import { type Clock, realClock } from './clock.ts';

export class Agenda {
  readonly #clock: Clock;
  readonly #timers = new Set<() => void>();
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #inFlight = 0;
  #serving = 0;

  constructor(clock: Clock = realClock) {
    this.#clock = clock;
  }

  /** Epoch ms of the simulated tenant. */
  now(): number {
    return this.#clock.now();
  }

  /** Aborted when the simulator stops. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get idle(): boolean {
    return this.#timers.size === 0 && this.#inFlight === 0;
  }

  /** No exchange is under way in either direction; what is due later may still be pending. */
  get quiet(): boolean {
    return this.#inFlight === 0 && this.#serving === 0;
  }

  /** Does `action` after `ms` of the tenant's time, unless the simulator has stopped by then. */
  after(ms: number, action: () => void): void {
    this.#later(this.#clock, ms, action);
  }

  /** Waits for `ms` of real time, which is what callers have. */
  pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => this.#later(realClock, ms, resolve));
  }

  /** Counts a piece of work of ours as under way until it settles. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#inFlight++;
    try {
      return await work;
    } finally {
      this.#inFlight--;
      this.changed();
    }
  }

  /** Counts a caller's request as under way until it is answered or left unanswered for good. */
  async serving(work: Promise<void>): Promise<void> {
    this.#serving++;
    try {
      await work;
    } finally {
      this.#serving--;
      this.changed();
    }
  }

  /** Lets everyone who waits look again. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** The first value of `predicate` that is neither false nor undefined; looked for at every change. */
  waitFor<T>(predicate: () => T | false | undefined, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        try {
          const value = predicate();
          if (value === false || value === undefined) return;
          done();
          resolve(value);
        } catch (error) {
          done();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`Not seen on the Graph simulator within ${timeoutMs} ms: ${predicate}`));
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  stop(): void {
    this.#abort.abort();
    for (const takeBack of this.#timers) takeBack();
    this.#timers.clear();
  }

  #later(clock: Clock, ms: number, action: () => void): void {
    if (this.signal.aborted) return;
    const takeBack = clock.after(ms, () => {
      try {
        action();
      } finally {
        // Only now, so that nobody takes what is half done for settled.
        this.#timers.delete(takeBack);
        this.changed();
      }
    });
    this.#timers.add(takeBack);
  }
}
