import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Choice, SlotStore, type Wish } from '../../src/redis/slots.ts';
import { type NumberRange, numbersOf } from '../../src/slot/slot.ts';
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
  if (key.includes(':bits:')) {
    // Trailing zeros and empty bitmaps say the same as no bitmap.
    return (await redis.getBuffer(key))?.toString('hex').replace(/(00)+$/, '') ?? '';
  }
  if (key.includes(':slot:')) return await redis.zrange(key, 0, -1, 'WITHSCORES');
  return key.endsWith(':foreign') ? (await redis.smembers(key)).sort() : await redis.hgetall(key);
}

/** A list of reservations and nothing clever. */
class NaiveSlots {
  readonly held = new Map<string, { number: string; from: number; to: number }>();
  readonly blocked = new Set<string>();
  range: NumberRange;

  constructor(range: NumberRange) {
    this.range = range;
  }

  reserve(wishes: readonly Wish[], choice: Choice, apart: number): string | undefined {
    if (wishes.some((a, i) => wishes.some((b, j) => i < j && a.from < b.to && b.from < a.to)))
      return undefined;
    const own = new Set(wishes.map(({ key }) => this.held.get(key)?.number));
    const [ownNumber] = own.size === 1 ? own : [];
    const same = wishes.every(({ key, from, to }) => {
      const held = this.held.get(key);
      return held !== undefined && held.from === from && held.to === to;
    });
    const named = choice.mode === 'lowest' ? ownNumber : choice.number;
    if (same && ownNumber !== undefined && named === ownNumber) return ownNumber;
    const fits = (number: string, around: number) =>
      !this.blocked.has(number) &&
      wishes.every(({ from, to }) =>
        [...this.held].every(
          ([key, held]) =>
            held.number !== number ||
            wishes.some((w) => w.key === key) ||
            held.to <= from - around ||
            to + around <= held.from,
        ),
      );
    const all = numbersOf(this.range);
    const allowed =
      named !== undefined &&
      (all.includes(named) || choice.mode === 'found' || (choice.mode === 'only' && named === ownNumber));
    let chosen = allowed && fits(named, 0) ? named : undefined;
    if (chosen === undefined && (choice.mode === 'lowest' || choice.mode === 'prefer')) {
      const lower = all.slice(0, Math.ceil((all.length * 3) / 4));
      if (apart > 0) chosen = lower.find((number) => fits(number, apart));
      chosen ??= all.find((number) => fits(number, 0));
    }
    if (chosen === undefined) return undefined;
    for (const { key, from, to } of wishes) this.held.set(key, { number: chosen, from, to });
    return chosen;
  }

  stretch(number: string, { key, from, to }: Wish): number | undefined {
    if (this.held.get(key)?.number !== number) return undefined;
    const others = [...this.held].filter(([other, held]) => other !== key && held.number === number);
    const until = Math.min(to, ...others.flatMap(([, held]) => (held.from >= from ? [held.from] : [])));
    if (until <= from || others.some(([, held]) => held.from < until && held.to > from)) return undefined;
    this.held.set(key, { number, from, to: until });
    return until;
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
// Some ranges lie across a boundary of the bitmaps' pages.
const bases = fc.constantFrom(3, 8000, 8_189, 80_991_000);
const command = (base: number, quantity: number) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('reserve' as const),
        wishes: fc.oneof(
          { weight: 3, arbitrary: oneWish.map((one) => [one]) },
          { weight: 2, arbitrary: manyWishes },
        ),
        mode: fc.constantFrom('lowest' as const, 'prefer' as const, 'only' as const, 'found' as const),
        // Beyond either end of the range, too.
        number: fc.integer({ min: -5, max: quantity + 5 }).map((index) => String(base + index)),
        apart: fc.constantFrom(0, 0, 1, quantum, 3 * quantum + 1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('stretch' as const), wish: oneWish }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('range' as const),
        base: fc.integer({ min: base - 6, max: base + 6 }),
        quantity: fc.integer({ min: 1, max: quantity + 3 }),
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
  .tuple(bases, fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })))
  .chain(([base, quantity]) =>
    fc.tuple(
      fc.constant({ base, quantity }),
      fc.array(command(Math.max(base, 6), quantity), { minLength: 1, maxLength: 40 }),
    ),
  );

