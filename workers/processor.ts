/**
 * Runs the jobs of one queue: at least once, one at a time for each key over all processes.
 * A job only rings; the agenda says who may work, and keeps the key due until the work was settled. A process that dies
 * at any line leaves its key due and its claim void, so another takes it up within seconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { DoorbellJob, QueueName } from '../src/queues.ts';
import type { Agenda } from '../src/redis/agenda.ts';
import type { Heartbeat } from '../src/redis/heartbeat.ts';
import type { Lease } from '../src/redis/meetings.ts';
import { queuePrefixOn } from '../src/redis/ways.ts';
import { asWork, type Tracing } from '../src/work.ts';

/** One claim on one key. */
export interface Work {
  readonly key: string;
  /** For writes that may only happen while the claim holds. */
  readonly lease: Lease;
  /** Waits for the instant, unless somebody rings for this key, or the process is stopped. */
  waitUntil(at: number): Promise<'time' | 'rung' | 'stopping'>;
  readonly stopping: boolean;
  /**
   * False once another process may have taken the claim over: then nothing may be done any more that cannot be undone.
   * Known without asking, so it is a look before a leap; what is written down is checked by Redis (`lease`).
   */
  readonly held: boolean;
}

/** Brings the key to where it should be; returns when to look again (epoch ms), or undefined for never. */
export type Handler = (work: Work) => Promise<number | undefined>;

/** Brings jobs to `work`, each at its time, as many at once as there are places; closed when those in hand are done. */
export type Jobs = (
  queue: QueueName,
  places: number,
  work: (job: Pick<Job<DoorbellJob>, 'data'>) => Promise<void>,
) => { close(): Promise<void> };

export interface ProcessorOptions {
  readonly queue: QueueName;
  readonly connection: Redis;
  readonly agenda: Agenda;
  readonly heartbeat: Heartbeat;
  readonly handler: Handler;
  readonly concurrency: number;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  /** In place of BullMQ. */
  readonly jobs?: Jobs | undefined;
}

/** After an unexpected failure of a handler. */
const retryAfter = 3_000;
const settleAgainAfter = 1_000;

interface Claim {
  revision: number;
  readonly since: number;
  /** While the work is over and is being settled; never rejects. */
  settling?: Promise<unknown>;
}

interface Waiting {
  revision: number;
  wake(why: 'rung' | 'stopping'): void;
}

export class Processor {
  readonly #options: ProcessorOptions;
  readonly #worker: { close(): Promise<void> };
  readonly #running = new Map<string, Claim>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #timers: NodeJS.Timeout[] = [];
  #stopping = false;

  constructor(options: ProcessorOptions) {
    this.#options = options;
    const { queue, concurrency, agenda, jobs = bullmq(options) } = options;
    this.#worker = jobs(queue, concurrency, (job) => this.#work(job));
    this.#timers.push(setInterval(() => this.#attempt(() => agenda.sweep()), 1_000));
    this.#timers.push(setInterval(() => this.#attempt(() => this.#hearRings()), 500));
  }

  /** Stops taking work, wakes what waits, and resolves when the steps in hand are done. */
  async close(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const waiting of this.#waiting.values()) waiting.wake('stopping');
    await this.#worker.close();
  }

  async #work(job: Pick<Job<DoorbellJob>, 'data'>): Promise<void> {
    const { key } = job.data;
    const { agenda, log, queue, tracing } = this.#options;
    // A ring that comes while the work before is being settled may not be seen by that: it is answered right after.
    await this.#running.get(key)?.settling;
    if (this.#running.has(key) || this.#stopping) return;
    const claim: Claim = { revision: 0, since: Date.now() };
    this.#running.set(key, claim);
    try {
      const revision = await agenda.claim(key);
      if (revision === undefined) return;
      claim.revision = revision;
      let next: number | undefined;
      let failure = '';
      try {
        next = await asWork({ of: queue, key }, () => this.#handle(key, claim), tracing);
      } catch (error) {
        next = Date.now() + retryAfter;
        failure = wordsOf(error);
      }
      const settled = this.#settle(key, claim, next, failure);
      claim.settling = settled.catch(() => {});
      const outcome = await settled;
      if (outcome === 'lost') log.warn({ queue, key }, 'work was taken over by another process');
    } finally {
      this.#running.delete(key);
    }
  }

  /** Until Redis has it: a claim that is not settled keeps the key from everybody as long as this process lives. */
  async #settle(key: string, claim: Claim, next: number | undefined, failure: string) {
    const { agenda, log, queue } = this.#options;
    for (;;) {
      try {
        return await agenda.settle(key, claim.revision, next, failure);
      } catch (error) {
        if (this.#stopping) throw error;
        log.warn({ err: error, queue, key }, 'redis did not answer');
        await sleep(settleAgainAfter);
      }
    }
  }

  async #handle(key: string, claim: Claim): Promise<number | undefined> {
    const { handler, log, queue } = this.#options;
    try {
      return await handler(this.#workOn(key, claim));
    } catch (error) {
      log.error({ err: error, queue, key }, 'work failed');
      throw error;
    }
  }

  #workOn(key: string, claim: { revision: number; readonly since: number }): Work {
    const processor = this;
    const { heartbeat } = this.#options;
    return {
      key,
      lease: this.#options.agenda.leaseOf(key),
      get stopping() {
        return processor.#stopping;
      },
      get held() {
        return heartbeat.unbrokenSince(claim.since);
      },
      waitUntil: (at) =>
        new Promise((resolve) => {
          if (this.#stopping) {
            resolve('stopping');
            return;
          }
          const timer = setTimeout(() => finish('time'), Math.max(0, at - Date.now()));
          const finish = (why: 'time' | 'rung' | 'stopping') => {
            clearTimeout(timer);
            claim.revision = waiting.revision;
            this.#waiting.delete(key);
            resolve(why);
          };
          const waiting: Waiting = { revision: claim.revision, wake: finish };
          this.#waiting.set(key, waiting);
        }),
    };
  }

  /** A ring reaches a waiting claim here, whichever process was rung. */
  async #hearRings(): Promise<void> {
    const keys = [...this.#waiting.keys()];
    const revisions = await this.#options.agenda.revisions(keys);
    keys.forEach((key, i) => {
      const waiting = this.#waiting.get(key);
      const revision = revisions[i] ?? 0;
      if (waiting === undefined || revision === waiting.revision) return;
      waiting.revision = revision;
      waiting.wake('rung');
    });
  }

  #attempt(step: () => Promise<void>): void {
    step().catch((error: unknown) =>
      this.#options.log.warn({ err: error, queue: this.#options.queue }, 'redis did not answer'),
    );
  }
}

function bullmq({ connection, log }: ProcessorOptions): Jobs {
  return (queue, concurrency, work) => {
    const worker = new Worker<DoorbellJob>(queue, work, {
      connection,
      prefix: queuePrefixOn(connection),
      concurrency,
      // A job that is given to another worker twice does no harm: the claim decides.
      maxStalledCount: 1_000,
    });
    worker.on('error', (error) => log.warn({ err: error, queue }, 'queue connection failed'));
    return worker;
  };
}

/** What administrators are told of it; the log has all of it. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 300) || 'it is not known why';
}
