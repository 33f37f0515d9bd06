import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Choice, SlotStore, type Wish } from '../../src/redis/slots.ts';
import { startRedis, type TestRedis } from './server.ts';

const quantum = 300_000;
const hour = 3_600_000;
const day = 24 * hour;
const t0 = Math.ceil(Date.now() / quantum) * quantum + 10 * day;

let server: TestRedis;
let slots: SlotStore;
beforeAll(async () => {
  server = await startRedis();
  slots = new SlotStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const cluster = (quantity: number) => ({ name: 'emea', numbers: { base: 8000, quantity } });
const lowest: Choice = { mode: 'lowest' };
const wish = (key: string, from: number, to: number): Wish => ({ key, from: t0 + from, to: t0 + to });
const reserve = (quantity: number, wishes: readonly Wish[], choice: Choice = lowest) =>
  slots.reserve(cluster(quantity), wishes, choice);
/** All that Redis holds of reservations, bits included; expiry aside. */
async function everything(): Promise<Record<string, unknown>> {
  const keys = (await server.redis.keys('*')).sort();
  // One tick, one round trip.
  const values = await Promise.all(keys.map(readValue));
  return Object.fromEntries(keys.flatMap((key, i) => (values[i] === '' ? [] : [[key, values[i]]])));
}

async function readValue(key: string): Promise<unknown> {
  const { redis } = server;
  if (key.includes(':q:')) {
    // Trailing zeros and empty bitmaps say the same as no bitmap.
    return (await redis.getBuffer(key))?.toString('hex').replace(/(00)+$/, '') ?? '';
  }
  if (key.includes(':n:')) return await redis.zrange(key, 0, -1, 'WITHSCORES');
  return key.endsWith(':blocked') ? (await redis.smembers(key)).sort() : await redis.hgetall(key);
}

/** A list of reservations and nothing clever. */
class NaiveSlots {
  readonly held = new Map<string, { index: number; from: number; to: number }>();
  readonly blocked = new Set<number>();
  readonly quantity: number;

  constructor(quantity: number) {
    this.quantity = quantity;
  }

  reserve(wishes: readonly Wish[], choice: Choice): number | undefined {
    if (wishes.some((a, i) => wishes.some((b, j) => i < j && a.from < b.to && b.from < a.to)))
      return undefined;
    const own = new Set(wishes.map(({ key }) => this.held.get(key)?.index));
    const [ownIndex] = own.size === 1 ? own : [];
    const same = wishes.every(({ key, from, to }) => {
      const held = this.held.get(key);
      return held !== undefined && held.from === from && held.to === to;
    });
    const named = choice.mode === 'lowest' ? ownIndex : Number(choice.number) - 8000;
    if (same && ownIndex !== undefined && named === ownIndex) return ownIndex;
    const fits = (index: number) =>
      !this.blocked.has(index) &&
      wishes.every(({ from, to }) =>
        [...this.held].every(
          ([key, held]) =>
            held.index !== index || wishes.some((w) => w.key === key) || held.to <= from || to <= held.from,
        ),
      );
    const inRange = named !== undefined && named >= 0 && named < this.quantity;
    let chosen = inRange && fits(named) ? named : undefined;
    if (chosen === undefined && choice.mode !== 'only') {
      chosen = Array.from({ length: this.quantity }, (_, index) => index).find(fits);
    }
    if (chosen === undefined) return undefined;
    for (const { key, from, to } of wishes) this.held.set(key, { index: chosen, from, to });
    return chosen;
  }
}

// Most intervals are near each other, some begin or end on a five-minute boundary, some are tiny, some last for days.
const instant = fc.oneof(
  fc.integer({ min: 0, max: 3 * hour }),
  fc.integer({ min: 0, max: 36 }).map((n) => n * quantum),
  fc
    .tuple(fc.integer({ min: 0, max: 36 }), fc.constantFrom(-1, 1))
    .map(([n, d]) => Math.max(0, n * quantum + d)),
);
const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 2 * hour }) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }).map((n) => n * quantum) },
  { weight: 1, arbitrary: fc.constant(8 * day) },
);
const keys = fc.integer({ min: 0, max: 30 }).map((n) => `meeting|${n}@x`);
const oneWish = fc.tuple(keys, instant, length).map(([key, from, long]) => wish(key, from, from + long));
const manyWishes = fc.uniqueArray(oneWish, { minLength: 1, maxLength: 5, selector: ({ key }) => key });
const command = (quantity: number) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('reserve' as const),
        wishes: fc.oneof(
          { weight: 3, arbitrary: oneWish.map((one) => [one]) },
          { weight: 2, arbitrary: manyWishes },
        ),
        mode: fc.constantFrom('lowest' as const, 'prefer' as const, 'only' as const),
        // One beyond either end of the range, too.
        number: fc.integer({ min: -1, max: quantity }).map((index) => String(8000 + index)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ask-again' as const), key: keys }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('release' as const), keys: fc.array(keys, { maxLength: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('block' as const),
        indexes: fc.uniqueArray(fc.integer({ min: 0, max: quantity - 1 }), { maxLength: 2 }),
      }),
    },
  );
