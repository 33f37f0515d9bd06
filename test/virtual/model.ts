/** What must be held, computed from the simulated mailboxes alone: nothing of the product is asked. */
import { type Item, spanOf } from '../simulators/graph/item.ts';
import { slotsOf } from '../simulators/graph/mailbox.ts';
import type { GraphSimulator } from '../simulators/graph/simulator.ts';

/** One event or occurrence with the rooms that have accepted it. Instants in epoch ms. */
export interface Due {
  /** iCalUId of the event, or of the series. */
  readonly uid: string;
  readonly start: number;
  readonly end: number;
  /** Sorted. */
  readonly rooms: readonly string[];
  readonly organizer: string;
  /** Rooms' copies say different times, as when one was away while all were told: whose word holds is left open. */
  readonly disputed?: boolean;
}

const day = 86_400_000;

/** Everything that rooms have accepted and that overlaps [from, to), by start. */
export function meetingsDue(
  graph: GraphSimulator,
  rooms: readonly string[],
  from: number,
  to: number,
): Due[] {
  const found = new Map<string, Due>();
  /** A room that is asked to one occurrence only has an event of its own, with the day in its iCalUId. */
  const slotInSeries = (single: Item) => {
    const copies = graph.outlook.roomCopies(single.organizer.address);
    return copies.find(({ type, iCalUId }) => type === 'exception' && iCalUId === single.iCalUId)
      ?.originalStart;
  };
  for (const room of rooms) {
    for (const { uid, slot, item } of accepted(graph.outlook.roomCopies(room), from, to, slotInSeries)) {
      const { from: start, to: end } = spanOf(item);
      const id = `${uid} ${slot ?? ''}`;
      const known = found.get(id);
      const both = [...(known?.rooms ?? []), room].sort();
      const disputed = known !== undefined && (known.disputed || known.start !== start || known.end !== end);
      found.set(id, {
        ...{ uid, start, end, rooms: both, organizer: item.organizer.address.toLowerCase() },
        ...(disputed ? { disputed } : {}),
      });
    }
  }
  return [...found.values()]
    .filter(({ start, end, disputed }) => disputed || (start < to && end > from))
    .sort((a, b) => a.start - b.start);
}

interface Accepted {
  readonly uid: string;
  /** Of an occurrence: where the series has it. */
  readonly slot?: number;
  readonly item: Item;
}

function accepted(
  items: readonly Item[],
  from: number,
  to: number,
  slotInSeries: (single: Item) => number | undefined,
): Accepted[] {
  const found: Accepted[] = [];
  for (const item of items) {
    if (item.type === 'singleInstance' && isBooked(item)) {
      const slot = /^.{32}0{8}/.test(item.iCalUId) ? undefined : slotInSeries(item);
      const uid = `${item.iCalUId.slice(0, 32)}00000000${item.iCalUId.slice(40)}`;
      found.push(slot === undefined ? { uid: item.iCalUId, item } : { uid, slot, item });
    }
    if (item.type !== 'seriesMaster' || item.isCancelled) continue;
    const exceptions = items.filter(
      (one) => one.type === 'exception' && one.seriesMasterId === item.id && one.originalStart !== undefined,
    );
    const replaced = new Set(exceptions.map(({ originalStart }) => originalStart));
    for (const exception of exceptions) {
      const slot = exception.originalStart ?? 0;
      if (isBooked(exception)) found.push({ uid: item.iCalUId, slot, item: exception });
    }
    if (!isBooked(item)) continue;
    const length = item.end - item.start;
    for (const slot of slotsOf(item, from - length - day, to + day)) {
      if (replaced.has(slot)) continue;
      found.push({ uid: item.iCalUId, slot, item: { ...item, start: slot, end: slot + length } });
    }
  }
  return found;
}

/** Accepted by the room; what was made in its own calendar needs no answer, but takes the room only when it says so. */
function isBooked({ isCancelled, isOrganizer, response, showAs, start, end }: Item): boolean {
  if (isCancelled || start === end) return false;
  if (isOrganizer) return showAs === 'busy' || (showAs as string) === 'oof';
  return response.response === 'accepted';
}
