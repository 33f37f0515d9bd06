/** What we hold of each room besides its calendar: its subscription, and how it fares. */
import type { Redis } from 'ioredis';
import type { Difference, DifferenceKind } from '../meeting/audit.ts';
import type { ShownLonger } from '../meeting/shown-longer.ts';
import { keyPrefix } from '../queues.ts';
import type { Placement } from '../slot/slot.ts';
import { CalendarStore } from './calendars.ts';
import { changesKey, pushChange } from './changes.ts';
import { execute } from './meetings.ts';
import { askScript, echoScript, statusScript } from './rooms-lua.ts';
import { defineScript, type Script } from './script.ts';

export interface RoomSubscription {
  readonly id: string;
  readonly mailbox: string;
  readonly clientState: string;
  /** Epoch ms. */
  readonly expires: number;
  readonly renewAt: number;
  readonly since: number;
  /** When it was made, or its life last prolonged; left out by a former version. */
  readonly renewedAt?: number;
}

/** Without a word of what people wrote. */
export interface AuditReport {
  /** Epoch ms. */
  readonly at: number;
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** The first of them, by id of the entry or key of the meeting. */
  readonly examples: readonly Difference[];
}

/** A date that stands by itself in a room's calendar, and is not booked as such. Epoch ms. */
export interface UntakenDate {
  readonly originalStart: number;
  readonly start: number;
  readonly end: number;
  readonly isAllDay?: true;
  /** The room has others of its series. Else it has not answered, or has nothing of the series. */
  readonly isDeclined?: true;
}

/** For people: when and how the room was last read. */
export interface RoomStatus {
  readonly lastSync?: number;
  readonly lastNotification?: number;
  readonly lastChange?: number;
  /** When a notification last rang, and when the last reading began. */
  readonly rungAt?: number;
  /** The id of the work in which that notification was taken in. */
  readonly rungBy?: string;
  /** Under which mark that work is traced. */
  readonly rungTrace?: string;
  readonly lookedAt?: number;
  /** When a change was last found by each way. */
  readonly lastPush?: number;
  readonly lastSwept?: number;
  readonly lastAudited?: number;
  /** Why the last reading that succeeded was made: by a notification, by the clock, or somebody asked for it. */
  readonly readBecause?: ReadBecause;
  /** When the latest change was made that was found by reading, and of which no notification had rung. */
  readonly lastUntold?: number;
  /** Since when a reading is asked for, and when it began; nothing once it is over. */
  readonly syncAsked?: number;
  readonly syncBegun?: number;
  /** Since when an audit is asked for. */
  readonly auditAsked?: number;
  /** When its mailbox last refused to show that a conference goes on. */
  readonly calendarRefusedAt?: number;
  readonly error?: string;
  readonly errorSince?: number;
  readonly failures?: number;
  /** Since when there is no such mailbox: what Exchange sends it meanwhile is lost. */
  readonly awaySince?: number;
  /** Since when it must not be read. */
  readonly refusedSince?: number;
  /** When it could last be read again after it was refused or away. */
  readonly backAt?: number;
  readonly subscriptionError?: string;
  readonly subscriptionErrorSince?: number;
  /** Lifecycle events not yet acted upon. */
  readonly missed?: number;
  readonly subscriptionRemoved?: number;
  readonly reauthorizationRequired?: number;
}

export type ReadBecause = 'push' | 'sweep' | 'asked';

/** Undefined where Graph tells of nothing. */
export interface RoomStanding {
  readonly status: RoomStatus;
  readonly subscription: RoomSubscription | undefined;
}

