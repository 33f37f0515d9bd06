import { describe, expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import { atEnd, effectiveEnd, nextStep, type PlanSettings, type Step } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import { booked, closed, end, hour, meeting, minute, placement, run, settings, start } from './a-meeting.ts';

type Row = [situation: string, meeting: Meeting, at: number, step: Step, settings?: Partial<PlanSettings>];

const opensAt = start - settings.setup;
const open = (fields: Partial<Run> = {}, more: Partial<Meeting> = {}) =>
  meeting({ run: { ...run, ...fields }, ...more });
const shut = (fields: Partial<Run> = {}, more: Partial<Meeting> = {}) =>
  meeting({ run: { ...closed, ...fields }, ...more });
const times = (from: number, to: number) => ({ booked: { ...booked, start: from, end: to } });
const rooms = (...names: string[]) => ({ booked: { ...booked, rooms: names } });
const { openedAt: _, callBridge: __, call: ___, ...unopened } = run;
const begun: Run = { ...unopened, rooms: {}, callIntent: 'https://cms1' };
const extension = { of: end, until: end + 15 * minute, times: 1 };
const later = { start: start + 24 * hour, end: end + 24 * hour };
const unclear = [{ callBridge: 'https://cms2', call: '' }];
const failed = (tries: number) => ({
  rooms: { 'board@x': { sip: 'board@video', state: 'failed' as const, tries } },
});

it.each<Row>([
  ['planned', meeting(), opensAt - 1, { do: 'wait', until: opensAt, why: 'planned' }],
  ['planned for next week', meeting(), start - 7 * 24 * hour, { do: 'wait', until: opensAt, why: 'planned' }],
  ['its setup begins', meeting(), opensAt, { do: 'open' }],
  ['late', meeting(), start + 10 * minute, { do: 'open' }],
  ['booked late', meeting(), end - 1, { do: 'open' }],
  ['begun, and the process died', meeting({ run: begun }), start, { do: 'open' }],
  ['begun and still no call bridge', meeting({ run: { ...begun, tries: 9 } }), end - 1, { do: 'open' }],
  ['never started', meeting(), end, { do: 'close', reason: 'never-started' }],
  ['begun and never opened', meeting({ run: begun }), end, { do: 'close', reason: 'never-started' }],
  ['without a slot', meeting({ placement: undefined }), start, { do: 'nothing', why: 'it has no slot' }],
  ['without a slot, over', meeting({ placement: undefined }), end, { do: 'nothing', why: 'it has no slot' }],
  ['cancelled before', meeting({ booked: undefined }), start - hour, { do: 'release' }],
  [
    'cancelled and released',
    meeting({ booked: undefined, placement: undefined }),
    start,
    { do: 'nothing', why: 'it is over' },
  ],
  [
    'begun and cancelled',
    meeting({ booked: undefined, run: begun }),
    start,
    { do: 'close', reason: 'cancelled' },
  ],
  [
    'begun and moved away',
    meeting({ ...times(later.start, later.end), run: begun }),
    start,
    { do: 'close', reason: 'moved' },
  ],
  [
    'begun, and its slot is another now',
    meeting({ placement: { ...placement, number: '8001' }, run: begun }),
    start,
    { do: 'close', reason: 'moved' },
  ],
])('shut: %s', (_, what, at, step) => {
  expect(nextStep(what, at, settings)).toEqual(step);
});

it.each<Row>([
  ['before the start', open({ rooms: {} }), opensAt, { do: 'wait', until: start, why: 'open' }],
  ['at the start', open({ rooms: {} }), start, { do: 'dial', rooms: ['board@x'] }],
  [
    'a dial of unknown outcome',
    open({ rooms: { 'board@x': { sip: 's', state: 'intended' } } }),
    start,
    { do: 'dial', rooms: ['board@x'] },
  ],
  ['a dial that failed twice', open(failed(2)), start, { do: 'dial', rooms: ['board@x'] }],
  ['a dial that failed five times', open(failed(5)), start, { do: 'wait', until: end, why: 'open' }],
  [
    'a dial that has just failed',
    open({ rooms: { 'board@x': { ...failed(1).rooms['board@x'], failedAt: start } } }),
    start + 4_999,
    { do: 'wait', until: end, why: 'open', look: start + 5_000 },
  ],
  [
    'a moment later',
    open({ rooms: { 'board@x': { ...failed(1).rooms['board@x'], failedAt: start } } }),
    start + 5_000,
    { do: 'dial', rooms: ['board@x'] },
  ],
  [
    'after another failure it waits longer',
    open({ rooms: { 'board@x': { ...failed(2).rooms['board@x'], failedAt: start } } }),
    start + 5_000,
    { do: 'wait', until: end, why: 'open', look: start + 20_000 },
  ],
  ['all dialled', open(), start, { do: 'wait', until: end, why: 'open' }],
  ['a room is added', open({}, rooms('board@x', 'huddle@x')), start + 1, { do: 'dial', rooms: ['huddle@x'] }],
  [
    'a room is added before the start',
    open({}, rooms('board@x', 'huddle@x')),
    start - 1,
    { do: 'wait', until: start, why: 'open' },
  ],
  [
    'a room without a SIP address is added',
    open({}, rooms('board@x', 'store@x')),
    start,
    { do: 'wait', until: end, why: 'open' },
  ],
  ['a room is removed', open({}, rooms('huddle@x')), start, { do: 'hang-up', rooms: ['board@x'] }],
  ['retitled', open({}, { booked: { ...booked, title: 'Plan' } }), start, { do: 'rename' }],
  [
    'the organizer says another title',
    open({}, { organizerCopy: { subject: 'Plan', isPrivate: false } }),
    start,
    { do: 'rename' },
  ],
  ['made private', open({}, { booked: { ...booked, isPrivate: true } }), start, { do: 'rename' }],
  ['a later end', open({}, times(start, end + hour)), start, { do: 'note-end' }],
  ['a later end, heard after the old one', open({}, times(start, end + hour)), end + 1, { do: 'note-end' }],
  ['an earlier end', open({}, times(start, end - minute)), start, { do: 'note-end' }],
  [
    'an earlier end, in the past',
    open({}, times(start, start + minute)),
    start + minute,
    { do: 'close', reason: 'shortened' },
  ],
  [
    'Outlook speaks during an extension',
    open({ extension }, times(start, end + hour)),
    end + 1,
    { do: 'note-end' },
  ],
  [
    'Outlook takes the extension back',
    open({ extension }, times(start, end - 1)),
    end + 1,
    { do: 'close', reason: 'shortened' },
  ],
  [
    'a void extension does not count',
    open({ extension: { ...extension, of: end - 1 } }),
    end,
    { do: 'look' },
  ],
  ['its end', open(), end, { do: 'look' }],
  ['long past its end', open(), end + 5 * hour, { do: 'look' }],
  ['extended', open({ extension }), end + 1_000, { do: 'watch', until: end + 6_000 }],
  [
    'extended, nearly over',
    open({ extension }),
    extension.until - 1,
    { do: 'watch', until: extension.until },
  ],
  ["an extension's end", open({ extension }), extension.until, { do: 'look' }],
  [
    'extended, and a room is not dialled yet',
    open({ extension, rooms: {} }),
    end,
    { do: 'dial', rooms: ['board@x'] },
  ],
  [
    'capped',
    open({ end: end + hour }, { ...times(start, end + hour), placement: { ...placement, cappedEnd: end } }),
    end - 1,
    { do: 'wait', until: end, why: 'open' },
  ],
  [
    'at its cap',
    open({ end: end + hour }, { ...times(start, end + hour), placement: { ...placement, cappedEnd: end } }),
    end,
    { do: 'look' },
  ],
  ['cancelled', open({}, { booked: undefined }), start, { do: 'close', reason: 'cancelled' }],
  ['moved to tomorrow', open({}, times(later.start, later.end)), start, { do: 'close', reason: 'moved' }],
  [
    'moved by less than its setup',
    open({}, times(start + 4 * minute, end)),
    start,
    { do: 'wait', until: end, why: 'open' },
  ],
  [
    'moved so that its end has passed',
    open({}, times(start - 3 * hour, start - 2 * hour)),
    start,
    { do: 'close', reason: 'shortened' },
  ],
  ['its slot was taken from it', open({}, { placement: undefined }), start, { do: 'close', reason: 'moved' }],
  [
    'its slot is on another cluster',
    open({}, { placement: { ...placement, cluster: 'apac' } }),
    start,
    { do: 'close', reason: 'moved' },
  ],
])('open: %s', (_, what, at, step) => {
  expect(nextStep(what, at, settings)).toEqual(step);
});

it.each<Row>([
  [
    'the slot is kept for the teardown',
    shut(),
    end + 1,
    { do: 'wait', until: end + settings.teardown, why: 'teardown' },
  ],
  ['after the teardown', shut(), end + settings.teardown, { do: 'release' }],
  ['released', shut({}, { placement: undefined }), end + hour, { do: 'nothing', why: 'it is over' }],
  ['before its end, everyone gone', shut({ closedAt: start }), start + settings.teardown, { do: 'release' }],
  ['a later end afterwards opens it again', shut({}, times(start, end + hour)), end + minute, { do: 'open' }],
  [
    'a later end, without a slot',
    shut({}, { ...times(start, end + hour), placement: undefined }),
    end + minute,
    { do: 'nothing', why: 'it has no slot' },
  ],
  [
    'cancelled while it ran',
    shut({ closeReason: 'cancelled' }, { booked: undefined }),
    start + 1,
    { do: 'release' },
  ],
  [
    'cancelled while it ran, and booked again',
    shut({ closedAt: start + 1, closeReason: 'cancelled' }),
    start + 2,
    { do: 'open' },
  ],
  [
    'cancelled while it ran, booked again too late',
    shut({ closeReason: 'cancelled' }, { placement: undefined }),
    end,
    { do: 'nothing', why: 'it has no slot' },
  ],
  [
    'moved to tomorrow',
    shut({ closedAt: start + 1, closeReason: 'moved', end: later.end }, times(later.start, later.end)),
    start + 2,
    { do: 'wait', until: later.start - settings.setup, why: 'planned' },
  ],
  [
    'tomorrow',
    shut({ closeReason: 'moved', end: later.end }, times(later.start, later.end)),
    later.start - settings.setup,
    { do: 'open' },
  ],
  [
    'moved to later, with the same end',
    shut({ closedAt: start, closeReason: 'moved' }, times(end - minute, end)),
    end - minute,
    { do: 'open' },
  ],
  [
    'moved to another slot',
    shut({ closedAt: start + 1, closeReason: 'moved' }, { placement: { ...placement, number: '8001' } }),
    start + 2,
    { do: 'open' },
  ],
  [
    'moved, then cancelled',
    shut({ closedAt: start + 1, closeReason: 'moved' }, { booked: undefined }),
    start + 2,
    { do: 'release' },
  ],
  ['a call bridge was away', shut({ uncleared: unclear }), end + 1, { do: 'clear' }],
  [
    'a call bridge was away, and opened again meanwhile',
    shut({ uncleared: unclear }, times(start, end + hour)),
    end + 1,
    { do: 'open' },
  ],
  [
    'a call bridge stays away',
    shut({ uncleared: unclear }),
    end + settings.clearFor,
    { do: 'give-up-clearing' },
  ],
  [
    'cancelled, and a call bridge was away',
    shut({ uncleared: unclear }, { booked: undefined }),
    end + 1,
    { do: 'clear' },
  ],
])('closed: %s', (_, what, at, step) => {
  expect(nextStep(what, at, settings)).toEqual(step);
});

describe('without setup and teardown', () => {
  const bare = { ...settings, setup: 0, teardown: 0 };

  it.each<Row>([
    ['a moment before', meeting(), start - 1, { do: 'wait', until: start, why: 'planned' }],
    ['at the start', meeting(), start, { do: 'open' }],
    ['open', open({ rooms: {} }), start, { do: 'dial', rooms: ['board@x'] }],
    ['moved by a moment', open({}, times(start + 2, end)), start + 1, { do: 'close', reason: 'moved' }],
    ['at its end', open(), end, { do: 'look' }],
    ['closed', shut(), end, { do: 'release' }],
  ])('%s', (_, what, at, step) => {
    expect(nextStep(what, at, bare)).toEqual(step);
  });
});

describe('the end that holds', () => {
  it.each<[string, number, Run | undefined, number | undefined, number]>([
    ["is Outlook's", end, run, undefined, end],
    ["is Outlook's before anything ran", end, undefined, undefined, end],
    ["is an extension's", end, { ...run, extension }, undefined, extension.until],
    ["is Outlook's when it has spoken since", end - 1, { ...run, extension }, undefined, end - 1],
    [
      'is never before what an extension extends',
      end,
      { ...run, extension: { ...extension, until: start } },
      undefined,
      end,
    ],
    ['is the cap when that comes first', end, { ...run, extension }, end + minute, end + minute],
    ['is not the cap when that comes later', end, run, end + minute, end],
  ])('%s', (_, outlook, known, cap, expected) => {
    expect(effectiveEnd(outlook, known, cap)).toBe(expected);
  });
});

describe('at the end', () => {
  const rule = { by: 15 * minute, times: 2 };
  const stay = { isHeld: true, free: true };
  const extended = (n: number) => ({ ...run, extension: { of: end, until: end + n * rule.by, times: n } });

  it('whoever is in stays, so often and no more', () => {
    expect(atEnd(end, run, stay, rule)).toEqual({ do: 'extend', until: end + rule.by, times: 1 });
    expect(atEnd(end, extended(1), stay, rule)).toEqual({ do: 'extend', until: end + 2 * rule.by, times: 2 });
    expect(atEnd(end, extended(2), stay, rule)).toEqual({ do: 'close', reason: 'limit' });
  });

  it('nobody in means that it is over, whatever else', () => {
    for (const known of [run, extended(1), extended(2)]) {
      for (const free of [true, false]) {
        expect(atEnd(end, known, { isHeld: false, free }, rule)).toEqual({ do: 'close', reason: 'ended' });
      }
    }
  });

  it('a slot that is needed next is given up', () => {
    expect(atEnd(end, run, { isHeld: true, free: false }, rule)).toEqual({
      do: 'close',
      reason: 'slot-taken',
    });
  });

  it('never is never', () => {
    expect(atEnd(end, run, stay, { by: rule.by, times: 0 })).toEqual({ do: 'close', reason: 'limit' });
  });

  it("Outlook's word begins the counting anew", () => {
    expect(atEnd(end + hour, extended(2), stay, rule)).toEqual({
      do: 'extend',
      until: end + hour + rule.by,
      times: 1,
    });
  });
});
