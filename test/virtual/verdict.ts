/** Compares what is held, placed and told with what the mailboxes demand; each difference is a sentence. */
import type { Meeting } from '../../src/conference/meeting.ts';
import { spanOf } from '../simulators/graph/item.ts';
import { instantOf } from '../simulators/graph/zones.ts';
import { type Due, meetingsDue, type Span, type Tenant } from './model.ts';
import { slotDifferences } from './slots-verdict.ts';
import { toldDifferences } from './told-verdict.ts';
import type { Virtual } from './virtual.ts';

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Where this list is empty, everything is as it must be.
 * @param ran says whether something like this was booked while it ran, and may go on though its series was changed
 */
export async function differences(virtual: Virtual, ran: Ran): Promise<string[]> {
  const now = virtual.now();
  const known = await virtual.meetings(now - 40 * day);
  const held = known.filter(({ last }) => last.end > now);
  const windows = await windowsOf(virtual);
  const due = meetingsDue(tenantOf(virtual), windows, now);
  return [
    ...virtual.queues.failures.map(
      ({ queue, key, error }) =>
        `work failed: ${queue} ${key}: ${error instanceof Error ? error.stack : String(error)}`,
    ),
    ...windowDifferences(virtual, windows),
    ...heldDifferences(held, due, now, ran),
    ...(await slotDifferences(virtual, known)),
    ...(await toldDifferences(virtual, known, due)),
  ];
}

export function tenantOf(virtual: Virtual): Tenant {
  return { graph: virtual.graph, insiders: new Set(virtual.calendars()) };
}

/** The product says which time of a room it holds; that it is long enough is looked at by itself. */
async function windowsOf({ config, roomStore }: Virtual): Promise<Map<string, Span>> {
  const windows = new Map<string, Span>();
  for (const { mailbox } of config.rooms) {
    const sync = await roomStore.calendars.sync(mailbox);
    if (sync !== undefined) windows.set(mailbox, sync.window);
  }
  return windows;
}

function windowDifferences(virtual: Virtual, windows: ReadonlyMap<string, Span>): string[] {
  const now = virtual.now();
  const { horizon, sweep } = virtual.config.calendar;
  // A night's reading is done by the next sweep. The window has an hour for that: the product sweeps every few minutes.
  const ahead = horizon - Math.max(0, sweep - hour);
  return virtual.config.rooms.flatMap(({ mailbox }) => {
    const { from, to } = windows.get(mailbox) ?? { from: now, to: 0 };
    const isLong = from <= now && to >= now + ahead;
    return isLong ? [] : [`${mailbox} is held from ${from} to ${to} only`];
  });
}

function heldDifferences(held: readonly Meeting[], due: readonly Due[], now: number, ran: Ran): string[] {
  const wanted = new Map(due.map((one) => [one.isOpen ? openSentence(one) : sentence(one), one]));
  const byKey = new Map(due.map((one) => [keyOf(one), one]));
  const found = new Set<string>();
  const wrong: string[] = [];
  for (const { key, booked, bookings } of held) {
    if (booked === undefined || booked.end <= now) continue;
    const { uid, start, end, rooms, organizer } = booked;
    const said = sentence({ uid, start, end, rooms, organizer: organizer?.address ?? '' });
    if (found.has(said)) wrong.push(`held twice: ${said}`);
    found.add(said);
    const own = byKey.get(key);
    if (own?.isOpen && isOneOf(own, booked)) found.add(openSentence(own));
    else if (!wanted.has(said) && !ran.goesOn(booked)) wrong.push(`held, but not booked: ${said}`);
    // What runs on under another key than it would have of itself is held once.
    for (const { continues } of bookings.values()) {
      const heir = byKey.get(continues ?? '');
      if (heir !== undefined) found.add(sentence(heir));
    }
  }
  for (const [said, one] of wanted) {
    if (found.has(said)) continue;
    // What its series has left in one room while it ran is still held in both.
    const isHeldInMore = held.some(
      ({ booked }) =>
        booked !== undefined &&
        booked.uid === one.uid &&
        booked.start === one.start &&
        booked.end === one.end &&
        one.rooms.every((room) => booked.rooms.includes(room)) &&
        ran.goesOn(booked),
    );
    if (!isHeldInMore) wrong.push(`booked, but not held: ${said}`);
  }
  return wrong;
}

type Held = NonNullable<Meeting['booked']>;

/** One of the times that rooms say, and no room that does not have it. */
function isOneOf({ copies }: Due, { start, end, rooms }: Held): boolean {
  const isTheirs = [...copies.values()].map(spanOf).some(({ from, to }) => from === start && to === end);
  return isTheirs && rooms.every((room) => copies.has(room));
}

/** Of a date of an all-day series the product names the midnight at which it began there. */
export function keyOf({ uid, slot, copies }: Due): string {
  if (slot === undefined) return uid;
  const [[, item] = []] = copies;
  const stood = item?.isAllDay ? instantOf(slot, item.timeZone) : slot;
  return `${uid}@${new Date(stood).toISOString().replace('.000Z', 'Z')}`;
}

type Said = Pick<Due, 'uid' | 'start' | 'end' | 'rooms' | 'organizer'>;

function sentence({ uid, start, end, rooms, organizer }: Said): string {
  const times = `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
  return `${uid.slice(-8)} ${times} in ${rooms.join(', ')} by ${organizer}`;
}

function openSentence(one: Due): string {
  return `${sentence(one)}, or as another of them says`;
}

/** What was booked in the middle of its time, as it was seen now and then: an edit of its series leaves it until its end. */
export class Ran {
  readonly #seen = new Map<string, Set<string>>();

  /** To be called before anything is changed. */
  look(virtual: Virtual): void {
    const now = virtual.now();
    const windows = new Map(virtual.config.rooms.map(({ mailbox }) => [mailbox, { from: now, to: now + 1 }]));
    for (const { uid, start, end, rooms } of meetingsDue(tenantOf(virtual), windows, now)) {
      if (start > now) continue;
      const known = this.#seen.get(`${uid} ${start} ${end}`) ?? new Set();
      for (const room of rooms) known.add(room);
      this.#seen.set(`${uid} ${start} ${end}`, known);
    }
  }

  /** Whether exactly this ran, each room in it at some time. */
  goesOn({ uid, start, end, rooms }: Held): boolean {
    const known = this.#seen.get(`${uid} ${start} ${end}`);
    return known !== undefined && rooms.every((room) => known.has(room));
  }
}
