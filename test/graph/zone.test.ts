import { expect, test } from 'vitest';
import { instantOf, midnightOf } from '../../src/graph/zone.ts';

const utc = Date.parse;

test.each([
  ['2026-11-20T09:00:00.0000000', 'UTC', '2026-11-20T09:00:00Z'],
  ['2026-11-20T18:23:45.9356913Z', undefined, '2026-11-20T18:23:45.935Z'],
  ['2026-11-20T09:00:00+05:30', 'UTC', '2026-11-20T03:30:00Z'],
  ['2026-11-20T09:00:00Z', 'Pacific Standard Time', '2026-11-20T09:00:00Z'],
  ['2026-11-20T09:00:00', undefined, '2026-11-20T09:00:00Z'],
  ['2026-11-20', 'UTC', '2026-11-20T00:00:00Z'],
  ['2026-04-21T10:00:00.0000000', 'Pacific Standard Time', '2026-04-21T17:00:00Z'],
  ['2026-01-21T10:00:00.0000000', 'W. Europe Standard Time', '2026-01-21T09:00:00Z'],
  ['2026-07-21T10:00:00.0000000', 'Europe/Berlin', '2026-07-21T08:00:00Z'],
  ['2026-07-21T10:00:00.0000000', 'India Standard Time', '2026-07-21T04:30:00Z'],
  ['2026-07-21T10:00:00.0000000', 'tzone://Microsoft/Custom', '2026-07-21T10:00:00Z'],
  ['2026-07-21T10:00:00.0000000', 'Customized Time Zone', '2026-07-21T10:00:00Z'],
  ['2026-07-21T10:00:00.0000000', 'tzone://Microsoft/Utc', '2026-07-21T10:00:00Z'],
  ['0001-01-01T00:00:00Z', undefined, '0001-01-01T00:00:00Z'],
])('%s in %s is %s', (dateTime, zone, instant) => {
  expect(instantOf(dateTime, zone)).toBe(utc(instant));
});

test('an hour that the clock skips becomes the hour after it, a doubled hour its first', () => {
  expect(instantOf('2026-03-29T02:30:00', 'Europe/Berlin')).toBe(utc('2026-03-29T01:30:00Z'));
  expect(instantOf('2026-10-25T02:30:00', 'Europe/Berlin')).toBe(utc('2026-10-25T00:30:00Z'));
  expect(instantOf('2026-03-08T02:30:00', 'America/New_York')).toBe(utc('2026-03-08T07:30:00Z'));
  expect(instantOf('2026-11-01T01:30:00', 'America/New_York')).toBe(utc('2026-11-01T05:30:00Z'));
});

test('midnight is the beginning of the day in the zone, whatever time of day is named', () => {
  expect(midnightOf('2026-07-21T00:00:00.0000000', 'Pacific Standard Time')).toBe(
    utc('2026-07-21T07:00:00Z'),
  );
  expect(midnightOf('2026-07-21T22:00:00.0000000', 'W. Europe Standard Time')).toBe(
    utc('2026-07-20T22:00:00Z'),
  );
  expect(midnightOf('2026-07-21T00:00:00.0000000', 'UTC')).toBe(utc('2026-07-21T00:00:00Z'));
  // Cairo's clock goes forward at midnight: the day begins at one.
  expect(midnightOf('2026-04-24', 'Egypt Standard Time')).toBe(utc('2026-04-23T22:00:00Z'));
});

test.each([undefined, null, 5, '', 'soon', '2026-13-40T00:00:00', '20261120T090000Z', 'datetime-value'])(
  '%j is no time',
  (value) => {
    expect(instantOf(value, 'UTC')).toBeUndefined();
    expect(midnightOf(value, 'UTC')).toBeUndefined();
  },
);
