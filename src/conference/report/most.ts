/** How many there were at once, at most. */
import type { Interval } from '../../slot/slot.ts';

export interface Named extends Interval {
  /** What is in use then; several at once by one name are one. */
  readonly name: string;
}

/** Intervals are half-open: what ends at the instant at which another begins is not there at once with it. */
export function mostAtOnce(intervals: readonly Named[]): number {
  const edges = intervals
    .filter(({ from, to }) => from < to)
    .flatMap(({ name, from, to }) => [
      { at: from, name, by: 1 },
      { at: to, name, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const there = new Map<string, number>();
  let most = 0;
  for (const { name, by } of edges) {
    const count = (there.get(name) ?? 0) + by;
    if (count > 0) there.set(name, count);
    else there.delete(name);
    most = Math.max(most, there.size);
  }
  return most;
}
