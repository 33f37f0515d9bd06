/** Where a meeting stands among all: by its start, and among those of one start by the bytes of its key, as in Redis. */

export interface Place {
  readonly key: string;
  /** Epoch ms. */
  readonly start: number;
}

export function compare(one: Place, other: Place): number {
  if (one.start !== other.start) return one.start < other.start ? -1 : 1;
  if (one.key === other.key) return 0;
  // Only characters beyond the first plane come in another order by their bytes.
  if (beyond.test(one.key) || beyond.test(other.key))
    return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
  return one.key < other.key ? -1 : 1;
}

const beyond = /[\ud800-\udfff]/;
