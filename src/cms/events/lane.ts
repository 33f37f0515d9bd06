/**
 * One socket with what is subscribed to on it: the list of calls, or rosters, or both. A change is a new request, after which
 * the bridge tells everything anew; so changes are gathered, and what was told before is not news again.
 */
import type { Fields, ServerMessage, SubscriptionState, Wish } from './messages.ts';
import {
  callElements,
  callNews,
  type EventNews,
  isRemoval,
  itemOf,
  participantNews,
  rosterElements,
  type Update,
} from './news.ts';
import { Roll } from './roll.ts';
import type { EventSocket } from './socket.ts';
import type { EventTimes } from './times.ts';

export interface LaneOwner {
  news(news: EventNews): void;
  /** The bridge has taken the subscription to its list of calls. */
  begun(): void;
  listed(call: string): void;
  unlisted(call: string): void;
  /** The roster of the call is being told. */
  covered(call: string): void;
  /** The bridge tells of these no more: most likely the calls are over. */
  ended(calls: readonly string[]): void;
  /** The bridge has not begun with these; with so many it has. */
  turnedAway(calls: readonly string[], room: number): void;
  /** @param suspects of whose rosters one may be why the bridge refused them all */
  lost(why: string, suspects: readonly string[]): void;
}

interface Subscription {
  /** Undefined for the list of calls. */
  readonly call: string | undefined;
  readonly roll: Roll;
  isActive: boolean;
  isTold: boolean;
}

export class Lane {
  readonly #socket: EventSocket;
  readonly #times: EventTimes;
  readonly #owner: LaneOwner;
  readonly #list: Roll | undefined;
  readonly #rosters = new Map<string, Roll>();
  /** By their indexes in the last request. No index comes twice, so that what belongs to an earlier one is known as such. */
  #subscriptions = new Map<number, Subscription>();
  readonly #settling = new Set<Subscription>();
  #lastIndex = 0;
  #asksForMore = true;
  #isAsking = false;
  #hasBegun = false;
  #isOver = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When there is something else to ask for. */
  #dueAt: number | undefined;
  #asking: NodeJS.Timeout | undefined;
  #settlement: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;

