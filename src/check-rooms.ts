/** Looks at each room's mailbox with a few requests: what its bookings betray of its settings, and who tells us of its changes. */
import { type Betrayed, bestToCompare, betrayed, type Compared, type Habit } from './check-mailbox.ts';
import { acceptByItself, keepWhatOrganizersWrote, setWindow, showProcessing } from './check-powershell.ts';
import { describeRegion, type RegionDeps } from './check-region.ts';
import { type Finding, type Notes, warning } from './check-report.ts';
import { roomRefused, whatOf } from './check-room-refused.ts';
import type { SubscriptionsSeen } from './check-subscriptions.ts';
import type { Config, RoomConfig } from './config.ts';
import { findOrganizerEvent } from './graph/events.ts';
import { GraphFault } from './graph/fault.ts';
import { readSeriesUid, type SurveyedEntry, surveyCalendar } from './graph/survey.ts';

export interface RoomsDeps extends RegionDeps {
  /** Undefined where they could not be listed. */
  readonly subscriptions: SubscriptionsSeen | undefined;
  /** A single room: more of its entries, and more copies of organizers beside them. */
  readonly closely: boolean;
}

interface LookDeps extends RoomsDeps {
  /** Whether the mailbox of an organizer may be asked for his copy. */
  mayAsk(organizer: string): boolean;
}

/** How many organizers' calendars were asked, by what came of it. */
export interface OrganizersSeen {
  read: number;
  refused: number;
  absent: number;
}

export interface RoomsSeen {
  readonly findings: Finding[];
  readonly read: boolean;
  /** By the scope or the access policy. */
  readonly refused: boolean;
  readonly organizers: OrganizersSeen;
}

/** Rooms looked at at once; each is a mailbox of its own. */
const atOnce = 16;
const DAY = 86_400_000;
/** As far as a room can be booked at all: BookingWindowInDays is at most this. */
const farthest = 1_080 * DAY;

