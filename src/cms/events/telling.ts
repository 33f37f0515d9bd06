/**
 * What is told on one socket: finds out which subscription a message belongs to, and makes news of what was not told before,
 * although the bridge tells everything anew after each request.
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
import type { Roll } from './roll.ts';

export interface Hearer {
  news(news: EventNews): void;
  listed(call: string): void;
  unlisted(call: string): void;
  /** The roster of the call is being told. */
  covered(call: string): void;
  /** The bridge tells of these no more: most likely the calls are over. */
  ended(calls: readonly string[]): void;
  /** The bridge has not begun with these; with so many it has. */
  turnedAway(calls: readonly string[], room: number): void;
}

interface Subscription {
  /** Undefined for the list of calls. */
  readonly call: string | undefined;
  readonly roll: Roll;
  isActive: boolean;
  isTold: boolean;
}

export class Telling {
  readonly rosters = new Map<string, Roll>();
  readonly #hearer: Hearer;
  /** Milliseconds for the bridge to tell again what it told before. */
  readonly #retelling: number;
  readonly #list: Roll | undefined;
  /** By their indexes in the last request. No index comes twice, so that what belongs to an earlier one is known as such. */
  #subscriptions = new Map<number, Subscription>();
  #lastIndex = 0;
  readonly #settling = new Set<Subscription>();
  #settlement: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(hearer: Hearer, retelling: number, list: Roll | undefined) {
    this.#hearer = hearer;
    this.#retelling = retelling;
    this.#list = list;
  }

  /** All that was asked for last has begun to be told. */
  get isTold(): boolean {
    return [...this.#subscriptions.values()].every((one) => one.isTold);
  }

  /** What is to be asked for now: it takes the place of what was asked for before. */
  ask(howMuch: 'all' | 'basic'): Wish[] {
    this.#endSettling();
    this.#subscriptions = new Map();
    const rolls: [string | undefined, Roll][] = [...this.rosters];
    if (this.#list !== undefined) rolls.unshift([undefined, this.#list]);
    return rolls.map(([call, roll]) => {
      this.#lastIndex += 1;
      const index = this.#lastIndex;
      this.#subscriptions.set(index, { call, roll, isActive: false, isTold: false });
      const { basic, more } = call === undefined ? callElements : rosterElements;
      const elements = howMuch === 'all' ? [...basic, ...more] : basic;
      return call === undefined
        ? { index, type: 'calls', elements }
        : { index, type: 'callRoster', call, elements };
    });
  }

  /** Nothing of it will be told. */
  refused(): void {
    this.#subscriptions.clear();
  }

  /** False where the bridge does not give its list of calls. */
  hear(message: ServerMessage): boolean {
    if (message.what === 'states') return this.#hearStates(message.states);
    const subscription = this.#subscriptions.get(message.index);
    if (subscription === undefined || !this.#isCurrent(subscription)) return true;
    if (!subscription.isTold) this.#begin(subscription);
    for (const fields of message.updates) {
      const item = itemOf(fields, subscription.call === undefined ? 'call' : 'participant');
      const update = item === undefined ? undefined : subscription.roll.take(item, isRemoval(fields));
      if (item !== undefined && update !== undefined) this.#tell(subscription, item, update, fields);
    }
    return true;
  }

  end(): void {
    this.#isOver = true;
    this.#endSettling();
  }

  #hearStates(states: readonly SubscriptionState[]): boolean {
    const ended: string[] = [];
    const turnedAway: string[] = [];
    for (const { index, state } of states) {
      const one = this.#subscriptions.get(index);
      if (one !== undefined && state === 'active') one.isActive = true;
      if (one === undefined || state !== 'deactivated') continue;
      this.#subscriptions.delete(index);
      if (one.call === undefined) return false;
      if (!this.#isCurrent(one)) continue;
      this.rosters.delete(one.call);
      (one.isActive || one.isTold ? ended : turnedAway).push(one.call);
    }
    const active = [...this.#subscriptions.values()].filter(
      ({ call, isActive }) => isActive && call !== undefined,
    );
    if (ended.length > 0) this.#hearer.ended(ended);
    if (turnedAway.length > 0) this.#hearer.turnedAway(turnedAway, active.length);
    return true;
  }

  /** It may have been dropped since it was asked for, and have been taken up again. */
  #isCurrent({ call, roll }: Subscription): boolean {
    return call === undefined || this.rosters.get(call) === roll;
  }

  #begin(subscription: Subscription): void {
    const { call, roll } = subscription;
    const isFirst = !roll.isHeard;
    subscription.isTold = true;
    roll.retell();
    if (!isFirst) {
      // It may be told in several messages.
      this.#settling.add(subscription);
      clearTimeout(this.#settlement);
      this.#settlement = setTimeout(() => this.#settle(), this.#retelling);
    } else if (call !== undefined) {
      this.#hearer.news({ kind: 'roster-reset', call });
      this.#hearer.covered(call);
    }
  }

  #settle(): void {
    for (const subscription of this.#settling) {
      if (!this.#isCurrent(subscription)) continue;
      for (const item of subscription.roll.settle()) this.#tell(subscription, item, 'remove', {});
    }
    this.#settling.clear();
  }

  #endSettling(): void {
    clearTimeout(this.#settlement);
    this.#settling.clear();
  }

  #tell({ call }: Subscription, item: string, update: Update, fields: Fields): void {
    if (this.#isOver) return;
    if (call !== undefined) {
      this.#hearer.news(participantNews(call, item, update, fields));
      return;
    }
    this.#hearer.news(callNews(item, update, fields));
    if (update === 'add') this.#hearer.listed(item);
    else if (update === 'remove') this.#hearer.unlisted(item);
  }
}
