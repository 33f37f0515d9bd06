/** `roombridge explain`: what would be done with one entry of a room's calendar, and why. Reads, and changes nothing. */
import type { Redis } from 'ioredis';
import type { Config, RoomConfig } from './config.ts';
import { tellAccess } from './explain-access.ts';
import { tellRules } from './explain-rules.ts';
import { tellSlots } from './explain-slots.ts';
import type { GraphClient } from './graph/client.ts';
import { readItems } from './graph/event.ts';
import type { OrganizerEvent } from './graph/events.ts';
import { findEventItem, readEventItem, readInstances } from './graph/events.ts';
import { GraphFault } from './graph/fault.ts';
import { findOrganizerCopy } from './graph/organizer.ts';
import { readOrganizerSays } from './graph/wiped.ts';
import { rootOfEvent, withInstances } from './meeting/calendar.ts';
import type { CalendarEvent } from './meeting/calendar-event.ts';
import { type Bookings, bookingsOf } from './meeting/room-bookings.ts';
import { asBooked } from './meeting/shown-longer.ts';
import { windowAt } from './meeting/window.ts';
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
 * @throws GraphFault when the room's mailbox cannot be read
 */
export async function explain(deps: ExplainDeps, room: RoomConfig, id: string): Promise<string> {
  const rules = roomRules(room, deps.config);
  const event = await readEntry(deps, room.mailbox, id, rules);
  if (event === undefined) return `${room.mailbox} has no entry with this id or iCalUId.`;
  const organizer = await organizersCopy(deps, room.mailbox, event);
  const told = await withOrganizersWord(deps, event, rules);
  const bookings = await bookingsNow(deps, room.mailbox, told.event, rules);
  const sections = [
    section('The entry', describe(event, organizer)),
    section('The rules, in their order', [...told.notes, ...tellRules(told.event, rules.view)]),
    section('The bookings', tellBookings(bookings, told.event, deps)),
    section('The slot', await tellSlots(deps, bookings)),
    section('Guests and hosts', tellAccess(deps.config, room, bookings)),
    section('The organizer', tellOrganizer(deps.config, event, organizer, bookings.size > 0)),
  ];
  return sections.join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
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

type Copy = OrganizerEvent | { readonly unreadable: string };

async function organizersCopy({ graph }: ExplainDeps, mailbox: string, event: CalendarEvent): Promise<Copy> {
  const address = event.organizer?.address.toLowerCase();
  if (address === undefined || address === '') return { unreadable: 'no organizer is named' };
  if (event.isOrganizer || address === mailbox) return { unreadable: 'it was booked in the room itself' };
  try {
    const copy = await findOrganizerCopy(graph, address, event.iCalUId);
    return copy ?? { unreadable: 'the organizer has no such event' };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return {
      unreadable: [error.kind, error.status, error.code].filter((word) => word !== undefined).join(' '),
    };
  }
}

/** Of a private meeting neither title nor organizer is told. */
function describe(event: CalendarEvent, copy: Copy): string[] {
  const isHidden = event.sensitivity !== 'normal' || ('subject' in copy && copy.sensitivity !== 'normal');
  const source = 'subject' in copy ? "the organizer's copy" : `the room's copy (${copy.unreadable})`;
  const title = 'subject' in copy ? copy.subject : event.isWiped === true ? '' : event.subject;
  const kinds = {
    singleInstance: 'a single event',
    seriesMaster: 'a series',
    exception: 'one date of a series',
  };
  const kind = event.type === 'occurrence' ? kinds.exception : kinds[event.type];
  return [
    `${kind}${event.isAllDay ? ', all day' : ''}, ${span(event)}`,
    `iCalUId ${event.iCalUId}`,
    isHidden
      ? `private: no title or organizer is shown anywhere; people see "Meeting"`
      : `title ${title === '' ? 'none: "Meeting"' : JSON.stringify(title)}, from ${source}`,
    ...(isHidden || event.organizer === undefined ? [] : [`organizer ${event.organizer.address}`]),
    ...(event.isWiped === true
      ? ["the room's mailbox has emptied its copy (DeleteComments, DeleteSubject)"]
      : []),
  ];
}

/** Where the room's copy was emptied and something depends on its text, the organizer's own decides. */
async function withOrganizersWord(
  { graph }: ExplainDeps,
  event: CalendarEvent,
  { reading: { text } }: RoomRules,
): Promise<{ readonly event: CalendarEvent; readonly notes: readonly string[] }> {
  const address = event.organizer?.address.toLowerCase();
  if (text === undefined || event.isWiped !== true || address === undefined) return { event, notes: [] };
  try {
    const says = await readOrganizerSays(graph, address, event.iCalUId, text);
    const note = says === undefined ? 'the organizer has no such event' : "the organizer's own copy was read";
    return { event: { ...event, ...says }, notes: [`the room's copy is empty: ${note}`] };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return {
      event,
      notes: ["the room's copy is empty, and the organizer's cannot be read: it is taken as it is"],
    };
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

function tellBookings(bookings: Bookings, event: CalendarEvent, { config, now }: ExplainDeps): string[] {
  if (bookings.size === 0) {
    if (event.type !== 'seriesMaster' && event.end <= now) return ['none: it is over (past)'];
    if (event.start > windowAt(now, config.calendar.horizon).to)
      return ['none yet: it lies beyond calendar.horizon (beyond-horizon)'];
    return ['none'];
  }
  const first = [...bookings.values()].slice(0, named).map((booking) => `${span(booking)}  ${booking.key}`);
  const more = bookings.size - first.length;
  return [...first, ...(more > 0 ? [`and ${more} more within calendar.horizon`] : [])];
}

function tellOrganizer(config: Config, event: CalendarEvent, copy: Copy, isBooked: boolean): string[] {
  if (!isBooked) return ['is told nothing'];
  const isOwn = event.isOrganizer;
  const ways = config.invitation.ways.map((way) => {
    if (way === 'event') {
      const isOpen = 'subject' in copy || isOwn;
      return `event: ${isOpen ? "the joining details are written into the organizer's event" : `not possible (${'unreadable' in copy ? copy.unreadable : ''})`}`;
    }
    if (way === 'mail') {
      const from = config.invitation.mail?.from;
      return from === undefined ? 'mail: not configured (invitation.mail.from)' : `mail: from ${from}`;
    }
    return isOwn ? 'reply: not possible, the room is the organizer' : "reply: in the room's answer";
  });
  return ['is told by the first of these that is possible:', ...ways];
}

function span({ start, end }: { readonly start: number; readonly end: number }): string {
  const text = (at: number) => new Date(at).toISOString().replace(/:00\.000Z$/, 'Z');
  return `${text(start)} to ${text(end)}`;
}
