/** Timeline and requests put together: below each entry stands what was asked in the work in which it happened. */
import type { Exchange, TimelineEntry } from '../answers.ts';
import { eachOnce } from './each-once.ts';

export interface Line {
  readonly id: string;
  readonly at: string;
  /** None for work in which nothing happened to the meeting. */
  readonly entry?: TimelineEntry;
  readonly times: number;
  readonly work: string | undefined;
  /** Of the work, the first first; once for each work, below the latest of its entries. */
  readonly exchanges?: readonly Exchange[];
}

/**
 * The latest first.
 * @param only of one piece of work; empty for all
 * @param exchanges those to be shown, the first first; undefined where none are
 */
export function linesOf(
  timeline: readonly TimelineEntry[],
  only: string,
  exchanges: readonly Exchange[] | undefined,
): Line[] {
  const wanted = timeline.filter(({ work }) => only === '' || work === only);
  const byWork = new Map<string, Exchange[]>();
  for (const one of exchanges ?? []) {
    if (only === '' || one.work === only) byWork.set(one.work, [...(byWork.get(one.work) ?? []), one]);
  }
  const lines = eachOnce(wanted)
    .reverse()
    .map(({ entry, place, times }): Line => {
      const { at, work } = entry;
      const below = work === undefined ? undefined : byWork.get(work);
      if (work !== undefined) byWork.delete(work);
      return { id: String(place), at, entry, times, work, ...(below && { exchanges: below }) };
    });
  for (const [work, below] of byWork) {
    const at = below[0]?.at ?? '';
    const place = lines.findIndex((line) => line.at <= at);
    lines.splice(place < 0 ? lines.length : place, 0, { id: work, at, times: 1, work, exchanges: below });
  }
  return lines;
}
