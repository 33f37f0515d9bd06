/** What Exchange does for a room: an invitation is written as tentative first, then accepted, declined or left. */
import type { Agenda } from './agenda.ts';
import { verdictOn } from './booking-policy.ts';
import type { Directory, Room } from './directory.ts';
import { type Item, instanceICalUId, instanceId, newId, type Response } from './item.ts';
import type { Mailbox } from './mailbox.ts';
import type { Notifier } from './notifier.ts';
import { dayFromText } from './zones.ts';

export interface Delays {
  /** Ms from the organizer's change to the room's first phase. */
  attendantDelay: number;
  /** Ms from the first phase to the decision. */
  acceptDelay: number;
}

export class Attendant {
  readonly #directory: Directory;
  readonly #agenda: Agenda;
  readonly #notifier: Notifier;
  readonly #delays: Delays;
  /** By id of a room's copy: the last time it was received, whose decision is the only one that counts. */
  readonly #turns = new Map<string, symbol>();

  constructor(directory: Directory, agenda: Agenda, notifier: Notifier, delays: Delays) {
    this.#directory = directory;
    this.#agenda = agenda;
    this.#notifier = notifier;
    this.#delays = delays;
  }

  /** An invitation or update of a single event or a series reaches the room. */
  invite(address: string, sent: Item): void {
    this.#later(address, (room, mailbox) => {
      const old = mailbox.byUid(sent.iCalUId);
      const afresh = !old || old.isCancelled || movedBetween(old, sent);
      if (old && afresh) for (const exception of mailbox.exceptionsOf(old)) mailbox.remove(exception);
      const cancelledSlots =
        afresh || sent.type !== 'seriesMaster' ? sent.cancelledSlots : old.cancelledSlots;
      this.#receive(room, mailbox, { ...sent, id: old?.id ?? newId(), cancelledSlots }, old, afresh);
    });
  }

  /** A series that ends earlier from now on reaches the room, which keeps its answer and the exceptions before the end. */
  shorten(address: string, sent: Item, end: number): void {
    this.#later(address, (room, mailbox) => {
      const old = mailbox.byUid(sent.iCalUId);
      if (!old) return;
      for (const exception of mailbox.exceptionsOf(old)) {
        if ((exception.originalStart ?? 0) >= end) mailbox.remove(exception);
      }
      this.#receive(room, mailbox, { ...sent, id: old.id, cancelledSlots: old.cancelledSlots }, old, false);
    });
  }

  /** An invitation or update of one instance of a series reaches the room. */
  inviteToInstance(address: string, master: Item, sent: Item): void {
    const slot = sent.originalStart ?? sent.start;
    this.#later(address, (room, mailbox) => {
      const ownMaster = mailbox.byUid(master.iCalUId);
      if (!ownMaster) {
        // Who is asked to one instance only gets an event of its own.
        const { seriesMasterId: _, originalStart: __, ...rest } = sent;
        const old = mailbox.byUid(sent.iCalUId);
        const single: Item = { ...rest, type: 'singleInstance', id: old?.id ?? newId() };
        this.#receive(room, mailbox, single, old, !old || movedBetween(old, sent));
        return;
      }
      const id = instanceId(ownMaster.id, slot);
      const old = mailbox.find(id);
      const copy: Item = {
        ...sent,
        id,
        type: 'exception',
        seriesMasterId: ownMaster.id,
        iCalUId: instanceICalUId(ownMaster, slot),
      };
      if (ownMaster.cancelledSlots.includes(slot)) {
        const cancelledSlots = ownMaster.cancelledSlots.filter((other) => other !== slot);
        mailbox.put({ ...ownMaster, cancelledSlots });
      }
      this.#receive(room, mailbox, copy, old, !old || old.isCancelled || movedBetween(old, sent));
    });
  }

  /** A cancellation reaches the room; `withdrawn` where only this room is no longer asked. */
  cancel(address: string, sent: Item, withdrawn: boolean): void {
    this.#later(address, (room, mailbox) => {
      const copy = mailbox.byUid(sent.iCalUId);
      if (!copy) return;
      if (withdrawn || room.removeCancelled) {
        mailbox.remove(copy);
        this.#notifier.tell(mailbox, copy, 'deleted', 'updated', 'updated');
        return;
      }
      for (const one of [copy, ...mailbox.exceptionsOf(copy)]) {
        const cancelled = mailbox.put(asCancelled(one));
        this.#notifier.tell(mailbox, cancelled, 'updated', 'updated', 'updated');
      }
    });
  }

  /** The cancellation of one instance reaches the room. */
  cancelInstance(address: string, master: Item, sent: Item, withdrawn: boolean): void {
    const slot = sent.originalStart ?? sent.start;
    this.#later(address, (room, mailbox) => {
      const ownMaster = mailbox.byUid(master.iCalUId);
      if (!ownMaster) {
        this.#dropSingle(mailbox, sent.iCalUId);
        return;
      }
      const copy = mailbox.find(instanceId(ownMaster.id, slot));
      if (!copy) return;
      if (room.keepCancelledOccurrences && !withdrawn) {
        const kept = mailbox.put({ ...asCancelled(copy), type: 'exception' });
        this.#notifier.tell(mailbox, kept, 'updated', 'updated', 'updated');
        return;
      }
      mailbox.remove(copy);
      mailbox.put({ ...ownMaster, cancelledSlots: [...ownMaster.cancelledSlots, slot] });
      this.#notifier.tell(mailbox, copy, 'deleted', 'updated', 'updated');
    });
  }

  /** Somebody answers for the room, for a series with its exceptions; the organizer learns it where it is `sent`. */
  answer(mailbox: Mailbox, copy: Item, response: Response, sent = true): void {
    const exceptions = mailbox.exceptionsOf(copy).filter((one) => !one.isCancelled);
    this.#respond(mailbox, copy, response, sent, 'updated');
    for (const exception of exceptions) {
      const left = mailbox.stored(exception.id);
      if (left) this.#respond(mailbox, left, response, sent, 'updated');
    }
  }

  /** The room answers: its copy and, where the organizer's is here, the organizer's record of it. */
  #respond(mailbox: Mailbox, copy: Item, response: Response, sent: boolean, ...changes: 'updated'[]): void {
    const room = this.#directory.rooms.get(mailbox.address);
    const time = this.#agenda.now();
    const shown = { accepted: copy.intendedShowAs ?? 'busy', declined: 'free' } as const;
    const showAs = response === 'accepted' || response === 'declined' ? shown[response] : 'tentative';
    const attendees = withAnswer(copy, mailbox.address, response, time);
    const type = copy.type === 'occurrence' ? 'exception' : copy.type;
    if (response === 'declined' && room && !room.keepDeclined) {
      mailbox.remove(copy);
      const master = copy.seriesMasterId === undefined ? undefined : mailbox.stored(copy.seriesMasterId);
      if (master && copy.originalStart !== undefined) {
        mailbox.put({ ...master, cancelledSlots: [...master.cancelledSlots, copy.originalStart] });
      }
      this.#notifier.tell(mailbox, copy, 'deleted', ...changes);
    } else {
      const answered = mailbox.put({ ...copy, type, attendees, showAs, response: { response, time } });
      this.#notifier.tell(mailbox, answered, ...changes);
    }
    if (sent) this.#tellOrganizer(mailbox, copy, response, time);
  }

  #later(address: string, action: (room: Room, mailbox: Mailbox) => void): void {
    this.#agenda.after(this.#delays.attendantDelay, () => {
      const mailbox = this.#directory.find(address);
      const room = mailbox?.enabled ? this.#directory.rooms.get(mailbox.address) : undefined;
      if (room && mailbox) action(room, mailbox);
    });
  }

  /** First phase: the item as it was sent, tentative where its time is new. */
  #receive(room: Room, mailbox: Mailbox, sent: Item, old: Item | undefined, afresh: boolean): void {
    const response = afresh || !old ? { response: room.firstPhaseResponse, time: 0 } : old.response;
    const accepted = !afresh && old?.response.response === 'accepted';
    const copy = mailbox.put({
      ...sent,
      ...(old && !afresh ? seriesAsKept(old, sent) : {}),
      isOrganizer: false,
      response,
      intendedShowAs: sent.showAs,
      showAs: accepted ? sent.showAs : afresh || !old ? 'tentative' : old.showAs,
      categories: room.keepCategories ? sent.categories : [],
      attendees: withAnswer(sent, mailbox.address, response.response, response.time),
      created: old?.created ?? this.#agenda.now(),
    });
    if (!old) this.#notifier.tell(mailbox, copy, 'created');
    this.#notifier.tell(mailbox, copy, 'updated');
    if (room.policy === 'autoUpdate') return;
    const turn = Symbol();
    this.#turns.set(copy.id, turn);
    this.#agenda.after(this.#delays.acceptDelay, () => {
      if (this.#turns.get(copy.id) !== turn) return;
      this.#turns.delete(copy.id);
      this.#decide(room, mailbox, copy.id);
    });
  }

  /** Second phase: the answer, and the item rewritten as the room's settings say. */
  #decide(room: Room, mailbox: Mailbox, id: string): void {
    const copy = mailbox.stored(id);
    if (!copy || copy.isCancelled || copy.isOrganizer) return;
    const rewritten = asProcessed(room, copy);
    const settle = (item: Item) => this.#notifier.tell(mailbox, mailbox.put(item), 'updated', 'updated');
    if (copy.response.response === 'accepted' || copy.response.response === 'declined') {
      settle(rewritten);
      return;
    }
    const external = (this.#directory.find(copy.organizer.address)?.kind ?? 'external') === 'external';
    const verdict = verdictOn(room, mailbox, copy, { now: this.#agenda.now(), external });
    if (verdict.kind === 'left') settle(rewritten);
    if (verdict.kind === 'declined')
      this.#respond(mailbox, rewritten, 'declined', true, 'updated', 'updated');
    if (verdict.kind !== 'accepted') return;
    const full = copy.fullRecurrence ?? copy.recurrence;
    const cut = verdict.cut && full ? { recurrence: verdict.cut, fullRecurrence: full } : {};
    this.#respond(mailbox, { ...rewritten, ...cut }, 'accepted', true, 'updated', 'updated');
    for (const slot of verdict.conflicts) {
      const master = mailbox.stored(id);
      const instance = master && mailbox.instanceAt(master, slot);
      if (instance) this.#respond(mailbox, instance, 'declined', true, 'updated');
    }
  }

  #dropSingle(mailbox: Mailbox, iCalUId: string): void {
    const single = mailbox.byUid(iCalUId);
    if (!single) return;
    mailbox.remove(single);
    this.#notifier.tell(mailbox, single, 'deleted', 'updated', 'updated');
  }

  #tellOrganizer(room: Mailbox, copy: Item, response: Response, time: number): void {
    const organizer = this.#directory.find(copy.organizer.address);
    if (!organizer) return;
    const master = copy.seriesMasterId === undefined ? undefined : room.stored(copy.seriesMasterId);
    const ownMaster = master && organizer.byUid(master.iCalUId);
    const own =
      ownMaster && copy.originalStart !== undefined
        ? organizer.stored(instanceId(ownMaster.id, copy.originalStart))
        : organizer.byUid(copy.iCalUId);
    if (!own) return;
    const attendees = withAnswer(own, room.address, response, time);
    this.#notifier.tell(organizer, organizer.put({ ...own, attendees }), 'updated');
  }
}

