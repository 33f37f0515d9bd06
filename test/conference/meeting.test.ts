import { describe, expect, it } from 'vitest';
import {
  isOver,
  type Meeting,
  type OrganizerCopy,
  openRun,
  stateOf,
  titleOf,
} from '../../src/conference/meeting.ts';
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
  const own = (subject: string, isPrivate = false): OrganizerCopy => ({ subject, isPrivate });
  it.each<[string, OrganizerCopy | undefined, Partial<Meeting['last']>, string]>([
    ["is the organizer's own", own('Plan'), { title: 'Room' }, 'Plan'],
    ["is the room copy's where the organizer's cannot be read", 'unreadable', { title: ' Room ' }, 'Room'],
    ["is the room copy's where the organizer's is empty", own(' '), { title: 'Room' }, 'Room'],
    ['is neutral where there is none', 'unreadable', { title: '' }, 'Meeting'],
    ["is neutral until the organizer's copy was looked for", undefined, { title: 'Room' }, 'Meeting'],
    [
      "is neutral where the room's copy is private",
      own('Cuts'),
      { title: 'Cuts', isPrivate: true },
      'Meeting',
    ],
    ["is neutral where the organizer's copy is private", own('', true), { title: 'Cuts' }, 'Meeting'],
    ['is neutral where a room hides titles', own('Plan'), { title: 'Plan', hides: 'title' }, 'Meeting'],
    [
      'is neutral where a room hides organizers',
      own('Plan'),
      { title: 'Plan', hides: 'organizer' },
      'Meeting',
    ],
  ])('%s', (_, organizerCopy, fields, expected) => {
    const last = { ...booked, ...fields };
    expect(titleOf(organizerCopy === undefined ? { last } : { last, organizerCopy })).toBe(expected);
  });

  it("is the room copy's where no organizer is named whose copy could be read", () => {
    const { organizer: _, ...last } = booked;
    expect(titleOf({ last })).toBe('Budget');
  });
});
