/** Days of reports that are counted for good, for longer than their meetings are kept, and the zones that are asked for. */
import type { Redis } from 'ioredis';
import type { Figures } from '../conference/report/figures.ts';
import { keyPrefix } from '../queues.ts';

/** `partly`: our memory begins within that day. */
export interface CountedDay {
  readonly state: 'final' | 'partly';
  readonly figures: Figures;
}

/** Milliseconds: a year and a month, so that a month can be held against the same one a year ago. */
const keptFor = 400 * 86_400_000;
/** Read by one command: a day of a thousand rooms has a hundred kilobytes. */
const atOnce = 8;
/** More zones are not counted nightly: anybody may ask for any. */
const mostZones = 20;

const dayKey = (zone: string, date: string) => `${keyPrefix}:report:${zone}:${date}`;
const zonesKey = `${keyPrefix}:reports:zones`;
const turnKey = `${keyPrefix}:reports:turn`;

export class ReportStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Date -> what it was; those that are not counted are left out. */
  async days(zone: string, dates: readonly string[]): Promise<Map<string, CountedDay>> {
    const found = new Map<string, CountedDay>();
    for (let i = 0; i < dates.length; i += atOnce) {
      const some = dates.slice(i, i + atOnce);
      const counted = await this.#redis.mget(some.map((date) => dayKey(zone, date)));
      for (const [n, json] of counted.entries())
        if (json !== null) found.set(some[n] ?? '', JSON.parse(json) as CountedDay);
    }
    return found;
  }

  /** The first to count a day has counted it: whoever does so at the same time has come to the same. */
  async keep(zone: string, date: string, counted: CountedDay): Promise<void> {
    await this.#redis.set(dayKey(zone, date), JSON.stringify(counted), 'PX', keptFor, 'NX');
  }

  /** Somebody asks for days of this zone: they are counted before meetings are forgotten. */
  async askedFor(zone: string, now: number): Promise<void> {
    await this.#redis
      .multi()
      .zadd(zonesKey, now, zone)
      .zremrangebyrank(zonesKey, 0, -mostZones - 1)
      .exec();
  }

  /** Those that were asked for within as long as days are kept; the last one first. */
  async zones(now: number): Promise<string[]> {
    return await this.#redis.zrevrangebyscore(zonesKey, '+inf', now - keptFor);
  }

  /** Whether it is for this process to count: nobody else is told so for so many milliseconds. */
  async takeTurn(milliseconds: number): Promise<boolean> {
    return (await this.#redis.set(turnKey, 'taken', 'PX', milliseconds, 'NX')) === 'OK';
  }
}