const story = fc
  .oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
  .chain((quantity) =>
    fc.tuple(fc.constant(quantity), fc.array(command(quantity), { minLength: 1, maxLength: 40 })),
  );

it('does what a plain list of reservations would do, to the millisecond', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ([quantity, commands]) => {
      await server.redis.flushall();
      const naive = new NaiveSlots(quantity);
      for (const step of commands) {
        if (step.do === 'release') {
          await slots.release('emea', step.keys);
          for (const key of step.keys) naive.held.delete(key);
        } else if (step.do === 'block') {
          await slots.block(
            cluster(quantity),
            step.indexes.map((index) => String(8000 + index)),
          );
          naive.blocked.clear();
          for (const index of step.indexes) naive.blocked.add(index);
        } else {
          const held = step.do === 'ask-again' ? naive.held.get(step.key) : undefined;
          if (step.do === 'ask-again' && held === undefined) continue;
          const wishes =
            step.do === 'reserve'
              ? step.wishes
              : [{ key: step.key, from: held?.from ?? 0, to: held?.to ?? 0 }];
          const choice: Choice =
            step.do === 'reserve' && step.mode !== 'lowest'
              ? { mode: step.mode, number: step.number }
              : lowest;
          const before = await everything();
          const index = naive.reserve(wishes, choice);
          const number = await reserve(quantity, wishes, choice);
          expect(number).toBe(index === undefined ? undefined : String(8000 + index));
          if (index === undefined || step.do === 'ask-again') expect(await everything()).toEqual(before);
        }
      }
      expect(await slots.count('emea')).toBe(naive.held.size);
      for (const [key, held] of naive.held) expect(await slots.heldBy('emea', key)).toEqual(held);
      for (const [key, { index, from, to }] of naive.held) {
        if (to > from)
          for (const at of [from, to - 1]) expect(await slots.holderAt('emea', index, at)).toBe(key);
      }
      // What was given back leaves nothing behind that could keep a slot from anybody.
      await slots.release('emea', [...naive.held.keys()]);
      await slots.block(cluster(quantity), []);
      expect(await everything()).toEqual({});
    }),
    { numRuns: 250 },
  );
});

describe('the lowest free slot', () => {
  it('is taken, and a slot is free again at the very millisecond at which it is given up', async () => {
    expect(await reserve(3, [wish('a', 0, hour)])).toBe('8000');
    expect(await reserve(3, [wish('b', hour - 1, 2 * hour)])).toBe('8001');
    expect(await reserve(3, [wish('c', hour, 2 * hour)])).toBe('8000');
    expect(await reserve(3, [wish('d', -hour, 0)])).toBe('8000');
    expect(await reserve(3, [wish('e', -1, 1)])).toBe('8001');
  });

  it('is found between neighbours that share its five minutes', async () => {
    expect(await reserve(1, [wish('a', 0, 60_000)])).toBe('8000');
    expect(await reserve(1, [wish('b', 60_001, 120_000)])).toBe('8000');
    expect(await reserve(1, [wish('c', 60_000, 60_001)])).toBe('8000');
    await slots.release('emea', ['b']);
    expect(await reserve(1, [wish('d', 60_000, 120_000)])).toBeUndefined();
    expect(await reserve(1, [wish('e', 60_001, 120_000)])).toBe('8000');
    expect(await reserve(1, [wish('f', 0, quantum)])).toBeUndefined();
    expect(await reserve(1, [wish('g', 120_000, quantum)])).toBe('8000');
  });

  it('holds for eight days, and frees every five minutes of them again', async () => {
    expect(await reserve(2, [wish('long', 1, 8 * day + 1)])).toBe('8000');
    expect(await reserve(2, [wish('inside', 4 * day, 4 * day + 1)])).toBe('8001');
    expect(await reserve(2, [wish('before', 0, 1)])).toBe('8000');
    expect(await reserve(2, [wish('after', 8 * day + 1, 9 * day)])).toBe('8000');
    await slots.release('emea', ['long']);
    expect(await reserve(2, [wish('again', 1, 8 * day + 1)])).toBe('8000');
  });

  it('takes fractions of milliseconds to the safe side', async () => {
    expect(await reserve(2, [wish('a', 0.4, 10.2)])).toBe('8000');
    expect(await slots.heldBy('emea', 'a')).toEqual({ index: 0, from: t0, to: t0 + 11 });
  });
});

