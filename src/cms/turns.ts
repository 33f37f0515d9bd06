/**
 * At most so many requests at once to one call bridge, in the order of their importance: what begins a conference goes
 * before what ends one, that before what only looks, and a sweep comes last. Sweeps never take more than a quarter of the
 * places, so that a start finds one free.
 */

export const priorities = ['start', 'end', 'look', 'sweep'] as const;
export type Priority = (typeof priorities)[number];

export class Turns {
  readonly #width: number;
  readonly #widthOfSweeps: number;
  readonly #waiting: Readonly<Record<Priority, (() => void)[]>> = { start: [], end: [], look: [], sweep: [] };
  #running = 0;
  #sweeping = 0;

  constructor(width: number) {
    this.#width = width;
    this.#widthOfSweeps = Math.max(1, Math.floor(width / 4));
  }

  /** Resolves when the turn has come: true when it had to be waited for. Every turn must be given back by `done`. */
  async take(priority: Priority): Promise<boolean> {
    if (this.#running < this.#width && this.#mayRun(priority)) {
      this.#begin(priority);
      return false;
    }
    await new Promise<void>((turn) => this.#waiting[priority].push(turn));
    return true;
  }

  /** The place is handed on, not freed, so that a newcomer cannot overtake. */
  done(priority: Priority): void {
    this.#running -= 1;
    if (priority === 'sweep') this.#sweeping -= 1;
    for (const next of priorities) {
      if (!this.#mayRun(next)) continue;
      const turn = this.#waiting[next].shift();
      if (turn === undefined) continue;
      this.#begin(next);
      turn();
      return;
    }
  }

  #mayRun(priority: Priority): boolean {
    return priority !== 'sweep' || this.#sweeping < this.#widthOfSweeps;
  }

  #begin(priority: Priority): void {
    this.#running += 1;
    if (priority === 'sweep') this.#sweeping += 1;
  }
}
