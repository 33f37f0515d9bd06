/** What the simulator still has to do: timers and requests in flight, so that it can be waited for and stopped. */

export class Agenda {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #inFlight = 0;

  /** Aborted when the simulator stops. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get idle(): boolean {
    return this.#timers.size === 0 && this.#inFlight === 0;
  }

  /** Does `action` after `ms`, unless the simulator has stopped by then. */
  after(ms: number, action: () => void): void {
    if (this.signal.aborted) return;
    const timer = setTimeout(() => {
      try {
        action();
      } finally {
        // Only now, so that nobody takes what is half done for settled.
        this.#timers.delete(timer);
        this.changed();
      }
    }, ms);
    this.#timers.add(timer);
  }

  /** Counts a piece of work as under way until it settles. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#inFlight++;
    try {
      return await work;
    } finally {
      this.#inFlight--;
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
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
