/**
 * An event or series of which nothing is booked ahead as far as rooms are read. It is over, or the next date of a series
 * lies beyond the horizon: then what its body tells stays, for people or for the number that it gets again. Or none of its
 * rooms has it any more, though its organizer has: then it is taken out. A room that declines what was dragged from the
 * past, or from a conference that was held, leaves us with the former time; only the organizer's copy tells the new one.
 * Of a series that is asked once for each version of the organizer's event.
 */
import { type NextDate, readNextDate } from '../src/graph/organizer.ts';
import type { Copy } from './organizer-copy.ts';
import type { Telling } from './telling.ts';

/** @returns whether its rooms have left it. @throws GraphFault */
export async function wasLeft(telling: Telling, copy: Copy): Promise<boolean> {
  const { deps, organizer, targets, meetings, ledger, now } = telling;
  const [top] = targets;
  const isResting = top?.kind === 'event' && top.wanted === 'keep' && isQuiet(telling);
  if (isResting && copy.kind === 'found' && copy.event.type === 'singleInstance') {
    const { start = 0 } = copy.event.times ?? {};
    return start > now && meetings.every(({ last }) => last.start !== start);
  }
  if (!isResting || copy.kind !== 'found' || copy.event.type !== 'seriesMaster') {
    if (ledger.rest !== undefined && meetings.some(({ booked, last }) => booked && last.end > now))
      telling.put({ rest: undefined });
    return false;
  }
  const { id, etag } = copy.event;
  if (ledger.rest?.etag === etag) return false;
  const next = await readNextDate(deps.graph, organizer.address, id, now);
  const isLeft = next !== undefined && !takesPart(telling, next);
  // Clearing the body makes another version of it.
  if (!isLeft) telling.put({ rest: { etag, ...(next === undefined ? {} : { next: next.start }) } });
  return isLeft;
}

function isQuiet({ meetings, now }: Telling): boolean {
  return meetings.every(({ booked, last }) => booked === undefined || last.end <= now);
}

function takesPart({ meetings }: Telling, { accepted }: NextDate): boolean {
  const rooms = new Set(meetings.flatMap(({ last }) => last.rooms));
  return [...rooms].some((room) => accepted.has(room.toLowerCase()));
}
