/** An operator wants another number for a meeting: it gets one, the old one says so, and where it cannot be that is said. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftKey } from '../../src/conference/left.ts';
import type { Outcome } from '../../src/conference/operation/operation.ts';
import { number, OneConference } from './one-conference.ts';

const next = '80991001';

let one: OneConference;
beforeEach(async () => {
  one = await OneConference.begin();
});
afterEach(() => one.close());

async function ordered(request = 'a', of: { number?: string } = {}): Promise<Outcome | undefined> {
  await one.order(request, { do: 'place-again', ...of });
  await one.bring();
  return await one.outcome(request);
}

const placed = async () => (await one.meeting()).placement?.number;
const holderOf = (of: string) => one.slots.holderAt('emea', of, Date.now() + 3_700_000);
const hour = 3_600_000;
const all = { from: Date.now() - hour, to: Date.now() + 5 * hour };

describe('a meeting that is to come', () => {
  beforeEach(() => one.planned());

  it('gets another number; the old one is kept from others, and its space says where to go once people may come', async () => {
    expect(await ordered('a', { number })).toMatchObject({
      state: 'done',
      did: { what: 'placed', number: next },
    });
    expect(await placed()).toBe(next);
    expect(await holderOf(next)).toBe('uid');
    expect(await holderOf(number)).toBe(leftKey('uid', number));
    const told = await one.told();
    expect(told).toContainEqual({
      ...{ what: 'rehomed', from: `emea ${number}`, cluster: 'emea', number: next },
      reason: 'an operator wanted so',
    });
    expect(told.at(-1)).toMatchObject({ what: 'operated', do: 'place-again', by: 'olga', outcome: 'done' });
    const [left] = (await one.meeting()).left ?? [];
    expect(left).toMatchObject({ number, state: 'held' });
    // People may come from the setup on: then it is signed, as after any change of place.
    expect(left?.sign).toBeUndefined();
  });

  it('pressed twice it changes once: by the request, and by the number that was meant', async () => {
    await ordered('a', { number });
    expect(await ordered('a', { number })).toMatchObject({ state: 'done' });
    expect(await ordered('b', { number })).toMatchObject({ state: 'refused', refusal: 'another-number' });
    expect(await placed()).toBe(next);
    expect(await ordered('c', { number: next })).toMatchObject({ did: { number: '80991002' } });
  });

  it('keeps its number where none other is free, which is said', async () => {
    for (const [i, other] of ['80991001', '80991002', '80991003', '80991004'].entries())
      await one.hold(`other ${i}`, other, all);
    expect(await ordered()).toMatchObject({ state: 'refused', refusal: 'no-other-number' });
    expect(await placed()).toBe(number);
    expect(await holderOf(number)).toBe('uid');
  });

  it('that was cancelled gets none', async () => {
    await one.cancel();
    expect(await ordered()).toMatchObject({ state: 'refused', refusal: 'is-over' });
  });

  it('and has none gets one, where one is free by now', async () => {
    await one.slots.release('emea', ['uid']);
    await one.meetings.putPlacement('uid', undefined, 'no slot is free', []);
    for (const [i, other] of [number, next, '80991002', '80991003', '80991004'].entries())
      await one.hold(`other ${i}`, other, all);
    expect(await ordered('a')).toMatchObject({ state: 'refused', refusal: 'no-other-number' });
    await one.slots.release('emea', ['other 2']);
    expect(await ordered('b')).toMatchObject({ state: 'done', did: { number: '80991002' } });
    expect(await placed()).toBe('80991002');
  });

  it('starts where its cluster has its first call bridge that is well, and is not moved before', async () => {
    await one.order('a', { do: 'move-bridge', to: one.cms.bridge(1).url });
    await one.bring();
    expect(await one.outcome('a')).toMatchObject({ state: 'refused', refusal: 'not-running' });
    expect((await one.outcome('a'))?.detail).toMatch(/first call bridge of its cluster/);
  });
});

it('one that runs keeps its number', async () => {
  await one.bring();
  expect(await ordered()).toMatchObject({ state: 'refused', refusal: 'is-running' });
  expect(await placed()).toBe(number);
  expect((await one.run()).closedAt).toBeUndefined();
});

describe('though its worker dies', () => {
  it.each(['before', 'after'] as const)(
    'just %s any of its writes it has changed once, and nothing is held for nobody',
    { timeout: 120_000 },
    async (when) => {
      const deaths: string[] = [];
      for (let write = 1; ; write += 1) {
        await one.planned();
        await one.order('a', { do: 'place-again', number });
        const wrote = await one.bringToEnd({ write, when });
        const at = wrote?.at(-1) ?? 'no write';
        deaths.push(at);
        await one.bring('another');
        expect.soft(await one.outcome('a'), at).toMatchObject({ state: 'done', did: { number: next } });
        expect.soft(await placed(), at).toBe(next);
        expect.soft(await holderOf(next), at).toBe('uid');
        expect.soft(await holderOf(number), at).toBe(leftKey('uid', number));
        expect.soft(await one.slots.count('emea'), at).toBe(2);
        expect.soft(await one.times('rehomed'), at).toBe(1);
        expect.soft(await one.times('operated'), at).toBe(1);
        if (wrote === undefined) break;
        await one.close();
        one = await OneConference.begin();
      }
      expect(deaths).toEqual(
        expect.arrayContaining([
          ...['operations.progress', 'slots.reserve', 'places.move', 'slots.handOver'],
          ...['operations.settle', 'places.saveLeft'],
        ]),
      );
    },
  );
});
