import { expect, it } from 'vitest';
import { anyOverlap, heldInterval, placeholderName, slotIndex, slotNumber } from '../../src/slot/slot.ts';

const range = { base: 80991000, quantity: 200 };

it('numbers run from the base, one for each slot', () => {
  expect(slotNumber(range, 0)).toBe('80991000');
  expect(slotNumber(range, 199)).toBe('80991199');
  for (const index of [0, 7, 199]) expect(slotIndex(range, slotNumber(range, index))).toBe(index);
});

it('a number outside of the range, with leading zeros or of other characters is no slot', () => {
  for (const number of [
    '80990999',
    '80991200',
    '080991000',
    '',
    ' 80991000',
    '8099100x',
    '-1',
    '80991000.0',
  ]) {
    expect(slotIndex(range, number)).toBeUndefined();
  }
});

it('a slot at rest is called by its number, and held from before the start until after the end', () => {
  expect(placeholderName('TMS_Scheduled_Meeting_', '80991000')).toBe('TMS_Scheduled_Meeting_80991000');
  expect(heldInterval({ start: 1_000, end: 2_000 }, { setup: 300, teardown: 200 })).toEqual({
    from: 700,
    to: 2_200,
  });
});

it('intervals that only touch do not overlap; in whatever order, those that share a moment do', () => {
  expect(anyOverlap([])).toBe(false);
  expect(
    anyOverlap([
      { from: 20, to: 30 },
      { from: 0, to: 10 },
      { from: 10, to: 20 },
    ]),
  ).toBe(false);
  expect(
    anyOverlap([
      { from: 20, to: 30 },
      { from: 0, to: 11 },
      { from: 10, to: 20 },
    ]),
  ).toBe(true);
  expect(
    anyOverlap([
      { from: 0, to: 100 },
      { from: 10, to: 20 },
    ]),
  ).toBe(true);
});
