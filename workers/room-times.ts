/** When a meeting's rooms and its slot are taken next, by the calendars and the reservations as they are held. Changes nothing. */
import type { Meeting } from '../src/conference/meeting.ts';
import { busyTimes, type Span } from '../src/meeting/busy.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import { heldInterval } from '../src/slot/slot.ts';
import type { CallBridges } from './call-bridges.ts';

export interface RoomTimesDeps {
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly slots: SlotStore;
  readonly callBridges: CallBridges;
  readonly conference: { readonly setup: number; readonly teardown: number };
}

/** Somebody else's turn. */
export interface Turn {
  /** Epoch ms. */
  readonly at: number;
  readonly reason: string;
}

interface Known {
  /** As the room's calendar was when it was last changed. */
  readonly version: number | undefined;
  readonly readAt: number;
  readonly spans: readonly Span[];
}

/** Milliseconds ahead for which a calendar is kept in mind. */
const ahead = 2 * 86_400_000;
const keptFor = 3_600_000;

export class RoomTimes {
  readonly #deps: RoomTimesDeps;
  readonly #known = new Map<string, Known>();

  constructor(deps: RoomTimesDeps) {
    this.#deps = deps;
  }

  /** The first turn of another in one of the meeting's rooms. */
  async nextInRooms(meeting: Meeting, from: number, to: number, now: number): Promise<Turn | undefined> {
    const turns: Turn[] = [];
    for (const room of meeting.booked?.rooms ?? []) {
      const reason = `${room} is booked next`;
      const others = (await this.#deps.meetings.ofRoom(room, from, to)).filter(
        ({ key, booked }) =>
          key !== meeting.key && booked?.rooms.includes(room) && booked.start < to && booked.end > from,
      );
      turns.push(...others.map(({ last }) => ({ at: last.start, reason })));
      const entries = (await this.#calendar(room, now)).filter(({ start, end }) => start < to && end > from);
      turns.push(...entries.map(({ start }) => ({ at: start, reason })));
    }
    return turns.toSorted((a, b) => a.at - b.at)[0];
  }

  /** Whether somebody else holds its slot before `end` with its margin; nothing is held by asking. */
  async isSlotTaken({ key, booked, placement }: Meeting, end: number): Promise<boolean> {
    const cluster = placement && this.#deps.callBridges.cluster(placement.cluster);
    if (booked === undefined || placement === undefined || cluster === undefined) return true;
    const { from, to } = heldInterval({ start: booked.start, end }, this.#deps.conference);
    const held = await this.#deps.slots.ofSlot(placement.cluster, placement.number);
    return held.some((other) => other.key !== key && other.from < to && other.to > from);
  }

  /** A whole calendar is read when it has changed. */
  async #calendar(room: string, now: number): Promise<readonly Span[]> {
    const { rooms } = this.#deps;
    const { lastChange: version } = await rooms.status(room);
    const before = this.#known.get(room);
    if (before !== undefined && before.version === version && now < before.readAt + keptFor)
      return before.spans;
    const roots = [...(await rooms.calendars.all(room)).values()].flatMap(({ root }) => root ?? []);
    const spans = busyTimes(roots, now - ahead, now + ahead);
    this.#known.set(room, { version, readAt: now, spans });
    return spans;
  }
}