describe('what is held already', () => {
  it('is not moved by asking again, even where a lower slot has come free', async () => {
    await reserve(2, [wish('a', 0, hour)]);
    await reserve(2, [wish('b', 0, hour)]);
    await slots.release('emea', ['a']);
    expect(await reserve(2, [wish('b', 0, hour)])).toBe('8001');
  });

  it('keeps its slot at other times where it can, and overlaps itself', async () => {
    await reserve(2, [wish('a', 0, hour)]);
    await reserve(2, [wish('b', 0, hour)]);
    expect(await reserve(2, [wish('b', hour / 2, 2 * hour)], { mode: 'prefer', number: '8001' })).toBe(
      '8001',
    );
    expect(await reserve(2, [wish('b', 2 * hour, 3 * hour)])).toBe('8001');
    expect(await reserve(2, [wish('c', 0, hour)])).toBe('8001');
  });

  it('stays as it was when the new times cannot be had', async () => {
    await reserve(1, [wish('a', 0, hour)]);
    await reserve(1, [wish('b', hour, 2 * hour)]);
    const before = await everything();
    expect(await reserve(1, [wish('a', 0, hour + 1)], { mode: 'only', number: '8000' })).toBeUndefined();
    expect(await reserve(1, [wish('a', 0, hour + 1), wish('new', 5 * hour, 6 * hour)])).toBeUndefined();
    expect(await everything()).toEqual(before);
  });

  it('is for all wishes or for none: one slot that is free for each of them', async () => {
    await reserve(3, [wish('x', 0, hour)]);
    await reserve(3, [wish('y', day, day + hour)], { mode: 'only', number: '8001' });
    const series = [0, 1, 2].map((n) => wish(`s${n}`, n * day, n * day + hour));
    expect(await reserve(2, series)).toBeUndefined();
    expect(await slots.count('emea')).toBe(2);
    expect(await reserve(3, series)).toBe('8002');
  });

  it('is not one slot for occurrences that overlap by their margins', async () => {
    expect(await reserve(3, [wish('s0', 0, day + 1), wish('s1', day, 2 * day)])).toBeUndefined();
    expect(await slots.count('emea')).toBe(0);
  });
});

it('a number that is not of the range is no number: `only` gets none, `prefer` the lowest', async () => {
  expect(await reserve(2, [wish('a', 0, hour)], { mode: 'only', number: '8002' })).toBeUndefined();
  expect(await reserve(2, [wish('a', 0, hour)], { mode: 'prefer', number: '08001' })).toBe('8000');
});

it('clusters do not know of one another', async () => {
  await reserve(1, [wish('a', 0, hour)]);
  const other = { name: 'apac', numbers: { base: 9000, quantity: 1 } };
  expect(await slots.reserve(other, [wish('a', 0, hour)], lowest)).toBe('9000');
  await slots.release('emea', ['a']);
  expect(await slots.heldBy('apac', 'a')).toBeDefined();
});

it('two hundred at once over several connections never share a slot', async () => {
  const stores = Array.from({ length: 8 }, () => new SlotStore(server.connect()));
  const wishes = Array.from({ length: 200 }, (_, n) =>
    wish(`m${n}`, (n % 7) * 1_000, hour + (n % 5) * quantum),
  );
  const numbers = await Promise.all(
    wishes.map((one, n) => stores[n % stores.length]?.reserve(cluster(50), [one], lowest)),
  );
  const got = numbers.filter((number) => number !== undefined);
  expect(got).toHaveLength(50);
  expect(new Set(got).size).toBe(50);
  expect(await slots.count('emea')).toBe(50);
});

it('the same meeting asked for by several at once gets one slot', async () => {
  const stores = Array.from({ length: 4 }, () => new SlotStore(server.connect()));
  const numbers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => stores[n % 4]?.reserve(cluster(50), [wish('one', 0, hour)], lowest)),
  );
  expect(new Set(numbers).size).toBe(1);
  expect(await slots.count('emea')).toBe(1);
});

it('costs as many Redis commands with thousands held as with a few', async () => {
  const probe = async () => {
    await server.redis.config('RESETSTAT');
    // Its neighbours before and after are the same whatever else is held.
    expect(await reserve(40, [wish('probe', 30 * day + 7, 30 * day + hour)])).toBe('8010');
    const stats = await server.redis.info('commandstats');
    await slots.release('emea', ['probe']);
    return Object.fromEntries(
      [...stats.matchAll(/^cmdstat_(?!info|config|client|hello|ping|select|command)(\S+):calls=(\d+)/gm)].map(
        ([, name, n]) => [name, n],
      ),
    );
  };
  for (let n = 0; n < 10; n += 1) await reserve(40, [wish(`near${n}`, 30 * day, 30 * day + hour)]);
  const few = await probe();
  const filling = [];
  for (let n = 0; n < 10_000; n += 1) {
    const slot = { mode: 'only' as const, number: String(8000 + (n % 40)) };
    const from = Math.floor(n / 40) * 2 * hour;
    filling.push(reserve(40, [wish(`far${n}`, from, from + hour)], slot));
  }
  await Promise.all(filling);
  expect(await slots.count('emea')).toBeGreaterThan(9_900);
  expect(await probe()).toEqual(few);
});

it('bitmaps of five minutes that lie behind us are forgotten', async () => {
  await reserve(1, [wish('a', 0, hour)]);
  const bitmaps = await server.redis.keys('*:q:*');
  expect(bitmaps).toHaveLength(12);
  for (const key of bitmaps) expect(await server.redis.pttl(key)).toBeGreaterThan(10 * day);
});
