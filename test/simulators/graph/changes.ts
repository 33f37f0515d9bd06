/** Which items of a mailbox changed since when, at a cost of what changed and not of what there is. */

/** So many gone items are remembered; who asks further back must begin anew. */
const REMEMBERED = 2_000;

export class Changes {
  /** Every change so far. */
  revision = 0;
  #log: { readonly id: string; readonly revision: number }[] = [];
  readonly #latest = new Map<string, number>();
  #forgotten = 0;
  #compactAt = 1_000;

  /** `isGone` tells of an id whether its item has left the mailbox. */
  mark(id: string, isGone: (id: string) => boolean): void {
    this.revision++;
    this.#latest.set(id, this.revision);
    this.#log.push({ id, revision: this.revision });
    if (this.#log.length > this.#compactAt) this.#compact(isGone);
  }

  /** Ids in the order of their last change; undefined where that is no longer known. */
  since(revision: number): string[] | undefined {
    if (revision < this.#forgotten) return undefined;
    let [low, high] = [0, this.#log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return this.#log.slice(low).flatMap((entry) => (this.#isLatest(entry) ? entry.id : []));
  }

  #isLatest(entry: { id: string; revision: number }): boolean {
    return this.#latest.get(entry.id) === entry.revision;
  }

  #compact(isGone: (id: string) => boolean): void {
    const kept = this.#log.filter((entry) => this.#isLatest(entry));
    const gone = kept.filter(({ id }) => isGone(id));
    for (const { id, revision } of gone.slice(0, Math.max(0, gone.length - REMEMBERED))) {
      this.#latest.delete(id);
      this.#forgotten = revision;
    }
    this.#log = kept.filter((entry) => this.#isLatest(entry));
    this.#compactAt = 2 * this.#log.length + 1_000;
  }
}
