/**
 * Reports: the figures of days, counted from the meetings that began on them. A day of which nothing can change any more is
 * counted once and kept for longer than its meetings are; whichever process counts it comes to the same.
 */
import { setImmediate as letOthers } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Day, dateIn, daysBetween } from './conference/report/day.ts';
import { type Facts, factsOf } from './conference/report/facts.ts';
import { type ClusterSize, type Figures, figuring } from './conference/report/figures.ts';
import type { Place } from './conference/search/place.ts';
import type { Config } from './config.ts';
import { DeadlineExceeded, within } from './http/deadline.ts';
import type { EpochStore } from './redis/epoch.ts';
import { type MeetingStore, retention } from './redis/meetings.ts';
import type { CountedDay, ReportStore } from './redis/reports.ts';

export interface ReportsDeps {
  readonly config: Pick<Config, 'clusters' | 'conference' | 'invitation'>;
  readonly meetings: MeetingStore;
  readonly epochs: EpochStore;
  readonly store: ReportStore;
  readonly log: Logger;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that an answer may take; what is not counted by then is `pending`. */
  readonly patience?: number;
}

/**
 * - `final`: nothing of it changes any more
 * - `so-far`: some of it may still change
 * - `partly`: final, but the product was set up, or lost its memory, within that day
 * - `unknown`: its meetings are not known any more, or never were
 * - `pending`: it is just being counted; asked again, it is there
 */
export type ReportDay = { readonly date: string } & (
  | { readonly state: 'final' | 'so-far' | 'partly'; readonly figures: Figures }
  | { readonly state: 'unknown' | 'pending'; readonly figures: null }
);

interface Remembered {
  readonly until: number;
  readonly day: ReportDay;
}

const hour = 3_600_000;
const utcDay = 24 * hour;
/** Less than the five seconds after which an answer is given up. */
const usualPatience = 3_000;
/** Meetings are loaded, with their timelines, so many at once: some milliseconds in which nothing else is done. */
const loadedAtOnce = 200;
const keysAtOnce = 1_000;
/** For so long what may still change is believed, today's and that of other days. */
const believedToday = 60_000;
const believed = 600_000;
const turnEvery = 6 * hour;
/** A process that was just started has other things to do. */
const firstTurnAfter = 300_000;
/** Clocks of processes differ, and one that forgets has looked at its own a moment ago. */
const slack = hour;
/** What has still not settled so long before it is forgotten is kept as it is. */
const atTheLatest = 2 * utcDay;

export class Reports {
  readonly #deps: ReportsDeps;
  /** Days that may still change. */
  readonly #remembered = new Map<string, Remembered>();
  /** Days that are being counted; one after the other, whoever asks. */
  readonly #counting = new Map<string, Promise<ReportDay>>();
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(deps: ReportsDeps) {
    this.#deps = deps;
  }

