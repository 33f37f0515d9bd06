/** What people do in Outlook: book, change and cancel meetings, and see what came of it. */
import type { Attendant } from './attendant.ts';
import type { Directory } from './directory.ts';
import { rewrittenBy } from './editors.ts';
import type { Body, Item, Location, ShowAs } from './item.ts';
import type { Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import type { Edit, Invitee, Organizing } from './organizing.ts';
import type { Recurrence, RecurrencePattern, RecurrenceRange } from './recurrence.ts';
import { dateText, dayOf, wallOf } from './zones.ts';

/** The organizer's view of a meeting; `id` in its immutable form. */
export interface BookedEvent {
  readonly id: string;
  readonly iCalUId: string;
  readonly organizer: string;
}

export interface MeetingChange {
  readonly subject?: string;
  /** Of all-day meetings: midnight UTC of the first day, and of the day after the last. */
  readonly start?: Date;
  readonly end?: Date;
  /** Every room of the meeting from now on; one of the directory comes as its `attendeeType`, unless a type is named. */
  readonly rooms?: readonly (string | Invitee)[];
  readonly body?: Body;
  readonly sensitivity?: Item['sensitivity'];
  readonly showAs?: ShowAs;
  readonly categories?: readonly string[];
  readonly location?: string | Location;
  /** The join link of an online meeting, which the body should contain. */
  readonly joinUrl?: string;
  readonly isAllDay?: boolean;
  /** IANA or Windows name; default UTC. */
  readonly timeZone?: string;
  /** A missing startDate or recurrenceTimeZone is taken from the meeting. */
  readonly recurrence?: {
    readonly pattern: RecurrencePattern;
    readonly range: Partial<RecurrenceRange> & Pick<RecurrenceRange, 'type'>;
  };
}

export interface NewMeeting extends MeetingChange {
  /** Who is in no mailbox of the tenant is an external organizer. */
  readonly organizer: string;
  readonly rooms: readonly (string | Invitee)[];
  readonly subject: string;
  readonly start: Date;
  readonly end: Date;
}

export class Outlook {
  readonly #directory: Directory;
  readonly #organizing: Organizing;
  readonly #attendant: Attendant;
  readonly #knobs: Knobs;

  constructor(directory: Directory, organizing: Organizing, attendant: Attendant, knobs: Knobs) {
    this.#directory = directory;
    this.#organizing = organizing;
    this.#attendant = attendant;
    this.#knobs = knobs;
  }

  book(meeting: NewMeeting): BookedEvent {
    const mailbox = this.#directory.organizer(meeting.organizer);
    const times = { start: meeting.start.getTime(), end: meeting.end.getTime() };
    const zone = meeting.timeZone ?? 'UTC';
    const item = this.#organizing.create(mailbox, {
      ...toEdit(meeting, meeting.start, zone, []),
      ...times,
    });
    return booked(mailbox, item);
  }

  /** A meeting made in the room's own calendar, which nobody had to accept. */
  bookInRoom(room: string, meeting: { subject: string; start: Date; end: Date; body?: Body }): BookedEvent {
    return this.book({ ...meeting, organizer: room, rooms: [] });
  }

  /** The organizer edits a meeting, a whole series, or the instance that the id names. */
  update(event: BookedEvent | string, change: MeetingChange): Item {
    const { mailbox, item } = this.#find(event);
    return this.#organizing.update(mailbox, item, this.#edit(mailbox, item, change));
  }

  /** Edits the one occurrence that stands, or stood, at `originalStart`. */
  updateOccurrence(series: BookedEvent | string, originalStart: Date, change: MeetingChange): Item {
    const { mailbox, item } = this.#instance(series, originalStart);
    return this.#organizing.update(mailbox, item, this.#edit(mailbox, item, change));
  }

  /** From the occurrence at or after `from` on a series of its own; from the first one on, the series itself changes. */
  thisAndFollowing(
    series: BookedEvent | string,
    from: Date,
    change: MeetingChange,
  ): { before: BookedEvent; after: BookedEvent } {
    const { mailbox, item } = this.#find(series);
    const edit = this.#edit(mailbox, item, change);
    const { before, after } = this.#organizing.split(mailbox, item, from.getTime(), edit);
    return { before: booked(mailbox, before), after: booked(mailbox, after) };
  }

  /** A single meeting becomes the first of a series, and keeps its id. */
  convertToSeries(
    event: BookedEvent | string,
    recurrence: NonNullable<MeetingChange['recurrence']>,
    change: MeetingChange = {},
  ): Item {
    return this.update(event, { ...change, recurrence });
  }

  /** A series becomes the single meeting that it began with, and keeps its id. */
  convertToSingle(series: BookedEvent | string, change: MeetingChange = {}): Item {
    const { mailbox, item } = this.#find(series);
    return this.#organizing.update(mailbox, item, {
      ...this.#edit(mailbox, item, change),
      recurrence: null,
    });
  }

  /** Somebody invited forwards a meeting, a series, or the occurrence that the id names to a room. */
  forward(event: BookedEvent | string, room: string): void {
    const { mailbox, item } = this.#find(event);
    this.#organizing.forward(mailbox, item, room, this.#knobs.forwardNotice);
  }

  cancelOccurrence(series: BookedEvent | string, originalStart: Date): void {
    const { mailbox, item } = this.#instance(series, originalStart);
    this.#organizing.cancel(mailbox, item);
  }

  /** Cancels a meeting or a whole series; it leaves the organizer's calendar. */
  cancel(event: BookedEvent | string): void {
    const { mailbox, item } = this.#find(event);
    this.#organizing.cancel(mailbox, item);
  }

  /** Somebody who manages the room declines for it; of a series: all of it, or the instance with this iCalUId. */
  declineByRoom(room: string, iCalUId: string): void {
    const { mailbox, item } = this.#copy(room, iCalUId);
    this.#attendant.answer(mailbox, item, 'declined');
  }

  /** The same for the one occurrence that stands at this time in the room's calendar. */
  declineOccurrenceByRoom(room: string, series: BookedEvent | string, originalStart: Date): void {
    this.#answerOccurrence(room, series, originalStart, 'declined');
  }

  acceptByRoom(room: string, iCalUId: string): void {
    const { mailbox, item } = this.#copy(room, iCalUId);
    this.#attendant.answer(mailbox, item, 'accepted');
  }

  acceptOccurrenceByRoom(room: string, series: BookedEvent | string, originalStart: Date): void {
    this.#answerOccurrence(room, series, originalStart, 'accepted');
  }

  /** The organizer's own copy as it is now; undefined once it is cancelled. */
  event(organizer: string, event: BookedEvent | string): Item | undefined {
    return this.#directory.find(organizer)?.find(typeof event === 'string' ? event : event.id);
  }

  /** What stands in a room's calendar: single events, masters and exceptions. */
  roomCopies(room: string): Item[] {
    return this.#mailbox(room).items();
  }

  /** The room's copy of a meeting. */
  roomCopy(room: string, event: BookedEvent | string): Item | undefined {
    return this.#mailbox(room).byUid(typeof event === 'string' ? event : event.iCalUId);
  }

  #answerOccurrence(
    room: string,
    series: BookedEvent | string,
    originalStart: Date,
    response: 'accepted' | 'declined',
  ): void {
    const mailbox = this.#mailbox(room);
    const master = this.roomCopy(room, series);
    const item = master && mailbox.instanceAt(master, originalStart.getTime());
    if (!item) throw new Error(`${room} has no occurrence at ${originalStart.toISOString()}`);
    this.#attendant.answer(mailbox, item, response);
  }

  #edit(mailbox: Mailbox, item: Item, change: MeetingChange): Edit {
    const people = item.attendees.filter(({ address }) => !this.#directory.rooms.has(address));
    const start = change.start ?? new Date(item.start);
    const body = change.body ?? item.body;
    const { editor } = mailbox.settings;
    const rewritten =
      editor === 'none' || body.contentType === 'text'
        ? {}
        : { body: { ...body, content: rewrittenBy(editor, body.content) } };
    const edit = { ...toEdit(change, start, change.timeZone ?? item.timeZone, people), ...rewritten };
    // Who drags a meeting to another start keeps its length.
    if (!change.start || change.end) return edit;
    return { ...edit, end: change.start.getTime() + item.end - item.start };
  }

  #find(event: BookedEvent | string): { mailbox: Mailbox; item: Item } {
    const id = typeof event === 'string' ? event : event.id;
    const organizer = typeof event === 'string' ? undefined : this.#directory.find(event.organizer);
    for (const mailbox of organizer ? [organizer, ...this.#directory.all()] : this.#directory.all()) {
      const item = mailbox.find(id);
      if (item) return { mailbox, item };
    }
    throw new Error(`No calendar of the Graph simulator holds ${id}`);
  }

  #instance(series: BookedEvent | string, originalStart: Date): { mailbox: Mailbox; item: Item } {
    const { mailbox, item: master } = this.#find(series);
    const item = mailbox.instanceAt(master, originalStart.getTime());
    if (!item)
      throw new Error(`The series ${master.subject} has no occurrence at ${originalStart.toISOString()}`);
    return { mailbox, item };
  }

  #copy(room: string, iCalUId: string): { mailbox: Mailbox; item: Item } {
    const mailbox = this.#mailbox(room);
    const item = mailbox.byUid(iCalUId) ?? mailbox.items().find((other) => other.iCalUId === iCalUId);
    if (!item) throw new Error(`${room} holds no event with the iCalUId ${iCalUId}`);
    return { mailbox, item };
  }

  #mailbox(address: string): Mailbox {
    const mailbox = this.#directory.find(address);
    if (!mailbox) throw new Error(`No mailbox ${address} on the Graph simulator`);
    return mailbox;
  }
}

