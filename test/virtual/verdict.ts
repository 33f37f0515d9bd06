/** Compares what is held, placed and told with what the mailboxes demand; each difference is a sentence. */
import { type Meeting, openRun } from '../../src/conference/meeting.ts';
import { type Item, spanOf } from '../simulators/graph/item.ts';
import { slotsOf } from '../simulators/graph/mailbox.ts';
import { base } from './configuration.ts';
import { type Due, meetingsDue } from './model.ts';
import type { Virtual } from './virtual.ts';

const day = 86_400_000;

/** Where this list is empty, everything is as it must be. `lastChange`: when somebody last did something, epoch ms. */
export async function differences(virtual: Virtual, lastChange = 0): Promise<string[]> {
  const now = virtual.now();
  const known = await virtual.meetings(now - 40 * day);
  const held = known.filter(({ last }) => last.end > now);
  return [
    ...virtual.queues.failures.map(
      ({ queue, key, error }) =>
        `work failed: ${queue} ${key}: ${error instanceof Error ? error.stack : String(error)}`,
    ),
    ...heldDifferences(virtual, held, lastChange),
    ...(await slotDifferences(virtual, known)),
    ...toldDifferences(virtual, held, await pastNumbers(virtual, known)),
  ];
}

function heldDifferences(virtual: Virtual, held: readonly Meeting[], lastChange: number): string[] {
  const now = virtual.now();
  const rooms = virtual.config.rooms.map(({ mailbox }) => mailbox);
  // A window that was read yesterday ends a day earlier.
  const sure = now + virtual.config.calendar.horizon - 1.2 * day;
  const until = Math.max(sure, ...held.map(({ last }) => last.end)) + day;
  const due = meetingsDue(virtual.graph, rooms, now, until);
  const wanted = new Map(due.map((meeting) => [sentence(meeting), meeting]));
  const disputed = new Set(due.flatMap((meeting) => (meeting.disputed ? [meeting.uid] : [])));
  const found = new Set<string>();
  const wrong: string[] = [];
  for (const { booked } of held) {
    if (booked === undefined || booked.end <= now || disputed.has(booked.uid)) continue;
    const { uid, start, end, organizer } = booked;
    const said = sentence({ uid, start, end, rooms: booked.rooms, organizer: organizer?.address ?? '' });
    if (found.has(said)) wrong.push(`held twice: ${said}`);
    found.add(said);
    // What ran when its series was changed goes on until its end.
    const goesOn = booked.originalStart !== undefined && start <= lastChange;
    // At the seam of the horizon one room may have read further ahead than another.
    const atSeam =
      start >= sure &&
      due.some((one) => covers({ ...booked, rooms: one.rooms }, { ...one, rooms: booked.rooms }));
    if (!wanted.has(said) && !goesOn && !atSeam) wrong.push(`held, but not booked: ${said}`);
  }
  for (const [said, meeting] of wanted) {
    if (meeting.start >= sure || found.has(said) || disputed.has(meeting.uid)) continue;
    const goesOn =
      meeting.start <= lastChange && held.some(({ booked }) => booked && covers(booked, meeting));
    if (!goesOn) wrong.push(`booked, but not held: ${said}`);
  }
  return wrong;
}

/** The same meeting, in these rooms and perhaps in others that its series has left while it ran. */
function covers(booked: NonNullable<Meeting['booked']>, { uid, start, end, rooms }: Due): boolean {
  return (
    booked.uid === uid &&
    booked.start === start &&
    booked.end === end &&
    rooms.every((room) => booked.rooms.includes(room))
  );
}

