/** How many there were at once, at most. */
import type { Interval } from '../../slot/slot.ts';

export interface Named extends Interval {
  /** What is in use then; several at once by one name are one. */
  readonly name: string;
}

/** Intervals are half-open: what ends at the instant at which another begins is not there at once with it. */
export function mostAtOnce(intervals: readonly Named[]): number {
  const begins = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const ends = begins.toSorted((a, b) => a.to - b.to);
  const there = new Map<string, number>();
  let ended = 0;
  let most = 0;
  for (const { name, from } of begins) {
    for (let gone = ends[ended]; gone !== undefined && gone.to <= from; gone = ends[ended]) {
      const left = (there.get(gone.name) ?? 0) - 1;
      if (left > 0) there.set(gone.name, left);
      else there.delete(gone.name);
      ended += 1;
    }
    there.set(name, (there.get(name) ?? 0) + 1);
    most = Math.max(most, there.size);
  }
  return most;
}
