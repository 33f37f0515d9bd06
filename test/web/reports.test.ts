/** What the page of reports makes of the figures of days. */
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/conference/report/figures.ts';
import type { Report } from '../../src/web/answers.ts';
import { isRange, meetingsOf, periodOf } from '../../src/web/reports/period.ts';
import { countScale, timeScale } from '../../src/web/reports/scale.ts';
import { peakOf, sumsOf } from '../../src/web/reports/sums.ts';

type Day = Report['days'][number];
type Lateness = NonNullable<Day['figures']>['lateness'];

const none = figuresOf([], []);
const dayOf = (date: string, figures: Partial<NonNullable<Day['figures']>>): Day => ({
  ...{ date, state: 'final', figures: { ...none, ...figures } },
});
const gap: Day = { date: '2026-11-20', state: 'unknown', figures: null };
const late = (opened: number, p50: number, p99: number, max: number): Day =>
  dayOf('2026-11-21', { lateness: { opened, p50, p99, max } });

describe('the sums of days', () => {
  it('leave out what is not known, and say how much that is', () => {
    const days = [
      gap,
      dayOf('2026-11-21', { booked: 3, held: 2, noShows: 1, extendedMinutes: 15 }),
      dayOf('2026-11-22', { booked: 4, held: 4, failovers: 2 }),
      { ...gap, state: 'pending' } as const,
    ];
    const { figures, ...how } = sumsOf(days);
    expect(how).toMatchObject({ known: 2, unknown: 1, pending: 1 });
    expect(figures).toMatchObject({ booked: 7, held: 6, noShows: 1, failovers: 2, extendedMinutes: 15 });
  });

  const lateness = (...days: Day[]): Lateness => sumsOf(days).lateness;

  it('have the lateness of a single day as it is', () => {
    expect(lateness(gap, late(10, 5, 80, 80))).toEqual({ opened: 10, p50: 5, p99: 80, max: 80 });
    expect(lateness(late(1_000, 5, 50, 80))).toEqual({ opened: 1_000, p50: 5, p99: 50, max: 80 });
    expect(lateness(gap, dayOf('2026-11-21', {}))).toEqual({ opened: 0, p50: null, p99: null, max: null });
  });

  it('never say that more were opened within a time than surely were', () => {
    // Half of all are within 5 ms, by the busy day alone; one in a thousand does not make 99 of a hundred late.
    expect(lateness(late(1_000, 5, 50, 80), late(1, 9_000, 9_000, 9_000))).toEqual({
      ...{ opened: 1_001, p50: 50, p99: 80, max: 9_000 },
    });
    expect(lateness(late(100, 5, 50, 80), late(100, 7, 9_000, 9_000))).toMatchObject({ p50: 7, p99: 9_000 });
  });

  it('know the first day with the most', () => {
    const days = [gap, dayOf('2026-11-21', { mostRooms: 2 }), dayOf('2026-11-22', { mostRooms: 2 })];
    expect(peakOf(days, ({ mostRooms }) => mostRooms)).toEqual({ date: '2026-11-21', value: 2 });
    expect(peakOf(days, ({ failovers }) => failovers)).toBeUndefined();
  });
});

describe('a scale', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [2, [0, 1, 2]],
    [3, [0, 2, 4]],
    [5, [0, 5]],
    [11, [0, 10, 20]],
    [90, [0, 50, 100]],
    [100, [0, 50, 100]],
    [450, [0, 250, 500]],
  ])('of counts up to %i has lines at %j', (highest, ticks) => {
    const scale = countScale(highest);
    expect(scale.ticks).toEqual(ticks);
    expect(scale.share(0)).toBe(0);
    expect(scale.share(highest)).toBeLessThanOrEqual(1);
  });

  it('of times has room for milliseconds beside minutes, and nothing stands out of it', () => {
    expect(timeScale(0).ticks).toEqual([1, 10, 100]);
    expect(timeScale(29_500).ticks).toEqual([1, 10, 100, 1_000, 10_000, 60_000]);
    const { share } = timeScale(29_500);
    expect([share(0), share(1), share(60_000), share(100_000_000)]).toEqual([0, 0, 1, 1]);
    expect(share(12)).toBeGreaterThan(0.2);
    expect(timeScale(1e9).share(1e9)).toBe(1);
  });
});

describe('the period', () => {
  const today = '2026-03-02';
  it.each([
    ['', { from: '2026-02-01', to: today, length: 30 }],
    ['days=7', { from: '2026-02-24', to: today, length: 7 }],
    ['days=90', { from: '2025-12-03', to: today, length: 90 }],
    ['days=5', { from: '2026-02-01', to: today, length: 30 }],
    ['from=2026-01-01', { from: '2026-02-01', to: today, length: 30 }],
    ['from=2026-01-01&to=2026-01-31', { from: '2026-01-01', to: '2026-01-31', length: undefined }],
  ])('of %j in the address', (search, period) => {
    expect(periodOf(new URLSearchParams(search), today)).toEqual(period);
  });

  it.each([
    ['2026-01-01', '2026-01-01', true],
    ['2026-01-01', '2026-04-02', true],
    ['2026-01-01', '2026-04-03', false],
    ['2026-01-02', '2026-01-01', false],
    ['soon', '2026-01-01', false],
  ])('from %s to %s can be asked for: %s', (from, to, isFit) => {
    expect(isRange({ from, to })).toBe(isFit);
  });

  it('leads to its meetings only while these are listed', () => {
    expect(meetingsOf('2026-01-01', '9999-01-01', { room: 'a+b@x' })).toBe(
      '/meetings?from=2026-01-01&to=9999-01-01&room=a%2Bb%40x',
    );
    expect(meetingsOf('2020-01-01', '2020-01-02')).toBeUndefined();
  });
});
