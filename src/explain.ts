/**
 * What would be done with one entry of a room's calendar, and why: for `roombridge explain` and for the page of a room.
 * Reads, and changes nothing.
 */
import type { Redis } from 'ioredis';
import { isPrivate } from './conference/meeting.ts';
import { iso } from './conference/view.ts';
import type { Config, RoomConfig } from './config.ts';
import { explainAccess } from './explain-access.ts';
import { explainRules } from './explain-rules.ts';
import { explainSlots } from './explain-slots.ts';
import type { GraphClient } from './graph/client.ts';
import { readItems } from './graph/event.ts';
import type { OrganizerEvent } from './graph/events.ts';
import { findEventItem, readEventItem, readInstances } from './graph/events.ts';
import { GraphFault } from './graph/fault.ts';
import { findOrganizerCopy } from './graph/organizer.ts';
import { readOrganizerSays } from './graph/wiped.ts';
import { rootOfEvent, withInstances } from './meeting/calendar.ts';
import type { CalendarEvent } from './meeting/calendar-event.ts';
import { type Explanation, type Step, type StepWord, step } from './meeting/explanation/step.ts';
import { type Bookings, bookingsOf } from './meeting/room-bookings.ts';
import { asBooked } from './meeting/shown-longer.ts';
import { windowAt } from './meeting/window.ts';
import { MeetingStore } from './redis/meetings.ts';
import { RoomStore } from './redis/rooms.ts';
import { type RoomRules, roomRules } from './room-rules.ts';

