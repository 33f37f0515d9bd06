/** What one list or roster has told of its items, so that each of them comes once and goes once, however often it is told. */
import type { Update } from './news.ts';

export class Roll {
  /** Something was told of it, be it that it is empty. */
  isHeard = false;
  readonly #known = new Set<string>();
  #untold = new Set<string>();

  get known(): ReadonlySet<string> {
    return this.#known;
  }

  /** All is told from the beginning: what is not told again until it is settled has gone unsaid. */
  retell(): void {
    this.isHeard = true;
    this.#untold = new Set(this.#known);
  }

  /** What that means to those who have heard all that was told before; undefined where it is nothing. */
  take(item: string, isRemoval: boolean): Update | undefined {
    this.#untold.delete(item);
    if (isRemoval) return this.#known.delete(item) ? 'remove' : undefined;
    const update = this.#known.has(item) ? 'update' : 'add';
    this.#known.add(item);
    return update;
  }

  /** The items that were not told again. */
  settle(): string[] {
    const gone = [...this.#untold];
    this.#untold.clear();
    for (const item of gone) this.#known.delete(item);
    return gone;
  }
}
