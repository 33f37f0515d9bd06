/**
 * Tells everybody who looks what has changed, as it changes: one reader of the changes for all of them while there is any.
 * What is told carries the place in the changes behind which it was read; whoever was away says the last one that they have,
 * and is told what has become of everything since, or that it is too much to tell. What is told is how something is now and
 * not what happened to it, so that to be told twice does no harm.
 */
import type { Logger } from 'pino';
import type { Told } from './http/admin/changes.ts';
import type { Now } from './now.ts';
import type { Change, ChangeStore, Changes } from './redis/changes.ts';

export interface BroadcastDeps {
  readonly now: Pick<Now, 'standing' | 'barsOf' | 'nextStarts'>;
  /** Waits on a connection of its own. */
  readonly changes: ChangeStore;
  /** The key of the meeting that a call (`address id`) is of. */
  meetingOfCall(call: string): Promise<string | undefined>;
  readonly log: Pick<Logger, 'warn'>;
}

type Listener = (telling: Told) => void;

/** Milliseconds for which changes are gathered before they are told together. */
const gathering = 200;
const standingEvery = 1_000;
/** Milliseconds after which what starts next is looked at also while no meeting changes: one may be late by then. */
const startsEvery = 10_000;
const startsTold = 50;
/** Milliseconds that a question for changes waits. */
const waits = 1_000;
const afterFault = 1_000;
/** More meetings than this are not told one by one. */
const mostTogether = 2_000;

export class Broadcast {
  readonly #deps: BroadcastDeps;
  readonly #listeners = new Set<Listener>();
  /** Since how everything stands was last told. */
  #changed = { rooms: new Set<string>(), meetings: new Set<string>() };
  #reading: { readonly begun: Promise<void>; readonly over: Promise<void> } | undefined;
  /** As they were last told: `standing` and `starts`. */
  readonly #known = new Map<Told['event'], { readonly json: string; readonly telling: Told }>();
  #startsAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(deps: BroadcastDeps) {
    this.#deps = deps;
  }

  /**
   * Tells from now on, and first what came after that place.
   * @param after the last id that was told; left out for one who has just asked for everything
   * @returns what ends it
   */
  follow(after: string, tell: Listener): () => void {
    let isLive = false;
    const meanwhile: Told[] = [];
    const listener: Listener = (telling) => {
      if (isLive) tell(telling);
      else meanwhile.push(telling);
    };
    this.#listeners.add(listener);
    for (const { telling } of this.#known.values()) meanwhile.push(telling);
    // What comes while this is read is told by the reader, which has begun before.
    this.#begun()
      .then(() => this.#missedSince(after))
      .catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'what was missed could not be read');
        return [{ event: 'anew' as const, data: {} }];
      })
      .then((missed) => {
        for (const telling of [...missed, ...meanwhile]) if (this.#listeners.has(listener)) tell(telling);
        isLive = true;
      })
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'nobody could be told'));
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    await this.#reading?.over;
  }

  /** Resolves once the reader knows from where it reads. */
  async #begun(): Promise<void> {
    if (this.#reading === undefined && !this.#isClosed) {
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      this.#reading = { begun, over: this.#read(begin) };
    }
    await this.#reading?.begun;
  }

  async #read(begin: () => void): Promise<void> {
    const { changes, log } = this.#deps;
    let last: string | undefined;
    let stoodAt = Number.NEGATIVE_INFINITY;
    this.#forget();
    while (this.#listeners.size > 0 && !this.#isClosed) {
      try {
        last ??= await changes.last();
        begin();
        const untilStanding = Math.ceil(stoodAt + standingEvery - performance.now());
        const found = await changes.after(last, Math.max(1, Math.min(waits, untilStanding)));
        if (found === undefined) {
          last = await changes.last();
          this.#forget();
          this.#tell({ id: last, event: 'anew', data: {} });
        } else if (found.changes.length > 0) {
          last = found.last;
          for (const telling of await this.#told(found)) this.#tell(telling);
          await new Promise((resolve) => setTimeout(resolve, gathering));
        }
        if (performance.now() >= stoodAt + standingEvery) {
          await this.#tellStanding();
          stoodAt = performance.now();
        }
      } catch (error) {
        log.warn({ err: error }, 'changes could not be read');
        await new Promise((resolve) => setTimeout(resolve, afterFault));
      }
    }
    // In the same breath as the last look at who listens, so that whoever comes next has a reader of their own.
    this.#reading = undefined;
    begin();
  }

  #forget(): void {
    this.#changed = { rooms: new Set(), meetings: new Set() };
    this.#known.clear();
  }

  /** How everything stands, and what starts next, where either is otherwise than it was told. */
  async #tellStanding(): Promise<void> {
    const { now } = this.#deps;
    const isFirst = this.#known.size === 0;
    const changed = this.#changed;
    this.#changed = { rooms: new Set(), meetings: new Set() };
    try {
      this.#tellNews({ event: 'standing', data: await now.standing(Date.now(), isFirst ? 'all' : changed) });
      if (changed.meetings.size === 0 && !isFirst && performance.now() < this.#startsAt + startsEvery) return;
      this.#startsAt = performance.now();
      this.#tellNews({ event: 'starts', data: { starts: await now.nextStarts(startsTold, Date.now()) } });
    } catch (error) {
      // What had changed is not known any more.
      this.#known.clear();
      throw error;
    }
  }

  #tellNews(telling: Told): void {
    const json = JSON.stringify(telling.data);
    if (json === this.#known.get(telling.event)?.json) return;
    this.#known.set(telling.event, { json, telling });
    this.#tell(telling);
  }

  #tell(telling: Told): void {
    for (const listener of this.#listeners) listener(telling);
  }

  /** What has become of everything that has changed after that place. */
  async #missedSince(after: string): Promise<Told[]> {
    let last = after;
    const all: Change[] = [];
    for (;;) {
      const found = await this.#deps.changes.since(last);
      if (found === undefined || all.length > mostTogether) return [{ event: 'anew', data: {} }];
      all.push(...found.changes);
      if (found.changes.length === 0) break;
      last = found.last;
    }
    return all.length === 0 ? [] : await this.#told({ changes: all, last });
  }

  async #told({ changes, last: id }: Changes): Promise<Told[]> {
    const of = (kind: Change['kind']) => [
      ...new Set(changes.filter((change) => change.kind === kind).map(({ key }) => key)),
    ];
    const rooms = of('room');
    for (const mailbox of rooms) this.#changed.rooms.add(mailbox);
    const meetings = of('meeting');
    for (const key of meetings) this.#changed.meetings.add(key);
    if (meetings.length > mostTogether) return [{ id, event: 'anew', data: {} }];
    const people = await Promise.all(of('call').map((call) => this.#deps.meetingOfCall(call)));
    const peopleOf = [...new Set(people.filter((key) => key !== undefined))];
    const tellings: Told[] = [
      ...(meetings.length === 0
        ? []
        : [{ event: 'bars' as const, data: { bars: await this.#deps.now.barsOf(meetings, Date.now()) } }]),
      ...(peopleOf.length === 0 ? [] : [{ event: 'people' as const, data: { meetings: peopleOf } }]),
      ...(rooms.length === 0 ? [] : [{ event: 'rooms' as const, data: { rooms } }]),
      ...(of('ticket').length === 0 ? [] : [{ event: 'tickets' as const, data: {} }]),
    ];
    // Whoever has the last of them has them all.
    return tellings.map((telling, i) => (i === tellings.length - 1 ? { ...telling, id } : telling));
  }
}