function asProcessed(room: Room, copy: Item): Item {
  const said = room.deleteSubject ? '' : copy.subject;
  return {
    ...copy,
    body: room.deleteComments ? { contentType: copy.body.contentType, content: '' } : copy.body,
    subject: room.addOrganizerToSubject ? `${copy.organizer.name} ${said}`.trimEnd() : said,
    sensitivity: room.removePrivateProperty && copy.sensitivity === 'private' ? 'normal' : copy.sensitivity,
  };
}

function asCancelled(item: Item): Item {
  const subject = item.subject.startsWith('Canceled: ') ? item.subject : `Canceled: ${item.subject}`;
  return { ...item, isCancelled: true, showAs: 'free', subject };
}

function withAnswer(item: Item, address: string, response: Response, time: number): Item['attendees'] {
  return item.attendees.map((attendee) =>
    attendee.address.toLowerCase() === address ? { ...attendee, response, time } : attendee,
  );
}

/** A series that the room cut at its booking window stays cut, unless it now ends before. */
function seriesAsKept(old: Item, sent: Item): Pick<Item, 'recurrence' | 'fullRecurrence'> {
  if (!old.fullRecurrence || !old.recurrence || !sent.recurrence) return {};
  const end = (range: { endDate?: string }) => dayFromText(range.endDate ?? '');
  if (end(sent.recurrence.range) <= end(old.recurrence.range)) return {};
  return { recurrence: old.recurrence, fullRecurrence: sent.recurrence };
}

/** Whether an update gives a meeting another time, so that everybody is asked anew. */
function movedBetween(before: Item, after: Item): boolean {
  const series = before.fullRecurrence ?? before.recurrence;
  return (
    before.start !== after.start ||
    before.end !== after.end ||
    before.isAllDay !== after.isAllDay ||
    JSON.stringify(series) !== JSON.stringify(after.recurrence)
  );
}
