/** Where bars are drawn, and that a change touches only the rooms that it is of. */
import { expect, test } from 'vitest';
import type { Bar } from '../../src/web/answers.ts';
import { byRoom, withBars } from '../../src/web/now/day.ts';
import { kindOf } from '../../src/web/now/kind.ts';

import { lanesOf, ticksOf, windowOf } from '../../src/web/now/lanes.ts';
import { noteTold, toldSince } from '../../src/web/now/told-bars.ts';

const at = (hour: number) => Date.UTC(2026, 10, 27, hour);
const bar = (key: string, from: number, to: number, more: Partial<Bar> = {}): Bar => ({
  ...{ key, state: 'planned', title: key, rooms: ['a'], number: '1', extendedUntil: null },
  ...{ start: new Date(at(from)).toISOString(), end: new Date(at(to)).toISOString() },
  ...{ callBridge: null, preflight: null, trouble: null },
  ...more,
});

test('a bar lies where its time is, cut at the edges of the window', () => {
  const { placed } = lanesOf([bar('x', 8, 10), bar('y', 15, 22)], at(9), at(19));
  expect(placed.map(({ left, width }) => [left, width])).toEqual([
    [0, 10],
    [60, 40],
  ]);
});

test('bars that overlap get lanes of their own, and one that follows takes the first again', () => {
  const { placed, lanes } = lanesOf([bar('x', 9, 11), bar('y', 10, 12), bar('z', 11, 13)], at(8), at(18));
  expect(placed.map(({ lane }) => lane)).toEqual([0, 1, 0]);
  expect(lanes).toBe(2);
});

test('an extension is the last part of its bar', () => {
  const extendedUntil = new Date(at(12)).toISOString();
  const { placed } = lanesOf([bar('x', 8, 10, { extendedUntil })], at(8), at(18));
  expect(placed[0]).toMatchObject({ left: 0, width: 40, extension: 50 });
});

test('a change makes news of its rooms and leaves those of others as they are', () => {
  const before = byRoom(
    ['a', 'b', 'c'],
    [bar('x', 9, 10, { rooms: ['a'] }), bar('y', 9, 10, { rooms: ['c'] })],
  );
  const after = withBars(before, [bar('x', 11, 12, { rooms: ['b'] })], at(0), at(24));
  expect(after.get('a')).toEqual([]);
  expect(after.get('b')).toMatchObject([{ key: 'x' }]);
  expect(after.get('c')).toBe(before.get('c'));
  expect(withBars(before, [bar('z', 9, 10, { rooms: ['elsewhere'] })], at(0), at(24))).toBe(before);
});

test('what moved out of the window is not shown any more', () => {
  const before = byRoom(['a'], [bar('x', 9, 10)]);
  expect(withBars(before, [bar('x', 30, 31)], at(0), at(24)).get('a')).toEqual([]);
});

test('of a meeting that was told of several times the last counts', () => {
  const told = [bar('x', 9, 10, { title: 'old', rooms: ['b'] }), bar('x', 9, 10, { title: 'new' })];
  const after = withBars(byRoom(['a', 'b'], [bar('x', 8, 9)]), told, at(0), at(24));
  expect([...after].map(([room, bars]) => [room, bars.map(({ title }) => title)])).toEqual([
    ['a', ['new']],
    ['b', []],
  ]);
});

test('what was told while an answer was on its way is known, and forgotten after a while', () => {
  noteTold([bar('early', 9, 10)], 1_000);
  noteTold([bar('x', 9, 10)], 2_000);
  noteTold([bar('x', 10, 11)], 3_000);
  expect(toldSince(2_000).map(({ key, start }) => [key, Date.parse(start)])).toEqual([
    ['x', at(9)],
    ['x', at(10)],
  ]);
  noteTold([], 200_000);
  expect(toldSince(0)).toEqual([]);
});

test('what is wrong is said before what is', () => {
  expect(kindOf(bar('x', 1, 2, { state: 'open', trouble: 'call-bridge-lost' }))).toBe('trouble');
  const preflight = { state: 'failing', what: 'slot', since: null } as const;
  expect(kindOf(bar('x', 1, 2, { preflight }))).toBe('failing');
  expect(kindOf(bar('x', 1, 2, { state: 'open', extendedUntil: bar('x', 2, 3).end }))).toBe('extended');
});

test('the window has now a quarter in, and whole hours over it', () => {
  const { from, to } = windowOf(at(12) + 1_800_000, 12, 0);
  expect([from, to]).toEqual([at(9), at(21)]);
  expect(windowOf(at(12), 12, 1).from).toBe(at(15));
  const ticks = ticksOf(from, to);
  expect(ticks).toHaveLength(6);
  expect(ticks.every((one) => one % 3_600_000 === 0)).toBe(true);
});
