/** The meetings: one hash each, of which every field has one writer, and the indexes by start, room and series. */
import type { ChainableCommander, Redis } from 'ioredis';
import type { Early, Meeting, OrganizerCopy, PlacedConference } from '../conference/meeting.ts';
import { callBridgesOf, type Run } from '../conference/run.ts';
import type { Place } from '../conference/search/place.ts';
import { peopleIn, type Seen } from '../conference/seen.ts';
import type { TimelineEntry } from '../conference/timeline.ts';
import type { Booked, OrganizersTimes, RoomBooking } from '../meeting/booking.ts';
import { keyPrefix } from '../queues.ts';
import { keysByStart } from './by-start.ts';
import { changesKey, pushChange } from './changes.ts';
import { exchangesOf } from './exchanges.ts';
import { fromFields, roomField } from './meeting-record.ts';
import { lastBookedScript, putBookingScript, saveScript, seenScript } from './meetings-lua.ts';
import { keepTrace, noteLines } from './note-lines.ts';
import { defineScript, type Script } from './script.ts';
import { startsKey } from './starts.ts';

/** Under what a claim stands (`Agenda.leaseOf`). */
export interface Lease {
  readonly hash: string;
  readonly field: string;
  readonly holder: string;
}

export class MeetingStore {
  readonly #redis: Redis;
  readonly #save: Script;
  readonly #putBooking: Script;
  readonly #putSeen: Script;
  readonly #lastBooked: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#save = defineScript(redis, saveScript);
    this.#putBooking = defineScript(redis, putBookingScript);
    this.#putSeen = defineScript(redis, seenScript);
    this.#lastBooked = defineScript(redis, lastBookedScript);
  }

  async load(key: string): Promise<Meeting | undefined> {
    return fromFields(key, await this.#redis.hgetall(meetingKeyOf(key)));
  }

  /** In the order of the keys; the unknown ones are left out. */
  async loadMany(keys: readonly string[]): Promise<Meeting[]> {
    if (keys.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const key of keys) pipeline.hgetall(meetingKeyOf(key));
    const results = (await pipeline.exec()) ?? [];
    return results.flatMap(([error, fields], i) => {
      if (error) throw error;
      const meeting = fromFields(keys[i] ?? '', fields as Record<string, string>);
      return meeting === undefined ? [] : [meeting];
    });
  }

  /** What was booked last of these, by their keys: much less to read than all of them. */
  async lastBooked(keys: readonly string[]): Promise<Map<string, Booked>> {
    if (keys.length === 0) return new Map();
    const found = (await this.#lastBooked(keys.map(meetingKeyOf), [])) as (string | null)[];
    return new Map(
      found.flatMap((json, i) =>
        json === null ? [] : [[keys[i] ?? '', JSON.parse(json) as Booked] as const],
      ),
    );
  }

  /**
   * Writes what one room says about a meeting (`undefined`: no longer there), with its notes, at once.
   * @param seen the bookings that `merged` and the notes were made from; checked unless left out
   * @returns false when another room was quicker: then nothing was written
   */
  async putBooking(
    mailbox: string,
    key: string,
    booking: RoomBooking | undefined,
    merged: Booked | undefined,
    notes: readonly TimelineEntry[],
    seen?: ReadonlyMap<string, RoomBooking>,
  ): Promise<boolean> {
    const isLong = merged !== undefined && merged.end - merged.start > longMeeting;
    const rooms = [...(seen ?? [])].flatMap(([room, said]) => [roomField + room, JSON.stringify(said)]);
    const put = await this.#putBooking(
      [
        ...[meetingKeyOf(key), timelineOf(key), startIndex, longIndex],
        ...[seriesIndex(merged?.uid ?? ''), roomIndex(mailbox), changesKey],
      ],
      [
        ...[
          key,
          roomField + mailbox,
          booking === undefined ? '' : JSON.stringify(booking),
          booking?.start ?? '',
        ],
        ...[merged === undefined ? '' : JSON.stringify(merged), merged?.start ?? ''],
        ...[isLong ? merged.end : '', seen?.size ?? '', ...rooms],
        ...noteLines(notes),
      ],
    );
    return put === 1;
  }

  async putPlacement(
    key: string,
    placement: PlacedConference | undefined,
    unplaced: string | undefined,
    notes: readonly TimelineEntry[],
  ): Promise<void> {
    const write = this.#redis.multi();
    if (placement === undefined) write.hdel(meetingKeyOf(key), 'placement');
    else write.hset(meetingKeyOf(key), 'placement', JSON.stringify(placement));
    if (placement?.cappedEnd === undefined) write.srem(cappedIndex, key);
    else write.sadd(cappedIndex, key);
    if (unplaced === undefined) {
      write.hdel(meetingKeyOf(key), 'unplaced');
      write.srem(unplacedIndex, key);
    } else {
      write.hset(meetingKeyOf(key), 'unplaced', unplaced);
      write.sadd(unplacedIndex, key);
    }
    keepTrace(write, meetingKeyOf(key), placement, notes);
    pushNotes(write, key, notes);
    await this.#changed(write, key);
  }

  /**
   * Writes how the conference runs, if this process still has the claim and the meeting still exists.
   * @returns false when another process has taken it over, or Redis has lost it: then nothing was written.
   */
  async saveRun(key: string, run: Run, lease: Lease, notes: readonly TimelineEntry[] = []): Promise<boolean> {
    const { at: openedAt, late } = notes.find(({ what }) => what === 'opened') ?? { at: '', late: '' };
    const saved = await this.#save(
      [lease.hash, meetingKeyOf(key), timelineOf(key), openIndex, changesKey, startsKey],
      [
        ...[lease.field, lease.holder, key, JSON.stringify(run), callBridgesOf(run).join(' ')],
        ...[openedAt, late ?? ''],
        ...noteLines(notes),
      ],
    );
    return saved === 1;
  }

  /** A run found on the bridge, for a meeting that is not yet anybody's claim. */
  async adoptRun(key: string, run: Run, notes: readonly TimelineEntry[]): Promise<void> {
    const write = this.#redis.multi().hset(meetingKeyOf(key), 'run', JSON.stringify(run));
    const where = callBridgesOf(run);
    if (where.length > 0) write.hset(openIndex, key, where.join(' '));
    pushNotes(write, key, notes);
    await this.#changed(write, key);
  }

  /** Conferences that are open, of which this call bridge has the call, or a room: those with most people first. */
  async openOn(callBridge: string): Promise<Meeting[]> {
    const open = await this.#redis.hgetall(openIndex);
    const there = Object.keys(open).filter((key) => open[key]?.split(' ').includes(callBridge));
    return byPeople(await this.loadMany(there));
  }

  /** Conferences that are open: those with most people first. */
  async open(): Promise<Meeting[]> {
    return byPeople(await this.loadMany(await this.#redis.hkeys(openIndex)));
  }

  async countOpen(): Promise<number> {
    return await this.#redis.hlen(openIndex);
  }

  /** How many begin in the interval, its end excluded; a cancelled one counts until it is forgotten. */
  async countStarting(from: number, to: number): Promise<number> {
    return await this.#redis.zcount(startIndex, from, `(${to}`);
  }

  async isAnyOpen(): Promise<boolean> {
    return (await this.#redis.hlen(openIndex)) > 0;
  }

  async openIn(cluster: string): Promise<Meeting[]> {
    return (await this.open()).filter(({ run }) => run?.cluster === cluster);
  }

  /** What the census saw, by the meetings' keys. */
  async putSeen(seen: ReadonlyMap<string, Seen>): Promise<void> {
    const all = [...seen];
    for (let i = 0; i < all.length; i += seenAtOnce) {
      const some = all.slice(i, i + seenAtOnce);
      await this.#putSeen(
        some.map(([key]) => meetingKeyOf(key)),
        some.map(([, one]) => JSON.stringify(one)),
      );
    }
  }

  /** What the organizer's own copy says; of a private one the subject is not kept. */
  async putOrganizerCopy(key: string, copy: OrganizerCopy): Promise<void> {
    const kept = typeof copy === 'object' && copy.isPrivate ? { subject: '', isPrivate: true } : copy;
    await this.#changed(
      this.#redis.multi().hset(meetingKeyOf(key), 'organizerCopy', JSON.stringify(kept)),
      key,
    );
  }

  async putEarly(key: string, early: Early): Promise<void> {
    await this.#changed(this.#redis.multi().hset(meetingKeyOf(key), 'early', JSON.stringify(early)), key);
  }

  async putOrganizersTimes(key: string, times: OrganizersTimes): Promise<void> {
    await this.#changed(
      this.#redis.multi().hset(meetingKeyOf(key), 'organizersTimes', JSON.stringify(times)),
      key,
    );
  }

  async note(key: string, notes: readonly TimelineEntry[]): Promise<void> {
    const write = this.#redis.multi();
    pushNotes(write, key, notes);
    await this.#changed(write, key);
  }

  /** Runs the transaction, and says with it that the meeting has changed. */
  async #changed(write: ChainableCommander, key: string): Promise<void> {
    pushChange(write, 'meeting', key);
    await execute(write);
  }

  async timeline(key: string): Promise<TimelineEntry[]> {
    return (await this.#redis.lrange(timelineOf(key), 0, -1)).map((line) => JSON.parse(line));
  }

  /** In the order of the keys. */
  async timelines(keys: readonly string[]): Promise<TimelineEntry[][]> {
    const pipeline = this.#redis.pipeline();
    for (const key of keys) pipeline.lrange(timelineOf(key), 0, -1);
    return ((await pipeline.exec()) ?? []).map(([error, lines]) => {
      if (error) throw error;
      return (lines as string[]).map((line) => JSON.parse(line) as TimelineEntry);
    });
  }

  /** Keys of all meetings of one event or series. */
  async ofSeries(uid: string): Promise<string[]> {
    return await this.#redis.smembers(seriesIndex(uid));
  }

  async unplaced(): Promise<string[]> {
    return await this.#redis.smembers(unplacedIndex);
  }

  /** Keys of those whose conference must end before Outlook's end, because of the next one in their slot. */
  async capped(): Promise<string[]> {
    return await this.#redis.smembers(cappedIndex);
  }

  /** Keys of meetings of these rooms that may touch the intervals. */
  async keysOfRooms(
    asked: readonly { readonly mailbox: string; readonly from: number; readonly to: number }[],
  ): Promise<string[]> {
    if (asked.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const { mailbox, from, to } of asked)
      pipeline.zrangebyscore(roomIndex(mailbox), from - longMeeting, to);
    const results = (await pipeline.exec()) ?? [];
    const found = results.flatMap(([error, keys]) => {
      if (error) throw error;
      return keys as string[];
    });
    return [...new Set(found)];
  }

  /** Meetings of a room that may overlap the interval. */
  async ofRoom(mailbox: string, from: number, to: number): Promise<Meeting[]> {
    return await this.loadMany(
      await this.#redis.zrangebyscore(roomIndex(mailbox), from - longMeeting, `(${to}`),
    );
  }

  /** Keys by start, those behind `after` in this order, whose start is in the interval. */
  async byStart(
    from: number,
    to: number,
    after: Place | undefined,
    limit: number,
    order: 'asc' | 'desc' = 'asc',
  ): Promise<Place[]> {
    return await keysByStart(this.#redis, startIndex, { from, to, after, limit, order });
  }

  /** Meetings of more than a day that end after `from`: the index by start alone would miss them. */
  async longOnes(from: number): Promise<Meeting[]> {
    return await this.loadMany(await this.longKeys(from));
  }

  async longKeys(from: number): Promise<string[]> {
    return await this.#redis.zrangebyscore(longIndex, `(${from}`, '+inf');
  }

  /** Forgets the meetings that began before. */
  async forget(before: number): Promise<number> {
    await this.#redis.zremrangebyscore(startsKey, '-inf', `(${before}`);
    const old = await this.loadMany(await this.#redis.zrangebyscore(startIndex, '-inf', `(${before}`));
    for (const { key, last } of old.filter((meeting) => meeting.last.end < before)) {
      const write = this.#redis.multi().del(meetingKeyOf(key), timelineOf(key), outcomesOf(key));
      write.del(...exchangesOf(key));
      write.zrem(startIndex, key);
      write.zrem(longIndex, key).srem(seriesIndex(last.uid), key).srem(unplacedIndex, key);
      write.hdel(openIndex, key).srem(cappedIndex, key);
      for (const room of last.rooms) write.zrem(roomIndex(room), key);
      await this.#changed(write, key);
      if ((await this.#redis.exists(seriesIndex(last.uid))) === 0)
        await this.#redis.del(...exchangesOf(last.uid));
    }
    return old.length;
  }
}

/** Records written by one command of `putSeen`: Redis does nothing else meanwhile. */
const seenAtOnce = 200;

function byPeople(meetings: readonly Meeting[]): Meeting[] {
  return meetings.toSorted((a, b) => peopleIn(b.run, b.seen) - peopleIn(a.run, a.seen));
}

/** How long a meeting stays listed after its start; milliseconds. */
export const retention = 30 * 86_400_000;

/** Longer than this, a meeting stands in an index of its own. */
export const longMeeting = 86_400_000;

const startIndex = `${keyPrefix}:meetings:by-start`;
const longIndex = `${keyPrefix}:meetings:long`;
/** Meeting's key -> addresses of the call bridges on which it is open, apart by spaces. */
const openIndex = `${keyPrefix}:meetings:open`;
const unplacedIndex = `${keyPrefix}:meetings:unplaced`;
const cappedIndex = `${keyPrefix}:meetings:capped`;
const roomIndex = (mailbox: string) => `${keyPrefix}:meetings:of-room:${mailbox}`;
const seriesIndex = (uid: string) => `${keyPrefix}:meetings:of-series:${uid}`;
export const meetingKeyOf = (key: string) => `${keyPrefix}:meeting:${key}`;
export const timelineOf = (key: string) => `${keyPrefix}:timeline:${key}`;
/** What came of its operators' orders, by their requests. */
export const outcomesOf = (key: string) => `${keyPrefix}:operations:${key}`;

/** Adds to a meeting's timeline as part of a transaction. */
export function pushNotes(write: ChainableCommander, key: string, notes: readonly TimelineEntry[]): void {
  if (notes.length > 0) write.rpush(timelineOf(key), ...noteLines(notes));
}

/** Runs a transaction and throws the first error in it. */
export async function execute(write: ChainableCommander): Promise<void> {
  for (const [error] of (await write.exec()) ?? []) if (error) throw error;
}
