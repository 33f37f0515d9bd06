/** What is held of slots in a window of time: read by number, a few at a time, at a cost of what lies in the window. */
import type { Redis } from 'ioredis';
import type { Interval, NumberRange, Reservation } from '../slot/slot.ts';
import { pageSize, quantum, slotsPrefix } from './slots-lua.ts';

export interface HeldSlot extends Reservation {
  /** Under which it is held: a meeting's, or as `whoHolds` tells. */
  readonly key: string;
}

/** Numbers in one question: Redis does nothing else meanwhile. */
const atOnce = 100;

/** For each of the numbers, in their order, what is held of it at any time in the window, by its start; also nothing. */
export async function* heldInWindow(
  redis: Redis,
  cluster: string,
  numbers: readonly string[],
  { from, to }: Interval,
): AsyncGenerator<readonly HeldSlot[]> {
  for (let at = 0; at < numbers.length; at += atOnce) {
    const some = numbers.slice(at, at + atOnce);
    const pipeline = redis.pipeline();
    for (const number of some) {
      const slot = `${slotsPrefix(cluster)}:slot:${number}`;
      // Of one slot nothing overlaps: of what began before, only the last can reach into the window.
      pipeline.zrevrangebyscore(slot, `(${from}`, '-inf', 'WITHSCORES', 'LIMIT', 0, 1);
      pipeline.zrangebyscore(slot, from, `(${to}`, 'WITHSCORES');
    }
    const results = (await pipeline.exec()) ?? [];
    const found = results.map(([error, members]) => {
      if (error) throw error;
      return members as string[];
    });
    for (const [i, number] of some.entries())
      yield [...(found[2 * i] ?? []), ...(found[2 * i + 1] ?? [])]
        .flatMap((member, j, all) => (j % 2 === 0 ? [heldSlot(number, member, all[j + 1] ?? '')] : []))
        .filter((held) => held.to > from);
  }
}

function heldSlot(number: string, member: string, score: string): HeldSlot {
  const bar = member.indexOf('|');
  return { number, key: member.slice(bar + 1), from: Number(score), to: Number(member.slice(0, bar)) };
}

/** How many numbers of the range are held at some time in the five minutes of an instant: a few bytes to read. */
export async function countHeldAt(
  redis: Redis,
  cluster: string,
  { base, quantity }: NumberRange,
  at: number,
): Promise<number> {
  const [first, last] = [base, base + quantity - 1].map((number) => Math.floor(number / pageSize));
  const pages = Array.from({ length: (last ?? 0) - (first ?? 0) + 1 }, (_, i) => (first ?? 0) + i);
  const piece = Math.floor(at / quantum);
  const bitmaps = await redis.mgetBuffer(
    pages.map((page) => `${slotsPrefix(cluster)}:bits:${piece}:${page}`),
  );
  let count = 0;
  for (let number = base; number < base + quantity; number += 1) {
    const bit = number % pageSize;
    const byte = bitmaps[Math.floor(number / pageSize) - (first ?? 0)]?.[bit >> 3] ?? 0;
    // As Redis counts them: the first bit is the highest of its byte.
    count += (byte >> (7 - (bit & 7))) & 1;
  }
  return count;
}
