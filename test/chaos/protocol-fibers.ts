/**
 * The workers' own code, run until it asks somebody for something: a call bridge, Redis, or the clock. What it does next
 * depends on nothing but what it was told, so that a place in it is known by all that it was told since it last read its
 * meeting; it is gone to by running the code from there once more, and then kept.
 */
import { asWork, workInHand } from '../../src/work.ts';
import { bringConference } from '../../workers/conference.ts';
import type { ConferenceDeps } from '../../workers/hand.ts';
import type { Work } from '../../workers/processor.ts';
import { watchRunning } from '../../workers/running.ts';
import type { Told } from './protocol-bridge.ts';
import type { Key } from './protocol-state.ts';

/** What a process asks of a call bridge. */
export interface Request {
  readonly is: 'request';
  readonly bridge: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it is kept here at the last moment once the process may have been taken for dead. */
  readonly guarded: boolean;
}

/** What it asks of Redis; `does` is the store's own method. */
export interface Query {
  readonly is: 'query';
  readonly does: string;
  readonly args: readonly unknown[];
}

export type Ask =
  | Request
  | Query
  /** `Work.waitUntil`; `step`: in the middle of one. */
  | { readonly is: 'wait'; readonly until: number; readonly inStep: boolean }
  /** `setTimeout`. */
  | { readonly is: 'pause'; readonly ms: number };

/** What a process knows without asking. */
export interface Ambient {
  readonly now: number;
  readonly held: boolean;
  /** Of each call bridge. */
  readonly seen: readonly { readonly is: 'up' | 'lost'; readonly since?: number }[];
}

/** Resolves once the explorer has said what comes of it; never where it does not. */
export type Asking = (ask: Ask) => Promise<unknown>;

/** The program's parts over stores and wires that ask. */
export interface Parts {
  deps(ask: Asking, ambient: () => Ambient): ConferenceDeps;
}

export interface Node {
  readonly parent: number;
  readonly key: Key | 'census';
  readonly entry: Entry | undefined;
  /** What it waits for, by number. */
  readonly asks: readonly { readonly n: number; readonly ask: Ask }[];
  /** It is through. */
  readonly over?: { readonly next?: number; readonly failure?: string };
}

interface Entry {
  readonly n: number;
  readonly answer: Answer;
  readonly ambient: Ambient;
}

/** What comes of something that was asked. */
export type Answer =
  | { readonly value: unknown }
  | Told
  /** It was kept here at the last moment, for the process may have been taken for dead. */
  | { readonly withheld: true };

interface Pending {
  readonly ask: Ask;
  settle(answer: Answer): void;
}

const realNow = Date.now;
const realTimeout = globalThis.setTimeout;
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

export class Fibers {
  readonly #parts: Parts;
  readonly #nodes: Node[] = [];
  readonly #known = new Map<string, number>();
  readonly #roots = new Map<Key | 'census', number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#nodes.length;
  }

  node(id: number): Node {
    const node = this.#nodes[id];
    if (node === undefined) throw new Error('there is no such place');
    return node;
  }

  /** Where it begins: about to read its meeting. */
  async root(key: Key | 'census'): Promise<number> {
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const id = await this.#run({ parent: -1, key, entry: undefined });
    this.#roots.set(key, id);
    return id;
  }

  /** Where it comes to from there when it is told this. */
  async after(from: number, n: number, answer: Answer, ambient: Ambient): Promise<number> {
    const told = `${from} ${n} ${JSON.stringify([answer, ambient])}`;
    const known = this.#known.get(told);
    if (known !== undefined) return known;
    const id = await this.#run({ parent: from, key: this.node(from).key, entry: { n, answer, ambient } });
    this.#known.set(told, id);
    return id;
  }

  async #run(place: Pick<Node, 'parent' | 'key' | 'entry'>): Promise<number> {
    const entries: Entry[] = [];
    for (let at: Pick<Node, 'parent' | 'entry'> = place; at.entry !== undefined; at = this.node(at.parent))
      entries.unshift(at.entry);
    const { key } = place;
    let ambient = entries[0]?.ambient ?? nothing;
    let last = false;
    const pending = new Map<number, Pending>();
    let count = 0;
    let again = false;
    let over: Node['over'];
    const ask: Asking = (what) => {
      // The rest of its life is that of one who has just begun.
      if (last && isBeginning(key, what)) {
        again = true;
        return new Promise(() => {});
      }
      count += 1;
      const n = count;
      return new Promise((resolve, reject) => {
        pending.set(n, {
          ask: what,
          settle: (answer) => {
            pending.delete(n);
            if ('fault' in answer || 'withheld' in answer) reject(answer);
            else resolve(answer.value);
          },
        });
      });
    };
    const restore = underClock(() => ambient.now, ask);
    try {
      const deps = this.#parts.deps(ask, () => ambient);
      const work: Work = {
        ...{ key, lease: { hash: 'leases', field: key, holder: 'me' }, stopping: false },
        waitUntil: (until) => ask({ is: 'wait', until, inStep: isInStep() }) as Promise<'time'>,
        get held() {
          return ambient.held;
        },
      };
      const done =
        key === 'census'
          ? asWork({ of: 'bridge', key }, () => watchRunning(census(deps, ask), 'emea')).then(() => undefined)
          : asWork({ of: 'conference', key }, () => bringConference(deps, work));
      done.then(
        (next) => {
          over = next === undefined ? {} : { next };
        },
        (error: unknown) => {
          over = { failure: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) };
        },
      );
      await soon();
      for (const [i, entry] of entries.entries()) {
        last = i === entries.length - 1;
        ambient = entry.ambient;
        const one = pending.get(entry.n);
        if (one === undefined) throw new Error(`${key} does not ask again what it asked: ${entry.n}`);
        one.settle(entry.answer);
        await soon();
      }
    } finally {
      restore();
    }
    if (again) return await this.root(key);
    const asks = [...pending].map(([n, one]) => ({ n, ask: one.ask }));
    if (over === undefined && asks.length === 0) throw new Error(`${key} waits for nobody knows what`);
    this.#nodes.push({ ...place, asks, ...(over === undefined ? {} : { over }) });
    return this.#nodes.length - 1;
  }
}

const nothing: Ambient = { now: 0, held: true, seen: [] };

function isInStep(): boolean {
  return workInHand()?.step !== undefined;
}

/** Between two steps the worker reads its meeting anew, and knows nothing else. */
function isBeginning(key: Key | 'census', ask: Ask): boolean {
  return key !== 'census' && ask.is === 'query' && ask.does === 'load' && !isInStep();
}

function census(deps: ConferenceDeps, ask: Asking): Parameters<typeof watchRunning>[0] {
  const ring = async (...args: unknown[]) => void (await ask({ is: 'query', does: 'ring', args }));
  return { ...deps, ring };
}

/** For what runs as a piece of work here the clock is the world's; for all else it is the machine's. */
function underClock(now: () => number, ask: Asking): () => void {
  Date.now = () => (workInHand() === undefined ? realNow() : now());
  globalThis.setTimeout = ((then: () => void, ms = 0) => {
    if (workInHand() === undefined) return realTimeout(then, ms);
    return void ask({ is: 'pause', ms }).then(then);
  }) as typeof setTimeout;
  return () => {
    Date.now = realNow;
    globalThis.setTimeout = realTimeout;
  };
}