  constructor(socket: EventSocket, times: EventTimes, owner: LaneOwner, { withList }: { withList: boolean }) {
    this.#socket = socket;
    this.#times = times;
    this.#owner = owner;
    this.#list = withList ? new Roll() : undefined;
    socket.listener = {
      hear: (message) => this.#hear(message),
      poke: () => this.#change(),
      lost: (why) => this.#lose(why, []),
    };
    if (!withList) return;
    this.#ask();
    // The web server may be there and the bridge behind it not; on the list hangs everything else.
    let heard = 0;
    this.#quiet = setInterval(() => {
      if (socket.messages === heard) this.#change();
      heard = socket.messages;
    }, times.quiet);
  }

  get calls(): IterableIterator<string> {
    return this.#rosters.keys();
  }

  get size(): number {
    return this.#rosters.size;
  }

  add(call: string): void {
    this.#rosters.set(call, new Roll());
    this.#change();
  }

  drop(call: string): void {
    if (this.#rosters.delete(call)) this.#change(this.#times.retelling);
  }

  /** One that is over, of which the bridge tells nothing any more. */
  forget(call: string): void {
    this.#rosters.delete(call);
  }

  async close(): Promise<void> {
    this.#end();
    await this.#socket.close();
  }

  #change(delay = 0): void {
    this.#dueAt = Math.min(this.#dueAt ?? Number.POSITIVE_INFINITY, performance.now() + delay);
    this.#plan();
  }

  /** The next request waits until what the last one asked for was told, or else some rosters would never be. */
  #plan(): void {
    clearTimeout(this.#asking);
    if (this.#isOver || this.#isAsking || this.#dueAt === undefined) return;
    const isTold = [...this.#subscriptions.values()].every((one) => one.isTold);
    const earliest = this.#askedAt + (isTold ? this.#times.pause : this.#times.retelling);
    const wait = Math.max(0, Math.max(earliest, this.#dueAt) - performance.now());
    this.#asking = setTimeout(() => this.#ask(), Math.ceil(wait));
  }

  #ask(): void {
    clearTimeout(this.#settlement);
    this.#settling.clear();
    this.#dueAt = undefined;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    const rolls: [string | undefined, Roll][] = [...this.#rosters];
    if (this.#list !== undefined) rolls.unshift([undefined, this.#list]);
    this.#subscriptions = new Map(
      rolls.map(([call, roll]) => {
        this.#lastIndex += 1;
        return [this.#lastIndex, { call, roll, isActive: false, isTold: false }];
      }),
    );
    const wishes = [...this.#subscriptions].map(([index, { call }]) => this.#wish(index, call));
    this.#socket.request(wishes, (isSuccess) => this.#answered(isSuccess));
  }

  #wish(index: number, call: string | undefined): Wish {
    const { basic, more } = call === undefined ? callElements : rosterElements;
    const elements = this.#asksForMore ? [...basic, ...more] : basic;
    return call === undefined
      ? { index, type: 'calls', elements }
      : { index, type: 'callRoster', call, elements };
  }

  #answered(isSuccess: boolean): void {
    this.#isAsking = false;
    if (isSuccess) {
      this.#begin();
      this.#plan();
    } else if (this.#asksForMore) {
      // An older release may not know all that there is to tell.
      this.#asksForMore = false;
      this.#subscriptions.clear();
      this.#change();
    } else {
      const suspects = [...this.#rosters].filter(([, roll]) => !roll.isHeard).map(([call]) => call);
      this.#lose('it refuses what is subscribed to', suspects);
    }
  }

  #begin(): void {
    if (this.#hasBegun || this.#list === undefined) return;
    this.#hasBegun = true;
    this.#owner.begun();
  }

  #hear(message: ServerMessage): void {
    if (message.what === 'states') {
      this.#hearStates(message.states);
    } else {
      const subscription = this.#subscriptions.get(message.index);
      if (subscription === undefined || !this.#isCurrent(subscription)) return;
      if (!subscription.isTold) this.#beginToTell(subscription);
      for (const fields of message.updates) {
        const item = itemOf(fields, subscription.call === undefined ? 'call' : 'participant');
        if (item === undefined || this.#isOver) continue;
        const update = subscription.roll.take(item, isRemoval(fields));
        if (update !== undefined) this.#tell(subscription, item, update, fields);
      }
    }
    this.#plan();
  }

  #hearStates(states: readonly SubscriptionState[]): void {
    const ended: string[] = [];
    const turnedAway: string[] = [];
    for (const { index, state } of states) {
      const one = this.#subscriptions.get(index);
      if (one !== undefined && state === 'active') one.isActive = true;
      if (one === undefined || state !== 'deactivated') continue;
      this.#subscriptions.delete(index);
      if (one.call === undefined) this.#lose('it does not tell its calls', []);
      else if (this.#rosters.get(one.call) === one.roll) {
        this.#rosters.delete(one.call);
        (one.isActive || one.isTold ? ended : turnedAway).push(one.call);
      }
    }
    if (this.#isOver) return;
    const rosters = [...this.#subscriptions.values()].filter(({ call }) => call !== undefined);
    if (ended.length > 0) this.#owner.ended(ended);
    if (turnedAway.length === 0) return;
    this.#owner.turnedAway(turnedAway, rosters.filter(({ isActive }) => isActive).length);
  }

  /** It may have been dropped since it was asked for, and have been taken up again. */
  #isCurrent({ call, roll }: Subscription): boolean {
    return call === undefined || this.#rosters.get(call) === roll;
  }

  #beginToTell(subscription: Subscription): void {
    const { call, roll } = subscription;
    const isFirst = !roll.isHeard;
    subscription.isTold = true;
    roll.retell();
    if (call === undefined) {
      this.#begin();
    } else if (isFirst) {
      this.#owner.news({ kind: 'roster-reset', call });
      this.#owner.covered(call);
    }
    if (isFirst) return;
    // It may be told in several messages.
    this.#settling.add(subscription);
    clearTimeout(this.#settlement);
    this.#settlement = setTimeout(() => this.#settle(), this.#times.retelling);
  }

  #settle(): void {
    for (const subscription of this.#settling) {
      if (!this.#isCurrent(subscription)) continue;
      for (const item of subscription.roll.settle()) this.#tell(subscription, item, 'remove', {});
    }
    this.#settling.clear();
  }

  #tell({ call }: Subscription, item: string, update: Update, fields: Fields): void {
    if (call !== undefined) {
      this.#owner.news(participantNews(call, item, update, fields));
      return;
    }
    this.#owner.news(callNews(item, update, fields));
    if (update === 'add') this.#owner.listed(item);
    else if (update === 'remove') this.#owner.unlisted(item);
  }

  #lose(why: string, suspects: readonly string[]): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.drop(why);
    this.#owner.lost(why, suspects);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#asking);
    clearTimeout(this.#settlement);
    clearInterval(this.#quiet);
  }
}
