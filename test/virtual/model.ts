/** What must be held, computed from the simulated mailboxes alone: nothing of the product is asked. */
import { type Item, instanceICalUId, spanOf } from '../simulators/graph/item.ts';
import { overlaps, slotsOf } from '../simulators/graph/mailbox.ts';
import type { GraphSimulator } from '../simulators/graph/simulator.ts';

/** Epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One event or occurrence with the rooms that have accepted it. Instants in epoch ms. */
export interface Due {
  /** iCalUId of the event, or of the series. */
  readonly uid: string;
  readonly start: number;
  readonly end: number;
  /** Sorted. */
  readonly rooms: readonly string[];
  readonly organizer: string;
  /** Of an occurrence: where the series has it. */
  readonly slot?: number | undefined;
  /** What single rooms say of it, by mailbox; all that have accepted it. */
  readonly copies: ReadonlyMap<string, Item>;
  /** Rooms' copies say different times, and the organizer, outside of the tenant, cannot be asked: any of them may hold. */
  readonly isOpen?: boolean;
}

const day = 86_400_000;

export interface Tenant {
  readonly graph: GraphSimulator;
  /** Mailboxes of organizers that can be read. */
  readonly insiders: ReadonlySet<string>;
}

/**
 * Everything that rooms have accepted and that ends after `now`, by start.
 * @param windows by room: the time of its calendar that is looked at
 */
export function meetingsDue(tenant: Tenant, windows: ReadonlyMap<string, Span>, now: number): Due[] {
  const { graph } = tenant;
  const found = new Map<string, { uid: string; slot?: number | undefined; copies: Map<string, Accepted> }>();
  /** A room that is asked to one occurrence only has an event of its own, with the day in its iCalUId. */
  const slotInSeries = (single: Item) =>
    graph.outlook.roomCopies(single.organizer.address).flatMap((item) => {
      if (item.type === 'exception' && item.iCalUId === single.iCalUId) return item.originalStart ?? [];
      if (item.type !== 'seriesMaster' || item.iCalUId !== wholeOf(single)) return [];
      // One that is an exception no more, because its whole series was changed.
      const named = dayNamedBy(single);
      const near = slotsOf(item, named - day, named + 2 * day);
      return near.filter((slot) => instanceICalUId(item, slot) === single.iCalUId);
    })[0];
  for (const [room, window] of windows) {
    for (const accepted of acceptedIn(graph.outlook.roomCopies(room), window, slotInSeries)) {
      const { uid, slot } = accepted;
      const id = `${uid} ${slot ?? ''}`;
      const { copies } = found.get(id) ?? { copies: new Map<string, Accepted>() };
      // Of what stands in one calendar twice the later word counts.
      const known = copies.get(room);
      if (known === undefined || known.modified <= accepted.modified) copies.set(room, accepted);
      found.set(id, { uid, slot, copies });
    }
  }
  return [...found.values()]
    .map(({ uid, slot, copies }) => together(tenant, uid, slot, copies))
    .filter(({ end }) => end > now)
    .sort((a, b) => a.start - b.start);
}

interface Accepted {
  readonly uid: string;
  readonly slot?: number | undefined;
  readonly item: Item;
  /** When the event, or the series it belongs to, was changed last in this mailbox. */
  readonly modified: number;
}

/**
 * Where rooms' copies say different times, because one was away when all were told, the organizer's own copy says which
 * of them hold; a room that has the meeting at no such time is not in it.
 */
function together(
  tenant: Tenant,
  uid: string,
  slot: number | undefined,
  copies: ReadonlyMap<string, Accepted>,
): Due {
  const items = new Map([...copies].map(([room, { item }]) => [room, item]));
  const [[, first] = []] = items;
  if (first === undefined) throw new Error('a meeting without a room');
  const due = (span: Span, rooms: Iterable<string>): Due => ({
    ...{ uid, slot, start: span.from, end: span.to, rooms: [...rooms].sort() },
    ...{ organizer: first.organizer.address.toLowerCase(), copies: items },
  });
  const spans = [...items.values()].map(spanOf);
  const [span = { from: 0, to: 0 }] = spans;
  if (spans.every(({ from, to }) => from === span.from && to === span.to)) return due(span, items.keys());
  const own = organizersCopy(tenant, first.organizer.address, uid, slot);
  const word = own && spanOf(own);
  const holds = spans.find(({ from, to }) => from === word?.from && to === word.to);
  if (holds === undefined) return { ...due(span, items.keys()), isOpen: true };
  const inTime = [...items].filter(([, item]) => {
    const { from, to } = spanOf(item);
    return from < holds.to && to > holds.from;
  });
  return due(
    holds,
    inTime.map(([room]) => room),
  );
}

