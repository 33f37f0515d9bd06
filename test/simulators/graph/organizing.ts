/** What follows from an organizer's edit: the organizer's copy changes and the rooms concerned are told. */
import type { Agenda } from './agenda.ts';
import type { Attendant } from './attendant.ts';
import type { Directory } from './directory.ts';
import {
  type Attendee,
  type Body,
  type Item,
  type Location,
  newICalUId,
  newId,
  type ShowAs,
  seriesZone,
} from './item.ts';
import { type Mailbox, slotsOf } from './mailbox.ts';
import type { Notifier } from './notifier.ts';
import { faultOf, type Recurrence } from './recurrence.ts';
import { badRequest } from './reply.ts';
import { splitAt } from './series-split.ts';
import { dateText, dayFromText, dayOf, wallOf } from './zones.ts';

const DAY = 86_400_000;

export interface Invitee {
  readonly address: string;
  readonly name?: string;
  readonly type?: Attendee['type'];
}

/** What an organizer may set; instants in epoch ms, of all-day events midnight UTC of the dates. */
export interface Edit {
  readonly subject?: string;
  readonly body?: Body;
  readonly start?: number;
  readonly end?: number;
  readonly timeZone?: string;
  readonly isAllDay?: boolean;
  readonly sensitivity?: Item['sensitivity'];
  readonly showAs?: ShowAs;
  readonly categories?: readonly string[];
  readonly location?: Location;
  readonly attendees?: readonly Invitee[];
  /** Null makes a single event of a series; its absence leaves what is. */
  readonly recurrence?: Recurrence | null;
  readonly joinUrl?: string;
  readonly transactionId?: string;
}

export class Organizing {
  readonly #directory: Directory;
  readonly #attendant: Attendant;
  readonly #notifier: Notifier;
  readonly #now: () => number;
  readonly #later: (ms: number, action: () => void) => void;

  constructor(directory: Directory, attendant: Attendant, notifier: Notifier, agenda: Agenda) {
    this.#directory = directory;
    this.#attendant = attendant;
    this.#notifier = notifier;
    this.#now = () => agenda.now();
    this.#later = (ms, action) => agenda.after(ms, action);
  }