function booked(mailbox: Mailbox, item: Item): BookedEvent {
  return { id: item.id, iCalUId: item.iCalUId, organizer: mailbox.address };
}

function toEdit(change: MeetingChange, start: Date, timeZone: string, people: Item['attendees']): Edit {
  const { subject, body, sensitivity, isAllDay, showAs, categories, location, joinUrl, rooms, recurrence } =
    change;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(body === undefined ? {} : { body }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(isAllDay === undefined ? {} : { isAllDay }),
    ...(showAs === undefined ? {} : { showAs }),
    ...(categories === undefined ? {} : { categories }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
    ...(location === undefined
      ? {}
      : { location: typeof location === 'string' ? { displayName: location } : location }),
    ...(change.start === undefined ? {} : { start: change.start.getTime() }),
    ...(change.end === undefined ? {} : { end: change.end.getTime() }),
    ...(change.timeZone === undefined ? {} : { timeZone }),
    ...(rooms === undefined ? {} : { attendees: [...people, ...rooms.map(asInvitee)] }),
    ...(recurrence === undefined ? {} : { recurrence: complete(recurrence, start, timeZone) }),
  };
}

function asInvitee(room: string | Invitee): Invitee {
  return typeof room === 'string' ? { address: room } : room;
}

function complete(
  recurrence: NonNullable<MeetingChange['recurrence']>,
  start: Date,
  timeZone: string,
): Recurrence {
  const zone = recurrence.range.recurrenceTimeZone ?? timeZone;
  const startDate = dateText(dayOf(wallOf(start.getTime(), zone)));
  return { pattern: recurrence.pattern, range: { startDate, ...recurrence.range, recurrenceTimeZone: zone } };
}
