/** Reservations of slots, atomic between any number of workers. */
import type { Redis } from 'ioredis';
import { anyOverlap, type Interval, isOfRange, type NumberRange, type Reservation } from '../slot/slot.ts';
import { moveFormerReservations } from './former-slots.ts';
import { execute } from './meetings.ts';
import { defineScript, type Script } from './script.ts';
import { countHeldAt, type HeldSlot, heldInWindow, windowScript } from './slot-window.ts';
import {
  firstFreeScript,
  handOverScript,
  holderScript,
  predecessorScript,
  releaseScript,
  reserveScript,
  slotsPrefix,
  stretchScript,
} from './slots-lua.ts';
import { type Unclean, UncleanSlots } from './unclean-slots.ts';

export type { HeldSlot, Unclean };

export interface Wish extends Interval {
  /** Key of the meeting. */
  readonly key: string;
}

/**
 * `lowest`: the lowest free slot; `prefer`: this number if it is free, else the lowest; `only`: this number or none. A
 * number outside the range is kept by who has it: with `only` at other times too, else while its times are the same.
 * `found`: this number or none, wherever it is, for what runs there already.
 */
export type Choice =
  | { readonly mode: 'lowest' }
  | { readonly mode: 'prefer' | 'only' | 'found'; readonly number: string };

/** What makes one free slot better than another where any of them would do. */
export interface Preference {
  /**
   * Milliseconds that should be free before and after, so that the meetings beside it in the slot can be extended. Looked
   * for in the lower three quarters of the range only, so that it costs nobody a slot; else it is the lowest.
   */
  readonly apart?: number;
  /**
   * Keys of meetings from which no room is asked, for none of them could use it: they have the same room, and one ends
   * where the other begins.
   */
  readonly kin?: readonly string[];
  /** Slots that were seen empty since their last meeting come first. */
  readonly clean?: boolean;
}

interface SlotsOf {
  readonly name: string;
  readonly numbers: NumberRange;
}

const day = 86_400_000;
/** Intervals in one question for a free one. */
const atOnce = 16;

