/**
 * The events of a call bridge for as long as the socket with its list of calls stands: the rosters of the wanted calls are
 * spread over sockets, as many as the bridge takes on each and as many sockets as it lets in.
 */
import { CmsFault } from '../fault.ts';
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
  /** Has the list; takes rosters only where no other socket does, for they would have the whole list told anew. */
  readonly #main: Lane;
  readonly #lanes = new Set<Lane>();
  readonly #listed = new Set<string>();
  #wanted: ReadonlySet<string> = new Set();
  readonly #placed = new Map<string, Lane>();
  /** Not to be placed for a while. */
  readonly #barred = new Set<string>();
  /** Rosters that the bridge takes on a socket, once it has turned others away there; and on most. */
  readonly #rooms = new Map<Lane, number>();
  #usualRoom = Number.POSITIVE_INFINITY;
  #most: number;
  #opening: Promise<void> | undefined;
  readonly #closing = new Set<Promise<void>>();
  #failures = 0;
  #isHeldUp = false;
  #isPlacing = false;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isOver = false;

  constructor(socket: EventSocket, options: SessionOptions) {
    this.#options = options;
    this.#most = options.sockets;
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

  #laneOn(socket: EventSocket, withList: boolean): Lane {
    const owner: LaneOwner = {
      news: (news) => this.#options.news(news),
      begun: () => this.#options.begun(),
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
        this.#failures = 0;
        this.#options.covered.add(call);
      },
      ended: (calls) => this.#bar(calls, this.#options.times.grace),
      turnedAway: (calls, room) => {
        this.#bar(calls, this.#options.times.grace, () => {
          if (calls.some((call) => this.#listed.has(call))) this.#learn(lane, room);
        });
      },
      lost: (why, suspects) => {
        if (withList) return this.#options.over(why);
        this.#release(lane);
        this.#bar(suspects, this.#options.times.patience);
        this.#holdUp();
        this.#placeSoon();
      },
    };
    const lane = new Lane(socket, this.#options.times, owner, { withList });
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
      const lane = this.#laneWithRoom();
      if (lane === undefined) {
        if (this.#mayOpen && !this.#isHeldUp) this.#opening ??= this.#openAnother();
        return;
      }
      this.#placed.set(call, lane);
      lane.add(call);
    }
  }

  /** Soon, or it is about to: that is waited for, unless it has failed too often. */
  get #mayOpen(): boolean {
    const isHopeless = this.#isHeldUp && this.#failures > 2;
    return this.#opening !== undefined || (!isHopeless && this.#lanes.size + 1 < this.#most);
  }

  #laneWithRoom(): Lane | undefined {
    const mayOpen = this.#mayOpen;
    let best: Lane | undefined;
    for (const lane of mayOpen ? this.#lanes : [...this.#lanes, this.#main]) {
      const room = this.#rooms.get(lane) ?? this.#usualRoom;
      const isFull = lane.size >= (mayOpen ? Math.min(room, comfortable) : room);
      if (!isFull && (best === undefined || lane.size < best.size)) best = lane;
    }
    return best;
  }

  async #openAnother(): Promise<void> {
    try {
      const socket = await this.#options.open();
      if (this.#isOver) await socket.close();
      else this.#lanes.add(this.#laneOn(socket, false));
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      if (error.kind === 'busy') this.#letBe();
      else this.#holdUp();
    } finally {
      this.#opening = undefined;
      this.#placeSoon();
    }
  }

  #learn(lane: Lane, room: number): void {
    this.#rooms.set(lane, room);
    if (lane === this.#main) return;
    if (room > 0) {
      this.#usualRoom = room;
    } else if (this.#lanes.has(lane)) {
      this.#release(lane);
      this.#letBe();
      const closing = lane.close().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }

  /** The bridge lets no more sockets in, or has no use for them. */
  #letBe(): void {
    this.#most = this.#lanes.size + 1;
    this.#after(this.#options.times.patience, () => {
      this.#most = this.#options.sockets;
    });
  }

  #holdUp(): void {
    this.#failures += 1;
    this.#isHeldUp = true;
    this.#after(pauseAfter(this.#failures, this.#options.times), () => {
      this.#isHeldUp = false;
    });
  }

  #release(lane: Lane): void {
    this.#lanes.delete(lane);
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
