/**
 * What is due when, and who is at it: at least once, never by two at a time, taken over within seconds of a death.
 *
 * BullMQ brings a job to a worker; the agenda is why nothing depends on it. For every queue Redis holds
 * - `due` key -> when it must be looked at (a sorted set; BullMQ only holds what is near),
 * - `rev` key -> how often it was rung: a ring during the work is seen at its end and works once more,
 * - `lease` key -> the process that is at it, valid for as long as that process' heartbeat lives,
 * - `failing` key -> why the work at it has failed, how often and since when, until it succeeds.
 * A sweep hands on what is near, and what is overdue while nobody alive is at it; what a process had that was seen to die
 * is handed on at once.
 */
import { createHash } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type DoorbellJob, jobOptions, keyPrefix } from '../queues.ts';
import {
  claimScript,
  overdueScript,
  releaseScript,
  ringScript,
  settleScript,
  takeOverScript,
} from './agenda-lua.ts';
import { heartbeatKey } from './heartbeat.ts';
import { defineScript, type Script } from './script.ts';

/** How far ahead BullMQ is given what is due. */
const horizon = 3_000;
/** How long after its time a key counts as forgotten. */
const grace = 2_000;
const sweepLimit = 5_000;
/** Entries that are looked at together for the first that waits. */
const page = 500;
/** A job may come this much before its time, by the clock of another machine. */
const early = 500;

export interface Ring {
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Where Redis has what is due of a queue, how often it was rung for, and who is at it. */
export function agendaKeys(queue: string) {
  const prefix = `${keyPrefix}:{agenda:${queue}}`;
  return {
    ...{ due: `${prefix}:due`, rev: `${prefix}:rev`, lease: `${prefix}:lease` },
    failing: `${prefix}:failing`,
  };
}

/** Of BullMQ's queue, what is needed here. */
export type JobQueue = Pick<Queue<DoorbellJob>, 'name' | 'addBulk' | 'getWaitingCount'>;

export class Agenda {
  readonly #redis: Redis;
  readonly #queue: JobQueue;
  readonly #processId: string;
  readonly #keys: ReturnType<typeof agendaKeys>;
  readonly #ring: Script;
  readonly #claim: Script;
  readonly #settle: Script;
  readonly #overdue: Script;
  readonly #takeOver: Script;
  readonly #release: Script;
  /** Keys whose claim has failed on its way: it may stand, and this process would keep the key from all without being at it. */
  readonly #unsure = new Set<string>();

  constructor(redis: Redis, queue: JobQueue, processId: string) {
    this.#redis = redis;
    this.#queue = queue;
    this.#processId = processId;
    this.#keys = agendaKeys(queue.name);
    this.#ring = defineScript(redis, ringScript);
    this.#claim = defineScript(redis, claimScript);
    this.#settle = defineScript(redis, settleScript);
    this.#overdue = defineScript(redis, overdueScript);
    this.#takeOver = defineScript(redis, takeOverScript);
    this.#release = defineScript(redis, releaseScript);
  }

  /** Asks that these keys be looked at, at their times or sooner. Resolves once Redis has it. */
  async ring(rings: readonly Ring[]): Promise<void> {
    if (rings.length === 0) return;
    await this.#ring(
      [this.#keys.due, this.#keys.rev],
      rings.flatMap(({ key, at }) => [key, at]),
    );
    const now = Date.now();
    const near = rings.filter(({ at }) => at - now <= horizon);
    // Rung keys that are already on their way share one job: the id carries the moment.
    await this.#enqueue(
      near.map(({ key, at }) => ({ key, at: Math.max(at, now), id: `${hash(key)}-${at}` })),
    );
  }

  /**
   * A key that waits long is handed on more than once: whoever comes when it was done finds it due later, or not at all.
   * @returns the revision to settle with, or undefined while a living process is at it or nothing is to be done
   */
  async claim(key: string): Promise<number | undefined> {
    const keys = [this.#keys.rev, this.#keys.lease, this.#keys.due, heartbeatKey('')];
    const rev = await this.#claim(keys, [key, this.#processId, Date.now() + early]).catch(
      (error: unknown) => {
        this.#unsure.add(key);
        throw error;
      },
    );
    this.#unsure.delete(key);
    return typeof rev === 'number' && rev >= 0 ? rev : undefined;
  }

