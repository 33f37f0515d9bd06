/** Times are said as the reader's clock shows them. */
import { describe, expect, it } from 'vitest';
import { languages } from '../../src/invitation/languages/language.ts';
import { sayInstant, sayTime } from '../../src/invitation/telling/dates.ts';
import { hour, start } from './notices.ts';

const english = (timeZone: string) => ({ language: 'en', timeZone }) as const;
const german = { language: 'de', timeZone: 'Europe/Zurich' } as const;

describe('the same hour by the wall clock is said with the name that its zone has then', () => {
  /** A quarter of an hour before and after the clocks change, in 2026. */
  const changes: [zone: string, change: number, before: string, after: string][] = [
    [
      'Europe/Zurich',
      Date.UTC(2026, 2, 29, 1),
      'Sun, 29 Mar 2026, 01:45 CET',
      'Sun, 29 Mar 2026, 03:15 CEST',
    ],
    [
      'Europe/Zurich',
      Date.UTC(2026, 9, 25, 1),
      'Sun, 25 Oct 2026, 02:45 CEST',
      'Sun, 25 Oct 2026, 02:15 CET',
    ],
    [
      'America/New_York',
      Date.UTC(2026, 2, 8, 7),
      'Sun, Mar 8, 2026, 1:45 AM EST',
      'Sun, Mar 8, 2026, 3:15 AM EDT',
    ],
    [
      'America/New_York',
      Date.UTC(2026, 10, 1, 6),
      'Sun, Nov 1, 2026, 1:45 AM EDT',
      'Sun, Nov 1, 2026, 1:15 AM EST',
    ],
    [
      'Australia/Lord_Howe',
      Date.UTC(2026, 3, 4, 15),
      'Sun, 5 Apr 2026, 01:45 GMT+11',
      'Sun, 5 Apr 2026, 01:45 GMT+10:30',
    ],
    [
      'Asia/Kolkata',
      Date.UTC(2026, 2, 29, 1),
      'Sun, 29 Mar 2026, 06:15 GMT+5:30',
      'Sun, 29 Mar 2026, 06:45 GMT+5:30',
    ],
  ];
  it.each(changes)('%s', (zone, change, before, after) => {
    expect(sayInstant(change - hour / 4, english(zone))).toBe(before);
    expect(sayInstant(change + hour / 4, english(zone))).toBe(after);
  });
});

it('a time from one to the other names the day once, and the zone', () => {
  const time = { start, end: start + hour };
  expect(sayTime(time, english('Europe/Zurich'))).toBe('Tue, 3 Mar 2026, 10:00–11:00 CET');
  expect(sayTime(time, english('America/New_York'))).toBe('Tue, Mar 3, 2026, 4:00 – 5:00 AM EST');
  expect(sayTime(time, german)).toBe('Di., 3. März 2026, 10:00–11:00 Uhr MEZ');
});

it('a time over midnight names both days', () => {
  expect(sayTime({ start: start + 13 * hour, end: start + 16 * hour }, english('Europe/Zurich'))).toBe(
    'Tue, 3 Mar 2026, 23:00 CET – Wed, 4 Mar 2026, 02:00 CET',
  );
});

it('a meeting during which the clocks change is said with both names of the zone', () => {
  const change = Date.UTC(2026, 2, 29, 1);
  expect(sayTime({ start: change - hour, end: change + hour }, german)).toBe(
    'So., 29. März 2026, 01:00 MEZ – So., 29. März 2026, 04:00 MESZ',
  );
});

describe('an all-day event has its dates wherever it is read', () => {
  /** Midnight to midnight in Zurich. */
  const one = { start: Date.UTC(2026, 2, 28, 23), end: Date.UTC(2026, 2, 29, 22), isAllDay: true };
  it.each(['Europe/Zurich', 'America/Los_Angeles', 'Asia/Tokyo', 'UTC'])('in %s', (zone) => {
    const says = (time: typeof one) => sayTime(time, { language: 'de', timeZone: zone });
    expect(says(one)).toBe('So., 29. März 2026');
    expect(says({ ...one, end: one.end + 48 * hour })).toBe('So., 29. – Di., 31. März 2026');
  });

  /** Midnight of Monday, 29 June 2026. */
  const midnights: [zone: string, start: number][] = [
    ['Pacific/Honolulu', Date.UTC(2026, 5, 29, 10)],
    ['America/New_York', Date.UTC(2026, 5, 29, 4)],
    ['UTC', Date.UTC(2026, 5, 29)],
    ['Asia/Kolkata', Date.UTC(2026, 5, 28, 18, 30)],
    ['Pacific/Auckland', Date.UTC(2026, 5, 28, 12)],
    ['Pacific/Tongatapu', Date.UTC(2026, 5, 28, 11)],
  ];
  it.each(midnights)('three days of %s, read on the other side of the world', (_, from) => {
    for (const [timeZone] of midnights) {
      const said = sayTime(
        { start: from, end: from + 72 * hour, isAllDay: true },
        { language: 'de', timeZone },
      );
      expect(said, timeZone).toBe('Mo., 29. Juni – Mi., 1. Juli 2026');
    }
  });

  it('where the same instant is midnight in two zones, a day apart, the reader’s own is meant', () => {
    for (const [timeZone, from] of [
      ['Pacific/Pago_Pago', Date.UTC(2026, 5, 29, 11)],
      ['Pacific/Kiritimati', Date.UTC(2026, 5, 28, 10)],
    ] as const) {
      const event = { start: from, end: from + 24 * hour, isAllDay: true };
      expect(sayTime(event, { language: 'de', timeZone })).toBe('Mo., 29. Juni 2026');
    }
  });
});

it('digits are western and spaces plain in every language, so that no font and no editor spoils them', () => {
  for (const language of languages) {
    for (const timeZone of ['Asia/Riyadh', 'America/New_York']) {
      const reader = { language, timeZone };
      const said = [sayInstant(start, reader), sayTime({ start, end: start + hour }, reader)].join();
      expect(said).toMatch(/2026/);
      expect(said, language).not.toMatch(/[\u00a0\u2009\u202f\u200e\u200f\u0660-\u0669\u06f0-\u06f9]/);
    }
  }
});

it('a zone that nobody knows is said in UTC, and says so', () => {
  expect(sayInstant(start, english('Customized Time Zone'))).toBe('Tue, 3 Mar 2026, 09:00 UTC');
});

it('an end before the start, as a broken calendar may have it, is no reason to say nothing', () => {
  expect(sayTime({ start, end: start - hour }, english('Europe/Zurich'))).toBe('Tue, 3 Mar 2026, 10:00 CET');
  expect(sayTime({ start, end: start, isAllDay: true }, german)).toBe('Di., 3. März 2026');
});
