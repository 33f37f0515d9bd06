/**
 * Brings what was heard into the order in which it happened. Events and looks are taken as they come. Call detail records
 * are numbered: where one is missing the later ones wait for it a moment, and what does not come counts as lost.
 */
import type { News } from './news.ts';

/** Something a call bridge told at once. */
export interface Heard {
  /** Epoch ms. */
  readonly heard: number;
  readonly news: readonly News[];
  /** Where it is a record: which one of which start of the call bridge, and how many it says are lost before it. */
  readonly record?: { readonly session: string; readonly index: number; readonly missing: number };
}

/** How far the records of a call bridge are known. Times are epoch ms. */
export interface RecordsState {
  /** Changes when the call bridge starts anew. */
  readonly session: string;
  /** Number of the record that is to come. */
  readonly next: number;
  readonly heardAt: number;
  /** Since when it is this session. */
  readonly since: number;
  /** Records that were passed over, and may still come. */
  readonly holes: readonly { readonly index: number; readonly at: number }[];
  readonly former: readonly string[];
}

export interface Ordered {
  readonly ready: readonly News[];
  /** To be looked at again: they wait for a record before them. */
  readonly waiting: readonly Heard[];
  readonly state: RecordsState | undefined;
  /** Records that are lost for certain. */
  readonly lost: number;
  /** Something may be missing, so that the call bridge should be asked. */
  readonly isDoubtful: boolean;
}

/** Milliseconds that later records wait for one that is missing. */
export const patience = 1_000;
/** Milliseconds after which it does not come any more. */
const givenUpAfter = 30_000;
/** More that are missing at once are lost. */
const holesAtMost = 500;
const formerAtMost = 5;

export function order(heard: readonly Heard[], before: RecordsState | undefined, now: number): Ordered {
  const ordering = new Ordering(before, now);
  for (const one of heard) if (one.record === undefined) ordering.ready.push(...one.news);
  ordering.records(heard.filter(isRecord));
  return ordering.done();
}

type Recorded = Heard & { readonly record: NonNullable<Heard['record']> };

function isRecord(heard: Heard): heard is Recorded {
  return heard.record !== undefined;
}

class Ordering {
  readonly ready: News[] = [];
  readonly #waiting: Heard[] = [];
  readonly #now: number;
  #state: RecordsState | undefined;
  #lost = 0;
  #isDoubtful = false;

  constructor(state: RecordsState | undefined, now: number) {
    this.#now = now;
    this.#state = state;
  }

  records(all: readonly Recorded[]): void {
    const sessions = new Set(all.map(({ record }) => record.session));
    for (const session of sessions) {
      const ofSession = all.filter(({ record }) => record.session === session);
      const inOrder = ofSession.toSorted((a, b) => a.record.index - b.record.index);
      // What was on its way when the call bridge went down.
      if (this.#state?.former.includes(session)) for (const { news } of inOrder) this.ready.push(...news);
      else this.#take(inOrder, session);
    }
  }

  done(): Ordered {
    const state = this.#state;
    if (state !== undefined) {
      const holes = state.holes.filter(({ at }) => this.#now - at < givenUpAfter);
      this.#lost += state.holes.length - holes.length;
      if (holes.length < state.holes.length) this.#state = { ...state, holes };
    }
    return {
      ...{ ready: this.ready, waiting: this.#waiting, state: this.#state },
      ...{ lost: this.#lost, isDoubtful: this.#isDoubtful || this.#lost > 0 },
    };
  }

  #take(records: readonly Recorded[], session: string): void {
    let state = this.#begin(session, records[0]);
    for (const one of records) {
      const { index, missing } = one.record;
      if (index < state.next) {
        const isAwaited = state.holes.some((hole) => hole.index === index);
        if (isAwaited) this.ready.push(...one.news);
        state = { ...state, holes: state.holes.filter((hole) => hole.index !== index) };
        continue;
      }
      const absent = index - state.next;
      if (absent > missing && this.#now - one.heard < patience) {
        this.#waiting.push(one);
        continue;
      }
      // Those that the call bridge itself says are lost do not come.
      const awaited = Math.min(Math.max(0, absent - missing), holesAtMost);
      this.#lost += absent - awaited;
      this.#isDoubtful ||= absent > 0;
      const holes = Array.from({ length: awaited }, (_, i) => ({ index: index - 1 - i, at: this.#now }));
      state = { ...state, next: index + 1, holes: [...state.holes, ...holes].slice(-holesAtMost) };
      this.ready.push(...one.news);
    }
    const heardAt = Math.max(state.heardAt, ...records.map(({ heard }) => heard));
    this.#state = { ...state, heardAt };
  }

  /** The first record of a session is where we come in: what was before it we have not missed, but do not know. */
  #begin(session: string, first: Recorded | undefined): RecordsState {
    const before = this.#state;
    if (before?.session === session) return before;
    this.#isDoubtful = true;
    const former = before === undefined ? [] : [before.session, ...before.former].slice(0, formerAtMost);
    const next = (first?.record.index ?? 0) - (first?.record.missing ?? 0);
    return { session, next: Math.max(0, next), heardAt: 0, since: this.#now, holes: [], former };
  }
}
