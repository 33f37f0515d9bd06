/**
 * One socket with what is subscribed to on it: the list of calls, or rosters, or both. A change is a new request, after which
 * the bridge tells everything anew; so changes are gathered.
 */
import { Roll } from './roll.ts';
import type { EventSocket } from './socket.ts';
import { type Hearer, Telling } from './telling.ts';
import type { EventTimes } from './times.ts';

export interface LaneOwner extends Hearer {
  /** The bridge has taken the subscription to its list of calls. */
  begun(): void;
  /** @param suspects of whose rosters one may be why the bridge refused them all */
  lost(why: string, suspects: readonly string[]): void;
}

export class Lane {
  readonly #socket: EventSocket;
  readonly #times: EventTimes;
  readonly #owner: LaneOwner;
  readonly #telling: Telling;
  readonly #hasList: boolean;
  #howMuch: 'all' | 'basic' = 'all';
  #isAsking = false;
  #hasBegun = false;
  #isOver = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When there is something else to ask for. */
  #dueAt: number | undefined;
  #asking: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;

  constructor(socket: EventSocket, times: EventTimes, owner: LaneOwner, hasList: boolean) {
    this.#socket = socket;
    this.#times = times;
    this.#owner = owner;
    this.#hasList = hasList;
    this.#telling = new Telling(owner, times.retelling, hasList ? new Roll() : undefined);
    socket.listener = {
      hear: (message) => {
        if (message.what === 'updates' && message.of === 'calls') this.#begin();
        if (this.#telling.hear(message)) this.#plan();
        else this.#lose('it does not tell its calls', []);
      },
      poke: () => this.#change(),
      lost: (why) => this.#lose(why, []),
    };
    if (hasList) this.#mind();
  }

  get calls(): IterableIterator<string> {
    return this.#telling.rosters.keys();
  }

  get size(): number {
    return this.#telling.rosters.size;
  }

  add(call: string): void {
    this.#telling.rosters.set(call, new Roll());
    this.#change();
  }

  drop(call: string): void {
    if (this.#telling.rosters.delete(call)) this.#change(this.#times.retelling);
  }

  /** One that is over, of which the bridge tells nothing any more. */
  forget(call: string): void {
    this.#telling.rosters.delete(call);
  }

  /** Resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#end();
    await this.#socket.close();
  }

  /** The web server may be there and the bridge behind it not; on the list hangs everything else. */
  #mind(): void {
    this.#ask();
    let heard = 0;
    this.#quiet = setInterval(() => {
      if (this.#socket.messages === heard) this.#change();
      heard = this.#socket.messages;
    }, this.#times.quiet);
  }

  #change(delay = 0): void {
    this.#dueAt = Math.min(this.#dueAt ?? Number.POSITIVE_INFINITY, performance.now() + delay);
    this.#plan();
  }

  /** The next request waits until what the last one asked for was told, or else some rosters would never be. */
  #plan(): void {
    if (this.#isOver || this.#isAsking || this.#dueAt === undefined) return;
    clearTimeout(this.#asking);
    const { pause, retelling } = this.#times;
    const earliest = this.#askedAt + (this.#telling.isTold ? pause : retelling);
    const wait = Math.max(0, Math.max(earliest, this.#dueAt) - performance.now());
    this.#asking = setTimeout(() => this.#ask(), Math.ceil(wait));
  }

  #ask(): void {
    this.#dueAt = undefined;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    this.#socket.request(this.#telling.ask(this.#howMuch), (isSuccess) => this.#answered(isSuccess));
  }

  #answered(isSuccess: boolean): void {
    this.#isAsking = false;
    if (isSuccess) {
      this.#begin();
      this.#plan();
    } else if (this.#howMuch === 'all') {
      // An older release may not know all that there is to tell.
      this.#howMuch = 'basic';
      this.#telling.refused();
      this.#change();
    } else {
      const unheard = [...this.#telling.rosters].filter(([, roll]) => !roll.isHeard);
      this.#lose(
        'it refuses what is subscribed to',
        unheard.map(([call]) => call),
      );
    }
  }

  #begin(): void {
    if (this.#hasBegun || !this.#hasList) return;
    this.#hasBegun = true;
    this.#owner.begun();
  }

  #lose(why: string, suspects: readonly string[]): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.drop(why);
    this.#owner.lost(why, suspects);
  }

  #end(): void {
    this.#isOver = true;
    this.#telling.end();
    clearTimeout(this.#asking);
    clearInterval(this.#quiet);
  }
}