export class SlotStore {
  readonly #redis: Redis;
  readonly #reserve: Script;
  readonly #release: Script;
  readonly #stretch: Script;
  readonly #holder: Script;
  readonly #predecessor: Script;
  readonly #firstFree: Script;
  readonly #handOver: Script;
  readonly #window: Script;
  readonly #unclean: UncleanSlots;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#reserve = defineScript(redis, reserveScript);
    this.#release = defineScript(redis, releaseScript);
    this.#stretch = defineScript(redis, stretchScript);
    this.#holder = defineScript(redis, holderScript);
    this.#predecessor = defineScript(redis, predecessorScript);
    this.#firstFree = defineScript(redis, firstFreeScript);
    this.#handOver = defineScript(redis, handOverScript);
    this.#window = defineScript(redis, windowScript);
    this.#unclean = new UncleanSlots(redis);
  }

  /**
   * Holds one slot for all wishes at once, in place of what their keys held in this cluster.
   * @returns the number, or undefined when no slot is free for all of them; then nothing has changed.
   */
  async reserve(
    { name, numbers: { base, quantity } }: SlotsOf,
    wishes: readonly Wish[],
    choice: Choice,
    { apart = 0, kin = [], clean = false }: Preference = {},
  ): Promise<string | undefined> {
    // Occurrences that follow closely may overlap by their margins: one slot cannot have them both.
    if (anyOverlap(wishes)) return undefined;
    const wanted = choice.mode !== 'lowest' && isNumber(choice.number) ? choice.number : -1;
    const number = await this.#reserve(
      [slotsPrefix(name)],
      [
        ...[base, quantity, wanted, choice.mode, apart, clean ? 1 : 0, kin.length, ...kin],
        ...wishes.flatMap(({ key, from, to }) => [key, Math.floor(from), Math.ceil(to)]),
      ],
    );
    return typeof number === 'string' && number !== '-1' ? number : undefined;
  }

  /**
   * Lengthens, or shortens, what the meeting holds of this slot, as far as the next reservation of it lets it.
   * @returns until when it is held now; undefined when the meeting does not have the slot, or `from` is taken
   */
  async stretch(cluster: string, number: string, { key, from, to }: Wish): Promise<number | undefined> {
    if (!isNumber(number)) return undefined;
    const until = Number(
      await this.#stretch([slotsPrefix(cluster)], [key, number, Math.floor(from), Math.ceil(to)]),
    );
    return until < 0 ? undefined : until;
  }

  /** Gives back the slots that these meetings hold in the cluster. */
  async release(cluster: string, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#release([slotsPrefix(cluster)], keys);
  }

  /**
   * What one key holds of this slot is another's from now on, at once.
   * @returns false where the key does not hold it, or the other holds something already: then nothing has changed
   */
  async handOver(cluster: string, number: string, from: string, to: string): Promise<boolean> {
    return (await this.#handOver([slotsPrefix(cluster)], [from, to, number])) === 1;
  }

  /** Numbers that cannot be used from now on; those blocked before and not named here can again. */
  async block({ name, numbers: range }: SlotsOf, numbers: readonly string[]): Promise<void> {
    const key = `${slotsPrefix(name)}:foreign`;
    const ofRange = numbers.filter((number) => isOfRange(range, number));
    const write = this.#redis.multi().del(key);
    if (ofRange.length > 0) write.sadd(key, ...ofRange);
    await execute(write);
  }

  /** The numbers that cannot be used. */
  async blocked(cluster: string): Promise<ReadonlySet<string>> {
    return new Set(await this.#redis.smembers(`${slotsPrefix(cluster)}:foreign`));
  }

  /** The meeting that holds the slot at `at`, or undefined. */
  async holderAt(cluster: string, number: string, at: number): Promise<string | undefined> {
    if (!isNumber(number)) return undefined;
    const key = await this.#holder([slotsPrefix(cluster)], [number, at]);
    return typeof key === 'string' ? key : undefined;
  }

  /** The meeting that had the slot last before what begins at `from`, if it has not given it back yet. */
  async heldBefore(cluster: string, number: string, from: number): Promise<string | undefined> {
    if (!isNumber(number)) return undefined;
    const key = await this.#predecessor([slotsPrefix(cluster)], [number, from]);
    return typeof key === 'string' ? key : undefined;
  }

  /**
   * The first of these intervals for which a slot is free; nothing is held by asking. Few are looked at in one go, for
   * Redis does nothing else meanwhile. Intervals of less than three days.
   */
  async firstFree<T extends Interval>(
    { name, numbers: { base, quantity } }: SlotsOf,
    intervals: readonly T[],
  ): Promise<T | undefined> {
    for (let at = 0; at < intervals.length; at += atOnce) {
      const some = intervals.slice(at, at + atOnce);
      const found = await this.#firstFree(
        [slotsPrefix(name)],
        [base, quantity, ...some.flatMap(({ from, to }) => [Math.floor(from), Math.ceil(to)])],
      );
      if (typeof found === 'number' && found >= 0) return some[found];
    }
    return undefined;
  }

  /** What the meeting holds in the cluster. */
  async heldBy(cluster: string, key: string): Promise<Reservation | undefined> {
    const value = await this.#redis.hget(`${slotsPrefix(cluster)}:reservations`, key);
    return reservationIn(value ?? '');
  }

  /** All reservations of the cluster, page by page; one that changes meanwhile may come twice, or as it was. */
  async *all(cluster: string): AsyncGenerator<ReadonlyMap<string, Reservation>> {
    const key = `${slotsPrefix(cluster)}:reservations`;
    for (let cursor = '0'; ; ) {
      const [next, found] = await this.#redis.hscan(key, cursor, 'COUNT', 500);
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
  async ofSlot(cluster: string, number: string): Promise<(Interval & { readonly key: string })[]> {
    const found = await this.#redis.zrange(`${slotsPrefix(cluster)}:slot:${number}`, 0, -1, 'WITHSCORES');
    return found.flatMap((member, i) => {
      const bar = member.indexOf('|');
      const to = Number(member.slice(0, bar));
      return i % 2 === 0 ? [{ key: member.slice(bar + 1), from: Number(found[i + 1]), to }] : [];
    });
  }

  /** Keys of the meetings that have the slot at some time in these hours, or begin up to a day before. */
  async keysNear(cluster: string, number: string, { from, to }: Interval): Promise<string[]> {
    const slot = `${slotsPrefix(cluster)}:slot:${number}`;
    const found = await this.#redis.zrangebyscore(slot, from - day, `(${to}`);
    return found.map((member) => member.slice(member.indexOf('|') + 1));
  }

  /** See `heldInWindow`. */
  inWindow(
    cluster: string,
    numbers: readonly string[],
    window: Interval,
  ): AsyncGenerator<readonly HeldSlot[]> {
    return heldInWindow(this.#window, cluster, numbers, window);
  }

  /** See `countHeldAt`. */
  async countHeldAt({ name, numbers }: SlotsOf, at: number): Promise<number> {
    return await countHeldAt(this.#redis, name, numbers, at);
  }

  /** Those of the numbers that are reserved at any time. */
  async reserved(cluster: string, numbers: readonly string[]): Promise<ReadonlySet<string>> {
    if (numbers.length === 0) return new Set();
    const pipeline = this.#redis.pipeline();
    for (const number of numbers) pipeline.exists(`${slotsPrefix(cluster)}:slot:${number}`);
    const results = (await pipeline.exec()) ?? [];
    for (const [error] of results) if (error) throw error;
    return new Set(numbers.filter((_, i) => results[i]?.[1] === 1));
  }

  /**
   * Before anything is reserved: takes over what the first version has reserved; see `former-slots.ts`.
   * @param numbersOf the numbers that these meetings have in the cluster by their own records
   * @returns how many reservations were moved
   */
  async moveFormer(
    cluster: SlotsOf,
    numbersOf: (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<number> {
    return await moveFormerReservations(this.#redis, cluster, numbersOf);
  }

  /** Slots in which people of a former meeting may still be, for a call bridge could not be asked when it ended. */
  async unclean(cluster: string): Promise<Unclean[]> {
    return await this.#unclean.all(cluster);
  }

  /** See `UncleanSlots.mark`. */
  async markUnclean(cluster: string, marks: readonly Unclean[]): Promise<void> {
    await this.#unclean.mark(cluster, marks);
  }

  /** See `UncleanSlots.seenEmpty`. */
  async seenEmpty(cluster: string, mark: Unclean): Promise<void> {
    await this.#unclean.seenEmpty(cluster, mark);
  }

  /** How many reservations the cluster holds. */
  async count(cluster: string): Promise<number> {
    return await this.#redis.hlen(`${slotsPrefix(cluster)}:reservations`);
  }
}

/** A number with leading zeros is another call ID, although it is the same count. */
function isNumber(number: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(number);
}

function reservationIn(value: string): Reservation | undefined {
  const [number, from, to] = value.split('|');
  return number === undefined || from === undefined || to === undefined
    ? undefined
    : { number, from: Number(from), to: Number(to) };
}
