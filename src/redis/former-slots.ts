/**
 * The reservations of the first version, which counted slots from the base of the range and did not write down which
 * base that was. They are moved, once, to the numbers that they mean, before anybody reserves anything.
 */
import type { Redis } from 'ioredis';
import { type NumberRange, slotNumber } from '../slot/slot.ts';
import { defineScript } from './script.ts';
import { moveFormerScript, slotsPrefix } from './slots-lua.ts';

/** Moved in one step; Redis does nothing else meanwhile. */
const atOnce = 100;

interface Former {
  readonly key: string;
  readonly index: number;
}

/**
 * Safe to repeat, and to be done by several processes at once. It must be over before one of them reserves; a process of
 * the first version must not run beside it.
 * @param numbersOf the numbers that these meetings have in the cluster by their own records; those without are left out
 * @returns how many were moved
 */
export async function moveFormerReservations(
  redis: Redis,
  { name, numbers }: { readonly name: string; readonly numbers: NumberRange },
  numbersOf: (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<number> {
  const prefix = slotsPrefix(name);
  const former: Former[] = [];
  for (let cursor = '0'; ; ) {
    const [next, found] = await redis.hscan(`${prefix}:held`, cursor, 'COUNT', 500);
    for (let i = 0; i + 1 < found.length; i += 2) {
      former.push({ key: found[i] ?? '', index: Number(found[i + 1]?.split('|')[0]) });
    }
    if (next === '0') break;
    cursor = next;
  }
  const known = new Map<string, string>();
  for (let i = 0; i < former.length; i += 500) {
    const keys = former.slice(i, i + 500).map(({ key }) => key);
    for (const [key, number] of await numbersOf(keys)) known.set(key, number);
  }
  const base = baseOf(former, known) ?? numbers.base;
  const move = defineScript(redis, moveFormerScript);
  for (let i = 0; i < former.length; i += atOnce) {
    const some = former.slice(i, i + atOnce);
    await move(
      [prefix],
      some.flatMap(({ key, index }) => [key, known.get(key) ?? slotNumber({ ...numbers, base }, index)]),
    );
  }
  return former.length;
}

/** What most of those say whose number is known: the range may have been moved together with the new version. */
function baseOf(former: readonly Former[], known: ReadonlyMap<string, string>): number | undefined {
  const votes = new Map<number, number>();
  for (const { key, index } of former) {
    const number = known.get(key);
    if (number === undefined) continue;
    const base = Number(number) - index;
    votes.set(base, (votes.get(base) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}
