/** Reservations of slots, atomic between any number of workers. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import {
  anyOverlap,
  type Interval,
  type NumberRange,
  type Reservation,
  slotIndex,
  slotNumber,
} from '../slot/slot.ts';
import { execute } from './meetings.ts';
import { defineScript, type Script } from './script.ts';
import {
  firstFreeScript,
  holderScript,
  predecessorScript,
  releaseScript,
  reserveScript,
} from './slots-lua.ts';

export interface Wish extends Interval {
  /** Key of the meeting. */
  readonly key: string;
}

/**
 * `lowest`: the lowest free slot; `prefer`: this number if it is free, else the lowest; `only`: this number or none.
 */
export type Choice =
  | { readonly mode: 'lowest' }
  | { readonly mode: 'prefer' | 'only'; readonly number: string };

/** Intervals in one question for a free one. */
const atOnce = 16;

export class SlotStore {
  readonly #redis: Redis;
  readonly #reserve: Script;
  readonly #release: Script;
  readonly #holder: Script;
  readonly #predecessor: Script;
  readonly #firstFree: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#reserve = defineScript(redis, reserveScript);
    this.#release = defineScript(redis, releaseScript);
    this.#holder = defineScript(redis, holderScript);
    this.#predecessor = defineScript(redis, predecessorScript);
    this.#firstFree = defineScript(redis, firstFreeScript);
  }

  #prefix(cluster: string): string {
    return `${keyPrefix}:{slots:${cluster}}`;
  }

  /**
   * Holds one slot for all wishes at once, in place of what their keys held in this cluster.
   * @returns the number, or undefined when no slot is free for all of them; then nothing has changed.
   */
  async reserve(
    cluster: { readonly name: string; readonly numbers: NumberRange },
    wishes: readonly Wish[],
    choice: Choice,
  ): Promise<string | undefined> {
    // Occurrences that follow closely may overlap by their margins: one slot cannot have them both.
    if (anyOverlap(wishes)) return undefined;
    const wanted = choice.mode === 'lowest' ? -1 : (slotIndex(cluster.numbers, choice.number) ?? -1);
    const index = await this.#reserve(
      [this.#prefix(cluster.name)],
      [
        cluster.numbers.quantity,
        wanted,
        choice.mode,
        ...wishes.flatMap(({ key, from, to }) => [key, Math.floor(from), Math.ceil(to)]),
      ],
    );
    return typeof index === 'number' && index >= 0 ? slotNumber(cluster.numbers, index) : undefined;
  }

  /** Gives back the slots that these meetings hold in the cluster. */
  async release(cluster: string, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#release([this.#prefix(cluster)], keys);
  }

  /** Numbers that cannot be used from now on; those blocked before and not named here can again. */
  async block(
    cluster: { readonly name: string; readonly numbers: NumberRange },
    numbers: readonly string[],
  ): Promise<void> {
    const key = `${this.#prefix(cluster.name)}:blocked`;
    const indexes = numbers.flatMap((number) => slotIndex(cluster.numbers, number) ?? []);
    const write = this.#redis.multi().del(key);
    if (indexes.length > 0) write.sadd(key, ...indexes);
    await execute(write);
  }

  /** Places in the range of the numbers that cannot be used. */
  async blocked(cluster: string): Promise<ReadonlySet<number>> {
    return new Set((await this.#redis.smembers(`${this.#prefix(cluster)}:blocked`)).map(Number));
  }

  /** The meeting that holds the slot at `at`, or undefined. */
  async holderAt(cluster: string, index: number, at: number): Promise<string | undefined> {
    const key = await this.#holder([this.#prefix(cluster)], [index, at]);
    return typeof key === 'string' ? key : undefined;
  }

  /** The meeting that had the slot last before what begins at `from`, if it has not given it back yet. */
  async heldBefore(cluster: string, index: number, from: number): Promise<string | undefined> {
    const key = await this.#predecessor([this.#prefix(cluster)], [index, from]);
    return typeof key === 'string' ? key : undefined;
  }

  /**
   * The first of these intervals for which a slot is free; nothing is held by asking. Few are looked at in one go, for
   * Redis does nothing else meanwhile. Intervals of less than three days.
   */
  async firstFree<T extends Interval>(
    cluster: { readonly name: string; readonly numbers: NumberRange },
    intervals: readonly T[],
  ): Promise<T | undefined> {
    for (let at = 0; at < intervals.length; at += atOnce) {
      const some = intervals.slice(at, at + atOnce);
      const found = await this.#firstFree(
        [this.#prefix(cluster.name)],
        [cluster.numbers.quantity, ...some.flatMap(({ from, to }) => [Math.floor(from), Math.ceil(to)])],
      );
      if (typeof found === 'number' && found >= 0) return some[found];
    }
    return undefined;
  }

  /** What the meeting holds in the cluster. */
  async heldBy(cluster: string, key: string): Promise<Reservation | undefined> {
    const value = await this.#redis.hget(`${this.#prefix(cluster)}:held`, key);
    return reservationIn(value ?? '');
  }

  /** All reservations of the cluster, page by page; one that changes meanwhile may come twice, or as it was. */
  async *all(cluster: string): AsyncGenerator<ReadonlyMap<string, Reservation>> {
    for (let cursor = '0'; ; ) {
      const [next, found] = await this.#redis.hscan(`${this.#prefix(cluster)}:held`, cursor, 'COUNT', 500);
      const held = new Map<string, Reservation>();
      for (let i = 0; i + 1 < found.length; i += 2) {
        const reservation = reservationIn(found[i + 1] ?? '');
        if (reservation !== undefined) held.set(found[i] ?? '', reservation);
      }
      yield held;
      if (next === '0') return;
      cursor = next;
    }
  }

  /** The reservations of one slot in the order of their starts. */
  async ofSlot(cluster: string, index: number): Promise<(Interval & { readonly key: string })[]> {
    const found = await this.#redis.zrange(`${this.#prefix(cluster)}:n:${index}`, 0, -1, 'WITHSCORES');
    return found.flatMap((member, i) => {
      const bar = member.indexOf('|');
      const to = Number(member.slice(0, bar));
      return i % 2 === 0 ? [{ key: member.slice(bar + 1), from: Number(found[i + 1]), to }] : [];
    });
  }

  /** How many reservations the cluster holds. */
  async count(cluster: string): Promise<number> {
    return await this.#redis.hlen(`${this.#prefix(cluster)}:held`);
  }
}

function reservationIn(value: string): Reservation | undefined {
  const [index, from, to] = value.split('|').map(Number);
  return index === undefined || from === undefined || to === undefined ? undefined : { index, from, to };
}