  create(mailbox: Mailbox, edit: Edit & { readonly start: number; readonly end: number }): Item {
    const { attendees, recurrence, ...rest } = edit;
    const now = this.#now();
    const draft: Item = {
      subject: '',
      body: { contentType: 'html', content: '' },
      timeZone: 'UTC',
      isAllDay: false,
      sensitivity: 'normal',
      showAs: 'busy',
      categories: [],
      location: { displayName: '' },
      ...rest,
      id: newId(),
      iCalUId: newICalUId(),
      type: recurrence ? 'seriesMaster' : 'singleInstance',
      ...(recurrence ? { recurrence } : {}),
      isCancelled: false,
      isOrganizer: true,
      organizer: { name: mailbox.name, address: mailbox.address },
      attendees: this.#attendees(attendees ?? [], []),
      response: { response: 'organizer', time: 0 },
      cancelledSlots: [],
      changeKey: '',
      created: now,
      modified: now,
    };
    const item = mailbox.put(alignSeries(checked(draft)));
    this.#notifier.tell(mailbox, item, 'created');
    for (const room of this.#rooms(item)) this.#attendant.invite(room, item);
    return item;
  }

  /** Edits a single event, a series, or one instance of it, which then becomes an exception. */
  update(mailbox: Mailbox, item: Item, edit: Edit): Item {
    if (item.seriesMasterId !== undefined) return this.#updateInstance(mailbox, item, edit);
    const changed = checked(this.#edited(item, edit));
    const moved = edit.start !== undefined || edit.end !== undefined || edit.recurrence !== undefined;
    const undone = moved ? mailbox.exceptionsOf(item) : [];
    for (const exception of undone) mailbox.remove(exception);
    const after = mailbox.put(moved ? alignSeries(edit.recurrence ? changed : onItsDay(changed)) : changed);
    if (edit.attendees) this.#followAttendees(mailbox, item, after);
    this.#notifier.tell(mailbox, after, 'updated');
    if (!item.isOrganizer) return after;
    const onlyAttendees = Object.keys(edit).every((name) => name === 'attendees');
    const before = new Set(this.#rooms(item));
    for (const room of this.#rooms(after)) {
      if (onlyAttendees && before.has(room)) continue;
      this.#attendant.invite(room, after);
      if (!before.has(room)) this.#inviteToExceptions(mailbox, after, room);
    }
    const asked = new Set(this.#rooms(after));
    for (const room of before) if (!asked.has(room)) this.#attendant.cancel(room, item, true);
    // Whoever was asked to such a date alone is asked no more.
    for (const exception of undone) {
      for (const room of this.#rooms(exception))
        if (!before.has(room) && !asked.has(room))
          this.#attendant.cancelInstance(room, item, exception, false);
    }
    return after;
  }

  /** Ends a series before `from` and begins a new one there with the edit in it; of its first occurrence on it stays one. */
  split(mailbox: Mailbox, master: Item, from: number, edit: Edit): { before: Item; after: Item } {
    const split = splitAt(master, from);
    if (!split) {
      const whole = this.update(mailbox, master, edit);
      return { before: whole, after: whole };
    }
    const { start } = split;
    for (const exception of mailbox.exceptionsOf(master)) {
      if ((exception.originalStart ?? 0) < start) continue;
      mailbox.remove(exception);
      const alone = this.#rooms(exception).filter((room) => !this.#rooms(master).includes(room));
      for (const room of alone) this.#attendant.cancelInstance(room, master, exception, true);
    }
    const before = mailbox.put({ ...master, recurrence: split.before });
    this.#notifier.tell(mailbox, before, 'updated');
    for (const room of this.#rooms(before)) this.#attendant.shorten(room, before, start);
    const { subject, body, timeZone, isAllDay, sensitivity, showAs, categories, location, joinUrl } = master;
    const after = this.create(mailbox, {
      ...{ subject, body, timeZone, isAllDay, sensitivity, showAs, categories, location },
      ...(joinUrl === undefined ? {} : { joinUrl }),
      attendees: master.attendees,
      recurrence: split.after,
      ...edit,
      start: edit.start ?? start,
      end: edit.end ?? start + master.end - master.start,
    });
    return { before, after };
  }

  /** Somebody who was invited sends the meeting on to a room, which the organizer learns after `notice` ms, or never. */
  forward(mailbox: Mailbox, item: Item, address: string, notice: number | undefined): void {
    const [room] = this.#attendees([{ address }], []);
    if (!room) return;
    const master = item.seriesMasterId === undefined ? undefined : mailbox.stored(item.seriesMasterId);
    const sent: Item = { ...item, attendees: [...item.attendees, room] };
    if (master) this.#attendant.inviteToInstance(address, master, sent);
    else this.#attendant.invite(address, sent);
    if (notice === undefined) return;
    this.#later(notice, () => {
      const own = mailbox.find(item.id);
      if (!own || own.attendees.some((one) => one.address === room.address)) return;
      const answered = this.#directory.find(address)?.byUid(item.iCalUId)?.response;
      const type = own.type === 'occurrence' ? 'exception' : own.type;
      const attendees = [...own.attendees, { ...room, ...answered }];
      this.#notifier.tell(mailbox, mailbox.put({ ...own, type, attendees }), 'updated');
    });
  }

  /** Takes an event, a series or one instance out of the organizer's calendar and tells the rooms. */
  cancel(mailbox: Mailbox, item: Item): void {
    const master = item.seriesMasterId === undefined ? undefined : mailbox.stored(item.seriesMasterId);
    if (master && item.originalStart !== undefined) {
      mailbox.remove(item);
      const cancelledSlots = [...master.cancelledSlots, item.originalStart];
      this.#notifier.tell(mailbox, mailbox.put({ ...master, cancelledSlots }), 'updated');
      for (const room of this.#rooms(item)) this.#attendant.cancelInstance(room, master, item, false);
      return;
    }
    const exceptions = mailbox.exceptionsOf(item);
    mailbox.remove(item);
    this.#notifier.tell(mailbox, item, 'deleted');
    if (!item.isOrganizer) return;
    const rooms = new Set(this.#rooms(item));
    for (const room of rooms) this.#attendant.cancel(room, item, false);
    for (const exception of exceptions) {
      for (const room of this.#rooms(exception)) {
        if (!rooms.has(room)) this.#attendant.cancelInstance(room, item, exception, false);
      }
    }
  }

  #updateInstance(mailbox: Mailbox, item: Item, edit: Edit): Item {
    const master = mailbox.stored(item.seriesMasterId ?? '');
    if (!master || edit.recurrence !== undefined)
      throw badRequest('Only the master of a series has a recurrence.');
    const changed = checked(this.#edited(item, edit));
    this.#refuseCrossing(master, changed);
    const exception = mailbox.put({ ...changed, type: 'exception' });
    this.#notifier.tell(mailbox, exception, 'updated');
    if (!item.isOrganizer) return exception;
    const asked = new Set(this.#rooms(exception));
    for (const room of asked) this.#attendant.inviteToInstance(room, master, exception);
    for (const room of this.#rooms(item)) {
      if (!asked.has(room)) this.#attendant.cancelInstance(room, master, item, true);
    }
    return exception;
  }

  /** Whoever joins or leaves the series joins or leaves its exceptions too. */
  #followAttendees(mailbox: Mailbox, before: Item, after: Item): void {
    const had = new Set(before.attendees.map(({ address }) => address));
    const has = new Set(after.attendees.map(({ address }) => address));
    for (const exception of mailbox.exceptionsOf(after)) {
      const own = new Set(exception.attendees.map(({ address }) => address));
      const stay = exception.attendees.filter(({ address }) => has.has(address) || !had.has(address));
      const join = after.attendees.filter(({ address }) => !had.has(address) && !own.has(address));
      mailbox.put({ ...exception, attendees: [...stay, ...join] });
    }
  }

  #inviteToExceptions(mailbox: Mailbox, master: Item, room: string): void {
    for (const exception of mailbox.exceptionsOf(master)) {
      if (this.#rooms(exception).includes(room)) this.#attendant.inviteToInstance(room, master, exception);
    }
  }

  #edited(item: Item, edit: Edit): Item {
    const { attendees, recurrence, ...rest } = edit;
    const changed = withRecurrence({ ...item, ...rest }, recurrence);
    if (attendees) return { ...changed, attendees: this.#attendees(attendees, item.attendees) };
    // Whoever removes the online meeting's link from the body has disabled the meeting.
    if (!edit.body || item.joinUrl === undefined || edit.body.content.includes(item.joinUrl)) return changed;
    const { joinUrl: _, ...offline } = changed;
    return offline;
  }

  #attendees(invitees: readonly Invitee[], known: readonly Attendee[]): Attendee[] {
    return invitees.map(({ address, name, type }) => {
      const key = address.toLowerCase();
      const old = known.find((attendee) => attendee.address.toLowerCase() === key);
      const found = this.#directory.find(key);
      const room = found && this.#directory.rooms.get(found.address);
      return {
        type: type ?? old?.type ?? room?.attendeeType ?? 'required',
        name: name ?? old?.name ?? found?.name ?? address,
        address: found?.address ?? key,
        response: old?.response ?? 'none',
        time: old?.time ?? 0,
      };
    });
  }

  #rooms(item: Item): string[] {
    return item.attendees
      .map(({ address }) => address)
      .filter((address) => this.#directory.rooms.has(address));
  }

  /** Exchange keeps the instances of a series in their order of days. */
  #refuseCrossing(master: Item, instance: Item): void {
    const slot = instance.originalStart ?? instance.start;
    const day = (instant: number) => dayOf(wallOf(instant, seriesZone(master)));
    const slots = slotsOf(master, slot - 400 * DAY, slot + 400 * DAY);
    const previous = slots.filter((other) => other < slot).at(-1);
    const next = slots.find((other) => other > slot);
    const crosses =
      (previous !== undefined && day(instance.start) <= day(previous) && day(slot) > day(previous)) ||
      (next !== undefined && day(instance.start) >= day(next) && day(slot) < day(next));
    if (!crosses) return;
    const message = 'Modified occurrence is crossing or overlapping adjacent occurrence.';
    throw badRequest(message, 'ErrorOccurrenceCrossingBoundary');
  }
}

function withRecurrence(item: Item, recurrence: Recurrence | null | undefined): Item {
  if (recurrence === undefined) return item;
  if (recurrence) return { ...item, type: 'seriesMaster', recurrence };
  const { recurrence: _, ...single } = item;
  return { ...single, type: 'singleInstance', cancelledSlots: [] };
}

function checked(item: Item): Item {
  if (item.end < item.start)
    throw badRequest('The end lies before the start.', 'ErrorCalendarEndDateIsEarlierThanStartDate');
  if (item.isAllDay && (item.start % DAY !== 0 || item.end % DAY !== 0 || item.end === item.start)) {
    throw badRequest('An all-day event must start and end at midnight.', 'ErrorInvalidRequest');
  }
  const fault = item.recurrence && item.type === 'seriesMaster' ? faultOf(item.recurrence) : undefined;
  if (fault) throw badRequest(fault, 'ErrorInvalidRequest');
  return item;
}

/** A series that is dragged to another day begins on that day, and what was cancelled singly takes place again. */
function onItsDay(item: Item): Item {
  if (!item.recurrence) return item;
  const startDate = dateText(dayOf(wallOf(item.start, seriesZone(item))));
  const range = { ...item.recurrence.range, startDate };
  return { ...item, cancelledSlots: [], recurrence: { pattern: item.recurrence.pattern, range } };
}

/** A master starts with its first occurrence, and its range on that day. */
function alignSeries(item: Item): Item {
  if (!item.recurrence) return item;
  const zone = seriesZone(item);
  const day = Math.max(dayOf(wallOf(item.start, zone)), dayFromText(item.recurrence.range.startDate));
  const range = { ...item.recurrence.range, startDate: dateText(day) };
  const aligned: Item = {
    ...item,
    cancelledSlots: [],
    recurrence: { pattern: item.recurrence.pattern, range },
  };
  for (const days of [40, 800, 8_000]) {
    const first = slotsOf(aligned, (day - 2) * DAY, (day + days) * DAY)[0];
    if (first !== undefined) return { ...aligned, start: first, end: first + item.end - item.start };
  }
  throw badRequest('The recurrence has no occurrence.', 'ErrorRecurrenceHasNoOccurrence');
}
