/** In whose language and time zone people are told, and which free times they are advised of. */
import { isPrivate, type Meeting } from '../src/conference/meeting.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { readMailboxSettings } from '../src/graph/mailbox-settings.ts';
import { languageOf } from '../src/invitation/languages/language.ts';
import type { About, Reader } from '../src/invitation/notice.ts';
import type { Dated, Standing } from '../src/invitation/standing.ts';
import type { KnownSettings } from '../src/redis/told.ts';
import { otherTimes } from '../src/slot/nearest.ts';
import { heldInterval } from '../src/slot/slot.ts';
import { type InvitationDeps, isFinal, type Telling } from './telling.ts';

const day = 86_400_000;
const settingsKeptFor = 30 * day;
/** One question of this many dates is answered with a free time. */
const mostAdvice = 10;

/** The organizer's own, else the room's, else the configured, which is also taken where nothing `isAsked`. */
export async function readerOf(telling: Telling, isAsked = true): Promise<Reader> {
  const { deps, organizer, meetings } = telling;
  if (!isAsked) return { language: deps.invitation.language, timeZone: deps.invitation.timeZone };
  return await readerAt(deps, organizer.address, new Set(meetings.flatMap(({ last }) => last.rooms)));
}

type ReaderDeps = Pick<InvitationDeps, 'told' | 'graph' | 'log' | 'rooms' | 'invitation'>;

/** The same for the people of one meeting, whether or not anybody has organized it. */
export async function readerAt(
  deps: ReaderDeps,
  organizer: string | undefined,
  mailboxes: ReadonlySet<string>,
): Promise<Reader> {
  const own: KnownSettings = organizer ? await settingsOf(deps, organizer) : {};
  const rooms = deps.rooms.filter(({ mailbox }) => mailboxes.has(mailbox));
  let language = languageOf(own.locale) ?? rooms.find((room) => room.language !== undefined)?.language;
  let timeZone = own.timeZone ?? rooms.find((room) => room.timeZone !== undefined)?.timeZone;
  const [room] = rooms;
  if (room !== undefined && (language === undefined || timeZone === undefined)) {
    const settings = await settingsOf(deps, room.mailbox);
    language ??= languageOf(settings.locale);
    timeZone ??= settings.timeZone;
  }
  return { language: language ?? deps.invitation.language, timeZone: timeZone ?? deps.invitation.timeZone };
}

/** Never a reason not to tell: what cannot be had now is asked for another time. */
async function settingsOf({ told, graph, log }: ReaderDeps, mailbox: string): Promise<KnownSettings> {
  const known = await told.settings(mailbox);
  if (known !== undefined) return known;
  try {
    const settings = await readMailboxSettings(graph, mailbox);
    await told.putSettings(mailbox, settings, settingsKeptFor);
    return settings;
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    log.debug({ kind: error.kind, status: error.status }, 'mailbox settings were not read');
    if (isFinal(error)) await told.putSettings(mailbox, {}, day);
    return {};
  }
}

/** What stands of these meetings, with the nearest free time for what has no slot. */
export async function withAdvice(
  telling: Telling,
  standing: Standing,
  reader: Reader,
  meetings: readonly Meeting[],
): Promise<Standing> {
  const facts = [];
  for (const fact of standing.facts) {
    if (fact.kind === 'no-slot') {
      const meeting = meetings
        .filter(({ booked, last }) => booked !== undefined && last.end > telling.now)
        .toSorted((a, b) => a.last.start - b.last.start)[0];
      const nearest = meeting && (await nearestFree(telling, meeting, reader));
      facts.push(nearest === undefined ? fact : { ...fact, nearest });
    } else if (fact.kind === 'without-conference') {
      const dates = [];
      for (const [i, date] of fact.dates.entries()) {
        const meeting = meetings.find(({ last }) => (last.originalStart ?? last.start) === date.of);
        const isAsked = i < mostAdvice && meeting?.booked !== undefined;
        const nearest = isAsked ? await nearestFree(telling, meeting, reader) : undefined;
        dates.push(nearest === undefined ? date : { ...date, nearest });
      }
      facts.push({ ...fact, dates });
    } else facts.push(fact);
  }
  return { ...standing, facts };
}

/** The start of the nearest time at which a slot and all rooms of the meeting are free for its length. */
export async function nearestFree(
  { deps, now }: Telling,
  meeting: Meeting,
  { timeZone }: Reader,
): Promise<number | undefined> {
  const { start, end, rooms } = meeting.last;
  const window = [start - day, end + 16 * day] as const;
  const others = await Promise.all(rooms.map((room) => deps.meetings.ofRoom(room, ...window)));
  const busy = others
    .flat()
    .filter(({ key, booked }) => key !== meeting.key && booked !== undefined)
    .map(({ last }) => ({ from: last.start, to: last.end }));
  const times = otherTimes({ start, end }, { now, timeZone, busy }).map((time) => ({
    start: time.start,
    ...heldInterval(time, deps.conference),
  }));
  const found = await Promise.all(deps.clusters.map((cluster) => deps.slots.firstFree(cluster, times)));
  const starts = found.flatMap((time) => (time === undefined ? [] : [time.start]));
  return starts.toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start))[0];
}

/** What a message speaks of: the event, or the series by its next occurrence. */
export function aboutOf(
  { deps, now, organizer, copies }: Telling,
  meetings: readonly Meeting[],
  isSeries: boolean,
): About {
  const ahead = meetings.filter(({ last }) => last.end > now);
  const [meeting] = (ahead.length > 0 ? ahead : meetings).toSorted((a, b) => a.last.start - b.last.start);
  const rooms = meeting?.last.rooms ?? [];
  const copy = meeting && (copies.get(meeting.key) ?? meeting.organizerCopy);
  const known = copy === undefined ? {} : { organizerCopy: copy };
  const hidden = meeting === undefined || isPrivate({ last: meeting.last, ...known });
  return {
    // Only what the organizer's own copy calls it, and shows to others.
    title: typeof copy === 'object' && !hidden ? copy.subject.trim() : '',
    start: meeting?.last.start ?? now,
    end: meeting?.last.end ?? now,
    isAllDay: meeting?.last.isAllDay === true,
    isSeries,
    rooms: rooms.map((mailbox) => roomName(deps, mailbox)),
    organizer: hidden ? '' : organizer.name,
    isPrivate: hidden,
  };
}

export function roomName({ rooms }: Pick<InvitationDeps, 'rooms'>, mailbox: string): string {
  return rooms.find((room) => room.mailbox === mailbox)?.name ?? mailbox;
}

/** Dates of a series ahead that single rooms of it have declined. */
export function declinedDates({ deps, untaken, now, meetings }: Telling): (Dated & { room: string })[] {
  // A room that takes no part at all has said so itself.
  const taking = new Set(
    meetings.flatMap(({ booked, last }) => (last.end > now ? (booked?.rooms ?? []) : [])),
  );
  return untaken.flatMap(({ mailbox, originalStart, start, end, isAllDay, isDeclined }) => {
    if (isDeclined !== true || end <= now || !taking.has(mailbox)) return [];
    const times = { start, end, ...(isAllDay === undefined ? {} : { isAllDay }) };
    return [{ room: roomName(deps, mailbox), of: originalStart, ...times }];
  });
}
