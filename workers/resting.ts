/**
 * A series of which nothing is booked ahead as far as rooms are read: it is over, or its next date lies beyond the horizon,
 * or none of its rooms has it any more. In the first two cases what its body tells stays, for it gets its number again;
 * in the third it is taken out. Asked once for each version of the organizer's event.
 */
import { type NextDate, readNextDate } from '../src/graph/organizer.ts';
import type { Copy } from './organizer-copy.ts';
import type { Telling } from './telling.ts';

/** @returns whether its rooms have left it. @throws GraphFault */
export async function wasLeft(telling: Telling, copy: Copy): Promise<boolean> {
  const { deps, organizer, targets, meetings, ledger, now } = telling;
  const [top] = targets;
  const isResting = top?.kind === 'event' && top.wanted === 'keep' && isQuiet(telling);
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
