/**
 * Keeps what is said to and by call bridges and Graph in the work on meetings. Nothing waits for it: it is collected in
 * memory, and written every half second beside the work, a crowd of it little by little and not while there is more to do
 * than can be done at once, so that conferences which start together keep the processor. What a process has not written
 * when it dies is lost from the record, and nothing else is; so is what comes faster than it can be written.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as aTurn, setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Traffic, toldOf } from './cms/traffic.ts';
import type { Exchange, Told } from './conference/exchange/exchange.ts';
import type { Discretion } from './conference/exchange/hiding.ts';
import { type GraphTraffic, notificationTold, toldOfEntries, toldOfGraph } from './graph/traffic.ts';
import type { ExchangeStore } from './redis/exchanges.ts';
import { type PieceOfWork, workInHand } from './work.ts';

export interface RecorderDeps {
  readonly store: Pick<ExchangeStore, 'put'>;
  readonly discretion: Discretion;
  readonly log: Pick<Logger, 'warn'>;
}

type Heard = { readonly bridge: Traffic } | { readonly graph: GraphTraffic };

interface Waiting {
  readonly work: PieceOfWork;
  /** Its id when it was said. */
  readonly id: string;
  readonly place: string;
  readonly heard: Heard;
}

/** Milliseconds between two writings. */
const every = 500;
/** A timer that comes so late, milliseconds, tells of more work than can be done at once; so often it is passed over. */
const busyAfter = 50;
const mostPassed = 10;
/** As many are written at a time where no more wait than ten times as many. */
const few = 100;
/** Requests that wait to be written, at most. */
const mostWaiting = 20_000;
/** Made ready and written without a pause: some milliseconds of the one thread. */
const atOnce = 100;
/** Milliseconds that a close waits for the last of it. */
const patience = 1_000;

export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #self = randomBytes(3).toString('hex');
  #timer: NodeJS.Timeout | undefined;
  /** Work of which it is said that a notification came. */
  readonly #notified = new WeakSet<PieceOfWork>();
  #waiting: Waiting[] = [];
  #count = 0;
  #lost = 0;
  #writing = Promise.resolve();
  #isWriting = false;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** Writes by itself from now on, and leaves the processor to those who need it more. */
  start(): void {
    let last = performance.now();
    let passed = 0;
    this.#timer = setInterval(() => {
      const now = performance.now();
      const isBusy = now - last > every + busyAfter;
      last = now;
      const { length } = this.#waiting;
      if (this.#isWriting || length === 0) return;
      passed = isBusy && passed < mostPassed && length < mostWaiting / 2 ? passed + 1 : 0;
      if (passed === 0) void this.flush(Math.max(few, Math.ceil(length / 10)));
    }, every);
    this.#timer.unref();
  }

  /** In whose work it was said is known by where this is called. */
  hear(heard: Heard): void {
    const work = workInHand();
    if (work === undefined || !isOfMeetings(work)) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#lost += 1;
      return;
    }
    const { at } = 'bridge' in heard ? heard.bridge : heard.graph;
    this.#waiting.push({ work, id: work.id, place: this.#place(at), heard });
  }

  /** Writes what there is, that which was said first. Never rejects. */
  async flush(most = Number.POSITIVE_INFINITY): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      this.#isWriting = true;
      try {
        await this.#write(most);
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'requests and answers could not be kept');
      }
      this.#isWriting = false;
    });
    await this.#writing;
  }

  /** Where Redis does not take it in time it is given up. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const over = new AbortController();
    await Promise.race([this.flush(), pause(patience, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }

  async #write(most: number): Promise<void> {
    if (this.#lost > 0) {
      this.#deps.log.warn({ lost: this.#lost }, 'more requests and answers than can be kept');
      this.#lost = 0;
    }
    // Whom a reading of a calendar concerns is known when it is over.
    const ripe: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of this.#waiting) {
      const isRipe = one.work.of !== 'calendar' || one.work.isOver;
      (isRipe && ripe.length < most ? ripe : left).push(one);
    }
    this.#waiting = left;
    let all = new Map<string, Exchange[]>();
    let count = 0;
    for (const one of ripe) {
      for (const [owner, exchange] of this.#keptOf(one)) {
        const known = all.get(owner);
        if (known === undefined) all.set(owner, [exchange]);
        else known.push(exchange);
        count += 1;
      }
      if (count < atOnce) continue;
      await this.#deps.store.put(all);
      await aTurn();
      all = new Map();
      count = 0;
    }
    await this.#deps.store.put(all);
  }

  #keptOf(one: Waiting): [owner: string, Exchange][] {
    const { discretion } = this.#deps;
    if (one.work.of === 'calendar') return this.#toldConcerned(one);
    const told =
      'bridge' in one.heard ? toldOf(one.heard.bridge, discretion) : toldOfGraph(one.heard.graph, discretion);
    return [[one.work.key, exchangeOf(one, told)]];
  }

  /** Each meeting has of a reading what concerns it. */
  #toldConcerned(one: Waiting): [owner: string, Exchange][] {
    const { work, heard } = one;
    const { notifiedAt, concerned } = work;
    const kept: [string, Exchange][] = [];
    if (notifiedAt !== undefined && !this.#notified.has(work)) {
      this.#notified.add(work);
      const came = { work, id: work.id, place: this.#place(notifiedAt) };
      for (const owner of concerned.keys())
        kept.push([owner, exchangeOf(came, notificationTold(work.key, notifiedAt, this.#deps.discretion))]);
    }
    if ('bridge' in heard) return kept;
    for (const [owner, entries] of concerned) {
      const told = toldOfEntries(heard.graph, this.#deps.discretion, entries);
      if (told !== undefined) kept.push([owner, exchangeOf(one, told)]);
    }
    return kept;
  }

  /** In the order of time, and each its own. */
  #place(at: number): string {
    this.#count = (this.#count + 1) % 36 ** 5;
    const [time, count] = [at.toString(36).padStart(9, '0'), this.#count.toString(36).padStart(5, '0')];
    return `${time}-${count}-${this.#self}`;
  }
}

/** Who is in a conference is looked at all the time and for many at once: of that nothing is kept. */
function isOfMeetings({ of }: PieceOfWork): boolean {
  return of === 'conference' || of === 'invitation' || of === 'calendar';
}

function exchangeOf({ work: { step }, id, place }: Omit<Waiting, 'heard'>, told: Told): Exchange {
  return { id: place, work: id, ...(step === undefined ? {} : { step }), ...told };
}
