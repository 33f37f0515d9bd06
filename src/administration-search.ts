/**
 * What finds meetings among very many: an index in the memory of the process that is asked, read from the records once and
 * kept by the changes, which Redis has written in the same step as what has changed. Before every answer what came
 * meanwhile is taken in, so that it is never behind; what it finds is looked at again in the records (`MeetingList`).
 *
 * Not in Redis, by measurement (`test/bench/README.md`): there the words of a meeting cost a booking as much again as all
 * else that it writes, and several times the memory that they take here; one letter begins tens of thousands of words, whose
 * sets are put together for half a second in which Redis does nothing else; and what may be shown is decided by rules that
 * Redis does not know. Here nothing is written that could be lost or be of a former version, a booking costs nothing, and
 * who is never asked holds nothing.
 *
 * It is begun with the first question, from the present outwards, so that the window people look at first is there first;
 * until then `find` says that it does not know, and whoever asks looks through the records themselves.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Ledger, type Order } from './conference/search/ledger.ts';
import type { Place } from './conference/search/place.ts';
import { findableOf, type RoomNames, type Wish } from './conference/search/wish.ts';
import type { Config } from './config.ts';
import type { ChangeStore } from './redis/changes.ts';
import type { MeetingStore } from './redis/meetings.ts';

export interface MeetingIndexDeps {
  readonly meetings: Pick<MeetingStore, 'loadMany' | 'byStart' | 'longKeys'>;
  readonly changes: Pick<ChangeStore, 'last' | 'behind'>;
  readonly names: RoomNames;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Meetings; of more nobody keeps an index. */
  readonly most?: number;
}

/** Meetings are read so many at a time: other work of the process waits for a few milliseconds. */
const atOnce = 50;
/** Milliseconds between two readings, in which others come to their turn. */
const breath = 1;
const followEvery = 2_000;
/** Milliseconds without a question after which the index is given up. */
const keptFor = 3_600_000;
const mostMeetings = 1_000_000;
const day = 86_400_000;
/** What began longer ago than this before a window and is still on in it is among the long ones (`longKeys`). */
export const reach = 2 * day;
/** The first window that people look at begins here before the present. */
const nearPast = day + reach;

/** All that is known of the time between two starts. */
interface Reading {
  /** Of the changes: all up to this one are in. */
  last: string;
  readonly ledger: Ledger;
  /** Exclusive. */
  from: number;
  /** Exclusive. */
  to: number;
}