  /** The revisions of keys that this process has claimed: a ring since then has raised them. */
  async revisions(keys: readonly string[]): Promise<number[]> {
    if (keys.length === 0) return [];
    return (await this.#redis.hmget(this.#keys.rev, ...keys)).map((rev) => Number(rev ?? 0));
  }

  /**
   * Ends a claim. `next` is when the key must be looked at again, or undefined for never.
   * `rung`: somebody rang during the work, so it is due now; `lost`: another process has taken it over.
   * @param failure why the work has failed, where nobody foresaw that
   */
  async settle(
    key: string,
    revision: number,
    next: number | undefined,
    failure = '',
  ): Promise<'settled' | 'rung' | 'lost'> {
    const now = Date.now();
    const outcome = await this.#settle(
      [this.#keys.due, this.#keys.rev, this.#keys.lease, this.#keys.failing],
      [key, this.#processId, revision, next ?? '', now, failure],
    );
    if (outcome === 'rung') await this.#enqueue([{ key, at: now, id: `${hash(key)}-${now}` }]);
    else if (outcome === 'settled' && next !== undefined && next - now <= horizon) {
      await this.#enqueue([{ key, at: Math.max(next, now), id: `${hash(key)}-${next}` }]);
    }
    return outcome as 'settled' | 'rung' | 'lost';
  }

  /** The Redis key and field under which a claim of this process stands, for writes that hold only while it does. */
  leaseOf(key: string): { readonly hash: string; readonly field: string; readonly holder: string } {
    return { hash: this.#keys.lease, field: key, holder: this.#processId };
  }

  /** Hands on what is near, and what is overdue though nobody alive is at it. To be called every second. */
  async sweep(): Promise<void> {
    const now = Date.now();
    for (const key of [...this.#unsure]) {
      await this.#release([this.#keys.lease], [key, this.#processId]);
      this.#unsure.delete(key);
    }
    const near = await this.#redis.zrangebyscore(
      this.#keys.due,
      `(${now}`,
      now + horizon,
      'WITHSCORES',
      'LIMIT',
      0,
      sweepLimit,
    );
    const jobs: Job[] = [];
    for (let i = 0; i < near.length; i += 2) {
      const key = near[i] ?? '';
      const at = Number(near[i + 1]);
      jobs.push({ key, at, id: `${hash(key)}-${at}` });
    }
    const overdue = await this.#overdue(
      [this.#keys.due, this.#keys.lease, heartbeatKey('')],
      [now - grace, sweepLimit, sweepLimit],
    );
    const round = Math.floor(now / grace);
    const forgotten = overdue as string[];
    // Where more jobs wait than keys are overdue, these are among them: a queue that is behind would only fall back more.
    const isBehind = forgotten.length > 0 && (await this.#queue.getWaitingCount()) > forgotten.length;
    if (!isBehind) {
      for (const key of forgotten) jobs.push({ key, at: now, id: `${hash(key)}-again-${round}` });
    }
    await this.#enqueue(jobs);
  }

  /** Hands on at once what a process had in hand that has died. Left undone, the sweep does it seconds later. */
  async takeOver(dead: string): Promise<number> {
    const left = (await this.#takeOver([this.#keys.due, this.#keys.lease], [dead])) as string[];
    const at = Date.now();
    await this.#enqueue(left.map((key) => ({ key, at, id: `${hash(key)}-after-${dead}` })));
    return left.length;
  }

  /** Keys and times of everything that is due until then. */
  async due(until: number): Promise<Ring[]> {
    const found = await this.#redis.zrangebyscore(this.#keys.due, '-inf', until, 'WITHSCORES');
    return found.flatMap((key, i) => (i % 2 === 0 ? [{ key, at: Number(found[i + 1]) }] : []));
  }

  /** How much there is to do, and how far behind it is; little to read. @param now epoch ms */
  async standing(now: number): Promise<AgendaStanding> {
    const { due, lease, failing } = this.#keys;
    const [all, overdue, inHand, failed, late] = await Promise.all([
      this.#redis.zcard(due),
      this.#redis.zcount(due, '-inf', now),
      this.#redis.hlen(lease),
      this.#redis.hlen(failing),
      this.#lateness(now),
    ]);
    const waiting = Math.max(0, overdue - inHand);
    return { waiting, active: inHand, delayed: all - overdue, failed, late };
  }

  /** What is in hand of the living is as old as it may be: a call bridge is listened to for hours. */
  async #lateness(now: number): Promise<number> {
    const { due, lease } = this.#keys;
    const [oldest] = (await this.#overdue([due, lease, heartbeatKey('')], [now, 1, page])) as string[];
    const at = oldest === undefined ? null : await this.#redis.zscore(due, oldest);
    return at === null ? 0 : Math.max(0, now - Number(at));
  }

  /** What has failed and is tried again, that which has failed most often first. */
  async failing(): Promise<Failing[]> {
    const found = Object.entries(await this.#redis.hgetall(this.#keys.failing));
    return found
      .map(([key, json]) => ({ key, ...(JSON.parse(json) as Omit<Failing, 'key'>) }))
      .sort((a, b) => b.times - a.times || a.since - b.since);
  }

  /** Nothing is done about a key any more until somebody rings for it; nothing else is forgotten. */
  async drop(key: string): Promise<boolean> {
    const { due, rev, failing } = this.#keys;
    const [[, dropped] = []] =
      (await this.#redis.multi().zrem(due, key).hdel(rev, key).hdel(failing, key).exec()) ?? [];
    return dropped === 1;
  }

  async #enqueue(jobs: readonly Job[]): Promise<void> {
    const now = Date.now();
    await this.#queue.addBulk(
      jobs.map(({ key, at, id }) => ({
        name: this.#queue.name,
        data: { key },
        opts: { ...jobOptions, jobId: id, delay: Math.max(0, Math.round(at - now)) },
      })),
    );
  }
}

export interface AgendaStanding {
  /** Due, and nobody is at it. */
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** Milliseconds by which the first of those that nobody alive is at is late. */
  readonly late: number;
}

export interface Failing {
  readonly key: string;
  /** Epoch ms. */
  readonly since: number;
  readonly times: number;
  readonly why: string;
}

interface Job extends Ring {
  readonly id: string;
}

/** BullMQ refuses `:` in ids, and keys of meetings are long. */
function hash(key: string): string {
  return createHash('sha1').update(key).digest('base64url').slice(0, 20);
}
