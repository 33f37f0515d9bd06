/** What is taken in each quarter of an hour: the same as by looking at each minute of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inQuarters, QuarterTally, quarter } from '../../../src/conference/capacity/quarters.ts';
import { daysBetween } from '../../../src/conference/report/day.ts';
import type { Interval } from '../../../src/slot/slot.ts';

const minute = 60_000;
const begin = Date.parse('2026-11-27T06:00:00Z');
const window = { from: begin, to: begin + 12 * quarter };
const at = (minutes: number) => begin + minutes * minute;
const span = (from: number, to: number): Interval => ({ from: at(from), to: at(to) });

const overlaps = (one: Interval, other: Interval) =>
  one.from < other.to && other.from < one.to && one.from < one.to;

const interval = fc
  .tuple(fc.integer({ min: -90, max: 260 }), fc.integer({ min: 0, max: 120 }))
  .map(([from, length]) => span(from, from + length));

it('is what a look at every minute finds', () => {
  const slot = fc.array(interval, { maxLength: 5 });
  const meeting = fc.record({ on: interval, rooms: fc.nat({ max: 3 }) });
  const people = fc.constantFrom(0, 1, 2.3);
  fc.assert(
    fc.property(
      fc.array(slot, { maxLength: 6 }),
      fc.array(meeting, { maxLength: 12 }),
      people,
      (slots, meetings, each) => {
        const tally = new QuarterTally(window);
        for (const held of slots) tally.addSlot(held);
        for (const { on, rooms } of meetings) tally.addMeeting(on, rooms);
        const found = tally.quarters(each);
        expect(found.map((one) => one.at)).toEqual(Array.from({ length: 12 }, (_, i) => begin + i * quarter));
        for (const one of found) {
          const whole = { from: one.at, to: one.at + quarter };
          const minutes = Array.from({ length: 15 }, (_, i) => {
            const now = { from: one.at + i * minute, to: one.at + (i + 1) * minute };
            const on = meetings.filter((meeting) => overlaps(meeting.on, now));
            const rooms = on.reduce((sum, meeting) => sum + meeting.rooms, 0);
            return { meetings: on.length, rooms, ports: Math.ceil(rooms + each * on.length) };
          });
          const most = (of: 'meetings' | 'rooms' | 'ports') => Math.max(...minutes.map((now) => now[of]));
          expect(one).toEqual({
            at: one.at,
            held: slots.filter((held) => held.some((part) => overlaps(part, whole))).length,
            ...{ meetings: most('meetings'), rooms: most('rooms'), ports: most('ports') },
          });
        }
      },
    ),
  );
});

it('counts a slot that changes hands within a quarter once, and two meetings then as one after the other', () => {
  const tally = new QuarterTally(window);
  tally.addSlot([span(10, 20), span(0, 10)]);
  tally.addMeeting(span(0, 10), 2);
  tally.addMeeting(span(10, 20), 3);
  expect(tally.quarters(1).slice(0, 3)).toEqual([
    { at: at(0), held: 1, meetings: 1, rooms: 3, ports: 4 },
    { at: at(15), held: 1, meetings: 1, rooms: 3, ports: 4 },
    { at: at(30), held: 0, meetings: 0, rooms: 0, ports: 0 },
  ]);
});

it('begins and ends with whole quarters', () => {
  expect(inQuarters(span(1, 16))).toEqual(span(0, 30));
  expect(inQuarters(span(15, 30))).toEqual(span(15, 30));
});

describe('a day', () => {
  it.each([
    ['UTC', '2026-03-29', 96],
    ['Europe/Berlin', '2026-03-29', 92],
    ['Europe/Berlin', '2026-10-25', 100],
    ['America/St_Johns', '2026-11-01', 100],
    ['Australia/Lord_Howe', '2026-04-05', 98],
    ['Asia/Kathmandu', '2026-11-27', 96],
  ])('of %s, %s, has %i of them', (zone, date, count) => {
    const [day] = daysBetween(date, date, zone);
    expect(((day?.to ?? 0) - (day?.from ?? 0)) / quarter).toBe(count);
  });

  it('begins with one of them in every zone', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(300);
    const begins = zones.flatMap((zone) => daysBetween('2026-11-27', '2026-11-27', zone));
    expect(begins.filter(({ from, to }) => from % quarter !== 0 || to % quarter !== 0)).toEqual([]);
  });
});
