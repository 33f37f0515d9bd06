/**
 * The events of a call bridge for as long as the socket with its list of calls stands: the rosters of the wanted calls are
 * spread over sockets, as many as the bridge takes on each and as many sockets as it lets in.
 */
import { CmsFault } from '../fault.ts';
import { Allowance } from './allowance.ts';
import { Lane, type LaneOwner } from './lane.ts';
import type { EventNews } from './news.ts';
import type { EventSocket } from './socket.ts';
import { type EventTimes, pauseAfter } from './times.ts';

export interface SessionOptions {
  readonly times: EventTimes;
  /** At most, the first one among them. */
  readonly sockets: number;
  /** Kept to the calls whose rosters are told. */
  readonly covered: Set<string>;
  /** @throws CmsFault */
  open(): Promise<EventSocket>;
  news(news: EventNews): void;
  begun(): void;
  /** It is to be closed then. */
  over(why: string): void;
}

/**
 * Rosters on one socket while another one may be opened: each change there has all of them told anew, and the next message
 * follows only when the one before has been acknowledged.
 */
const comfortable = 32;

export class Session {
  readonly #options: SessionOptions;
  readonly #allowance: Allowance;
  /** Has the list; takes rosters only where no other socket does, for they would have the whole list told anew. */
  readonly #main: Lane;
  readonly #lanes = new Set<Lane>();
  readonly #listed = new Set<string>();
  #wanted: ReadonlySet<string> = new Set();
  readonly #placed = new Map<string, Lane>();
  /** Not to be placed for a while. */
  readonly #barred = new Set<string>();
  #opening: Promise<void> | undefined;
  readonly #closing = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isPlacing = false;
  #isOver = false;

  constructor(socket: EventSocket, options: SessionOptions) {
    this.#options = options;
    this.#allowance = new Allowance(options.sockets);
    this.#main = this.#laneOn(socket, true);
  }

  /** Differences only cost the bridge anything. */
  want(calls: ReadonlySet<string>): void {
    this.#wanted = calls;
    for (const [call, lane] of this.#placed) {
      if (calls.has(call)) continue;
      this.#unplace(call);
      lane.drop(call);
    }
    this.#placeSoon();
  }

  /** Resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const lanes = [this.#main, ...this.#lanes].map((lane) => lane.close());
    await Promise.all([this.#opening, ...lanes, ...this.#closing]);
  }

  #laneOn(socket: EventSocket, isMain: boolean): Lane {
    const { times, covered, news, begun, over } = this.#options;
    const owner: LaneOwner = {
      ...{ news, begun },
      listed: (call) => {
        this.#listed.add(call);
        this.#placeSoon();
      },
      unlisted: (call) => {
        this.#listed.delete(call);
        this.#placed.get(call)?.forget(call);
        this.#unplace(call);
      },
      covered: (call) => {
        this.#allowance.failures = 0;
        covered.add(call);
      },
      ended: (calls) => this.#bar(calls, times.grace),
      turnedAway: (calls, room) => {
        this.#bar(calls, times.grace, () => {
          if (calls.some((call) => this.#listed.has(call))) this.#learn(lane, room);
        });
      },
      lost: (why, suspects) => {
        if (isMain) over(why);
        else this.#miss(lane, suspects);
      },
    };
    const lane = new Lane(socket, times, owner, isMain);
    return lane;
  }

  /** All of one turn together. */
  #placeSoon(): void {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    queueMicrotask(() => {
      this.#isPlacing = false;
      if (!this.#isOver) this.#place();
    });
  }

  #place(): void {
    for (const call of this.#wanted) {
      if (!this.#listed.has(call) || this.#placed.has(call) || this.#barred.has(call)) continue;
      const mayOpen = this.#opening !== undefined || this.#allowance.mayOpen(this.#lanes.size + 1);
      const lane = this.#laneWithRoom(mayOpen);
      if (lane === undefined) {
        if (mayOpen && !this.#allowance.isHeldUp) this.#opening ??= this.#openAnother();
        return;
      }
      this.#placed.set(call, lane);
      lane.add(call);
    }
  }

  /** The emptiest. */
  #laneWithRoom(mayOpen: boolean): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of mayOpen ? this.#lanes : [...this.#lanes, this.#main]) {
      const room = Math.min(this.#allowance.roomOn(lane), mayOpen ? comfortable : Number.POSITIVE_INFINITY);
      if (lane.size < room && (best === undefined || lane.size < best.size)) best = lane;
    }
    return best;
  }

  async #openAnother(): Promise<void> {
    try {
      const socket = await this.#options.open();
      if (this.#isOver) return await socket.close();
      const lane = this.#laneOn(socket, false);
      this.#lanes.add(lane);
      this.#tidy(lane);
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      if (error.kind === 'busy') this.#stopOpening();
      else this.#holdUp();
    } finally {
      this.#opening = undefined;
      this.#placeSoon();
    }
  }

  /** What has stayed empty makes room for others. */
  #tidy(lane: Lane): void {
    this.#after(this.#options.times.patience, () => {
      if (!this.#lanes.has(lane)) return;
      if (lane.size > 0) this.#tidy(lane);
      else this.#close(lane);
    });
  }

  #learn(lane: Lane, room: number): void {
    this.#allowance.learn(lane, room, lane !== this.#main && room > 0);
    if (lane === this.#main || room > 0 || !this.#lanes.has(lane)) return;
    this.#close(lane);
    this.#stopOpening();
  }

  #stopOpening(): void {
    this.#allowance.stopAt(this.#lanes.size + 1);
    this.#after(this.#options.times.patience, () => this.#allowance.tryAgain());
  }

  #miss(lane: Lane, suspects: readonly string[]): void {
    this.#release(lane);
    this.#bar(suspects, this.#options.times.patience);
    this.#holdUp();
    this.#placeSoon();
  }

  #holdUp(): void {
    this.#allowance.failures += 1;
    this.#allowance.isHeldUp = true;
    this.#after(pauseAfter(this.#allowance.failures, this.#options.times), () => {
      this.#allowance.isHeldUp = false;
    });
  }

  #close(lane: Lane): void {
    this.#release(lane);
    const closing = lane.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #release(lane: Lane): void {
    this.#lanes.delete(lane);
    this.#allowance.forget(lane);
    for (const call of lane.calls) this.#unplace(call);
  }

  #bar(calls: readonly string[], wait: number, afterwards?: () => void): void {
    for (const call of calls) {
      this.#unplace(call);
      this.#barred.add(call);
    }
    this.#after(wait, () => {
      for (const call of calls) this.#barred.delete(call);
      afterwards?.();
    });
  }

  #unplace(call: string): void {
    this.#placed.delete(call);
    this.#options.covered.delete(call);
  }

  #after(wait: number, act: () => void): void {
    if (this.#isOver) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
      this.#placeSoon();
    }, wait);
    this.#timers.add(timer);
  }
}
