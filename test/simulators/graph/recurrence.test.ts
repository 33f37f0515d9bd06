/** Expansion of series: each pattern and range, over changes of summer time. */
import { expect, test } from 'vitest';
import { faultOf, type Recurrence, type RecurrencePattern, startsOf } from './recurrence.ts';
import { instantOf, wallOf, zoneOf } from './zones.ts';

const NINE = 9 * 3_600_000;

function dates(
  pattern: RecurrencePattern,
  startDate: string,
  numberOfOccurrences: number,
  zone = 'UTC',
): string[] {
  const recurrence: Recurrence = { pattern, range: { type: 'numbered', startDate, numberOfOccurrences } };
  expect(faultOf(recurrence)).toBeUndefined();
  return startsOf(recurrence, NINE, zone, Date.UTC(2020, 0), Date.UTC(2040, 0)).map((start) =>
    new Date(start).toISOString().slice(0, 16),
  );
}

test('every pattern falls on its days', () => {
  expect(dates({ type: 'daily', interval: 3 }, '2026-12-30', 3)).toEqual([
    '2026-12-30T09:00',
    '2027-01-02T09:00',
    '2027-01-05T09:00',
  ]);
  expect(
    dates(
      { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'monday' },
      '2026-11-18',
      4,
    ),
  ).toEqual(['2026-11-18T09:00', '2026-11-30T09:00', '2026-12-02T09:00', '2026-12-14T09:00']);
  expect(dates({ type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 }, '2027-01-31', 3)).toEqual([
    '2027-01-31T09:00',
    '2027-02-28T09:00',
    '2027-03-31T09:00',
  ]);
  expect(
    dates(
      { type: 'relativeMonthly', interval: 2, daysOfWeek: ['tuesday'], index: 'second' },
      '2026-11-10',
      2,
    ),
  ).toEqual(['2026-11-10T09:00', '2027-01-12T09:00']);
  expect(
    dates(
      { type: 'relativeMonthly', interval: 1, daysOfWeek: ['saturday', 'sunday'], index: 'last' },
      '2026-11-01',
      2,
    ),
  ).toEqual(['2026-11-29T09:00', '2026-12-27T09:00']);
  expect(dates({ type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 29 }, '2027-02-28', 2)).toEqual([
    '2027-02-28T09:00',
    '2028-02-29T09:00',
  ]);
  expect(
    dates(
      { type: 'relativeYearly', interval: 1, month: 11, daysOfWeek: ['thursday'], index: 'fourth' },
      '2026-11-01',
      2,
    ),
  ).toEqual(['2026-11-26T09:00', '2027-11-25T09:00']);
});

test('a series keeps its time of day over summer time, by Windows names too', () => {
  const weekly: RecurrencePattern = { type: 'weekly', interval: 1, daysOfWeek: ['friday'] };
  expect(dates(weekly, '2026-10-23', 2, 'W. Europe Standard Time')).toEqual([
    '2026-10-23T07:00',
    '2026-10-30T08:00',
  ]);
  expect(dates(weekly, '2026-10-30', 2, 'America/Los_Angeles')).toEqual([
    '2026-10-30T16:00',
    '2026-11-06T17:00',
  ]);
});

test('an endless series that began long ago is expanded where it is asked for', () => {
  const recurrence: Recurrence = {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'noEnd', startDate: '2012-01-01' },
  };
  const from = Date.UTC(2026, 10, 20, 9);
  expect(startsOf(recurrence, NINE, 'UTC', from, from + 2 * 86_400_000)).toEqual([from, from + 86_400_000]);
});

test('an hour that spring skips is read as the hour after it', () => {
  const wall = Date.UTC(2027, 2, 28, 2, 30);
  expect(new Date(instantOf(wall, 'Europe/Berlin')).toISOString()).toBe('2027-03-28T01:30:00.000Z');
  expect(wallOf(Date.UTC(2027, 2, 28, 1, 30), 'Europe/Berlin')).toBe(wall + 3_600_000);
  expect(zoneOf('Customized Time Zone')).toBeUndefined();
});