it('does what a plain list of reservations would do, to the millisecond, wherever the range is moved', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(story, async ([range, commands]) => {
      await server.redis.flushall();
      const naive = new NaiveSlots(range);
      const here = () => ({ name: 'emea', numbers: naive.range });
      for (const step of commands) {
        if (step.do === 'release') {
          await slots.release('emea', step.keys);
          for (const key of step.keys) naive.held.delete(key);
        } else if (step.do === 'range') {
          naive.range = { base: step.base, quantity: step.quantity };
          naive.blocked.clear();
          await slots.block(here(), []);
        } else if (step.do === 'block') {
          const numbers = step.indexes.map((index) => String(range.base + index));
          await slots.block(here(), numbers);
          naive.blocked.clear();
          for (const number of numbers)
            if (numbersOf(naive.range).includes(number)) naive.blocked.add(number);
        } else if (step.do === 'stretch') {
          const number = naive.held.get(step.wish.key)?.number ?? String(range.base);
          const until = naive.stretch(number, step.wish);
          expect(await slots.stretch('emea', number, step.wish)).toBe(until);
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
          const apart = step.do === 'reserve' ? step.apart : 0;
          const before = await everything();
          const wanted = naive.reserve(wishes, choice, apart);
          expect(await slots.reserve(here(), wishes, choice, { apart })).toBe(wanted);
          if (wanted === undefined || step.do === 'ask-again') expect(await everything()).toEqual(before);
        }
      }
      expect(await slots.count('emea')).toBe(naive.held.size);
      for (const [key, held] of naive.held) expect(await slots.heldBy('emea', key)).toEqual(held);
      for (const [key, { number, from, to }] of naive.held) {
        if (to > from)
          for (const at of [from, to - 1]) expect(await slots.holderAt('emea', number, at)).toBe(key);
      }
      const numbers = [...new Set([...naive.held.values()].map(({ number }) => number))];
      expect(await slots.reserved('emea', [...numbers, '1'])).toEqual(new Set(numbers));
      // What was given back leaves nothing behind that could keep a slot from anybody.
      await slots.release('emea', [...naive.held.keys()]);
      await slots.block(here(), []);
      expect(await everything()).toEqual({});
    }),
    { numRuns: 150 },
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
    expect(await slots.heldBy('emea', 'a')).toEqual({ number: '8000', from: t0, to: t0 + 11 });
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

describe('a range that is moved', () => {
  const before = { name: 'emea', numbers: { base: 8000, quantity: 3 } };
  const after = { name: 'emea', numbers: { base: 8500, quantity: 2 } };

  it('turns no reservation into another number, and gives none of its own to those it does not hold', async () => {
    for (const key of ['a', 'b', 'c']) await slots.reserve(before, [wish(key, 0, hour)], lowest);
    expect(await slots.reserve(after, [wish('d', 0, hour)], lowest)).toBe('8500');
    expect(await slots.reserve(after, [wish('b', 0, hour)], lowest)).toBe('8001');
    expect(await slots.heldBy('emea', 'c')).toMatchObject({ number: '8002' });
    expect(await slots.holderAt('emea', '8001', t0)).toBe('b');
    // Free by the clock, but no longer ours to give.
    const only = { mode: 'only' as const, number: '8001' };
    expect(await slots.reserve(after, [wish('e', day, day + hour)], only)).toBeUndefined();
    expect(await slots.reserve(after, [wish('e', day, day + hour)], { ...only, mode: 'prefer' })).toBe(
      '8500',
    );
    expect(await slots.reserve(after, [wish('f', day, day + hour)], { ...only, mode: 'found' })).toBe('8001');
  });

  it('lets one that runs be lengthened where it is, and one that moves leave', async () => {
    await slots.reserve(before, [wish('a', 0, hour)], lowest);
    const here = { mode: 'only' as const, number: '8000' };
    expect(await slots.reserve(after, [wish('a', 0, 2 * hour)], here)).toBe('8000');
    expect(await slots.stretch('emea', '8000', wish('a', 0, 3 * hour))).toBe(t0 + 3 * hour);
    expect(await slots.reserve(after, [wish('a', day, day + hour)], { ...here, mode: 'prefer' })).toBe(
      '8500',
    );
    expect(await slots.reserved('emea', ['8000', '8500'])).toEqual(new Set(['8500']));
  });
});

describe('apart from its neighbours', () => {
  const apart = { apart: 15 * 60_000 };
  const reserveApart = (quantity: number, one: Wish) =>
    slots.reserve(cluster(quantity), [one], lowest, apart);

  it('is the lowest slot where both have room to go on; else the lowest', async () => {
    expect(await reserveApart(4, wish('a', 0, hour))).toBe('8000');
    expect(await reserveApart(4, wish('b', hour + 15 * 60_000, 2 * hour))).toBe('8000');
    expect(await reserveApart(4, wish('c', 2 * hour + 15 * 60_000 - 1, 3 * hour))).toBe('8001');
    expect(await reserveApart(4, wish('d', hour, hour + 1))).toBe('8001');
    expect(await reserveApart(1, wish('e', hour, hour + 15 * 60_000))).toBe('8000');
  });

  it('is not kept from kin, of which neither could go on', async () => {
    const one = (key: string, from: number, kin: string[]) =>
      slots.reserve(cluster(4), [wish(key, from, from + hour)], lowest, { ...apart, kin });
    expect(await one('a', 0, [])).toBe('8000');
    expect(await one('c', 2 * hour, [])).toBe('8000');
    expect(await one('b', hour, ['a'])).toBe('8001');
    expect(await one('b2', hour, ['a', 'c'])).toBe('8000');
  });

  it('costs nobody the upper quarter of the range', async () => {
    for (const key of ['a', 'b', 'c']) await reserveApart(4, wish(key, 0, hour));
    expect(await reserveApart(4, wish('d', hour, 2 * hour))).toBe('8000');
    expect(await reserveApart(4, wish('whole day', 0, day))).toBe('8003');
  });
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
      [
        ...stats.matchAll(
          /^cmdstat_(?!info|config|client|cluster|hello|ping|select|command)(\S+):calls=(\d+)/gm,
        ),
      ].map(([, name, n]) => [name, n]),
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
  const bitmaps = await server.redis.keys('*:bits:*');
  expect(bitmaps).toHaveLength(12);
  for (const key of bitmaps) expect(await server.redis.pttl(key)).toBeGreaterThan(10 * day);
});

it('tells who has a slot at about a time, and nobody else', async () => {
  await reserve(1, [wish('before', 0, hour), wish('uid@2026-11-23T09:00:00Z', 2 * hour, 3 * hour)]);
  await reserve(1, [wish('long before', -30 * hour, -29 * hour), wish('after', 40 * hour, 41 * hour)]);
  await reserve(2, [wish('elsewhere', 0, hour)]);
  const near = await slots.keysNear('emea', '8000', { from: t0, to: t0 + 30 * hour });
  expect(near).toEqual(['before', 'uid@2026-11-23T09:00:00Z']);
});
