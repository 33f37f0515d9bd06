/** `test/fixtures/redis/slots-0.1.0.json` is what version 0.1.0 wrote, with the base 80991000 and 200 slots. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SlotStore } from '../../src/redis/slots.ts';
import { startRedis, type TestRedis } from './server.ts';

type Value =
  | { readonly hash: Record<string, string> }
  | { readonly sorted: string[] }
  | { readonly set: string[] }
  | { readonly bits: string };

const former = JSON.parse(
  readFileSync(new URL('../fixtures/redis/slots-0.1.0.json', import.meta.url), 'utf8'),
) as Record<string, Value>;

const hour = 3_600_000;
const margin = 300_000;
const t = Date.UTC(2090, 0, 2, 9);
const held = (number: string, from: number, to: number) => ({ number, from: t + from, to: t + to });
/** What was reserved there, by its numbers. */
const meant = {
  'one@x': held('80991000', -margin, hour + margin),
  'two@x': held('80991002', hour / 2 - margin, 2 * hour + margin),
  'next@x': held('80991000', hour + margin, 2 * hour + margin),
  'weekly@x|0': held('80991150', -margin, hour + margin),
  'weekly@x|1': held('80991150', 168 * hour - margin, 169 * hour + margin),
  'weekly@x|2': held('80991150', 336 * hour - margin, 337 * hour + margin),
  'found:80991003': held('80991003', 0, 2 * margin),
};

let server: TestRedis;
let slots: SlotStore;
beforeAll(async () => {
  server = await startRedis();
  slots = new SlotStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  for (const [key, value] of Object.entries(former)) {
    if ('hash' in value) await server.redis.hset(key, value.hash);
    else if ('set' in value) await server.redis.sadd(key, ...value.set);
    else if ('bits' in value) await server.redis.set(key, Buffer.from(value.bits, 'hex'));
    else for (let i = 0; i < value.sorted.length; i += 2) await addTo(key, value.sorted.slice(i, i + 2));
  }
});

async function addTo(key: string, [member = '', score = '']: readonly string[]) {
  await server.redis.zadd(key, score, member);
}

const range = (base: number) => ({ name: 'emea', numbers: { base, quantity: 200 } });
const nobody = async () => new Map<string, string>();
const recorded = async (keys: readonly string[]) =>
  new Map(keys.flatMap((key) => (key === 'two@x' ? [[key, '80991002'] as const] : [])));

async function everyReservation() {
  const all: Record<string, unknown> = {};
  for await (const page of slots.all('emea')) for (const [key, one] of page) all[key] = one;
  return all;
}

for (const [when, base, numbersOf] of [
  ['the range is the same', 80991000, nobody],
  ['the range was moved together with the version', 70000000, recorded],
] as const) {
  it(`what was reserved keeps its number when ${when}`, async () => {
    expect(await slots.moveFormer(range(base), numbersOf)).toBe(7);
    expect(await everyReservation()).toEqual(meant);
    for (const [key, { number, from, to }] of Object.entries(meant)) {
      expect(await slots.holderAt('emea', number, from)).toBe(key);
      expect(await slots.holderAt('emea', number, to - 1)).toBe(key);
    }
    // Nothing of the former format is left, and nothing can be reserved over what was taken over.
    const left = (await server.redis.keys('*')).filter((key) => /:held$|:n:|:q:|:blocked$/.test(key));
    expect(left).toEqual([]);
    const wish = { key: 'new@x', from: t, to: t + hour };
    for (const number of ['80991000', '80991002', '80991150', '80991003'])
      expect(await slots.reserve(range(80991000), [wish], { mode: 'only', number })).toBeUndefined();
    expect(await slots.moveFormer(range(base), numbersOf)).toBe(0);
  });
}

it('two processes that begin at once, one of them killed half way, take each reservation over once', async () => {
  const dying = new SlotStore(server.connect());
  const first = dying.moveFormer(range(80991000), async (keys) => {
    // It has seen everything and moves nothing any more; the other one does.
    await slots.moveFormer(range(80991000), nobody);
    await slots.release('emea', ['one@x']);
    return await recorded(keys);
  });
  expect(await first).toBe(7);
  const { 'one@x': _, ...rest } = meant;
  expect(await everyReservation()).toEqual(rest);
});

it('a record of the meeting counts for more than the place in a range that was changed before', async () => {
  const moved = async () =>
    new Map([
      ['one@x', '80991000'],
      ['next@x', '80991000'],
      ['two@x', '80995555'],
    ]);
  await slots.moveFormer(range(80991000), moved);
  expect(await slots.heldBy('emea', 'two@x')).toMatchObject({ number: '80995555' });
  expect(await slots.heldBy('emea', 'weekly@x|1')).toMatchObject({ number: '80991150' });
});
