/** A day of very many rooms in the real stores, and what changes in it: booked, moved, opened, extended, closed, taken back. */
import type { PlacedConference } from '../../src/conference/meeting.ts';
import type { Run } from '../../src/conference/run.ts';
import type { Booked, RoomBooking } from '../../src/meeting/booking.ts';
import type { Lease, MeetingStore } from '../../src/redis/meetings.ts';
import type { RoomStore } from '../../src/redis/rooms.ts';

export interface BusyRoom {
  readonly mailbox: string;
  readonly name: string;
}

interface DayMeeting {
  readonly key: string;
  readonly room: BusyRoom;
  /** Epoch ms. */
  start: number;
  end: number;
  title: string;
  isBooked: boolean;
  run: Run | undefined;
  readonly placement: PlacedConference;
}

const minute = 60_000;
const quarter = 15 * minute;
const hour = 60 * minute;
/** The meetings of a room begin so long before the present, and each takes this with the pause behind it. */
const before = 10 * hour;
const every = 2.5 * hour;
const atOnce = 300;
const callBridges = ['https://cms1.example.com', 'https://cms2.example.com'];
const kinds = ['Planning', 'Review', 'Jour fixe', 'Besprechung', 'Réunion', 'Standup', 'Workshop', '面接'];
const about = ['budget', 'Einkauf', 'ventes', 'Qualität', 'roadmap', 'Kunden', 'équipe', 'sécurité'];

export function busyRooms(count: number): BusyRoom[] {
  return Array.from({ length: count }, (_, n) => ({
    mailbox: `room-${n}@rooms.example.com`,
    name: `Building ${Math.floor(n / 250) + 1}, ${Math.floor((n % 250) / 25)}.${n % 25}`,
  }));
}

export class BusyDay {
  readonly #meetings: MeetingStore;
  readonly #lease: Lease;
  readonly #now: number;
  readonly #byRoom: DayMeeting[][];
  #changes = 0;
  /** How often a meeting of a room was given a title: one after the other. */
  readonly #turns = new Map<number, number>();

