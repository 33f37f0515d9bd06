import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOffset, databaseFact } from '../../src/cluster/call-bridge-facts.ts';

describe('the clock of a call bridge', () => {
  const asked = { began: 100_000, ended: 100_500 };
  it.each<[string, number, number]>([
    ['is right when it tells the same second', 100_000, 0],
    ['is right when it tells one that is four seconds old: it does', 96_000, 0],
    ['is right up to the six seconds that it may be late', 94_000, 0],
    ['is behind by what that does not explain', 91_000, -3_000],
    ['is ahead by what it tells of the future', 103_000, 2_500],
    ['is not ahead while the answer was on its way', 100_500, 0],
  ])('%s', (_, told, expected) => {
    expect(clockOffset(told, asked)).toBe(expected);
  });

  it('is never said to be off while it is right, however slow the answer and late the word', () => {
    const milliseconds = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(milliseconds, milliseconds, milliseconds, (toBridge, back, late) => {
        const began = 1_000_000;
        const there = began + toBridge;
        const told = Math.floor((there - late) / 1_000) * 1_000;
        expect(clockOffset(told, { began, ended: there + back })).toBe(0);
      }),
    );
  });

  it('is said to be off by no more than it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60_000, max: 60_000 }),
        fc.integer({ min: 0, max: 3_000 }),
        (off, took) => {
          const began = 1_000_000;
          const told = Math.floor((began + took / 2 + off) / 1_000) * 1_000;
          const offset = clockOffset(told, { began, ended: began + took });
          expect(Math.abs(offset)).toBeLessThanOrEqual(Math.abs(off));
          expect(Math.abs(off) - Math.abs(offset)).toBeLessThanOrEqual(took + 7_000);
        },
      ),
    );
  });
});

describe('the database of a call bridge', () => {
  const node = (hostname: string, behind: number | undefined, isUp = true) => ({ hostname, behind, isUp });
  const seen = { isClustered: true, error: undefined, inUse: 'b', nodes: [node('a', 0), node('b', 0)] };
  it('is in sync when the node that it uses is', () => {
    expect(databaseFact(seen)).toEqual({ isClustered: true, isInSync: true });
    expect(databaseFact({ ...seen, nodes: [node('a', undefined, false), node('b', 0)] }).isInSync).toBe(true);
    expect(databaseFact({ ...seen, isClustered: false, inUse: undefined, nodes: [] })).toEqual({
      isClustered: false,
      isInSync: true,
    });
  });

  it.each<[string, Partial<typeof seen>, RegExp]>([
    ['its node lags', { nodes: [node('b', 4_096)] }, /4096 bytes behind/],
    ['its node is down', { nodes: [node('b', 0, false)] }, /is down/],
    ['nobody knows', { nodes: [node('b', undefined)] }, /not known/],
    ['it is connected to none', { inUse: undefined as never }, /no node/],
    ['it says so', { error: 'split' as never }, /^split$/],
  ])('is not when %s', (_, change, why) => {
    const fact = databaseFact({ ...seen, ...change });
    expect(fact.isInSync).toBe(false);
    expect(fact.why).toMatch(why);
  });
});