export interface ExplainDeps {
  readonly config: Config;
  readonly graph: GraphClient;
  /** Undefined where Redis cannot be reached: what is held is not known then. */
  readonly redis: Redis | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * @param id the entry's id in the room's mailbox, or its iCalUId
 * @returns undefined where the room has no such entry
 * @throws GraphFault when the room's mailbox cannot be read
 */
export async function explain(
  deps: ExplainDeps,
  room: RoomConfig,
  id: string,
): Promise<Explanation | undefined> {
  const rules = roomRules(room, deps.config);
  const event = await readEntry(deps, room.mailbox, id, rules);
  if (event === undefined) return undefined;
  const organizer = await organizersCopy(deps, room.mailbox, event);
  const told = await withOrganizersWord(deps, event, rules);
  const decided = explainRules(told.event, rules.view);
  const bookings = await bookingsNow(deps, room.mailbox, told.event, rules);
  const none = whyNone(bookings, told.event, deps);
  const reason = decided.reason ?? none;
  const steps = [
    ...describe(event, organizer, await hiddenBy(deps, room, event, bookings)),
    ...told.notes,
    ...decided.steps,
    ...explainBookings(bookings, none),
    ...(await explainSlots(deps, bookings)),
    ...explainAccess(deps.config, room, bookings),
    ...explainTelling(deps.config, event, organizer, bookings.size > 0),
  ];
  const isBooking = bookings.size > 0;
  const meetings = [...bookings.keys()].slice(0, named);
  return { isBooking, ...(isBooking || reason === undefined ? {} : { reason }), meetings, steps };
}

/** As it is booked, also while we let its room's copy last longer. */
async function readEntry(
  { graph, redis }: ExplainDeps,
  mailbox: string,
  id: string,
  rules: RoomRules,
): Promise<CalendarEvent | undefined> {
  let item: unknown;
  try {
    item = await readEventItem(graph, mailbox, id);
  } catch (error) {
    const isNoId =
      error instanceof GraphFault &&
      (error.kind === 'absent' || error.status === 400 || error.status === 404);
    if (!isNoId) throw error;
    item = await findEventItem(graph, mailbox, id);
  }
  const [read] = readItems([item], rules.reading).changes;
  const shown = redis === undefined ? new Map() : await new RoomStore(redis).shownLonger(mailbox);
  const change = read && asBooked(read, shown);
  if (change?.kind === 'event') return change.event;
  if (change?.kind !== 'occurrence') return undefined;
  const [master] = readItems(
    [await readEventItem(graph, mailbox, change.seriesMasterId)],
    rules.reading,
  ).changes;
  return master?.kind === 'event' ? master.event : undefined;
}

/** The organizer's own copy, or why it is not there; `later`: it may be had another time. */
type Copy =
  | OrganizerEvent
  | {
      readonly says: Extract<StepWord, `copy-${string}`>;
      readonly why?: string;
      readonly later?: true;
    };

async function organizersCopy({ graph }: ExplainDeps, mailbox: string, event: CalendarEvent): Promise<Copy> {
  const address = event.organizer?.address.toLowerCase();
  if (address === undefined || address === '') return { says: 'copy-unnamed' };
  if (event.isOrganizer || address === mailbox) return { says: 'copy-own' };
  try {
    return (await findOrganizerCopy(graph, address, event.iCalUId)) ?? { says: 'copy-missing' };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    const { kind, status, code } = error;
    const why = [kind, status, code].filter((word) => word !== undefined).join(' ');
    const isFinal = kind === 'absent' || (kind === 'refused' && status !== 401);
    return { says: 'copy-unreadable', why, ...(isFinal ? {} : { later: true }) };
  }
}

/** What is known beside the copies: other rooms of the meeting have theirs, and hide what they are configured to hide. */
interface Hidden {
  readonly isPrivate: boolean;
  readonly hides: 'none' | 'title' | 'organizer';
}

async function hiddenBy(
  { redis }: ExplainDeps,
  room: RoomConfig,
  event: CalendarEvent,
  bookings: Bookings,
): Promise<Hidden> {
  const store = redis && new MeetingStore(redis);
  const keys = store === undefined ? [] : await store.ofSeries(event.iCalUId);
  const wanted = [event.iCalUId, ...bookings.keys(), ...keys].slice(0, looked);
  const held = (await store?.loadMany([...new Set(wanted)])) ?? [];
  const all = [room.privacy, ...held.map(({ last }) => last.hides)];
  const hides = (['organizer', 'title'] as const).find((what) => all.includes(what));
  return { isPrivate: held.some(isPrivate), hides: hides ?? 'none' };
}

/** Meetings of a series are alike: so many of them are looked at. */
const looked = 50;

/** Of a private meeting neither title nor organizer is told; nor of one that may be. */
function describe(event: CalendarEvent, copy: Copy, hidden: Hidden): Step[] {
  const is = { singleInstance: 'is-single', seriesMaster: 'is-series', exception: 'is-date' } as const;
  const isFound = 'subject' in copy;
  const isSecret =
    event.sensitivity !== 'normal' || hidden.isPrivate || (isFound && copy.sensitivity !== 'normal');
  const isOrganizerShown = !isSecret && hidden.hides !== 'organizer' && event.organizer !== undefined;
  const why = 'why' in copy ? { why: copy.why ?? '' } : {};
  const entry = (says: StepWord, values?: Step['values']) => step('entry', says, values);
  return [
    entry(event.type === 'occurrence' ? 'is-date' : is[event.type], times(event)),
    ...(event.isAllDay ? [entry('is-all-day')] : []),
    entry('uid', { uid: event.iCalUId }),
    isSecret ? entry('private') : titleStep(event, copy, hidden),
    ...(isOrganizerShown ? [entry('organizer', { organizer: event.organizer?.address ?? '' })] : []),
    ...(isFound ? [] : [entry(copy.says, why)]),
    ...(event.isWiped === true ? [entry('wiped')] : []),
  ];
}

function titleStep(event: CalendarEvent, copy: Copy, { hides }: Hidden): Step {
  if (hides !== 'none') return step('entry', 'hidden-by-room');
  if ('later' in copy) return step('entry', 'hidden-until-known');
  const title = 'subject' in copy ? copy.subject : event.isWiped === true ? '' : event.subject;
  if (title.trim() === '') return step('entry', 'no-title');
  return step('entry', 'subject' in copy ? 'title' : 'title-of-room', { title });
}

/** Where the room's copy was emptied and something depends on its text, the organizer's own decides. */
async function withOrganizersWord(
  { graph }: ExplainDeps,
  event: CalendarEvent,
  { reading: { text } }: RoomRules,
): Promise<{ readonly event: CalendarEvent; readonly notes: readonly Step[] }> {
  const address = event.organizer?.address.toLowerCase();
  if (text === undefined || event.isWiped !== true || address === undefined) return { event, notes: [] };
  try {
    const says = await readOrganizerSays(graph, address, event.iCalUId, text);
    const note = says === undefined ? 'text-missing' : 'text-of-organizer';
    return { event: { ...event, ...says }, notes: [step('rules', note)] };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return { event, notes: [step('rules', 'text-unreadable')] };
  }
}

async function bookingsNow(
  { graph, config, now }: ExplainDeps,
  mailbox: string,
  event: CalendarEvent,
  rules: RoomRules,
): Promise<Bookings> {
  const window = windowAt(now, config.calendar.horizon);
  let root = rootOfEvent(event);
  if (event.type === 'seriesMaster') {
    const allDay = new Map(event.allDayZone === undefined ? [] : [[event.id, event.allDayZone]]);
    const items = await readInstances(graph, mailbox, event.id, window);
    root = withInstances(root, readItems(items, { ...rules.reading, allDay }).changes);
  }
  const all = bookingsOf(root, new Map(), { ...rules.view, now });
  return new Map([...all].filter(([, { start, end }]) => end > now && start < window.to));
}

/** So many dates are named. */
const named = 5;

/** Why there is none, though every rule may let it pass: its time has come and gone, or is too far ahead. */
function whyNone(
  bookings: Bookings,
  event: CalendarEvent,
  { config, now }: ExplainDeps,
): 'past' | 'beyond-horizon' | undefined {
  if (bookings.size > 0) return undefined;
  if (event.type !== 'seriesMaster' && event.end <= now) return 'past';
  return event.start > windowAt(now, config.calendar.horizon).to ? 'beyond-horizon' : undefined;
}

function explainBookings(bookings: Bookings, none: ReturnType<typeof whyNone>): Step[] {
  if (bookings.size === 0) return [step('bookings', none === 'past' ? 'over' : (none ?? 'no-booking'))];
  const first = [...bookings.values()]
    .slice(0, named)
    .map((booking) => step('bookings', 'booking', { ...times(booking), key: booking.key }));
  const more = bookings.size - first.length;
  return [...first, ...(more > 0 ? [step('bookings', 'more-bookings', { count: more })] : [])];
}

function explainTelling(config: Config, event: CalendarEvent, copy: Copy, isBooked: boolean): Step[] {
  const say = (says: StepWord, values?: Step['values']) => step('organizer', says, values);
  if (!isBooked) return [say('told-nothing')];
  const isOwn = event.isOrganizer;
  const ways = config.invitation.ways.map((way) => {
    if (way === 'event') return say('subject' in copy || isOwn ? 'by-event' : 'by-event-not');
    if (way === 'reply') return say(isOwn ? 'by-reply-not' : 'by-reply');
    const from = config.invitation.mail?.from;
    return from === undefined ? say('by-mail-not') : say('by-mail', { from });
  });
  return [say('told-by-first'), ...ways];
}

function times({ start, end }: { readonly start: number; readonly end: number }) {
  return { start: iso(start), end: iso(end) };
}
