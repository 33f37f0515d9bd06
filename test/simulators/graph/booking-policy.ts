/** What a room decides about an invitation by its settings, the time, and what else it holds. */
import type { Room } from './directory.ts';
import { type Item, seriesZone, spanOf } from './item.ts';
import { type Mailbox, slotsOf } from './mailbox.ts';
import type { Recurrence } from './recurrence.ts';
import { dateText, dayOf, wallOf } from './zones.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** How far ahead conflicts are looked for where no booking window is set. Facts 3.3: its default. */
const WINDOW_DAYS = 180;
/** Beyond it no series with an end goes on: Outlook makes none of more than 999 occurrences but yearly ones. */
const FAR = 100 * 366 * DAY;

export type Verdict =
  | { readonly kind: 'declined' }
  /** In order, and left to a delegate. */
  | { readonly kind: 'left' }
  | {
      readonly kind: 'accepted';
      /** Slots of the series that collide and are declined singly. */
      readonly conflicts: readonly number[];
      /** The series as far as the booking window goes. */
      readonly cut: Recurrence | undefined;
    };

const DECLINED: Verdict = { kind: 'declined' };

/** `now` in epoch ms; `external` where the organizer is outside the tenant. */
export function verdictOn(
  room: Room,
  mailbox: Mailbox,
  copy: Item,
  { now, external }: { now: number; external: boolean },
): Verdict {
  if (room.policy === 'declineAll' || (external && !room.processExternal)) return DECLINED;
  if (room.maximumDuration !== undefined && copy.end - copy.start > room.maximumDuration * MINUTE)
    return DECLINED;
  const limit = room.bookingWindowDays === undefined ? undefined : now + room.bookingWindowDays * DAY;
  if (limit !== undefined && copy.start >= limit) return DECLINED;
  const isPast = limit !== undefined && runsPast(copy, limit);
  if (isPast && room.enforceHorizon) return DECLINED;
  const cut = isPast ? cutAt(copy, limit) : undefined;
  const conflicts = room.allowConflicts ? [] : conflictsOf(mailbox, copy, now, limit);
  if (conflicts.length > 0) {
    const slots = slotsWithin(copy, now, limit).length;
    const percentage = (100 * conflicts.length) / Math.max(1, slots);
    if (copy.type !== 'seriesMaster') return DECLINED;
    if (conflicts.length > room.maxConflicts || percentage > room.conflictPercentage) return DECLINED;
  }
  return room.policy === 'delegate' ? { kind: 'left' } : { kind: 'accepted', conflicts, cut };
}

function runsPast(copy: Item, limit: number): boolean {
  if (copy.type !== 'seriesMaster') return false;
  return copy.recurrence?.range.type === 'noEnd' || slotsOf(copy, limit, limit + FAR).length > 0;
}

function cutAt(copy: Item, limit: number): Recurrence | undefined {
  const last = slotsOf(copy, copy.start, limit).at(-1) ?? copy.start;
  if (!copy.recurrence) return undefined;
  const { numberOfOccurrences: _, ...range } = copy.recurrence.range;
  const endDate = dateText(dayOf(wallOf(last, seriesZone(copy))));
  return { pattern: copy.recurrence.pattern, range: { ...range, type: 'endDate', endDate } };
}

/** What is over already collides with nothing. */
function slotsWithin(copy: Item, now: number, limit: number | undefined): number[] {
  if (copy.type !== 'seriesMaster') return [copy.start];
  const from = Math.max(copy.start, now - (copy.end - copy.start));
  return slotsOf(copy, from, limit ?? from + WINDOW_DAYS * DAY);
}

/** The slots at which somebody else has the room; a meeting that is shown as free takes nobody's. */
function conflictsOf(mailbox: Mailbox, copy: Item, now: number, limit: number | undefined): number[] {
  if ((copy.intendedShowAs ?? copy.showAs) === 'free') return [];
  const slots = slotsWithin(copy, now, limit);
  const length = copy.end - copy.start;
  const spans = slots.map((slot) => ({ slot, ...spanOf({ ...copy, start: slot, end: slot + length }) }));
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const isOwn = (other: Item) =>
    other.id === copy.id ||
    other.id === copy.seriesMasterId ||
    (copy.type === 'seriesMaster' && other.seriesMasterId === copy.id);
  const taken = mailbox.taken(first.from, last.to, isOwn);
  return spans
    .filter(({ from, to }) => taken.some((busy) => from < busy.to && to > busy.from))
    .map(({ slot }) => slot);
}