function sentence({ uid, start, end, rooms, organizer }: Due): string {
  const times = `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
  return `${uid.slice(-8)} ${times} in ${rooms.join(', ')} by ${organizer}`;
}

interface Reservation {
  readonly key: string;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

async function slotDifferences(virtual: Virtual, known: readonly Meeting[]): Promise<string[]> {
  const wrong: string[] = [];
  const { setup, teardown } = virtual.config.conference;
  const meetings = new Map(known.map((meeting) => [meeting.key, meeting]));
  for (const { name, numbers } of virtual.config.clusters) {
    const reservations = await reservationsOf(virtual, name);
    const free = (index: number, from: number, to: number) =>
      !reservations.some((one) => one.index === index && one.from < to && one.to > from);
    reservations.forEach((one, i) => {
      const other = reservations
        .slice(i + 1)
        .find(({ index, from, to }) => index === one.index && from < one.to && to > one.from);
      if (other !== undefined)
        wrong.push(`${numbers.base + one.index} is held twice: ${short(one.key)}, ${short(other.key)}`);
    });
    for (const { key, index, from, to } of reservations) {
      const meeting = meetings.get(key);
      const { booked, placement } = meeting ?? {};
      if (placement === undefined || booked === undefined)
        wrong.push(`${numbers.base + index} is held for nobody: ${short(key)}`);
      else if (
        placement.number !== String(numbers.base + index) ||
        (openRun(meeting?.run) === undefined &&
          (from !== booked.start - setup || to !== booked.end + teardown))
      )
        wrong.push(`${short(key)} is not held as it is placed, at ${placement.number}`);
    }
    const keys = new Set(reservations.map(({ key }) => key));
    for (const { key, booked, placement, unplaced } of known) {
      if (booked === undefined || booked.end <= virtual.now()) continue;
      if (placement?.cluster === name && !keys.has(key))
        wrong.push(`${short(key)} is placed, but holds no slot`);
      if (placement !== undefined) continue;
      if (unplaced === undefined) wrong.push(`${short(key)} is neither placed nor unplaced`);
      const [from, to] = [booked.start - setup, booked.end + teardown];
      for (let index = 0; index < numbers.quantity; index += 1)
        if (free(index, from, to))
          wrong.push(`${short(key)} is unplaced, but ${numbers.base + index} is free`);
    }
  }
  return wrong;
}

async function reservationsOf(virtual: Virtual, cluster: string): Promise<Reservation[]> {
  const fields = await virtual.redis.hgetall(`roombridge:{slots:${cluster}}:reservations`);
  return Object.entries(fields).map(([key, value]) => {
    const [number = 0, from = 0, to = 0] = value.split('|').map(Number);
    return { key, index: number - base, from, to };
  });
}

function short(key: string): string {
  return key.replace(/^[0-9A-F]+(?=[0-9A-F]{8}(@|$))/, '');
}

/** Numbers of ours that a body tells. */
export function numbersIn(body: string): string[] {
  return [...new Set(body.match(new RegExp(`${String(base).slice(0, 5)}\\d{3}`, 'g')) ?? [])].sort();
}

/** By uid: numbers of dates that are over. A body that names such a date is left alone: nothing changes for people. */
async function pastNumbers(virtual: Virtual, known: readonly Meeting[]): Promise<Map<string, Set<string>>> {
  const numbers = new Map<string, Set<string>>();
  for (const { key, last } of known) {
    if (last.originalStart === undefined || last.end > virtual.now()) continue;
    const own = numbers.get(last.uid) ?? new Set();
    for (const note of await virtual.meetingStore.timeline(key))
      if (note.number !== undefined) own.add(String(note.number));
    numbers.set(last.uid, own);
  }
  return numbers;
}

function toldDifferences(
  virtual: Virtual,
  held: readonly Meeting[],
  past: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const wrong: string[] = [];
  const now = virtual.now();
  const sure = now + virtual.config.calendar.horizon - 1.2 * day;
  const byUid = new Map<string, Meeting[]>();
  for (const meeting of held) byUid.set(meeting.last.uid, [...(byUid.get(meeting.last.uid) ?? []), meeting]);
  for (const mailbox of virtual.calendars()) {
    const items = virtual.outlook.roomCopies(mailbox).filter(({ isOrganizer }) => isOrganizer);
    for (const item of items) {
      const told = numbersIn(item.body.content);
      const name = `${item.type} ${item.iCalUId.slice(-8)} of ${mailbox}`;
      const master = items.find(({ id }) => id === item.seriesMasterId);
      const uid = master?.iCalUId ?? item.iCalUId;
      const meetings = [
        ...(byUid.get(uid) ?? []),
        ...(master === undefined ? [] : (byUid.get(item.iCalUId) ?? [])),
      ];
      const numbers = new Set(
        meetings.flatMap(({ booked, placement }) => (booked && placement ? [placement.number] : [])),
      );
      // What lies beyond the horizon has the text of its series.
      const { from, to } = spanOf(item);
      if (item.type !== 'seriesMaster' && (to <= now || from > sure)) continue;
      const ended = item.type === 'seriesMaster' && isOver(item, items, now, sure);
      if (ended) continue;
      // A date that is over may be forgotten here while the series still names it.
      const forgotten = items.filter((one) => one.seriesMasterId === item.id && spanOf(one).to <= now);
      for (const { body } of forgotten) for (const number of numbersIn(body.content)) numbers.add(number);
      for (const number of told)
        if (!numbers.has(number) && !(item.type === 'seriesMaster' && past.get(uid)?.has(number)))
          wrong.push(`${name} tells ${number}, which is none of its numbers any more`);
      wrong.push(...missing(item, name, told, meetings));
    }
  }
  return wrong;
}

/** What the product calls the original start of an all-day instance is its midnight there. */
function isOf({ uid, originalStart, start }: Meeting['last'], item: Item): boolean {
  if (uid === item.iCalUId || originalStart === item.originalStart) return true;
  return item.isAllDay && start === spanOf(item).from;
}

/** Whether nothing of a series is left to come within the horizon: what it told last stays. */
function isOver(master: Item, items: readonly Item[], now: number, sure: number): boolean {
  const length = master.end - master.start;
  const own = items.filter(({ seriesMasterId }) => seriesMasterId === master.id);
  if (own.some((item) => spanOf(item).to > now)) return false;
  const moved = new Set(own.map(({ originalStart }) => originalStart));
  return slotsOf(master, now - length - day, sure).every(
    (slot) => moved.has(slot) || spanOf({ ...master, start: slot, end: slot + length }).to <= now,
  );
}

/** What this body should tell, and does not. */
function missing(item: Item, name: string, told: readonly string[], meetings: readonly Meeting[]): string[] {
  const placed = meetings.filter(({ booked, placement }) => booked && placement);
  if (item.type === 'seriesMaster') {
    const plain = placed.filter(({ last }) => last.exceptionUid === undefined);
    const counts = new Map<string, number>();
    for (const { placement } of plain)
      counts.set(placement?.number ?? '', (counts.get(placement?.number ?? '') ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    const usual = [...counts].filter(([, count]) => count === most).map(([number]) => number);
    if (usual.length > 0 && !usual.some((number) => told.includes(number)))
      return [`${name} does not tell its number ${usual.join(' or ')}, but ${told.join(', ') || 'none'}`];
    return [];
  }
  const own = placed.find(({ last }) => item.type !== 'exception' || isOf(last, item));
  // Of what no room ever had here (it lay beyond the horizon, or its room was away) nothing can be told.
  if (item.type === 'exception' && !meetings.some(({ last }) => isOf(last, item))) return [];
  const number = own?.placement?.number;
  if (number === undefined)
    return told.length === 0 ? [] : [`${name} has no number, but tells ${told.join(', ')}`];
  return told.length === 1 && told[0] === number
    ? []
    : [`${name} tells ${told.join(', ') || 'no number'} in place of ${number}`];
}
