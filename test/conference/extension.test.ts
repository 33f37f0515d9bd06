import { describe, expect, it } from 'vitest';
import { endsToShow, nextWarningAt, warningsDue } from '../../src/conference/extension.ts';
import { nextStep } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import { booked, end, hour, meeting, minute, run, settings, start } from './a-meeting.ts';

const until = end + 15 * minute;
const extension = { of: end, until, times: 1 };
const extended: Run = { ...run, extension };
const shown = (more: object = {}) => ({ 'board@x': { of: end, until, ...more } });
const over = { closedAt: end + 10 * minute, closeReason: 'ended' as const };

describe("what the rooms' calendars are to say", () => {
  it.each<[what: string, run: Run, booking: typeof booked | undefined, ends: Record<string, number>]>([
    ['nothing while it is not extended', run, booked, {}],
    ['that it goes on', extended, booked, { 'board@x': until }],
    ['nothing more once it says so', { ...extended, inCalendar: shown() }, booked, {}],
    [
      'that it goes on for longer',
      { ...extended, extension: { ...extension, until: until + hour }, inCalendar: shown() },
      booked,
      { 'board@x': until + hour },
    ],
    [
      'that it was cut short',
      { ...extended, extension: { ...extension, until: end + minute }, inCalendar: shown() },
      booked,
      { 'board@x': end + minute },
    ],
    [
      'nothing where somebody has changed it',
      { ...extended, inCalendar: shown({ isLeft: true }) },
      booked,
      {},
    ],
    [
      'it in every room',
      extended,
      { ...booked, rooms: ['board@x', 'huddle@x'] },
      { 'board@x': until, 'huddle@x': until },
    ],
    [
      "nothing in the organizer's own event, where a room has booked itself",
      extended,
      { ...booked, organizer: { name: 'Board', address: 'Board@x' } },
      {},
    ],
    ['nothing of whole days', extended, { ...booked, isAllDay: true }, {}],
    [
      'what Outlook says in a room that is no longer booked',
      { ...extended, inCalendar: shown() },
      { ...booked, rooms: ['huddle@x'] },
      { 'huddle@x': until, 'board@x': end },
    ],
    [
      'what Outlook says once it is over',
      { ...extended, ...over, inCalendar: shown() },
      booked,
      { 'board@x': end },
    ],
    [
      'what Outlook says once it is cancelled',
      { ...extended, ...over, inCalendar: shown() },
      undefined,
      { 'board@x': end },
    ],
    [
      'nothing more once it is put right',
      { ...extended, ...over, inCalendar: shown({ until: end }) },
      booked,
      {},
    ],
    [
      'what Outlook said where its new word has not overwritten it',
      { ...extended, inCalendar: shown() },
      { ...booked, end: end + hour },
      { 'board@x': end },
    ],
    [
      'that it goes on after a new end, whatever was left before',
      {
        ...extended,
        extension: { ...extension, of: end + hour, until: end + 2 * hour },
        inCalendar: shown({ isLeft: true }),
      },
      { ...booked, end: end + hour },
      { 'board@x': end + 2 * hour },
    ],
  ])('%s', (_, known, booking, ends) => {
    const now = known.extension?.until ?? end;
    expect(Object.fromEntries(endsToShow(known, booking, now))).toEqual(ends);
  });
});

describe('warnings', () => {
  const all = [5 * minute, minute];
  it.each<[what: string, run: Run, now: number, due: number[], next: number]>([
    ['long before', run, start, [], end - 5 * minute],
    ['a moment before', run, end - 5 * minute - 1, [], end - 5 * minute],
    ['five minutes before', run, end - 5 * minute, [5 * minute], end - 5 * minute],
    [
      'once they were told',
      { ...run, warned: { end, before: [5 * minute] } },
      end - 4 * minute,
      [],
      end - minute,
    ],
    [
      'a minute before',
      { ...run, warned: { end, before: [5 * minute] } },
      end - minute,
      [minute],
      end - minute,
    ],
    ['both at once after a time away', run, end - 1, all, end - 5 * minute],
    ['none at the end', run, end, [], end - 5 * minute],
    ['when all were told', { ...run, warned: { end, before: all } }, end - 1, [], Number.POSITIVE_INFINITY],
    [
      'told before another end',
      { ...run, warned: { end: end - hour, before: all } },
      end - 2 * minute,
      [5 * minute],
      end - 5 * minute,
    ],
  ])('%s', (_, known, now, due, next) => {
    expect(warningsDue(booked, end, known, all, now)).toEqual(due);
    expect(nextWarningAt(booked, end, known, all)).toBe(next);
  });

  it('before the start are none', () => {
    const short = { start: end - 3 * minute };
    expect(warningsDue(short, end, run, all, end - 2 * minute)).toEqual([]);
    expect(warningsDue(short, end, run, all, end - minute)).toEqual([minute]);
  });
});

describe('the plan', () => {
  const rules = { ...settings, extension: { warnings: [5 * minute, minute], roomCalendar: true } };
  const at = (known: Run, now: number) => nextStep(meeting({ run: known }), now, rules);

  it('waits for the next warning, gives it, and waits for the end', () => {
    expect(at(run, start)).toEqual({ do: 'wait', until: end - 5 * minute, why: 'open' });
    expect(at(run, end - 5 * minute)).toEqual({ do: 'warn', before: [5 * minute] });
    const warned = { ...run, warned: { end, before: [5 * minute, minute] } };
    expect(at(warned, end - 30_000)).toEqual({ do: 'wait', until: end, why: 'open' });
  });

  it('shows an extension in the rooms, but when its end is near or a mailbox wants to be left alone', () => {
    const show = { do: 'show-in-rooms', ends: new Map([['board@x', until]]) };
    expect(at(extended, end)).toEqual(show);
    expect(at({ ...extended, inCalendarAt: end + minute }, end)).toEqual({ do: 'watch', until: end + 5_000 });
    expect(at({ ...extended, inCalendarAt: end + minute }, end + minute)).toEqual(show);
    const warned = { end: until, before: [5 * minute, minute] };
    expect(at({ ...extended, warned }, until - 5_000)).toEqual({ do: 'watch', until });
  });

  it('puts the rooms right once it is over, for an hour', () => {
    const closed: Run = { ...extended, ...over, inCalendar: shown() };
    const show = { do: 'show-in-rooms', ends: new Map([['board@x', end]]) };
    const { closedAt } = over;
    expect(at(closed, closedAt)).toEqual(show);
    const tried = { ...closed, inCalendarAt: closedAt + minute };
    expect(at(tried, closedAt)).toEqual({ do: 'wait', until: closedAt + minute, why: 'teardown' });
    expect(at(tried, closedAt + settings.teardown)).toEqual(show);
    expect(at(closed, closedAt + hour)).toEqual({ do: 'release' });
    const released = nextStep(meeting({ run: tried, placement: undefined }), closedAt, rules);
    expect(released).toEqual({ do: 'wait', until: closedAt + minute, why: 'it is over' });
  });
});
