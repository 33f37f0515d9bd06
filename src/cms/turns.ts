/** At most so many requests at once to one call bridge; what starts a conference goes before what only looks. */

export class Turns {
  readonly #width: number;
  readonly #urgent: (() => void)[] = [];
  readonly #others: (() => void)[] = [];
  #running = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Resolves when the turn has come: true when it had to be waited for. Every turn must be given back by `done`. */
  async take(urgent: boolean): Promise<boolean> {
    if (this.#running < this.#width) {
      this.#running += 1;
      return false;
    }
    await new Promise<void>((turn) => (urgent ? this.#urgent : this.#others).push(turn));
    return true;
  }

  /** The place is handed on, not freed, so that a newcomer cannot overtake. */
  done(): void {
    const next = this.#urgent.shift() ?? this.#others.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