/** Each room in its place; once a whole round has met silence the others are not asked any more. */
export async function checkRooms(deps: RoomsDeps): Promise<RoomsSeen> {
  const { config } = deps;
  const mayAsk = organizersOf(config);
  const organizers: OrganizersSeen = { read: 0, refused: 0, absent: 0 };
  const findings: Finding[] = [];
  let next = 0;
  let silent = 0;
  let [answered, read, refused] = [false, false, false];
  const work = async () => {
    for (let index = next++; index < config.rooms.length; index = next++) {
      const room = config.rooms[index];
      if (room === undefined) return;
      if (!answered && silent >= atOnce) {
        findings[index] = warning(whatOf(room), 'not tried, since Graph does not answer');
        continue;
      }
      try {
        findings[index] = await look({ ...deps, mayAsk }, room, organizers);
        answered = read = true;
      } catch (error) {
        if (!(error instanceof GraphFault)) throw error;
        if (error.kind === 'unreachable') silent += 1;
        else answered = true;
        if (error.status === 403) refused = true;
        findings[index] = roomRefused(config, room, error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { findings, read, refused, organizers };
}

async function look(deps: LookDeps, room: RoomConfig, organizers: OrganizersSeen): Promise<Finding> {
  const { config, client, closely } = deps;
  const { mailbox } = room;
  const now = Date.now();
  const window = closely
    ? { from: now - 14 * DAY, to: now + 90 * DAY }
    : { from: now - DAY, to: now + 14 * DAY };
  const entries = await surveyCalendar(client, mailbox, window, closely ? 50 : 20);
  const notes: Notes = { well: ['its calendar can be read'], amiss: [], remedies: [] };
  const compared = await compare(deps, room, entries, organizers);
  describeHabits(betrayed(entries, compared, now), { compared: compared.length, closely }, mailbox, notes);
  const beyond = { from: now + config.calendar.horizon, to: now + farthest };
  if (beyond.from < beyond.to) {
    const far = await tried(surveyCalendar(client, mailbox, beyond, 1));
    if (far !== undefined && far.length > 0) describeBeyond(config.calendar.horizon, mailbox, notes);
  }
  await describeRegion(deps, room, notes);
  describeSubscription(deps, mailbox, notes);
  return {
    what: whatOf(room),
    state: notes.amiss.length > 0 ? 'warning' : 'ok',
    detail: (notes.amiss.length > 0 ? notes.amiss : notes.well).join('; '),
    shared: notes.remedies,
  };
}

/** Nobody who is plainly outside of the tenant, nor another room. */
function organizersOf({ rooms }: Config): LookDeps['mayAsk'] {
  const mailboxes = new Set(rooms.map(({ mailbox }) => mailbox));
  const domains = new Set(rooms.map(({ mailbox }) => domainOf(mailbox)));
  return (address) => domains.has(domainOf(address)) && !mailboxes.has(address.toLowerCase());
}

/** The organizers' own copies of a few of the room's bookings. */
async function compare(
  { client, closely, mayAsk }: LookDeps,
  { mailbox }: RoomConfig,
  entries: readonly SurveyedEntry[],
  organizers: OrganizersSeen,
): Promise<Compared[]> {
  const candidates = bestToCompare(entries, mayAsk);
  const compared: Compared[] = [];
  const series = new Set<string>();
  for (const entry of candidates.slice(0, closely ? 10 : 1)) {
    const { seriesMasterId, organizer, iCalUId } = entry.event;
    if (organizer === undefined || (seriesMasterId !== undefined && series.has(seriesMasterId))) continue;
    if (seriesMasterId !== undefined) series.add(seriesMasterId);
    try {
      const uid =
        seriesMasterId === undefined ? iCalUId : await tried(readSeriesUid(client, mailbox, seriesMasterId));
      if (uid === undefined) continue;
      const own = await findOrganizerEvent(client, organizer.address, uid);
      organizers.read += 1;
      if (own === undefined) continue;
      const { subject, sensitivity, body } = own;
      const copy = { subject, isPrivate: sensitivity === 'private', hasText: hasText(body.content) };
      compared.push({ entry, copy });
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      if (error.status === 403) organizers.refused += 1;
      else if (error.kind === 'absent') organizers.absent += 1;
    }
  }
  return compared;
}

const habits: Record<Habit, string> = {
  'replaces-titles': "it replaces titles by the organizer's name (DeleteSubject, AddOrganizerToSubject)",
  'adds-organizers': "it puts the organizer's name before titles (AddOrganizerToSubject)",
  'deletes-titles': 'it deletes titles (DeleteSubject)',
  'deletes-texts': 'it deletes the texts of invitations (DeleteComments)',
  'clears-private': 'it clears the private flag (RemovePrivateProperty)',
  'leaves-unanswered': '',
  'keeps-cancelled': 'cancelled meetings stay in it, which does no harm',
};

function describeHabits(
  seen: Betrayed,
  { compared, closely }: { readonly compared: number; readonly closely: boolean },
  mailbox: string,
  notes: Notes,
): void {
  const wipes = [...seen.habits].filter(
    (habit) => habit !== 'leaves-unanswered' && habit !== 'keeps-cancelled',
  );
  if (wipes.length > 0) {
    notes.amiss.push(...wipes.map((habit) => habits[habit]));
    const about = 'keeps titles, texts and the private flag of bookings made from then on';
    notes.remedies.push({ about, command: keepWhatOrganizersWrote, mailbox });
  }
  if (seen.waiting > 0) {
    const bookings = seen.waiting === 1 ? '1 booking waits' : `${seen.waiting} bookings wait`;
    notes.amiss.push(
      `${bookings} for its answer and get no conference: AutomateProcessing is not AutoAccept, or its delegates have yet to answer`,
    );
    const about = 'lets rooms accept by themselves, where no delegate is meant to';
    notes.remedies.push({ about, command: acceptByItself, mailbox });
  }
  if (seen.bookings > 0 && wipes.length === 0) {
    const bookings = seen.bookings === 1 ? '1 booking shows' : `${seen.bookings} bookings show`;
    const what = compared > 0 ? 'titles and texts kept' : 'titles kept';
    notes.well.push(`${bookings} its ${what}`);
  }
  if (seen.habits.has('keeps-cancelled')) notes.well.push(habits['keeps-cancelled']);
  if (seen.bookings === 0) notes.well.push('no booking tells how it processes them');
  else if (!closely) return;
  const about = 'shows how rooms process bookings, where no booking tells';
  notes.remedies.push({ about, command: showProcessing, mailbox });
}

function describeBeyond(horizon: number, mailbox: string, notes: Notes): void {
  const days = Math.floor(horizon / DAY);
  notes.amiss.push(
    `it is booked beyond calendar.horizon: what is more than ${days} days ahead has no number yet`,
  );
  notes.remedies.push({
    about: 'lets rooms be booked no farther ahead than calendar.horizon, if you do not raise that',
    command: setWindow(days),
    mailbox,
  });
}

function describeSubscription({ config, subscriptions }: RoomsDeps, mailbox: string, notes: Notes): void {
  // Where nobody is subscribed to, Roombridge has never run: the notification address says so.
  if (subscriptions === undefined || subscriptions.callers === 0) return;
  const until = subscriptions.ours.get(mailbox);
  if (until === undefined) {
    notes.amiss.push('no living subscription tells of its changes: only calendar.sweep finds them');
    const { host, port, url, tokenFile } = config.http.admin;
    const plain = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const [by, from] =
      tokenFile === undefined
        ? ['', plain]
        : [`-H "Authorization: Bearer $(cat ${tokenFile})" `, url ?? plain];
    notes.remedies.push({
      about: 'says why a room has no subscription, on the machine where Roombridge runs',
      command: `curl ${by}${from}/api/rooms`,
    });
  } else notes.well.push(`subscribed until ${new Date(until).toISOString().slice(0, 16)}Z`);
}

/** Undefined where Graph would not say. */
async function tried<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GraphFault) return undefined;
    throw error;
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

function hasText(content: string): boolean {
  const bare = content.replace(/<(style|script|title)\b.*?<\/\1>|<[^>]*>|&nbsp;/gis, '');
  return bare.trim() !== '';
}