const subscriptionsKey = `${keyPrefix}:subscriptions`;
const unknownKey = `${keyPrefix}:subscriptions:unknown`;
const leftKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:left`;
const echoKey = (mailbox: string, id: string) => `${keyPrefix}:room:${mailbox}:echo:${id}`;
const shownKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:shown-longer`;
const auditKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}:audit`;
const untakenKey = (uid: string) => `${keyPrefix}:untaken:${uid}`;
const statusKey = (mailbox: string) => `${keyPrefix}:room:${mailbox}`;

/** Milliseconds. */
const leftFor = 900_000;
/** Seconds: longer than any horizon, for what nobody takes away. */
const untakenFor = 1_000 * 86_400;

/** Milliseconds from the first echo: what comes later may be another hand's. */
const echoesWithin = 1_000;
/** Milliseconds: longer than anything that is over stands in a room's window. */
const shownFor = 3 * 86_400_000;
/** Seconds: an echo is notified within minutes, or found by a sweep. */
const echoKnownFor = 3_600;

function parsed<T>(fields: Record<string, string>): Map<string, T> {
  return new Map(Object.entries(fields).map(([field, json]) => [field, JSON.parse(json) as T]));
}

export class RoomStore {
  readonly #redis: Redis;
  readonly #echo: Script;
  readonly #putStatus: Script;
  readonly #ask: Script;
  readonly calendars: CalendarStore;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#echo = defineScript(redis, echoScript);
    this.#putStatus = defineScript(redis, statusScript);
    this.#ask = defineScript(redis, askScript);
    this.calendars = new CalendarStore(redis);
  }

  /** Remembers for a while which number a series of this organizer has left in the room: what follows it may have it. */
  async leaveNumber(mailbox: string, organizer: string, left: Placement, now: number): Promise<void> {
    await this.#redis.hset(leftKey(mailbox), organizer, JSON.stringify({ ...left, until: now + leftFor }));
  }

  async numberLeft(mailbox: string, organizer: string, now: number): Promise<Placement | undefined> {
    const json = await this.#redis.hget(leftKey(mailbox), organizer);
    const left = json === null ? undefined : (JSON.parse(json) as Placement & { readonly until: number });
    return left !== undefined && left.until > now ? left : undefined;
  }

  /**
   * Says that a change of ours to this event will be notified: up to `count` notifications of it before `until` (epoch
   * ms) ring no bell, those within a second of the first. To be called before the change is made. What somebody else changes meanwhile is found by the sweep.
   */
  async expectEcho(mailbox: string, eventId: string, until: number, count: number): Promise<void> {
    const write = this.#redis.multi().del(echoKey(mailbox, eventId));
    write.hset(echoKey(mailbox, eventId), { until, count });
    await execute(write.expire(echoKey(mailbox, eventId), echoKnownFor));
  }

  /** Takes the notifications that were expected. @returns the places of those in the list */
  async takeEchoes(mailbox: string, ids: readonly (string | undefined)[], now: number): Promise<Set<number>> {
    const taken = await Promise.all(
      ids.map(async (id) => id !== undefined && (await this.#takeEcho(mailbox, id, now))),
    );
    return new Set(taken.flatMap((is, index) => (is ? [index] : [])));
  }

  async #takeEcho(mailbox: string, id: string, now: number): Promise<boolean> {
    return (await this.#echo([echoKey(mailbox, id)], [now, echoesWithin])) === 1;
  }

  /** Until when a change of this event may be our own; undefined when we have not written for a while. */
  async echoUntil(mailbox: string, eventId: string): Promise<number | undefined> {
    const until = await this.#redis.hget(echoKey(mailbox, eventId), 'until');
    return until === null ? undefined : Number(until);
  }

  /** Entries of the room that we let last longer than they are booked, by their ids. */
  async shownLonger(mailbox: string): Promise<ReadonlyMap<string, ShownLonger>> {
    return parsed<ShownLonger>(await this.#redis.hgetall(shownKey(mailbox)));
  }

  /** Remembers one, and forgets those that have long been over. */
  async putShownLonger(mailbox: string, id: string, shown: ShownLonger, now: number): Promise<void> {
    const key = shownKey(mailbox);
    const old = [...(await this.shownLonger(mailbox))].filter(([, one]) => one.bookedEnd < now - shownFor);
    const write = this.#redis.multi().hset(key, id, JSON.stringify(shown));
    if (old.length > 0) write.hdel(key, ...old.map(([other]) => other));
    await execute(write.pexpire(key, 2 * shownFor));
  }

  /** What the last audit of the room has found. */
  async audit(mailbox: string): Promise<AuditReport | undefined> {
    const json = await this.#redis.get(auditKey(mailbox));
    return json === null ? undefined : (JSON.parse(json) as AuditReport);
  }

  async putAudit(mailbox: string, report: AuditReport): Promise<void> {
    await this.#redis.set(auditKey(mailbox), JSON.stringify(report));
  }

  /**
   * Which dates of a series a room has not taken, in place of what was said before of the same root: the series, or one
   * date alone, to which the room was asked by itself.
   */
  async putUntaken(
    { mailbox, root, uid }: { readonly mailbox: string; readonly root: string; readonly uid: string },
    dates: readonly UntakenDate[],
  ): Promise<void> {
    const key = untakenKey(uid);
    const field = `${mailbox} ${root}`;
    const write = this.#redis.multi();
    if (dates.length === 0) write.hdel(key, field);
    else write.hset(key, field, JSON.stringify(dates)).expire(key, untakenFor);
    await execute(write);
  }

  /** The dates of a series that rooms have not taken. */
  async untakenDates(uid: string): Promise<(UntakenDate & { readonly mailbox: string })[]> {
    const roots = await this.#redis.hgetall(untakenKey(uid));
    return Object.entries(roots).flatMap(([field, json]) => {
      const [mailbox = ''] = field.split(' ', 1);
      return (JSON.parse(json) as UntakenDate[]).map((date) => ({ mailbox, ...date }));
    });
  }

  /**
   * Writes down that somebody wants the room read now.
   * @param now epoch ms
   * @param patience milliseconds after which a question that nobody has answered is asked again
   * @returns when it was asked for; that is not new where somebody waits for it already
   */
  async askSync(
    mailbox: string,
    now: number,
    patience: number,
  ): Promise<{ readonly asked: number; readonly isNew: boolean }> {
    const given = await this.#ask([statusKey(mailbox), changesKey], [mailbox, now, patience]);
    const [asked = now, isNew] = given as number[];
    return { asked, isNew: isNew === 1 };
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
    pushChange(write, 'room', subscription.mailbox);
    await execute(write);
  }

  async dropSubscription(mailbox: string, id: string): Promise<void> {
    const write = this.#redis.multi().hdel(subscriptionsKey, id).hdel(statusKey(mailbox), 'subscription');
    pushChange(write, 'room', mailbox);
    await execute(write);
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
    return statusIn(await this.#redis.hgetall(statusKey(mailbox)));
  }

  /** The same of many, and their subscriptions, in the order of the mailboxes and in two rounds. */
  async standings(mailboxes: readonly string[]): Promise<RoomStanding[]> {
    if (mailboxes.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const mailbox of mailboxes) pipeline.hgetall(statusKey(mailbox));
    const found = ((await pipeline.exec()) ?? []).map(([error, fields]) => {
      if (error) throw error;
      return fields as Record<string, string>;
    });
    const ids = found.flatMap(({ subscription }) => (subscription === undefined ? [] : [subscription]));
    const known = ids.length === 0 ? [] : await this.#redis.hmget(subscriptionsKey, ...ids);
    const subscriptions = new Map(ids.map((id, i) => [id, known[i]]));
    return found.map((fields) => {
      const json = fields.subscription === undefined ? undefined : subscriptions.get(fields.subscription);
      return {
        status: statusIn(fields),
        subscription: json ? (JSON.parse(json) as RoomSubscription) : undefined,
      };
    });
  }

  /** Sets fields, and removes those given as undefined. */
  async putStatus(
    mailbox: string,
    fields: { readonly [K in keyof RoomStatus]?: RoomStatus[K] | undefined },
  ): Promise<void> {
    const words = Object.entries(fields).flatMap(([name, value]) => [name, String(value ?? '')]);
    await this.#putStatus([statusKey(mailbox), changesKey], [mailbox, ...words]);
  }
}

function statusIn(fields: Readonly<Record<string, string>>): RoomStatus {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, textFields.has(name) ? value : Number(value)]),
  ) as RoomStatus;
}

const textFields = new Set([
  'error',
  'subscriptionError',
  'subscription',
  'readBecause',
  'rungBy',
  'rungTrace',
]);
