/** The slot map: who holds which number of a cluster in a window, by number, a page at a time. */
import { type HolderOf, whoHolds } from './conference/capacity/held.ts';
import { countNumbers } from './conference/capacity/numbers.ts';
import { type Meeting, stateOf, titleOf } from './conference/meeting.ts';
import { iso } from './conference/view.ts';
import type { ClusterConfig } from './config.ts';
import type { SlotsAsked } from './http/admin/capacity.ts';
import { BadCursor } from './http/admin/meetings.ts';
import type { SlotsNow } from './http/shared-gauges.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { HeldSlot, SlotStore } from './redis/slots.ts';
import { countUsable, isOfRange, numbersOf } from './slot/slot.ts';

export interface SlotMapDeps {
  readonly slots: SlotStore;
  readonly bridges: Pick<BridgeStore, 'spaces'>;
  readonly meetings: Pick<MeetingStore, 'loadMany'>;
}

/** Of a held number that was the last of a page. */
interface Cursor {
  readonly number: string;
  readonly from: number;
}

/** As `/api/clusters/<name>/slots` gives it. @throws BadCursor */
export async function slotMap(
  { slots, bridges, meetings }: SlotMapDeps,
  { name, numbers: range }: ClusterConfig,
  { from, to, after, limit }: SlotsAsked,
) {
  const spaces = await bridges.spaces(name);
  const others = [...spaces.keys()].filter((number) => !isOfRange(range, number));
  const all = [...numbersOf(range), ...others.sort((a, b) => Number(a) - Number(b))];
  const cursor = after === undefined ? undefined : decodeCursor(after);
  const isFirst = cursor === undefined;
  const begin = cursor === undefined ? 0 : placeOf(cursor.number, all);
  const page: HeldSlot[] = [];
  const as = new Map<string, HolderOf['as'][]>();
  let isMore = false;
  for await (const held of slots.inWindow(name, all.slice(begin), { from, to })) {
    for (const one of held) {
      if (isFirst) as.set(one.number, [...(as.get(one.number) ?? []), whoHolds(one.key).as]);
      if (one.number === cursor?.number && one.from <= cursor.from) continue;
      if (page.length < limit) page.push(one);
      else isMore = true;
    }
    // The first page says of every number what it is.
    if (isMore && !isFirst) break;
  }
  const last = page.at(-1);
  const [unclean, blocked, known] = await Promise.all([
    slots.unclean(name),
    slots.blocked(name),
    meetings.loadMany([...new Set(page.flatMap(({ key }) => whoHolds(key).key ?? []))]),
  ]);
  const byKey = new Map(known.map((meeting) => [meeting.key, meeting]));
  const marks = { held: as, blocked, unclean: new Set(unclean.map(({ number }) => number)) };
  return {
    ...{ cluster: name, from: iso(from), to: iso(to) },
    numbers: isFirst ? { ...rangeOf(range), ...countNumbers(numbersOf(range), marks) } : null,
    held: page.map((one) => heldView(one, isOfRange(range, one.number), byKey)),
    next: isMore && last !== undefined ? encodeCursor(last) : null,
  };
}

/** How many slots of each cluster there are and are held, in the five minutes of an instant; little to read. */
export async function slotsNow(
  slots: SlotStore,
  clusters: readonly Pick<ClusterConfig, 'name' | 'numbers'>[],
  at: number,
): Promise<SlotsNow[]> {
  return await Promise.all(
    clusters.map(async (cluster) => {
      const [blocked, held] = await Promise.all([
        slots.blocked(cluster.name),
        slots.countHeldAt(cluster, at),
      ]);
      return { cluster: cluster.name, there: countUsable(cluster.numbers, blocked), held };
    }),
  );
}

function rangeOf({ base, quantity }: ClusterConfig['numbers']) {
  return { base, quantity };
}

function heldView(
  { number, from, to, key: held }: HeldSlot,
  isInRange: boolean,
  meetings: ReadonlyMap<string, Meeting>,
) {
  const { as, key = '' } = whoHolds(held);
  const meeting = meetings.get(key);
  return {
    ...{ number, from: iso(from), to: iso(to), as, isOfRange: isInRange },
    meeting: meeting === undefined ? null : meetingView(meeting),
  };
}

function meetingView(meeting: Meeting) {
  const { start, end } = meeting.last;
  const { state } = stateOf(meeting);
  return { key: meeting.key, title: titleOf(meeting), state, start: iso(start), end: iso(end) };
}

/** Where a page goes on; also where the number is none of them any more. */
function placeOf(number: string, all: readonly string[]): number {
  const place = all.indexOf(number);
  if (place >= 0) return place;
  const behind = all.findIndex((other) => Number(other) > Number(number));
  return behind >= 0 ? behind : all.length;
}

function encodeCursor({ number, from }: Cursor): string {
  return Buffer.from(JSON.stringify([number, from])).toString('base64url');
}

function decodeCursor(text: string): Cursor {
  try {
    const [number, from]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof number === 'string' && typeof from === 'number') return { number, from };
  } catch {
    // Said below.
  }
  throw new BadCursor('the cursor is not one of ours');
}
