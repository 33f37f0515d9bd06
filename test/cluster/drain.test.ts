import { describe, expect, it } from 'vitest';
import { areOut, type Drain, isDrained, isPast, mustMove } from '../../src/cluster/drain.ts';

const forever: Drain = { since: 0, from: 100 };
const window: Drain = { since: 0, from: 100, until: 200, moveRunning: 150 };

describe('a drained call bridge', () => {
  it('takes no start from its time on, until it is taken back or its end comes', () => {
    expect([99, 100, 1e15].map((at) => isDrained(forever, at))).toEqual([false, true, true]);
    expect([99, 100, 199, 200].map((at) => isDrained(window, at))).toEqual([false, true, true, false]);
    expect(isDrained(undefined, 100)).toBe(false);
  });

  it('gives away what runs there only where that is wanted, at the chosen time', () => {
    expect([149, 150, 199, 200].map((at) => mustMove(window, at))).toEqual([false, true, true, false]);
    expect(mustMove(forever, 1e15)).toBe(false);
    expect(mustMove(undefined, 150)).toBe(false);
  });

  it('is forgotten when its end has come', () => {
    expect([199, 200].map((at) => isPast(window, at))).toEqual([false, true]);
    expect(isPast(forever, 1e15)).toBe(false);
  });

  it('takes its cluster out only when all others are drained at that time as well', () => {
    const both = [{ address: 'https://cms1' }, { address: 'https://cms2' }];
    const drains = new Map([
      ['https://cms1', forever],
      ['https://cms2', window],
    ]);
    expect([99, 100, 199, 200].map((at) => areOut(both, drains, at))).toEqual([false, true, true, false]);
    expect(areOut(both, new Map([['https://cms1', forever]]), 150)).toBe(false);
  });
});
