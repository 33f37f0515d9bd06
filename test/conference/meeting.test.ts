import { describe, expect, it } from 'vitest';
import { isOver, type Meeting, openRun, stateOf, titleOf } from '../../src/conference/meeting.ts';
import { booked, closed, end, hour, meeting, run, start } from './a-meeting.ts';

const { openedAt: _, ...begun } = run;
const later = { booked: { ...booked, end: end + hour } };

it.each<[situation: string, Partial<Meeting>, state: string, reason: string | null]>([
  ['a slot is held', {}, 'planned', null],
  ['begun, not open yet', { run: begun }, 'planned', null],
  ['open', { run }, 'open', null],
  ['open, with another end in Outlook', { run, ...later }, 'open', null],
  ['cancelled, and about to be closed', { run, booked: undefined }, 'open', null],
  ['no slot', { placement: undefined, unplaced: 'no slot is free' }, 'unplaced', 'no slot is free'],
  ['no slot yet', { placement: undefined }, 'unplaced', 'its slot is just being reserved'],
  ['cancelled', { booked: undefined, placement: undefined }, 'cancelled', 'no room has it any more'],
  ['closed', { run: closed }, 'closed', 'ended'],
  ['closed and released', { run: closed, placement: undefined }, 'closed', 'ended'],
  ['never started', { run: { ...closed, closeReason: 'never-started' } }, 'closed', 'never-started'],
  ['closed, and declined afterwards', { run: closed, booked: undefined }, 'closed', 'ended'],
  ['closed, and to come again', { run: closed, ...later }, 'planned', null],
  [
    'closed, to come again, without a slot',
    { run: closed, ...later, placement: undefined },
    'unplaced',
    'its slot is just being reserved',
  ],
  [
    'cancelled while it ran',
    { run: { ...closed, closeReason: 'cancelled' }, booked: undefined },
    'cancelled',
    'cancelled while it ran',
  ],
  [
    'cancelled while it ran, and booked again',
    { run: { ...closed, closeReason: 'cancelled' } },
    'planned',
    null,
  ],
  ['moved while it ran', { run: { ...closed, closeReason: 'moved' } }, 'planned', null],
  [
    'moved while it ran, then cancelled',
    { run: { ...closed, closeReason: 'moved' }, booked: undefined },
    'cancelled',
    'no room has it any more',
  ],
])('%s', (_, fields, state, reason) => {
  expect(stateOf(meeting(fields))).toEqual({ state, reason });
});

it('a run is open from its opening to its close', () => {
  expect(openRun(undefined)).toBeUndefined();
  expect(openRun(begun)).toBeUndefined();
  expect(openRun(run)).toBe(run);
  expect(openRun(closed)).toBeUndefined();
});

it('nothing is over that was not closed', () => {
  for (const known of [undefined, begun, run]) {
    expect(isOver({ booked, run: known })).toBe(false);
    expect(isOver({ booked: undefined, run: known })).toBe(false);
  }
  expect(isOver({ booked: { ...booked, start: start - hour }, run: closed })).toBe(true);
});

describe('a title', () => {
  it.each<[string, string | undefined, string, boolean, string]>([
    ["is the organizer's own", 'Plan', 'Tim', false, 'Plan'],
    ["is else the room copy's", undefined, 'Tim', false, 'Tim'],
    ["is the room copy's where the organizer's is empty", ' ', ' Tim ', false, 'Tim'],
    ['is neutral where there is none', undefined, '', false, 'Meeting'],
    ['is neutral where it is private', 'Redundancies', 'Redundancies', true, 'Meeting'],
  ])('%s', (_, organizerSubject, title, isPrivate, expected) => {
    const last = { ...booked, title, isPrivate };
    expect(titleOf(organizerSubject === undefined ? { last } : { last, organizerSubject })).toBe(expected);
  });
});