/** The organizer's own event, or occurrence; undefined where the organizer is outside of the tenant, or has it no more. */
export function organizersCopy(
  { graph, insiders }: Tenant,
  organizer: string,
  uid: string,
  slot: number | undefined,
): Item | undefined {
  if (!insiders.has(organizer.toLowerCase())) return undefined;
  const items = graph.outlook.roomCopies(organizer);
  const whole = items.find(({ iCalUId, type }) => iCalUId === uid && type !== 'exception');
  if (whole === undefined || slot === undefined || whole.type !== 'seriesMaster') return whole;
  const exception = items.find(
    ({ seriesMasterId, originalStart }) => seriesMasterId === whole.id && originalStart === slot,
  );
  if (exception !== undefined) return exception;
  if (slotsOf(whole, slot, slot + 1).length === 0) return undefined;
  return { ...whole, start: slot, end: slot + whole.end - whole.start };
}

function acceptedIn(
  items: readonly Item[],
  { from, to }: Span,
  slotInSeries: (single: Item) => number | undefined,
): Accepted[] {
  const found: Accepted[] = [];
  const add = (uid: string, slot: number | undefined, item: Item, { modified }: Item) => {
    if (isBooked(item) && overlaps(item, from, to)) found.push({ uid, slot, item, modified });
  };
  for (const item of items) {
    if (item.type === 'singleInstance') {
      const slot = /^.{32}0{8}/.test(item.iCalUId) ? undefined : slotInSeries(item);
      add(slot === undefined ? item.iCalUId : wholeOf(item), slot, item, item);
    }
    if (item.type !== 'seriesMaster' || item.isCancelled) continue;
    const exceptions = items.filter(
      (one) => one.type === 'exception' && one.seriesMasterId === item.id && one.originalStart !== undefined,
    );
    const replaced = new Set(exceptions.map(({ originalStart }) => originalStart));
    for (const exception of exceptions) add(item.iCalUId, exception.originalStart, exception, item);
    const length = item.end - item.start;
    for (const slot of slotsOf(item, from - length - day, to + day)) {
      if (!replaced.has(slot)) add(item.iCalUId, slot, { ...item, start: slot, end: slot + length }, item);
    }
  }
  return found;
}

/** iCalUId of the series that a date belongs to. */
function wholeOf({ iCalUId }: Item): string {
  return `${iCalUId.slice(0, 32)}00000000${iCalUId.slice(40)}`;
}

/** The day in the iCalUId of a date. */
function dayNamedBy({ iCalUId }: Item): number {
  const [year = 0, month = 1, date = 1] = [
    [32, 36],
    [36, 38],
    [38, 40],
  ].map(([from, to]) => Number.parseInt(iCalUId.slice(from, to), 16));
  return Date.UTC(year, month - 1, date);
}

/** Accepted by the room; what was made in its own calendar needs no answer, but takes the room only when it says so. */
function isBooked({ isCancelled, isOrganizer, response, showAs, start, end }: Item): boolean {
  if (isCancelled || start === end) return false;
  if (isOrganizer) return showAs === 'busy' || (showAs as string) === 'oof';
  return response.response === 'accepted';
}

/** The dates of a series as its organizer's calendar has them: exceptions, and plain ones that begin within the window. */
export function datesIn(master: Item, items: readonly Item[], from: number, to: number): Item[] {
  const own = items.filter(({ seriesMasterId }) => seriesMasterId === master.id);
  const replaced = new Set(own.map(({ originalStart }) => originalStart));
  const length = master.end - master.start;
  const plain = slotsOf(master, from, to).filter((slot) => !replaced.has(slot));
  return [...own, ...plain.map((slot) => ({ ...master, start: slot, end: slot + length }))];
}
