/** What we hold of each room: its calendar, how far the delta has been read, its subscription, and how it fares. */
import type { Redis } from 'ioredis';
import type { RoomBooking } from '../meeting/booking.ts';
import type { HeldEntry } from '../meeting/calendar.ts';
import { keyPrefix } from '../queues.ts';
import { execute } from './meetings.ts';

export interface RoomSubscription {
  readonly id: string;
  readonly mailbox: string;
  readonly clientState: string;
  /** Epoch ms. */
  readonly expires: number;
  readonly renewAt: number;
  readonly since: number;
}

export interface RoomCalendar {
  readonly held: Map<string, HeldEntry>;
  readonly bookings: Map<string, RoomBooking>;
  readonly deltaLink: string | undefined;
  /** The window that the delta link stands for, and when its baseline was read. */
  readonly window: { readonly from: number; readonly to: number } | undefined;
  readonly baselineAt: number;
}

/** For people: when and how the room was last read. */
export interface RoomStatus {
  readonly lastSync?: number;
  readonly lastNotification?: number;
  readonly lastChange?: number;
  readonly error?: string;
  readonly errorSince?: number;
  readonly failures?: number;
  readonly subscriptionError?: string;
  readonly subscriptionErrorSince?: number;
  /** Lifecycle events not yet acted upon. */
  readonly missed?: number;
  readonly subscriptionRemoved?: number;
  readonly reauthorizationRequired?: number;
}

const subscriptionsKey = `${keyPrefix}:subscriptions`;
const unknownKey = `${keyPrefix}:subscriptions:unknown`;
const statusKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}`;
const heldKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:held`;
const bookingsKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:bookings`;
const syncKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:sync`;

function parsed<T>(fields: Record<string, string>): Map<string, T> {
  return new Map(Object.entries(fields).map(([field, json]) => [field, JSON.parse(json) as T]));
}

export class RoomStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async calendar(mailbox: string): Promise<RoomCalendar> {
    const [held, bookings, sync] = await Promise.all([
      this.#redis.hgetall(heldKey(mailbox)),
      this.#redis.hgetall(bookingsKey(mailbox)),
      this.#redis.hgetall(syncKey(mailbox)),
    ]);
    return {
      held: parsed<HeldEntry>(held),
      bookings: parsed<RoomBooking>(bookings),
      deltaLink: sync.deltaLink,
      window: sync.from === undefined ? undefined : { from: Number(sync.from), to: Number(sync.to) },
      baselineAt: Number(sync.baselineAt ?? 0),
    };
  }

  /** Stores a round whole: the delta link never without the changes that it stands for. */
  async putCalendar(mailbox: string, before: RoomCalendar, after: RoomCalendar): Promise<void> {
    const write = this.#redis.multi();
    writeDifference(write, heldKey(mailbox), before.held, after.held);
    writeDifference(write, bookingsKey(mailbox), before.bookings, after.bookings);
    write.hset(syncKey(mailbox), {
      deltaLink: after.deltaLink ?? '',
      from: after.window?.from ?? 0,
      to: after.window?.to ?? 0,
      baselineAt: after.baselineAt,
    });
    await execute(write);
  }

  async subscriptionOf(mailbox: string): Promise<RoomSubscription | undefined> {
    const id = await this.#redis.hget(statusKey(mailbox), 'subscription');
    return id === null ? undefined : await this.subscription(id);
  }

  async subscription(id: string): Promise<RoomSubscription | undefined> {
    const json = await this.#redis.hget(subscriptionsKey, id);
    return json === null ? undefined : (JSON.parse(json) as RoomSubscription);
  }

  async subscriptions(): Promise<RoomSubscription[]> {
    return Object.values(await this.#redis.hgetall(subscriptionsKey)).map((json) => JSON.parse(json));
  }

  async putSubscription(subscription: RoomSubscription): Promise<void> {
    const before = await this.#redis.hget(statusKey(subscription.mailbox), 'subscription');
    const write = this.#redis.multi();
    if (before !== null && before !== subscription.id) write.hdel(subscriptionsKey, before);
    write.hset(subscriptionsKey, subscription.id, JSON.stringify(subscription));
    write.hset(statusKey(subscription.mailbox), 'subscription', subscription.id);
    write.hdel(statusKey(subscription.mailbox), 'subscriptionError', 'subscriptionErrorSince');
    await execute(write);
  }

  async dropSubscription(mailbox: string, id: string): Promise<void> {
    await execute(this.#redis.multi().hdel(subscriptionsKey, id).hdel(statusKey(mailbox), 'subscription'));
  }

  /** Subscriptions that were unknown at the last look, and since when (epoch ms). */
  async unknownSubscriptions(): Promise<Map<string, number>> {
    return parsed<number>(await this.#redis.hgetall(unknownKey));
  }

  async putUnknownSubscriptions(since: ReadonlyMap<string, number>): Promise<void> {
    const write = this.#redis.multi().del(unknownKey);
    if (since.size > 0) write.hset(unknownKey, Object.fromEntries(since));
    await execute(write);
  }

  async status(mailbox: string): Promise<RoomStatus> {
    const fields = await this.#redis.hgetall(statusKey(mailbox));
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, textFields.has(name) ? value : Number(value)]),
    ) as RoomStatus;
  }

  /** Sets fields, and removes those given as undefined. */
  async putStatus(
    mailbox: string,
    fields: { readonly [K in keyof RoomStatus]?: RoomStatus[K] | undefined },
  ): Promise<void> {
    const write = this.#redis.multi();
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) write.hdel(statusKey(mailbox), name);
      else write.hset(statusKey(mailbox), name, String(value));
    }
    await execute(write);
  }
}

const textFields = new Set(['error', 'subscriptionError', 'subscription']);

function writeDifference<T>(
  write: ReturnType<Redis['multi']>,
  key: string,
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): void {
  for (const [field, value] of after) {
    const json = JSON.stringify(value);
    if (JSON.stringify(before.get(field)) !== json) write.hset(key, field, json);
  }
  const gone = [...before.keys()].filter((field) => !after.has(field));
  if (gone.length > 0) write.hdel(key, ...gone);
}
