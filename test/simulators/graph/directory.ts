/** Who has a mailbox here, and how each room answers invitations. */
import { Mailbox } from './mailbox.ts';

/** What Set-CalendarProcessing decides about a room. */
export interface Room {
  readonly mailbox: string;
  readonly name: string;
  /** `autoUpdate` leaves invitations tentative; `declineAll` refuses every one. */
  policy: 'autoAccept' | 'autoUpdate' | 'declineAll';
  deleteSubject: boolean;
  addOrganizerToSubject: boolean;
  deleteComments: boolean;
  removePrivateProperty: boolean;
  /** A cancelled meeting leaves the calendar instead of staying with isCancelled. */
  removeCancelled: boolean;
  /** The same for a single cancelled occurrence, which by default leaves. */
  keepCancelledOccurrences: boolean;
  /** A declined meeting stays in the calendar with the response `declined`. */
  keepDeclined: boolean;
  /** The response while the booking attendant has not decided. */
  firstPhaseResponse: 'tentativelyAccepted' | 'notResponded';
}

export class Directory {
  readonly rooms = new Map<string, Room>();
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #byGuid = new Map<string, Mailbox>();

  addRoom(mailbox: string, name: string = mailbox): Room {
    const room: Room = {
      mailbox: mailbox.toLowerCase(),
      name,
      policy: 'autoAccept',
      deleteSubject: false,
      addOrganizerToSubject: false,
      deleteComments: false,
      removePrivateProperty: false,
      removeCancelled: false,
      keepCancelledOccurrences: false,
      keepDeclined: true,
      firstPhaseResponse: 'tentativelyAccepted',
    };
    this.rooms.set(room.mailbox, room);
    this.#add(new Mailbox(room.mailbox, name, 'room'));
    return room;
  }

  addPerson(mailbox: string, name: string): void {
    this.#add(new Mailbox(mailbox.toLowerCase(), name, 'person'));
  }

  /** By address in any case or by object id; external organizers are found too. */
  find(addressOrGuid: string): Mailbox | undefined {
    const key = addressOrGuid.toLowerCase();
    return this.#mailboxes.get(key) ?? this.#byGuid.get(key);
  }

  /** The organizer's mailbox; one outside the tenant is made up on first use. */
  organizer(address: string): Mailbox {
    return this.find(address) ?? this.#add(new Mailbox(address.toLowerCase(), address, 'external'));
  }

  all(): Mailbox[] {
    return [...this.#mailboxes.values()];
  }

  #add(mailbox: Mailbox): Mailbox {
    this.#mailboxes.set(mailbox.address, mailbox);
    this.#byGuid.set(mailbox.guid, mailbox);
    return mailbox;
  }
}
