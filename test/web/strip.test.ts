/** A day as a strip: how full its quarters are, what a key leads to, and what is said of each. */
import { expect, test } from 'vitest';
import type { Quarter } from '../../src/web/answers.ts';
import { outlineOf, quarterAt, saidOf, shareOf, stepOf } from '../../src/web/bridges/strip.ts';

const quarter = (more: Partial<Quarter> = {}): Quarter => ({
  ...{ at: '2026-11-27T09:00:00.000Z', held: 3, slots: 4, meetings: 2, rooms: 2, ports: 6 },
  ...{ inService: 2, limit: 8, short: [] },
  ...more,
});

test.each([
  ['slots', quarter(), 0.75],
  ['slots', quarter({ held: 0, slots: 0 }), 0],
  ['ports', quarter(), 0.75],
  ['ports', quarter({ limit: 3 }), 1],
  ['ports', quarter({ limit: 0 }), 1],
  ['ports', quarter({ limit: null }), 0.5],
] as const)(
  '%s of %o are a share of the whole, or of the most where that is not known',
  (measure, one, share) => {
    expect(shareOf(one, measure, 12)).toBe(share);
  },
);

test('what is not known is not said', () => {
  expect(saidOf(quarter(), 'slots')).toEqual(['capacity.value-slots', { held: 3, slots: 4 }]);
  expect(saidOf(quarter(), 'ports')).toEqual(['capacity.value-ports', { ports: 6, limit: 8 }]);
  expect(saidOf(quarter({ limit: null }), 'ports')).toEqual(['capacity.value-ports-unlimited', { ports: 6 }]);
});

test.each([
  ['ArrowRight', 10, false, 11],
  ['ArrowRight', 10, true, 9],
  ['ArrowLeft', 0, false, 0],
  ['ArrowLeft', 91, true, 91],
  ['PageUp', 90, false, 91],
  ['PageDown', 10, true, 6],
  ['Home', 10, false, 0],
  ['End', 10, false, 91],
  ['Enter', 10, false, 10],
  ['Tab', 10, false, undefined],
] as const)('%s leads from %i, right to left %s, to %s', (key, from, isRightToLeft, to) => {
  expect(stepOf(key, from, 92, isRightToLeft)).toBe(to);
});

test('an outline has those that are meant and not empty, and the least of them is seen', () => {
  expect(outlineOf([0, 0.5, 1, 0.001], 40, (i) => i !== 2)).toBe('M1 40V20h1V40zM3 40V39h1V40z');
});

test('a quarter begins with what is divisible', () => {
  const nine = Date.parse('2026-11-27T09:00:00Z');
  expect([quarterAt(nine), quarterAt(nine + 899_999), quarterAt(nine - 1)]).toEqual([
    nine,
    nine,
    nine - 900_000,
  ]);
});
