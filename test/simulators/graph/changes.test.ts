/** What changed since when, and that neither old series nor many rounds make the simulator slow or fat. */
import { expect, test } from 'vitest';
import { Changes } from './changes.ts';
import { type Recurrence, type RecurrencePattern, startsOf } from './recurrence.ts';

const DAY = 86_400_000;

test('changes are told once each, by their last time, and for as long as they are remembered', () => {
  const changes = new Changes();
  const gone = new Set<string>();
  const isGone = (id: string) => gone.has(id);
  for (const id of ['a', 'b', 'a', 'c']) changes.mark(id, isGone);
  expect([changes.since(0), changes.since(2), changes.since(4)]).toEqual([['b', 'a', 'c'], ['a', 'c'], []]);
  for (let n = 0; n < 20_000; n++) {
    changes.mark(`${n}`, isGone);
    gone.add(`${n}`);
    changes.mark(`${n}`, isGone);
  }
  expect(changes.since(2)).toBeUndefined();
  const recent = changes.since(changes.revision - 100) ?? [];
  expect(recent).toEqual(Array.from({ length: 50 }, (_, n) => `${19_950 + n}`));
  // What is still there is never forgotten.
  for (let n = 0; n < 5_000; n++) changes.mark('d', isGone);
  expect(changes.since(changes.revision - 1)).toEqual(['d']);
});

test('a window costs the same however long ago a series began, and counts the same days', () => {
  const patterns: RecurrencePattern[] = [
    { type: 'daily', interval: 3 },
    { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'], firstDayOfWeek: 'monday' },
    { type: 'absoluteMonthly', interval: 5, dayOfMonth: 31 },
    { type: 'relativeMonthly', interval: 1, daysOfWeek: ['tuesday'], index: 'last' },
    { type: 'absoluteYearly', interval: 2, month: 2, dayOfMonth: 29 },
  ];
  const [from, to] = [Date.UTC(2026, 2, 1), Date.UTC(2028, 5, 1)];
  for (const pattern of patterns) {
    const series = (range: Partial<Recurrence['range']>): Recurrence => ({
      pattern,
      range: { type: 'noEnd', startDate: '2012-01-02', ...range },
    });
    const starts = (recurrence: Recurrence, begin: number) =>
      startsOf(recurrence, 9 * 3_600_000, 'America/New_York', begin, to);
    const endless = starts(series({}), from);
    const all = starts(series({}), Date.UTC(2012, 0, 1));
    expect(endless).toEqual(all.filter((start) => start >= from));
    const numbered = series({ type: 'numbered', numberOfOccurrences: all.length - 1 });
    expect(starts(numbered, from)).toEqual(endless.slice(0, -1));
    expect(starts(numbered, Date.UTC(2012, 0, 1))).toEqual(all.slice(0, -1));
  }
  // From the earliest date that Exchange knows; day by day from there this would take minutes.
  const old: Recurrence = {
    pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['tuesday'], index: 'last' },
    range: { type: 'noEnd', startDate: '1601-01-01' },
  };
  const began = performance.now();
  for (let n = 0; n < 5_000; n++) startsOf(old, 0, 'Europe/Berlin', from + n * 60_000, from + 14 * DAY);
  expect(performance.now() - began).toBeLessThan(10_000);
});
