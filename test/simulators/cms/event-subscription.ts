/** One subscription of a client to events: knows what the client was told, and what there is to tell it now. */
import type { BridgeState } from './bridge-state.ts';
import { callElements, changes, type Elements, rosterElements } from './event-elements.ts';
import { seats } from './participant-routes.ts';
import type { World } from './world.ts';

export type SubscriptionState = 'pending' | 'active' | 'deactivated';

/** As a client asks for it. */
export interface Wish {
  index: number;
  type: 'calls' | 'callInfo' | 'callRoster';
  /** Not with `calls`. */
  call: string;
  elements: readonly string[];
}

const names = { calls: 'callListUpdate', callInfo: 'callInfoUpdate', callRoster: 'rosterUpdate' } as const;

/** Undefined where some are none, or not told apart by their indexes. */
export function readWishes(value: unknown): Wish[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const wishes = value.map(readWish).filter((wish) => wish !== undefined);
  const indexes = new Set(wishes.map(({ index }) => index));
  return wishes.length === value.length && indexes.size === value.length ? wishes : undefined;
}

function readWish(value: unknown): Wish | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { index, type, call = '', elements } = value as Record<string, unknown>;
  const isType = type === 'calls' || type === 'callInfo' || type === 'callRoster';
  const areElements = Array.isArray(elements) && elements.every((name) => typeof name === 'string');
  if (!Number.isInteger(index) || !isType || typeof call !== 'string' || !areElements) return undefined;
  if ((type === 'calls') !== (call === '')) return undefined;
  return { index: index as number, type, call: call.toLowerCase(), elements };
}

export class Subscription {
  readonly wish: Wish;
  state: SubscriptionState = 'pending';
  readonly #world: World;
  readonly #bridge: BridgeState;
  /** By the id of the call or participant; undefined before the first message. */
  #told: Map<string, Elements> | undefined;

  constructor(world: World, bridge: BridgeState, wish: Wish) {
    this.#world = world;
    this.#bridge = bridge;
    this.wish = wish;
  }

  /** What it is about is, or is no more. */
  get isOfSomething(): boolean {
    return this.wish.type === 'calls' || this.#bridge.calls.has(this.wish.call);
  }

  /** The message about what has changed since the last one; undefined where nothing has. */
  next(): object | undefined {
    const isFirst = this.#told === undefined;
    const told = this.#told ?? new Map<string, Elements>();
    const now = this.#look();
    this.#told = now;
    const { index, type, elements } = this.wish;
    const head = { type: names[type], subscriptionIndex: index };
    if (type === 'callInfo') {
      const [before, after] = [told.get(this.wish.call) ?? {}, now.get(this.wish.call) ?? {}];
      const callInfo = changes(before, after, elements);
      // No id of the call is given, as the clients that were seen complain: the index tells which it is.
      return isFirst || Object.keys(callInfo).length > 0 ? { ...head, callInfo } : undefined;
    }
    const updates = this.#updates(told, now);
    return isFirst || updates.length > 0 ? { ...head, updates } : undefined;
  }

  #updates(told: Map<string, Elements>, now: Map<string, Elements>): object[] {
    const key = this.wish.type === 'calls' ? 'call' : 'participant';
    const updates: object[] = [];
    for (const [id, elements] of now) {
      const before = told.get(id);
      const changed = changes(before ?? {}, elements, this.wish.elements);
      if (before === undefined) updates.push({ [key]: id, updateType: 'add', ...changed });
      else if (Object.keys(changed).length > 0) updates.push({ [key]: id, updateType: 'update', ...changed });
    }
    for (const id of told.keys()) if (!now.has(id)) updates.push({ [key]: id, updateType: 'remove' });
    return updates;
  }

  #look(): Map<string, Elements> {
    const { calls } = this.#bridge;
    if (this.wish.type === 'calls') {
      return new Map([...calls.values()].map((call) => [call.id, callElements(call)]));
    }
    const call = calls.get(this.wish.call);
    if (call === undefined) return new Map();
    if (this.wish.type === 'callInfo') return new Map([[call.id, callElements(call)]]);
    return new Map([...seats([call])].map((seat) => [seat.leg.id, rosterElements(this.#world, seat)]));
  }
}
