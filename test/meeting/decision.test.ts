import { expect, it } from 'vitest';
import {
  type Decision,
  decide,
  type ReasonNotForUs,
  type RoomPolicy,
  reasonsNotForUs,
  rules,
} from '../../src/meeting/decision.ts';
import { t0 } from './a-room.ts';

type Subject = Parameters<typeof decide>[0];

const accepted: Subject = {
  ...{ isCancelled: false, isOrganizer: false, response: 'accepted', start: t0, end: t0 + 1 },
};
const own: Subject = { ...accepted, isOrganizer: true, response: 'organizer' };
const always: RoomPolicy = { conference: 'always', onlineMeetings: 'also' };
const whenAsked: RoomPolicy = { ...always, conference: 'whenAsked' };
const never: RoomPolicy = { ...always, conference: 'never' };
const leave: RoomPolicy = { ...always, onlineMeetings: 'leave' };
const teams = 'teams' as const;

it.each<[situation: string, entry: Subject, policy: RoomPolicy, verdict: 'booking' | ReasonNotForUs]>([
  ['accepted', accepted, always, 'booking'],
  ['accepted, shown as free', { ...accepted, showAs: 'free' }, always, 'booking'],
  ['accepted, shown as tentative', { ...accepted, showAs: 'tentative' }, always, 'booking'],
  ['accepted, then cancelled', { ...accepted, isCancelled: true }, always, 'cancelled'],
  ['declined', { ...accepted, response: 'declined' }, always, 'declined'],
  ['not answered yet', { ...accepted, response: 'notResponded' }, always, 'awaiting-answer'],
  ['not asked for an answer', { ...accepted, response: 'none' }, always, 'awaiting-answer'],
  ['AutoUpdate: tentative only', { ...accepted, response: 'tentativelyAccepted' }, always, 'awaiting-answer'],
  ['not answered, and cancelled', { ...accepted, response: 'none', isCancelled: true }, always, 'cancelled'],
  ['made in its own calendar', own, always, 'booking'],
  ['a holiday in its own calendar', { ...own, showAs: 'free' }, always, 'not-busy'],
  ['a note in its own calendar', { ...own, showAs: 'tentative' }, always, 'not-busy'],
  ['out of service', { ...own, showAs: 'oof' }, always, 'not-busy'],
  ['elsewhere', { ...own, showAs: 'workingElsewhere' }, always, 'not-busy'],
  ['without a length', { ...accepted, end: t0 }, always, 'zero-length'],
  ['in a room that never has one', accepted, never, 'never'],
  ['asked for in a room that never has one', { ...accepted, isAsked: true }, never, 'never'],
  ['not asked for in a room that has one when asked', accepted, whenAsked, 'not-asked'],
  ['asked for in a room that has one when asked', { ...accepted, isAsked: true }, whenAsked, 'booking'],
  ['asked for, and declined', { ...accepted, isAsked: true, response: 'declined' }, whenAsked, 'declined'],
  ['with a Teams link', { ...accepted, onlineMeeting: teams }, always, 'booking'],
  ['with a Teams link that is left alone', { ...accepted, onlineMeeting: teams }, leave, 'other-service'],
  ['without a link where they are left alone', accepted, leave, 'booking'],
  [
    'with a Teams link that is left alone, though asked for',
    { ...accepted, onlineMeeting: teams, isAsked: true },
    { ...leave, conference: 'whenAsked' },
    'other-service',
  ],
])('an entry %s', (_, entry, policy, verdict) => {
  const expected: Decision =
    verdict === 'booking' ? { kind: 'booking' } : { kind: 'not-for-us', reason: verdict };
  expect(decide(entry, policy)).toEqual(expected);
});

it('each rule has a word of its own, and only the two of time have no rule', () => {
  const words = rules.map(({ reason }) => reason);
  expect(new Set(words).size).toBe(words.length);
  expect(reasonsNotForUs.filter((word) => !words.includes(word))).toEqual(['past', 'beyond-horizon']);
});
