/**
 * Whether organizers were told what holds: in each body of theirs the number of what it speaks of and the dates that
 * differ, in the titles that are shown their own subject, in messages the last word. Every exception says why it is one.
 */
import { type Meeting, titleOf } from '../../src/conference/meeting.ts';
import { readBlock } from '../../src/invitation/block.ts';
import { type Item, spanOf } from '../simulators/graph/item.ts';
import { datesDifferences } from './dates-verdict.ts';
import { messageDifferences } from './messages-verdict.ts';
import { type Due, datesIn, meetingsDue, organizersCopy } from './model.ts';
import { numbersIn } from './numbers.ts';
import { keyOf, tenantOf } from './verdict.ts';
import type { Virtual } from './virtual.ts';

const day = 86_400_000;

/** One event, series or exception of an organizer, and what is held of it and of its series. */
export interface Told {
  readonly item: Item;
  /** For sentences. */
  readonly name: string;
  readonly master: Item | undefined;
  /** All of the same uid that are not over, booked or not. */
  readonly meetings: readonly Meeting[];
}

/** `known`: all that is held or was lately. */
export async function toldDifferences(
  virtual: Virtual,
  known: readonly Meeting[],
  due: readonly Due[],
): Promise<string[]> {
  const now = virtual.now();
  const held = known.filter(({ last }) => last.end > now);
  const past = await pastNumbers(virtual, known);
  const uids = new Set(known.map(({ last }) => last.uid));
  const wrong: string[] = [];
  const byUid = new Map<string, Meeting[]>();
  for (const meeting of held) byUid.set(meeting.last.uid, [...(byUid.get(meeting.last.uid) ?? []), meeting]);
  for (const mailbox of virtual.calendars()) {
    const items = virtual.outlook.roomCopies(mailbox).filter(({ isOrganizer }) => isOrganizer);
    for (const item of items) {
      const name = `${item.type} ${item.iCalUId.slice(-8)} of ${mailbox}`;
      const master = items.find(({ id }) => id === item.seriesMasterId);
      const uid = master?.iCalUId ?? item.iCalUId;
      const ofSeries = byUid.get(uid) ?? [];
      const alone = master === undefined ? [] : (byUid.get(item.iCalUId) ?? []);
      const told: Told = { item, name, master, meetings: [...ofSeries, ...alone] };
      // What nobody had booked any more when Redis was read anew is unheard of.
      if (master === undefined && virtual.losses > 0 && !uids.has(uid)) continue;
      if (item.type === 'seriesMaster') {
        wrong.push(...ofMaster(virtual, told, items, past.get(uid) ?? new Set(), uids.has(uid)));
        wrong.push(...datesDifferences(virtual, told, items));
      } else wrong.push(...ofOne(told, now));
    }
  }
  return [...wrong, ...titleDifferences(virtual, held, due), ...(await messageDifferences(virtual, known))];
}

/** By uid: numbers that dates had which are over. */
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

