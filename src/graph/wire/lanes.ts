/** Lets a limited number of pieces of work run at once per key, the others in the order they came. */

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(width: number) {
    this.#width = width;
  }

  /** Runs `work` when its turn comes and gives its outcome. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] };
    this.#lanes.set(key, lane);
    if (lane.running >= this.#width) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not freed, so that a newcomer cannot overtake.
      const next = lane.waiting.shift();
      if (next !== undefined) next();
      else if (--lane.running === 0) this.#lanes.delete(key);
    }
  }
}
