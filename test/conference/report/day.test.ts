import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateIn, daysBetween, daysFrom, zoneNamed } from '../../../src/conference/report/day.ts';

const hour = 3_600_000;

it.each([
  ['2026-11-27', 'UTC', '2026-11-27T00:00:00Z', 24],
  ['2026-11-27', 'Europe/Berlin', '2026-11-26T23:00:00Z', 24],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z', 23],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z', 25],
  ['2026-11-27', 'Asia/Kathmandu', '2026-11-26T18:15:00Z', 24],
  ['2026-11-27', 'Pacific/Kiritimati', '2026-11-26T10:00:00Z', 24],
  ['2026-11-27', 'Etc/GMT+12', '2026-11-27T12:00:00Z', 24],
  // Its midnight does not exist.
  ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z', 23],
  // The island went to the other side of the date line.
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z', 0],
])('%s in %s begins at %s and has %i hours', (date, zone, from, hours) => {
  const [day, ...others] = daysBetween(date, date, zone);
  expect(others).toEqual([]);
  expect(day).toEqual({ date, from: Date.parse(from), to: Date.parse(from) + hours * hour });
});

it('days follow one another, and an instant is on the day that lies around it', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Havana',
    'Asia/Tehran',
    'Australia/Lord_Howe',
  );
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 23 }), (zone, n, h) => {
      const at = Date.parse('2025-01-01T00:00:00Z') + n * 24 * hour + h * hour;
      const date = dateIn(zone, at);
      const next = new Date(Date.parse(date) + 24 * hour).toISOString().slice(0, 10);
      const [today, tomorrow] = daysBetween(date, next, zone);
      expect(today?.from).toBeLessThanOrEqual(at);
      expect(today?.to).toBeGreaterThan(at);
      expect(tomorrow?.from).toBe(today?.to);
    }),
    { numRuns: 60 },
  );
});

it('days are counted with the first and the last', () => {
  expect(daysFrom('2026-11-27', '2026-11-27')).toBe(1);
  expect(daysFrom('2026-02-27', '2026-03-01')).toBe(3);
  expect(daysFrom('2026-03-01', '2026-02-27')).toBeLessThan(1);
  expect(daysBetween('2026-03-01', '2026-02-27', 'UTC')).toEqual([]);
});

it.each([
  ['europe/berlin', 'Europe/Berlin'],
  ['UTC', 'UTC'],
  ['+02:00', undefined],
  ['Mars/Olympus', undefined],
  ['', undefined],
])('%j is the zone %s', (text, zone) => {
  expect(zoneNamed(text)).toBe(zone);
});
