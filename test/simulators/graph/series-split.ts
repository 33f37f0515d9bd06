/** "This and following": how Exchange makes two series of one. */
import { type Item, seriesZone } from './item.ts';
import { slotsOf } from './mailbox.ts';
import type { Recurrence } from './recurrence.ts';
import { dateText, dayOf, wallOf } from './zones.ts';

export interface Split {
  /** What stays of the old series. */
  readonly before: Recurrence;
  /** The new series, and its first start in epoch ms. */
  readonly after: Recurrence;
  readonly start: number;
}

/** At the first slot that is not before `from`, in epoch ms; undefined where nothing would stay before it. */
export function splitAt(master: Item, from: number): Split | undefined {
  const { recurrence } = master;
  if (!recurrence) throw new Error(`${master.subject} is no series`);
  const all = { ...master, cancelledSlots: [] };
  const start = slotsOf(all, from, from + 366 * 86_400_000)[0];
  if (start === undefined)
    throw new Error(`${master.subject} has no occurrence after ${new Date(from).toISOString()}`);
  const earlier = slotsOf(all, master.start, start);
  if (earlier.length === 0) return undefined;
  const { pattern, range } = recurrence;
  const { numberOfOccurrences: count, ...rest } = range;
  const day = dayOf(wallOf(start, seriesZone(master)));
  return {
    before: { pattern, range: { ...rest, type: 'endDate', endDate: dateText(day - 1) } },
    after: {
      pattern,
      range: {
        ...rest,
        startDate: dateText(day),
        ...(range.type === 'numbered' ? { numberOfOccurrences: (count ?? 0) - earlier.length } : {}),
      },
    },
    start,
  };
}
