/** Who has a mailbox here, under which addresses, and how each room answers invitations. */
import { Mailbox, type MailboxSettings } from './mailbox.ts';

/** What Set-CalendarProcessing decides about a room. Facts 3.3. */
export interface Room {
  /** Lower case. */
  mailbox: string;
  readonly name: string;
  /**
   * `autoUpdate` leaves invitations tentative; `declineAll` refuses every one; `delegate` leaves what keeps the rules to
   * somebody who accepts or declines it later.
   */
  policy: 'autoAccept' | 'autoUpdate' | 'declineAll' | 'delegate';
  /** As what Outlook adds the room to a meeting. */
  attendeeType: 'resource' | 'required';
  deleteSubject: boolean;
  addOrganizerToSubject: boolean;
  deleteComments: boolean;
  removePrivateProperty: boolean;
  /** The organizer's categories come along. */
  keepCategories: boolean;
  /** A cancelled meeting leaves the calendar instead of staying with isCancelled. */
  removeCancelled: boolean;
  /** The same for a single cancelled occurrence, which by default leaves. */
  keepCancelledOccurrences: boolean;
  /** A declined meeting stays in the calendar with the response `declined`. */
  keepDeclined: boolean;
  /** The response while the booking attendant has not decided. */
  firstPhaseResponse: 'tentativelyAccepted' | 'notResponded';
  /** Days from now in which the room may be booked; undefined: any. */
  bookingWindowDays: number | undefined;
  /** A series that runs past the booking window is declined; otherwise it is accepted up to there. */
  enforceHorizon: boolean;
  /** Minutes; undefined: any. */
  maximumDuration: number | undefined;
  /** Organizers outside the tenant are answered as others are; otherwise declined. */
  processExternal: boolean;
  allowConflicts: boolean;
  /** A series with conflicts is accepted without them while they keep both limits: per cent, and number. */
  conflictPercentage: number;
  maxConflicts: number;
}

export class Directory {
  readonly rooms = new Map<string, Room>();
  readonly #now: () => number;
  /** Aliases included. */
  readonly #byAddress = new Map<string, Mailbox>();
  readonly #byGuid = new Map<string, Mailbox>();
  readonly #deleted = new Map<string, { mailbox: Mailbox; addresses: string[]; room: Room | undefined }>();

  /** `now` gives epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  addRoom(mailbox: string, name: string = mailbox): Room {
    const room: Room = {
      mailbox: mailbox.toLowerCase(),
      name,
      policy: 'autoAccept',
      attendeeType: 'resource',
      deleteSubject: false,
      addOrganizerToSubject: false,
      deleteComments: false,
      removePrivateProperty: false,
      keepCategories: true,
      removeCancelled: false,
      keepCancelledOccurrences: false,
      keepDeclined: true,
      firstPhaseResponse: 'tentativelyAccepted',
      bookingWindowDays: undefined,
      enforceHorizon: true,
      maximumDuration: undefined,
      processExternal: true,
      allowConflicts: false,
      conflictPercentage: 0,
      maxConflicts: 0,
    };
    this.rooms.set(room.mailbox, room);
    this.#add(new Mailbox(room.mailbox, name, 'room', this.#now));
    return room;
  }

  addPerson(mailbox: string, name: string, settings: Partial<MailboxSettings> = {}): void {
    const added = this.#add(new Mailbox(mailbox.toLowerCase(), name, 'person', this.#now));
    Object.assign(added.settings, settings);
  }

  /** By address or alias in any case, or by object id; external organizers are found too. */
  find(addressOrGuid: string): Mailbox | undefined {
    const key = addressOrGuid.toLowerCase();
    return this.#byAddress.get(key) ?? this.#byGuid.get(key);
  }

  /** The organizer's mailbox; one outside the tenant is made up on first use. */
  organizer(address: string): Mailbox {
    const made = () => new Mailbox(address.toLowerCase(), address, 'external', this.#now);
    return this.find(address) ?? this.#add(made());
  }

  all(): Mailbox[] {
    return [...this.#byGuid.values()];
  }

  /** The mailbox gets another address; the old one leads nowhere, unless it stays as an alias. */
  rename(mailbox: Mailbox, address: string, keepAlias: boolean): void {
    const [from, to] = [mailbox.address, address.toLowerCase()];
    if (this.#byAddress.has(to)) throw new Error(`${to} is somebody's address already`);
    mailbox.address = to;
    this.#byAddress.set(to, mailbox);
    if (!keepAlias) this.#byAddress.delete(from);
    const room = this.rooms.get(from);
    if (room) {
      this.rooms.delete(from);
      this.rooms.set(to, Object.assign(room, { mailbox: to }));
    }
    for (const other of this.all()) other.readdress(from, to);
  }

  /** Nobody finds it any more; its calendar is kept. */
  delete(mailbox: Mailbox): void {
    const addresses = [...this.#byAddress].filter(([, one]) => one === mailbox).map(([address]) => address);
    this.#deleted.set(mailbox.address, { mailbox, addresses, room: this.rooms.get(mailbox.address) });
    for (const address of addresses) this.#byAddress.delete(address);
    this.#byGuid.delete(mailbox.guid);
    this.rooms.delete(mailbox.address);
  }

  /** A deleted mailbox comes back with what was in it. */
  restore(address: string): void {
    const deleted = this.#deleted.get(address.toLowerCase());
    if (!deleted) throw new Error(`${address} was not deleted`);
    this.#deleted.delete(deleted.mailbox.address);
    for (const one of deleted.addresses) this.#byAddress.set(one, deleted.mailbox);
    this.#byGuid.set(deleted.mailbox.guid, deleted.mailbox);
    if (deleted.room) this.rooms.set(deleted.room.mailbox, deleted.room);
  }

  #add(mailbox: Mailbox): Mailbox {
    this.#byAddress.set(mailbox.address, mailbox);
    this.#byGuid.set(mailbox.guid, mailbox);
    return mailbox;
  }
}
