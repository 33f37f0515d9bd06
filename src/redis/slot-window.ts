/** What is held of slots in a window of time: read by number, a few at a time, at a cost of what lies in the window. */
import type { Redis } from 'ioredis';
import type { Interval, NumberRange, Reservation } from '../slot/slot.ts';
import type { Script } from './script.ts';
import { pageSize, quantum, slotsPrefix } from './slots-lua.ts';

export interface HeldSlot extends Reservation {
  /** Under which it is held: a meeting's, or as `whoHolds` tells. */
  readonly key: string;
}

/** Numbers in one question: Redis does nothing else meanwhile. */
const atOnce = 50;

/**
 * KEYS: slots. ARGV: from, to. For each slot what is held of it, member and score by turns. Nothing overlaps in a slot: of
 * what began before, only the last can reach into the window.
 */
export const windowScript = `
local found = {}
for i, slot in ipairs(KEYS) do
  local held = redis.call('ZREVRANGEBYSCORE', slot, '(' .. ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  for _, part in ipairs(redis.call('ZRANGEBYSCORE', slot, ARGV[1], '(' .. ARGV[2], 'WITHSCORES')) do
    held[#held + 1] = part
  end
  found[i] = held
end
return found
`;

/** For each of the numbers, in their order, what is held of it at any time in the window, by its start; also nothing. */
export async function* heldInWindow(
  read: Script,
  cluster: string,
  numbers: readonly string[],
  { from, to }: Interval,
): AsyncGenerator<readonly HeldSlot[]> {
  for (let at = 0; at < numbers.length; at += atOnce) {
    const some = numbers.slice(at, at + atOnce);
    const keys = some.map((number) => `${slotsPrefix(cluster)}:slot:${number}`);
    const found = (await read(keys, [from, to])) as string[][];
    for (const [i, number] of some.entries())
      yield (found[i] ?? [])
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