  /** From one date to the other, both of them too. */
  async days(from: string, to: string, zone: string): Promise<ReportDay[]> {
    const { store, now, patience = usualPatience } = this.#deps;
    const until = performance.now() + patience;
    await store.askedFor(zone, now());
    const days = daysBetween(from, to, zone);
    const counted = await store.days(
      zone,
      days.filter(({ from }) => from <= now()).map(({ date }) => date),
    );
    const answers: ReportDay[] = [];
    for (const day of days) {
      const known = counted.get(day.date);
      answers.push(known === undefined ? await this.#inTime(day, zone, until) : { date: day.date, ...known });
    }
    return answers;
  }

  /**
   * Has past days counted before their meetings are forgotten, for UTC, the zone of invitations and those that were asked
   * for. On a timer of each process and not where meetings are forgotten: nothing that calls depend on waits for reports,
   * and there are four weeks to make up for what was missed.
   */
  begin(): void {
    const next = (pause: number) => {
      this.#timer = setTimeout(() => {
        this.#turn = this.countPast()
          .catch((error: unknown) => {
            if (!this.#isClosed) this.#deps.log.warn({ err: error }, 'days could not be counted');
          })
          .then(() => (this.#isClosed ? undefined : next(turnEvery)));
      }, pause);
      this.#timer.unref();
    };
    next(firstTurnAfter);
  }

  /** Gives up what is being counted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await Promise.allSettled(this.#counting.values());
  }

  /** Every day whose meetings are still known and that is over, unless another process does so. */
  async countPast(): Promise<void> {
    const { config, store, now } = this.#deps;
    if (!(await store.takeTurn(turnEvery / 2))) return;
    const zones = new Set(['UTC', config.invitation.timeZone, ...(await store.zones(now()))]);
    for (const zone of zones) {
      const [from, to] = [now() - retention, now() - utcDay].map((at) => dateIn(zone, at));
      const days = daysBetween(from ?? '', to ?? '', zone);
      const counted = await store.days(
        zone,
        days.map(({ date }) => date),
      );
      for (const day of days) {
        if (!counted.has(day.date)) await this.#count(day, zone);
      }
    }
  }

  async #inTime(day: Day, zone: string, until: number): Promise<ReportDay> {
    const counting = this.#count(day, zone);
    // Whoever asks may be gone by the time at which it fails; whoever asks again hears of it.
    counting.catch(() => {});
    try {
      return await within(Math.max(0, until - performance.now()), () => counting);
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
      return { date: day.date, state: 'pending', figures: null };
    }
  }

  #count(day: Day, zone: string): Promise<ReportDay> {
    const key = `${zone} ${day.date}`;
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && remembered.until > this.#deps.now())
      return Promise.resolve(remembered.day);
    const before = this.#counting.get(key);
    if (before !== undefined) return before;
    const counting = this.#last.then(() => this.#countNow(day, zone, key));
    this.#last = counting.catch(() => {});
    this.#counting.set(key, counting);
    const done = () => void this.#counting.delete(key);
    counting.then(done, done);
    return counting;
  }

  async #countNow(day: Day, zone: string, key: string): Promise<ReportDay> {
    const { store, epochs, now, config } = this.#deps;
    const { date } = day;
    const at = now();
    const since = (await epochs.current())?.begunAt ?? at;
    const isKnown = () => day.from >= now() - retention + slack && day.to > since;
    if (!isKnown()) return { date, state: 'unknown', figures: null };
    const facts = await this.#facts(day, at);
    // What was forgotten while it was counted is missing from it.
    if (!isKnown()) return { date, state: 'unknown', figures: null };
    const sizes = config.clusters.map(({ name, numbers }) => ({ name, quantity: numbers.quantity }));
    const figures = await figuresOf(facts, sizes);
    const isPartly = since > day.from;
    const isLast = day.from < at - retention + atTheLatest;
    if (day.to <= at && (isLast || facts.every(({ settledAt }) => settledAt <= at))) {
      const counted: CountedDay = { state: isPartly ? 'partly' : 'final', figures };
      await store.keep(zone, date, counted);
      return { date, ...counted };
    }
    const answer: ReportDay = { date, state: 'so-far', figures };
    this.#remember(key, answer, at + (day.from <= at && at < day.to ? believedToday : believed));
    return answer;
  }

  #remember(key: string, day: ReportDay, until: number): void {
    for (const [other, remembered] of this.#remembered)
      if (remembered.until <= this.#deps.now()) this.#remembered.delete(other);
    this.#remembered.set(key, { until, day });
  }

  /** In pages, so that neither much is held at once nor anybody waits for long. */
  async #facts({ from, to }: Day, now: number): Promise<Facts[]> {
    const { meetings, config } = this.#deps;
    const all: Facts[] = [];
    let after: Place | undefined;
    for (;;) {
      if (this.#isClosed) throw new Error('this process ends');
      const places: Place[] = await meetings.byStart(from, to, after, keysAtOnce);
      for (let i = 0; i < places.length; i += loadedAtOnce) {
        const keys = places.slice(i, i + loadedAtOnce).map(({ key }) => key);
        const [found, timelines] = await Promise.all([meetings.loadMany(keys), meetings.timelines(keys)]);
        const told = new Map(keys.map((key, n) => [key, timelines[n] ?? []]));
        for (const meeting of found)
          all.push(factsOf(meeting, told.get(meeting.key) ?? [], config.conference, now));
        await letOthers();
      }
      after = places.at(-1);
      if (places.length < keysAtOnce) return all;
    }
  }
}

/** Between its steps whatever waits is done. */
async function figuresOf(facts: readonly Facts[], clusters: readonly ClusterSize[]): Promise<Figures> {
  const steps = figuring(facts, clusters);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    await letOthers();
  }
}
