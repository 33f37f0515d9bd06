/** What people do in a long run: they book, move, shorten, lengthen and cancel, dial in and hang up. */
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import type { Product, World } from '../world/world.ts';
import { isDue, type Wanted, wanted } from './meetings.ts';

type Dice = (sides: number) => number;

export const roomsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    mailbox: `room-${i}@example.com`,
    sip: `room-${i}@video.example.com`,
  }));
const sipOf = (mailbox: string) => mailbox.replace('@example.com', '@video.example.com');

export const organizers = Array.from({ length: 25 }, (_, i) => ({
  mailbox: `person-${i}@example.com`,
  name: `Person ${i}`,
}));

/** A room is not booked anew so soon after it was given back, in milliseconds. */
const apart = 20_000;

interface Entry {
  readonly meeting: Wanted;
  readonly event: BookedEvent;
  mailboxes: string[];
}

export class Traffic {
  readonly meetings = new Map<string, Wanted>();
  readonly counts = new Map<string, number>();
  readonly #world: World;
  readonly #receiver: Product;
  readonly #roll: Dice;
  /** Milliseconds from one booking to the next. */
  readonly #every: number;
  /** Of meetings that are not long over. */
  #entries: Entry[] = [];
  /** By mailbox, those that have or had it. */
  readonly #ofRoom = new Map<string, Entry[]>();
  readonly #timers: NodeJS.Timeout[] = [];
  #booked = 0;

  constructor(world: World, receiver: Product, roll: Dice, every: number) {
    this.#world = world;
    this.#receiver = receiver;
    this.#roll = roll;
    this.#every = every;
  }

  begin(): void {
    this.#timers.push(
      setInterval(() => this.#book(), this.#every),
      setInterval(() => this.#edit(), this.#every * 1.4),
      setInterval(() => void this.#dialIn().catch(() => {}), this.#every * 0.6),
      setInterval(() => this.#hangUp(), this.#every * 2.2),
      setInterval(() => this.#forget(), 60_000),
    );
  }

  /** Nobody does anything any more. Resolves when the last meeting is over. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const last = Math.max(...[...this.meetings.values()].map(({ end, cancelledAt }) => cancelledAt ?? end));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, last - Date.now())));
  }

  #book(): void {
    const now = Date.now();
    const start = Math.ceil(now / 1_000 + 15 + this.#roll(60)) * 1_000;
    const end = start + (40 + this.#roll(200)) * 1_000;
    const rooms = this.#world.options.rooms ?? [];
    const drawn = Array.from(
      { length: 1 + this.#roll(2) },
      () => rooms[this.#roll(rooms.length)]?.mailbox ?? '',
    );
    const mailboxes = [...new Set(drawn)].filter((mailbox) => this.#isFree(mailbox, start, end));
    if (mailboxes.length === 0) return;
    this.#booked += 1;
    const title = `Meeting no. ${this.#booked}`;
    const event = this.#world.graph.outlook.book({
      ...{ rooms: mailboxes, subject: title },
      organizer: organizers[this.#roll(organizers.length)]?.mailbox ?? '',
      ...{ start: new Date(start), end: new Date(end) },
    });
    const meeting = wanted(title, event.iCalUId, mailboxes.map(sipOf), start, end, now);
    this.meetings.set(title, meeting);
    const entry = { meeting, event, mailboxes };
    this.#entries.push(entry);
    for (const mailbox of mailboxes) this.#ofRoom.set(mailbox, [...(this.#ofRoom.get(mailbox) ?? []), entry]);
    this.#count('booked');
  }

  #isFree(mailbox: string, start: number, end: number, besides?: Entry): boolean {
    return (this.#ofRoom.get(mailbox) ?? []).every((entry) => {
      const { meeting } = entry;
      const over = meeting.cancelledAt ?? meeting.end;
      return entry === besides || over + apart < start || meeting.start - apart > end;
    });
  }

  #forget(): void {
    const longAgo = Date.now() - 300_000;
    const isLate = ({ meeting }: Entry) => (meeting.cancelledAt ?? meeting.end) > longAgo;
    this.#entries = this.#entries.filter(isLate);
    for (const [mailbox, entries] of this.#ofRoom) this.#ofRoom.set(mailbox, entries.filter(isLate));
  }

  #edit(): void {
    const now = Date.now();
    const { outlook } = this.#world.graph;
    const living = this.#entries.filter(
      ({ meeting }) => meeting.cancelledAt === undefined && meeting.end > now + 15_000,
    );
    const entry = living[this.#roll(Math.max(1, living.length))];
    if (entry === undefined) return;
    const { meeting, event } = entry;
    switch (this.#roll(5)) {
      case 0: {
        const end = meeting.end + 30_000;
        if (!entry.mailboxes.every((mailbox) => this.#isFree(mailbox, meeting.start, end, entry))) return;
        outlook.update(event, { end: new Date(end) });
        Object.assign(meeting, { end, changedAt: now });
        this.#count('lengthened');
        return;
      }
      case 1: {
        const end = Math.max(meeting.start + 20_000, Math.ceil(now / 1_000) * 1_000 + 10_000);
        if (end >= meeting.end) return;
        outlook.update(event, { end: new Date(end) });
        Object.assign(meeting, { end, changedAt: now });
        this.#count('shortened');
        return;
      }
      case 2: {
        if (meeting.start < now + 10_000) return;
        const [start, end] = [meeting.start + 20_000, meeting.end + 20_000];
        if (!entry.mailboxes.every((mailbox) => this.#isFree(mailbox, start, end, entry))) return;
        outlook.update(event, { start: new Date(start), end: new Date(end) });
        Object.assign(meeting, { start, end, changedAt: now });
        this.#count('moved');
        return;
      }
      case 3: {
        const [gone, ...rest] = entry.mailboxes;
        if (gone === undefined || rest.length === 0) return;
        outlook.update(event, { rooms: rest });
        meeting.former.set(sipOf(gone), now);
        Object.assign(meeting, { rooms: rest.map(sipOf), changedAt: now });
        entry.mailboxes = rest;
        this.#count('room taken off');
        return;
      }
      default:
        if (this.#roll(3) > 0) return;
        outlook.cancel(event);
        Object.assign(meeting, { cancelledAt: now, changedAt: now });
        this.#count('cancelled');
    }
  }

  async #dialIn(): Promise<void> {
    const now = Date.now();
    const running = this.#entries.filter(({ meeting }) => isDue(meeting, now));
    const entry = running[this.#roll(Math.max(1, running.length))];
    if (entry === undefined) return;
    const { meeting } = entry;
    const told = await this.#world.meeting(this.#receiver, meeting.key);
    if (told?.number == null || told.passcode == null) return;
    const name = `${meeting.title}, person ${meeting.people.size + 1}`;
    const joined = this.#world.cms.join(told.number, { name, passcode: told.passcode });
    if (!joined.joined) return;
    meeting.people.add(joined.participant);
    this.#count('dialled in');
  }

  #hangUp(): void {
    const running = this.#entries.filter(
      ({ meeting }) => meeting.people.size > 0 && isDue(meeting, Date.now()),
    );
    const { meeting } = running[this.#roll(Math.max(1, running.length))] ?? {};
    const person = meeting && [...meeting.people][this.#roll(meeting.people.size)];
    if (person !== undefined && this.#world.cms.leave(person)) this.#count('hung up');
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
