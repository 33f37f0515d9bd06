/** Members in the order of their scores, and of their bytes where these are the same. */

export interface Scored {
  readonly score: number;
  readonly member: string;
}

export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #order: Scored[] = [];

  get size(): number {
    return this.#order.length;
  }

  get all(): readonly Scored[] {
    return this.#order;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  /** Whether it is new. */
  put(member: string, score: number): boolean {
    const known = this.#scores.get(member);
    if (known === score) return false;
    if (known !== undefined) this.#order.splice(this.rank(member) ?? 0, 1);
    this.#scores.set(member, score);
    this.#order.splice(this.#place(score, member), 0, { score, member });
    return known === undefined;
  }

  remove(member: string): boolean {
    const rank = this.rank(member);
    if (rank === undefined) return false;
    this.#order.splice(rank, 1);
    this.#scores.delete(member);
    return true;
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#place(score, member);
  }

  /** Those whose score both bounds let in, in order. */
  between(low: ScoreBound, high: ScoreBound): readonly Scored[] {
    const from = this.#first((one) => (low.open ? one.score > low.at : one.score >= low.at));
    const to = this.#first((one) => (high.open ? one.score >= high.at : one.score > high.at));
    return from < to ? this.#order.slice(from, to) : [];
  }

  #place(score: number, member: string): number {
    return this.#first((one) => one.score > score || (one.score === score && one.member >= member));
  }

  /** The first place for which it holds; it holds for all behind that too. */
  #first(holds: (one: Scored) => boolean): number {
    let [from, to] = [0, this.#order.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const one = this.#order[middle];
      if (one !== undefined && holds(one)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

export interface ScoreBound {
  readonly at: number;
  /** The score itself is not in. */
  readonly open: boolean;
}
