/**
 * The rooms' calendars: for each room a hash of roots (an event or a whole series, with the bookings read off it), an
 * index from occurrences and iCalUIds to their root, and how far the delta has been read. Graph's ids are long: their
 * digests are the fields.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { meetingKey, type RoomBooking } from '../meeting/booking.ts';
import { membersOf, type Root } from '../meeting/calendar.ts';
import type { HeldRoot } from '../meeting/room-bookings.ts';
import type { Window } from '../meeting/window.ts';
import { keyPrefix } from '../queues.ts';
import { execute } from './meetings.ts';

/** How far a room has been read. */
export interface RoomSync {
  readonly deltaLink: string;
  /** The window that the delta link stands for, and when its baseline was read (epoch ms). */
  readonly window: Window;
  readonly baselineAt: number;
  /** What the reading depended on: with another configuration it is read anew. */
  readonly readAs: string;
  /** Roots of which the room is asked again: what they hold lasts for a while only. */
  readonly waiting: readonly string[];
}

const syncKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:sync`;
const rootsKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:roots`;
const indexKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:index`;

export class CalendarStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Undefined for a room that was never read. */
  async sync(mailbox: string): Promise<RoomSync | undefined> {
    const fields = await this.#redis.hgetall(syncKey(mailbox));
    const { deltaLink, from, to, baselineAt, readAs = '', waiting = '[]' } = fields;
    if (deltaLink === undefined) return undefined;
    const window = { from: Number(from), to: Number(to) };
    return { deltaLink, window, baselineAt: Number(baselineAt), readAs, waiting: JSON.parse(waiting) };
  }

  async all(mailbox: string): Promise<Map<string, HeldRoot>> {
    return read(Object.values(await this.#redis.hgetall(rootsKey(mailbox))));
  }

  /** The roots of these ids, and those that have these ids as occurrences or exceptions or these iCalUIds. */
  async roots(
    mailbox: string,
    wanted: {
      readonly roots?: Iterable<string>;
      readonly members?: Iterable<string>;
      readonly uids?: Iterable<string>;
    },
  ): Promise<Map<string, HeldRoot>> {
    const fields = new Set([...(wanted.roots ?? [])].map(digest));
    const indexed = [...[...(wanted.members ?? [])].map(digest), ...[...(wanted.uids ?? [])].map(uidField)];
    if (indexed.length > 0) {
      for (const field of await this.#redis.hmget(indexKey(mailbox), ...indexed)) {
        if (field !== null) fields.add(field);
      }
    }
    if (fields.size === 0) return new Map();
    const found = await this.#redis.hmget(rootsKey(mailbox), ...fields);
    return read(found.filter((json) => json !== null));
  }

  /**
   * Stores a round whole: the delta link never without the changes that it stands for. `before` and `after` hold the
   * same roots by their ids; what is not in `after` is gone. Without `sync` the room is forgotten.
   */
  async put(
    mailbox: string,
    before: ReadonlyMap<string, HeldRoot>,
    after: ReadonlyMap<string, HeldRoot>,
    sync: RoomSync | undefined,
  ): Promise<void> {
    const write = this.#redis.multi();
    const [gone, unindexed, orphaned] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const [fields, index] = [new Map<string, string>(), new Map<string, string>()];
    for (const [id, held] of before) {
      for (const field of indexOf(held)) unindexed.add(field);
      if (after.has(id)) continue;
      gone.add(digest(id));
      for (const field of indexOf(held)) orphaned.add(field);
    }
    for (const [id, held] of after) {
      const json = written(id, held);
      const known = before.get(id);
      if (known === undefined || written(id, known) !== json) fields.set(digest(id), json);
      const indexed = known === undefined ? new Set() : new Set(indexOf(known));
      for (const field of indexOf(held)) {
        unindexed.delete(field);
        if (!indexed.has(field) || orphaned.has(field)) index.set(field, digest(id));
      }
    }
    if (gone.size > 0) write.hdel(rootsKey(mailbox), ...gone);
    if (fields.size > 0) write.hset(rootsKey(mailbox), fields);
    if (unindexed.size > 0) write.hdel(indexKey(mailbox), ...unindexed);
    if (index.size > 0) write.hset(indexKey(mailbox), index);
    if (sync === undefined) write.del(syncKey(mailbox));
    else {
      const { window, waiting, ...fields } = sync;
      write.hset(syncKey(mailbox), { ...fields, ...window, waiting: JSON.stringify(waiting) });
    }
    await execute(write);
  }
}

function digest(id: string): string {
  return createHash('sha1').update(id).digest('base64url').slice(0, 20);
}

function uidField(uid: string): string {
  return `u:${digest(uid)}`;
}

function indexOf({ root, bookings }: HeldRoot): string[] {
  const uids = new Set([...bookings.values()].map(({ uid }) => uid));
  if (root?.event !== undefined) uids.add(root.event.iCalUId);
  return [...(root === undefined ? [] : membersOf(root)).map(digest), ...[...uids].map(uidField)];
}

/** Bookings of a series differ in their times only: what they have in common is written once. */
type Times = readonly [originalStart: number | null, start: number, end: number, timesSince: number];
type Common = Omit<RoomBooking, 'key' | 'originalStart' | 'start' | 'end' | 'timesSince'>;

interface Written {
  readonly id: string;
  readonly root?: Root;
  readonly bookings: readonly (readonly [Common, ...Times[]])[];
}

function written(id: string, { root, bookings }: HeldRoot): string {
  const groups = new Map<string, [Common, ...Times[]]>();
  for (const { key: _, originalStart = null, start, end, timesSince, ...common } of bookings.values()) {
    const name = JSON.stringify(common);
    const group = groups.get(name) ?? [common];
    group.push([originalStart, start, end, timesSince]);
    groups.set(name, group);
  }
  const whole: Written = { id, ...(root === undefined ? {} : { root }), bookings: [...groups.values()] };
  return JSON.stringify(whole);
}

function read(jsons: readonly string[]): Map<string, HeldRoot> {
  return new Map(
    jsons.map((json) => {
      const { id, root, bookings } = JSON.parse(json) as Written;
      return [id, { root, bookings: new Map(bookings.flatMap(bookingsIn)) }];
    }),
  );
}

function bookingsIn([common, ...times]: readonly [Common, ...Times[]]): [string, RoomBooking][] {
  return times.map(([original, start, end, timesSince]) => {
    const originalStart = original ?? undefined;
    const key = meetingKey(common.uid, originalStart);
    const booking = { key, ...common, start, end, timesSince };
    return [key, originalStart === undefined ? booking : { ...booking, originalStart }];
  });
}