function ofMaster(
  virtual: Virtual,
  { item, name, meetings }: Told,
  items: readonly Item[],
  past: ReadonlySet<string>,
  isKnown: boolean,
): string[] {
  const now = virtual.now();
  const told = numbersIn(item.body.content);
  const joining = readBlock(item.body)?.number;
  const ahead = meetings.filter(({ booked }) => booked !== undefined);
  if (ahead.length === 0) {
    const next = nextOf(item, items, now);
    // A series that is over keeps what it told last. So does one whose next date lies beyond the horizon, which gets its
    // number again; but not one that its rooms have left.
    // A series that was split off while no room could answer has the text of the former; as long as it lies beyond the
    // horizon nobody here has heard of it.
    const isUnheard = !isKnown && next !== undefined && next > now + virtual.config.calendar.horizon;
    const isLeft = next !== undefined && !isUnheard && !isTaken(virtual, item, next);
    return isLeft && told.length > 0 ? [`${name} tells ${told.join(', ')}, and no room has it any more`] : [];
  }
  const placed = ahead.filter(({ placement }) => placement !== undefined);
  const numbers = new Set(placed.flatMap(({ placement }) => placement?.number ?? []));
  // Dates that are over are not taken out by themselves: nothing changes for people.
  for (const number of past) numbers.add(number);
  for (const one of items.filter(({ seriesMasterId }) => seriesMasterId === item.id))
    if (spanOf(one).to <= now) for (const number of numbersIn(one.body.content)) numbers.add(number);
  const wrong = told
    .filter((number) => !numbers.has(number))
    .map((number) => `${name} tells ${number}, which is none of its numbers any more`);
  const counts = new Map<string, number>();
  for (const { placement, last, bookings } of placed) {
    // An exception in one room's calendar is one in the organizer's, and has a text of its own.
    if (isPlain({ last, bookings }))
      counts.set(placement?.number ?? '', (counts.get(placement?.number ?? '') ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  const usual = [...counts].filter(([, count]) => count === most).map(([number]) => number);
  const isSo = usual.length === 0 ? joining === undefined : usual.includes(joining ?? '');
  if (!isSo)
    wrong.push(`${name} says to dial ${joining ?? 'nothing'}, and not ${usual.join(' or ') || 'nothing'}`);
  return wrong;
}

/** When the next date of a series begins that is not over, by its organizer's calendar; undefined where there is none. */
function nextOf(master: Item, items: readonly Item[], now: number): number | undefined {
  const length = master.end - master.start;
  const dates = datesIn(master, items, now - length - day, now + 1_800 * day);
  const spans = dates.map(spanOf).filter(({ to }) => to > now);
  return spans.length === 0 ? undefined : Math.min(...spans.map(({ from }) => from));
}

/** Whether a room has accepted the date of this series that begins then. */
function isTaken(virtual: Virtual, { iCalUId }: Item, start: number): boolean {
  const window = { from: start - day, to: start + 2 * day };
  const windows = new Map(virtual.config.rooms.map(({ mailbox }) => [mailbox, window]));
  return meetingsDue(tenantOf(virtual), windows, virtual.now()).some(
    (one) => one.uid === iCalUId && one.start === start,
  );
}

function isPlain({ last, bookings }: Pick<Meeting, 'last' | 'bookings'>): boolean {
  return [last, ...bookings.values()].every(({ exceptionUid }) => exceptionUid === undefined);
}

/** A single event, or an exception. */
function ofOne({ item, name, meetings }: Told, now: number): string[] {
  const { to } = spanOf(item);
  // What was held stays as it was told.
  if (to <= now) return [];
  const told = numbersIn(item.body.content);
  const own = meetings.filter(({ last }) => item.type !== 'exception' || isOf(last, item));
  // An exception of which no room has heard has the text that its series had when it was made.
  if (item.type === 'exception' && own.length === 0) return [];
  const number = own.find(({ booked, placement }) => booked && placement)?.placement?.number;
  if (number === undefined)
    return told.length === 0 ? [] : [`${name} has no number, but tells ${told.join(', ')}`];
  return told.length === 1 && told[0] === number
    ? []
    : [`${name} tells ${told.join(', ') || 'no number'} in place of ${number}`];
}

/** What the product calls the original start of an all-day instance is its midnight there. */
export function isOf({ uid, originalStart, start }: Meeting['last'], item: Item): boolean {
  if (uid === item.iCalUId || originalStart === item.originalStart) return true;
  return item.isAllDay && start === spanOf(item).from;
}

/** What people see it called: the organizer's own subject, unless the organizer or a room says that it is private. */
function titleDifferences(virtual: Virtual, held: readonly Meeting[], due: readonly Due[]): string[] {
  const wrong: string[] = [];
  const byKey = new Map(held.map((meeting) => [meeting.key, meeting]));
  for (const one of due) {
    const meeting = byKey.get(keyOf(one));
    const own = organizersCopy(tenantOf(virtual), one.organizer, one.uid, one.slot);
    if (meeting?.booked === undefined || own === undefined) continue;
    const copies = one.rooms.flatMap((room) => one.copies.get(room) ?? []);
    const isPrivate = [own, ...copies].some(({ sensitivity }) => sensitivity !== 'normal');
    const title = isPrivate ? 'Meeting' : own.subject;
    if (titleOf(meeting) !== title)
      wrong.push(`${meeting.key.slice(-30)} is called ${titleOf(meeting)} in place of ${title}`);
  }
  return wrong;
}