export class MeetingIndex {
  readonly #deps: MeetingIndexDeps;
  #reading: Reading | undefined;
  #timer: NodeJS.Timeout | undefined;
  #askedAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;
  #tooManyAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(deps: MeetingIndexDeps) {
    this.#deps = deps;
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  /**
   * So many of those that may be meant, behind `after` in this order, as of now.
   * @returns undefined where the window is not known here, or not yet
   */
  async find(
    wish: Wish,
    order: Order,
    after: Place | undefined,
    limit: number,
  ): Promise<readonly Place[] | undefined> {
    this.#askedAt = performance.now();
    if (this.#reading === undefined) this.#begin();
    if (!this.#covers(wish)) return undefined;
    await this.#caughtUp();
    // What came may have shown that all has to be read anew.
    return this.#covers(wish) ? this.#reading?.ledger.find(wish, order, after, limit) : undefined;
  }

  #covers({ from, to }: Wish): boolean {
    const reading = this.#reading;
    return reading !== undefined && reading.from < from - reach && to <= reading.to;
  }

  #begin(): void {
    if (this.#isClosed || performance.now() - this.#tooManyAt < keptFor) return;
    const middle = Date.now() - nearPast;
    const reading: Reading = { last: '', ledger: new Ledger(this.#deps.names), from: middle, to: middle };
    this.#reading = reading;
    this.#timer ??= setInterval(() => void this.#follow(), followEvery).unref();
    void this.#readAll(reading);
  }

  #drop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reading = undefined;
  }

  async #readAll(reading: Reading): Promise<void> {
    const { meetings, changes, log } = this.#deps;
    const begun = performance.now();
    try {
      reading.last = await changes.last();
      const long = await meetings.longKeys(0);
      for (let i = 0; i < long.length; i += atOnce) await this.#take(reading, long.slice(i, i + atOnce));
      for (const order of ['asc', 'desc'] as const) await this.#readTo(reading, order);
      const took = Math.round(performance.now() - begun);
      if (this.#reading === reading)
        log.info({ meetings: reading.ledger.size, took }, 'meetings are indexed');
    } catch (error) {
      if (!this.#isClosed) log.warn({ err: error }, 'meetings could not be indexed');
      if (this.#reading === reading) this.#drop();
    }
  }

  /** From where it begins to the last start, or to the first. */
  async #readTo(reading: Reading, order: Order): Promise<void> {
    const middle = reading.from;
    let after: Place | undefined;
    while (this.#reading === reading) {
      const [from, to] = order === 'asc' ? [middle, Infinity] : [-Infinity, middle];
      const page: Place[] = await this.#deps.meetings.byStart(from, to, after, atOnce, order);
      await this.#take(
        reading,
        page.map(({ key }) => key),
      );
      after = page.at(-1);
      // Of the last start of a full page there may be more.
      const start = page.length < atOnce ? undefined : after?.start;
      if (order === 'asc') reading.to = start ?? Infinity;
      else reading.from = start ?? -Infinity;
      if (start === undefined) return;
      await pause(breath);
    }
  }

  /** One reading after the other, so that nothing older is put over what is newer. */
  async #take(reading: Reading, keys: readonly string[]): Promise<void> {
    await this.#inTurn(() => this.#put(reading, keys));
  }

  async #put({ ledger }: Reading, keys: readonly string[]): Promise<void> {
    const { meetings, log, most = mostMeetings } = this.#deps;
    const found = new Map((await meetings.loadMany(keys)).map((meeting) => [meeting.key, meeting]));
    for (const key of keys) {
      const meeting = found.get(key);
      if (meeting === undefined) ledger.remove(key);
      else ledger.put(key, findableOf(meeting));
    }
    if (ledger.size <= most || this.#reading?.ledger !== ledger) return;
    log.warn({ most }, 'meetings are too many to be indexed');
    this.#tooManyAt = performance.now();
    this.#drop();
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    await done;
  }

  /** Resolves once all is in that had changed before it was called. */
  #caughtUp(): Promise<void> {
    this.#next ??= this.#inTurn(async () => {
      // Who comes from here on may know of changes that this look does not see.
      this.#next = undefined;
      await this.#catchUp();
    });
    return this.#next;
  }

  async #catchUp(): Promise<void> {
    const reading = this.#reading;
    if (reading === undefined || reading.last === '') return;
    for (let isNew = true; isNew && this.#reading === reading; ) {
      const found = await this.#deps.changes.behind(reading.last);
      if (found === undefined) {
        this.#deps.log.info({}, 'meetings are indexed anew: not all that has changed is known');
        this.#begin();
        return;
      }
      const changed = found.changes.filter(({ kind }) => kind === 'meeting').map(({ key }) => key);
      const keys = [...new Set(changed)];
      for (let i = 0; i < keys.length; i += atOnce) await this.#put(reading, keys.slice(i, i + atOnce));
      isNew = found.last !== reading.last;
      reading.last = found.last;
    }
  }

  async #follow(): Promise<void> {
    if (performance.now() - this.#askedAt > keptFor) return this.#drop();
    try {
      await this.#caughtUp();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'what has changed could not be indexed');
    }
  }
}

export function namesOf({ rooms }: Pick<Config, 'rooms'>): RoomNames {
  return new Map(rooms.flatMap(({ mailbox, name }) => (name === undefined ? [] : [[mailbox, name]])));
}
