/** The time by which the simulated tenant lives: the real one, or one that a driver turns by hand. */

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Does `action` after `ms`; what it answers takes it back. */
  after(ms: number, action: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

interface Due {
  readonly at: number;
  /** Breaks ties: what was asked first is done first. */
  readonly order: number;
  /** Undefined once it is taken back. */
  action: (() => void) | undefined;
}

/** Stands still until it is advanced; does what falls due on the way at its own time, in order. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap, the first due at the root. */
  readonly #due: Due[] = [];

  /** `start` in epoch ms. */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#order++, action };
    this.#due.push(due);
    for (let at = this.#due.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapUnlessOrdered(parent, at)) break;
      at = parent;
    }
    return () => {
      due.action = undefined;
    };
  }

  /** When the next action is due, in epoch ms; undefined where none is. */
  next(): number | undefined {
    while (this.#due[0] && !this.#due[0].action) this.#shift();
    return this.#due[0]?.at;
  }

  /** Goes on to `ms` (epoch). What the actions only set off, such as requests, is the caller's to wait for. */
  advanceTo(ms: number): void {
    for (let at = this.next(); at !== undefined && at <= ms; at = this.next()) {
      this.#now = Math.max(this.#now, at);
      this.#shift()?.action?.();
    }
    this.#now = Math.max(this.#now, ms);
  }

  #shift(): Due | undefined {
    const [first, last] = [this.#due[0], this.#due.pop()];
    if (!last || last === first) return first;
    this.#due[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = this.#before(right, left) ? right : left;
      if (!this.#swapUnlessOrdered(at, child)) return first;
      at = child;
    }
  }

  #swapUnlessOrdered(parent: number, child: number): boolean {
    const [above, below] = [this.#due[parent], this.#due[child]];
    if (!above || !below || !this.#before(child, parent)) return false;
    this.#due[parent] = below;
    this.#due[child] = above;
    return true;
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#due[one], this.#due[other]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
