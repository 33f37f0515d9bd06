import { expect, it } from 'vitest';
import { otherTimes } from '../../src/slot/nearest.ts';

const hour = 3_600_000;
const at = Date.parse;
const wanted = { start: at('2026-03-27T13:00:00Z'), end: at('2026-03-27T14:00:00Z') };
const days = { now: at('2026-03-20T00:00:00Z'), timeZone: 'Europe/Berlin', busy: [] };
const starts = (...args: Parameters<typeof otherTimes>) =>
  otherTimes(...args).map(({ start }) => new Date(start).toISOString().slice(0, 16));

it('the nearest other times come first, each of the wanted length', () => {
  expect(starts(wanted, days).slice(0, 4)).toEqual([
    '2026-03-27T13:15',
    '2026-03-27T12:45',
    '2026-03-27T13:30',
    '2026-03-27T12:30',
  ]);
  expect(otherTimes(wanted, days).every(({ start, end }) => end - start === hour)).toBe(true);
  expect(starts(wanted, days).at(-1)?.slice(0, 10)).toBe('2026-04-10');
});

it('nobody is advised to meet in the past, at night, or while somebody is taken', () => {
  const busy = [{ from: at('2026-03-27T12:00:00Z'), to: at('2026-03-27T16:00:00Z') }];
  const times = otherTimes(wanted, { ...days, now: at('2026-03-27T11:30:00Z'), busy });
  for (const { start, end } of times) {
    expect(start).toBeGreaterThan(at('2026-03-27T11:30:00Z'));
    expect(start >= (busy[0]?.to ?? 0) || end <= (busy[0]?.from ?? 0)).toBe(true);
    const local = Number(
      new Intl.DateTimeFormat('en-GB', { hour: 'numeric', timeZone: 'Europe/Berlin' }).format(start),
    );
    expect(local).toBeGreaterThanOrEqual(7);
    expect(local).toBeLessThan(19);
  }
  expect(times[0]?.start).toBe(at('2026-03-27T16:00:00Z'));
});

it('who wants to meet at night is advised of times near it', () => {
  const night = { start: at('2026-03-27T02:00:00Z'), end: at('2026-03-27T03:00:00Z') };
  expect(starts(night, days)[0]).toBe('2026-03-27T02:15');
});