  /**
   * @param lease under which runs are saved
   * @param now epoch ms
   */
  constructor(
    meetings: MeetingStore,
    lease: Lease,
    rooms: readonly BusyRoom[],
    perRoom: number,
    now: number,
  ) {
    this.#meetings = meetings;
    this.#lease = lease;
    this.#now = now;
    const today = Math.floor(now / quarter) * quarter;
    this.#byRoom = rooms.map((room, n) =>
      Array.from({ length: perRoom }, (_, i) => meetingOf(room, n, i, today)),
    );
  }

  get count(): number {
    return this.#byRoom.reduce((sum, { length }) => sum + length, 0);
  }

  /** Conferences that run. */
  get open(): number {
    return this.#byRoom.flat().filter(({ run }) => run !== undefined && run.closedAt === undefined).length;
  }

  /** All of it, with rooms that are read and told of by Graph. */
  async write(rooms: RoomStore): Promise<void> {
    const all = this.#byRoom.flat();
    for (const one of all) if (one.start <= this.#now) one.run = runOf(one, this.#now);
    for (let i = 0; i < all.length; i += atOnce)
      await Promise.all(all.slice(i, i + atOnce).map((one) => this.#book(one)));
    const names = this.#byRoom.map(([first]) => first?.room.mailbox ?? '');
    for (let i = 0; i < names.length; i += atOnce)
      await Promise.all(names.slice(i, i + atOnce).map((mailbox) => read(rooms, mailbox, this.#now)));
  }

  /**
   * Gives a meeting of this room a title of its own, of those which are on about now.
   * @returns the title
   */
  async retitle(room: number): Promise<string> {
    this.#changes += 1;
    const turn = (this.#turns.get(room) ?? 0) + 1;
    this.#turns.set(room, turn);
    const one = this.#near(room, turn);
    one.title = `${one.title.replace(/ #\d+$/, '')} #${this.#changes}`;
    await this.#meetings.putOrganizerCopy(one.key, { subject: one.title, isPrivate: false });
    return one.title;
  }

  /** The next of what happens on such a day, to a meeting of this room that is on about now. */
  async change(room: number): Promise<void> {
    this.#changes += 1;
    const one = this.#near(room, this.#changes);
    const now = Date.now();
    switch (this.#changes % 6) {
      case 0: {
        const by = one.start % (2 * quarter) === 0 ? quarter : -quarter;
        one.start += by;
        one.end += by;
        return await this.#say(one);
      }
      case 1:
        return await this.#save(one, { ...runOf(one, now), openedAt: now });
      case 2:
        return await this.#save(one, {
          ...runOf(one, now),
          extension: { of: one.end, until: one.end + quarter, times: 1 },
        });
      case 3:
        return await this.#save(one, { ...runOf(one, now), closedAt: now, closeReason: 'ended' });
      case 4:
        one.isBooked = !one.isBooked;
        return await this.#say(one);
      default:
        return void (await this.retitle(room));
    }
  }

  #near(room: number, turn: number): DayMeeting {
    const all = this.#byRoom[room % this.#byRoom.length] ?? [];
    const near = all.filter(({ start, end }) => end > this.#now - hour && start < this.#now + 7 * hour);
    const one = near[turn % near.length] ?? all[0];
    if (one === undefined) throw new Error('a room without meetings');
    return one;
  }

  async #save(one: DayMeeting, run: Run): Promise<void> {
    one.run = run;
    await this.#meetings.saveRun(one.key, run, this.#lease);
  }

  async #book(one: DayMeeting): Promise<void> {
    await this.#say(one);
    await this.#meetings.putOrganizerCopy(one.key, { subject: one.title, isPrivate: false });
    await this.#meetings.putPlacement(one.key, one.placement, undefined, [
      { at: this.#now, what: 'reserved' },
    ]);
    if (one.run !== undefined) await this.#meetings.adoptRun(one.key, one.run, [opened(one.run, one.start)]);
  }

  async #say({ key, room: { mailbox }, start, end, title, isBooked }: DayMeeting): Promise<void> {
    const address = `anna.maier${start % 97}@example.com`;
    const said = {
      ...{ key, uid: key, start, end, title, organizer: { name: address, address }, isPrivate: false },
    };
    const booking: RoomBooking = { ...said, eventId: `AAMkAG${key.slice(-60)}`, timesSince: this.#now };
    const booked: Booked = { ...said, rooms: [mailbox] };
    const note = { at: this.#now, what: isBooked ? ('booked' as const) : ('cancelled' as const) };
    await this.#meetings.putBooking(mailbox, key, isBooked ? booking : undefined, booked, [note]);
  }
}

function meetingOf(room: BusyRoom, n: number, i: number, today: number): DayMeeting {
  const start = today - before + i * every + (n % 6) * quarter;
  return {
    key: `040000008200E00074C5B7101A82E00800000000${(n * 100 + i).toString(16).toUpperCase().padStart(72, '0')}`,
    ...{ room, start, end: start + (2 + ((n + i) % 5)) * quarter },
    title: `${kinds[(n + i) % kinds.length]} ${about[(n * 3 + i) % about.length]}`,
    ...{ isBooked: true, run: undefined },
    placement: {
      ...{ cluster: 'emea', number: String(80_991_000 + n), passcode: '271828', secret: `secret-${n}` },
    },
  };
}

function runOf({ end, title, start, placement }: DayMeeting, now: number): Run {
  const { cluster, number, passcode, secret } = placement;
  return {
    ...{ cluster, number, passcode, secret, space: `space-${number}`, name: title, end, rooms: {} },
    ...{ callBridge: callBridges[Number(number) % 2] ?? '', call: `call-${number}`, openedAt: start },
    ...(end <= now ? { closedAt: end, closeReason: 'ended' as const } : {}),
  };
}

function opened({ callBridge = '', number }: Run, at: number) {
  return { at, what: 'opened' as const, callBridge, number, late: 120 };
}

async function read(rooms: RoomStore, mailbox: string, now: number): Promise<void> {
  await rooms.putStatus(mailbox, { lastSync: now, lastNotification: now, lastChange: now });
  await rooms.putSubscription({
    ...{ id: `subscription-${mailbox}`, mailbox, clientState: 'state', since: now },
    ...{ expires: now + 48 * hour, renewAt: now + 24 * hour },
  });
}
