import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Facts, Outcome } from '../../../src/conference/report/facts.ts';
import { figuresOf } from '../../../src/conference/report/figures.ts';
import { minute, start } from '../a-meeting.ts';

const clusters = [{ name: 'emea', quantity: 10 }];
const nothing = { failovers: 0, recoveries: 0, rehomings: 0, extensions: 0, extendedBy: 0, settledAt: 0 };
const at = (from: number, to: number) => ({ from: start + from * minute, to: start + to * minute });
const held = (from: number, to: number, changed: Partial<Facts> = {}): Facts => ({
  ...{ ...nothing, outcome: 'held', rooms: ['board@x'], used: at(from, to) },
  slot: { ...at(from - 5, to + 10), cluster: 'emea', number: '8000' },
  opened: { cluster: 'emea', callBridge: 'https://cms1', late: 10 },
  ...changed,
});

it('a day without meetings has nothing, and the clusters that there are', () => {
  expect(figuresOf([], clusters)).toEqual({
    ...{ booked: 0, held: 0, noShows: 0, cancelled: 0, unplaced: 0, notOpened: 0 },
    lateness: { opened: 0, p50: null, p99: null, max: null },
    ...{ failovers: 0, recoveries: 0, rehomings: 0, extensions: 0, extendedMinutes: 0, mostRooms: 0 },
    clusters: [{ name: 'emea', conferences: 0, callBridges: [], minutes: 0, mostSlots: 0, slots: 10 }],
    rooms: [],
  });
});

it('a meeting in two rooms uses both, and is one conference', () => {
  const figures = figuresOf([held(0, 30, { rooms: ['board@x', 'huddle@x'] })], clusters);
  const room = { booked: 1, held: 1, noShows: 0, cancelled: 0, minutes: 30 };
  expect(figures.rooms).toEqual([
    { mailbox: 'board@x', ...room },
    { mailbox: 'huddle@x', ...room },
  ]);
  expect(figures).toMatchObject({ booked: 1, mostRooms: 2, clusters: [{ minutes: 30, mostSlots: 1 }] });
});

it('one that ends as another begins is not there at once with it', () => {
  const one = held(0, 30);
  const other = held(30, 60, {
    rooms: ['huddle@x'],
    slot: { ...at(40, 70), cluster: 'emea', number: '8001' },
  });
  expect(figuresOf([one, other], clusters)).toMatchObject({ mostRooms: 1, clusters: [{ mostSlots: 1 }] });
  const sooner = { ...other, used: at(29, 60), slot: { ...at(39, 70), cluster: 'emea', number: '8001' } };
  expect(figuresOf([one, sooner], clusters)).toMatchObject({ mostRooms: 2, clusters: [{ mostSlots: 2 }] });
});

it('a cluster that is not configured any more is told of without its size', () => {
  const former = { cluster: 'former', callBridge: 'https://old' };
  expect(figuresOf([held(0, 30, { opened: former })], clusters).clusters).toMatchObject([
    { name: 'emea', conferences: 0, mostSlots: 1, slots: 10 },
    {
      name: 'former',
      conferences: 1,
      callBridges: [{ address: 'https://old', conferences: 1 }],
      slots: null,
    },
  ]);
});

it.each([
  [[7], { opened: 1, p50: 7, p99: 7, max: 7 }],
  [[30, 10, 20], { opened: 3, p50: 20, p99: 30, max: 30 }],
  [Array.from({ length: 200 }, (_, i) => i + 1), { opened: 200, p50: 100, p99: 198, max: 200 }],
])('lateness of %j', (lates, lateness) => {
  const all = lates.map((late) => held(0, 1, { opened: { cluster: 'emea', callBridge: 'b', late } }));
  expect(figuresOf(all, clusters).lateness).toEqual(lateness);
});

const outcomes: Outcome[] = ['held', 'no-show', 'cancelled', 'unplaced', 'not-opened'];
const intervals = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, long]) => at(from, from + long));
const meetings: fc.Arbitrary<Facts> = fc
  .record({
    outcome: fc.constantFrom(...outcomes),
    rooms: fc.subarray(['a@x', 'b@x', 'c@x'], { minLength: 1 }),
    use: intervals,
    holds: fc.boolean(),
    cluster: fc.constantFrom('emea', 'apac'),
    number: fc.constantFrom('1', '2', '3'),
    slot: intervals,
    failovers: fc.integer({ min: 0, max: 3 }),
    extendedBy: fc.integer({ min: 0, max: 3 }).map((n) => n * minute),
  })
  .map(({ outcome, use, holds, cluster, number, slot, ...rest }) => ({
    ...{ ...nothing, ...rest, outcome },
    ...(outcome === 'held' && { used: use, opened: { cluster, callBridge: `b${number}`, late: use.from } }),
    ...(holds && { slot: { ...slot, cluster, number } }),
  }));

it('whatever a day was like, its figures are those of who counts minute by minute', () => {
  fc.assert(
    fc.property(fc.array(meetings, { maxLength: 25 }), (all) => {
      const figures = figuresOf(all, clusters);
      const became = (outcome: Outcome) => all.filter((one) => one.outcome === outcome).length;
      const { booked, noShows, cancelled, unplaced, notOpened } = figures;
      expect([figures.held, noShows, cancelled, unplaced, notOpened]).toEqual(outcomes.map(became));
      expect(booked).toBe(figures.held + noShows + cancelled + unplaced + notOpened);
      const used = new Map<string, number>();
      let mostRooms = 0;
      const mostSlots = { emea: 0, apac: 0 };
      for (let m = 0; m < 70; m += 1) {
        const isIn = (one?: { from: number; to: number }) =>
          one !== undefined && one.from <= start + m * minute && start + m * minute < one.to;
        const now = all.filter((one) => isIn(one.used));
        mostRooms = Math.max(mostRooms, new Set(now.flatMap(({ rooms }) => rooms)).size);
        for (const room of now.flatMap(({ rooms }) => rooms)) used.set(room, (used.get(room) ?? 0) + 1);
        for (const cluster of ['emea', 'apac'] as const) {
          const here = all.flatMap(({ slot }) =>
            isIn(slot) && slot?.cluster === cluster ? slot.number : [],
          );
          mostSlots[cluster] = Math.max(mostSlots[cluster], new Set(here).size);
        }
      }
      expect(figures.mostRooms).toBe(mostRooms);
      for (const { mailbox, minutes } of figures.rooms) expect(minutes).toBe(used.get(mailbox) ?? 0);
      for (const one of figures.clusters)
        expect(one.mostSlots).toBe(mostSlots[one.name as keyof typeof mostSlots]);
      expect(figures.clusters.reduce((sum, { conferences }) => sum + conferences, 0)).toBe(figures.held);
      expect(figures.failovers).toBe(all.reduce((sum, one) => sum + one.failovers, 0));
      expect(figures.extendedMinutes * minute).toBe(all.reduce((sum, one) => sum + one.extendedBy, 0));
    }),
  );
});
