/** What Exchange does for a room: an invitation is written as tentative first, then accepted, declined or left. */
import type { Agenda } from './agenda.ts';
import type { Directory, Room } from './directory.ts';
import { type Item, instanceICalUId, instanceId, newId, type Response, spanOf } from './item.ts';
import type { Mailbox } from './mailbox.ts';
import type { Notifier } from './notifier.ts';

const DAY = 86_400_000;
const BOOKING_WINDOW = 180 * DAY;

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

  /** The room answers: its copy and, where the organizer's is here, the organizer's record of it. */
  respond(mailbox: Mailbox, copy: Item, response: Response, copies: 'updated'[] = ['updated']): void {
    const room = this.#directory.rooms.get(mailbox.address);
    const time = Date.now();
    const showAs = response === 'accepted' ? 'busy' : response === 'declined' ? 'free' : 'tentative';
    const attendees = withAnswer(copy, mailbox.address, response, time);
    const type = copy.type === 'occurrence' ? 'exception' : copy.type;
    if (response === 'declined' && room && !room.keepDeclined) {
      mailbox.remove(copy);
      const master = copy.seriesMasterId === undefined ? undefined : mailbox.stored(copy.seriesMasterId);
      if (master && copy.originalStart !== undefined) {
        mailbox.put({ ...master, cancelledSlots: [...master.cancelledSlots, copy.originalStart] });
      }
      this.#notifier.tell(mailbox, copy, 'deleted', ...copies);
    } else {
      const answered = mailbox.put({ ...copy, type, attendees, showAs, response: { response, time } });
      this.#notifier.tell(mailbox, answered, ...copies);
    }
    this.#tellOrganizer(mailbox, copy, response, time);
  }

  #later(address: string, action: (room: Room, mailbox: Mailbox) => void): void {
    const [room, mailbox] = [this.#directory.rooms.get(address.toLowerCase()), this.#directory.find(address)];
    if (room && mailbox) this.#agenda.after(this.#delays.attendantDelay, () => action(room, mailbox));
  }

  /** First phase: the item as it was sent, tentative where its time is new. */
  #receive(room: Room, mailbox: Mailbox, sent: Item, old: Item | undefined, afresh: boolean): void {
    const response = afresh || !old ? { response: room.firstPhaseResponse, time: 0 } : old.response;
    const copy = mailbox.put({
      ...sent,
      isOrganizer: false,
      response,
      showAs: afresh || !old ? 'tentative' : old.showAs,
      attendees: withAnswer(sent, mailbox.address, response.response, response.time),
      created: old?.created ?? Date.now(),
    });
    if (!old) this.#notifier.tell(mailbox, copy, 'created');
    this.#notifier.tell(mailbox, copy, 'updated');
    if (room.policy === 'autoUpdate') return;
    this.#agenda.after(this.#delays.acceptDelay, () => this.#decide(room, mailbox, copy.id));
  }

  /** Second phase: the answer, and the item rewritten as the room's settings say. */
  #decide(room: Room, mailbox: Mailbox, id: string): void {
    const copy = mailbox.stored(id);
    if (!copy || copy.isCancelled || copy.isOrganizer) return;
    const body = room.deleteComments ? { contentType: copy.body.contentType, content: '' } : copy.body;
    const said = room.deleteSubject ? '' : copy.subject;
    const rewritten: Item = {
      ...copy,
      body,
      subject: room.addOrganizerToSubject ? `${copy.organizer.name} ${said}`.trimEnd() : said,
      sensitivity: room.removePrivateProperty && copy.sensitivity === 'private' ? 'normal' : copy.sensitivity,
    };
    const decided = copy.response.response === 'accepted' || copy.response.response === 'declined';
    if (decided) {
      this.#notifier.tell(mailbox, mailbox.put(rewritten), 'updated', 'updated');
      return;
    }
    const free = room.policy !== 'declineAll' && !this.#conflicts(mailbox, copy);
    this.respond(mailbox, rewritten, free ? 'accepted' : 'declined', ['updated', 'updated']);
  }

  #conflicts(mailbox: Mailbox, copy: Item): boolean {
    const horizon = Math.max(copy.start, Date.now()) + BOOKING_WINDOW;
    const wanted = (
      copy.type === 'seriesMaster'
        ? mailbox.instancesOf(copy, Math.min(copy.start, Date.now()), horizon)
        : [copy]
    ).map(spanOf);
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (!first || !last) return false;
    const own = new Set([copy.id, copy.seriesMasterId]);
    const series = copy.type === 'seriesMaster';
    const taken = mailbox
      .view(first.from - DAY, Math.max(...wanted.map(({ to }) => to)) + DAY)
      .filter((other) => {
        const same = own.has(other.id) || (series && other.seriesMasterId === copy.id);
        return !same && !other.isCancelled && (other.isOrganizer || other.response.response === 'accepted');
      });
    return taken.map(spanOf).some((busy) => wanted.some(({ from, to }) => from < busy.to && to > busy.from));
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

function asCancelled(item: Item): Item {
  const subject = item.subject.startsWith('Canceled: ') ? item.subject : `Canceled: ${item.subject}`;
  return { ...item, isCancelled: true, showAs: 'free', subject };
}

function withAnswer(item: Item, address: string, response: Response, time: number): Item['attendees'] {
  return item.attendees.map((attendee) =>
    attendee.address.toLowerCase() === address ? { ...attendee, response, time } : attendee,
  );
}

/** Whether an update gives a meeting another time, so that everybody is asked anew. */
function movedBetween(before: Item, after: Item): boolean {
  return (
    before.start !== after.start ||
    before.end !== after.end ||
    before.isAllDay !== after.isAllDay ||
    JSON.stringify(before.recurrence) !== JSON.stringify(after.recurrence)
  );
}
