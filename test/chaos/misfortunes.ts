/** Chance that can be repeated, and what it has brought about: the ground of all that goes wrong in a long run. */

export class Misfortunes {
  readonly counts = new Map<string, number>();
  /** One of as many, from 0. */
  readonly roll: (sides: number) => number;
  readonly #pending = new Set<Promise<void>>();
  #over = false;

  constructor(roll: (sides: number) => number) {
    this.roll = roll;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Time and again, with a pause of so many seconds between two; one may still go on when the next begins. */
  every(least: number, most: number, harm: () => Promise<void> | undefined): void {
    const loop = async () => {
      while (!this.#over) {
        await this.lasting(least, most);
        if (!this.#over) this.track(harm());
      }
    };
    this.track(loop());
  }

  /** Is waited for in the end. */
  track(happening: Promise<void> | undefined): void {
    if (happening === undefined) return;
    this.#pending.add(happening);
    void happening.finally(() => this.#pending.delete(happening));
  }

  /** Seconds, drawn; cut short when all is to end. */
  async lasting(least: number, most: number): Promise<void> {
    const until = Date.now() + (least + this.roll(most - least + 1)) * 1_000;
    while (Date.now() < until && !this.#over) await new Promise((resolve) => setTimeout(resolve, 200));
  }

  /** Nothing more is begun. Resolves once all is well again. */
  async end(): Promise<void> {
    this.#over = true;
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}
