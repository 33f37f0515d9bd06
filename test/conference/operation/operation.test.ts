import { describe, expect, it } from 'vitest';
import {
  done,
  missed,
  type Outcome,
  type Refusal,
  refused,
  type Single,
  together,
} from '../../../src/conference/operation/operation.ts';

const now = 1_000;

describe('what is refused', () => {
  it.each<[Refusal, Outcome['state'], string]>([
    ['not-open', 'refused', 'the conference does not run'],
    ['call-bridge-lost', 'failed', 'its call bridge does not answer'],
    ['nobody', 'refused', 'no such participant is in it'],
    ['not-a-room', 'refused', 'no room of this meeting has that name and an address to call'],
    ['is-in', 'refused', 'it is in already'],
    ['time-taken', 'refused', 'its number or one of its rooms is booked next'],
    ['is-elsewhere', 'refused', 'it is in another conference'],
    ['unsupported', 'refused', "the call bridge's release cannot do that"],
    ['not-licensed', 'refused', 'the call bridge has no licence for that'],
    ['remote', 'refused', 'they are connected to a call bridge that cannot be reached'],
    ['full', 'refused', 'no more participants are let in'],
    ['cannot-be-moved', 'refused', 'their endpoint or app cannot be moved'],
    ['same-conference', 'refused', 'they are in that conference already'],
    ['target-unknown', 'refused', 'there is no such meeting'],
    ['target-not-open', 'refused', 'the conference that they are to go to does not run'],
    ['target-locked', 'refused', 'the conference that they are to go to is locked'],
    ['another-target', 'refused', 'that meeting has another number than was meant'],
    [
      'another-cluster',
      'refused',
      'that conference is on another cluster, where nobody can be moved to: call them from there, and put them out here',
    ],
    ['lobby', 'refused', 'hosts and guests are told apart there: say that they may go past the lobby'],
    ['not-moved', 'refused', 'nothing happened: they are where they were'],
    ['not-connected', 'refused', 'they left the one conference and did not come into the other'],
    [
      'wrong-conference',
      'refused',
      'they came into another conference than was meant, and were put out of it',
    ],
    ['refused', 'refused', 'the call bridge refused it'],
    ['failed', 'failed', 'the call bridge did not answer'],
  ])('as %s has %s, and is said in words', (refusal, state, detail) => {
    expect(refused(refusal, now)).toEqual({ state, refusal, detail, at: now });
    expect(missed('ann', refusal)).toEqual({ participant: 'ann', refusal, detail });
  });

  it('is said in the words of the call bridge where it has given some', () => {
    expect(refused('refused', now, 'tooManyLayouts')).toMatchObject({ detail: 'tooManyLayouts' });
    expect(missed('ann', 'refused', 'tooManyLayouts')).toMatchObject({ detail: 'tooManyLayouts' });
  });
});

it('what is done says no more than that, unless there is something to say', () => {
  expect(done(now)).toEqual({ state: 'done', at: now });
  expect(done(now, 'on one of two')).toEqual({ state: 'done', detail: 'on one of two', at: now });
});

describe('what was done to several', () => {
  const well: Single = { participant: 'ann' };
  const moved: Single = { participant: 'ben', now: 'ben-2', kept: ['mute'], lost: ['chat'] };
  const gone = missed('cid', 'nobody');
  const failed = missed('dan', 'failed', 'no answer within 4 s');
  it.each<[string, readonly Single[], Partial<Outcome>]>([
    ['to nobody at all is refused', [], refused('nobody', now)],
    ['is done where it was for the only one', [well], { state: 'done' }],
    ['is done where it was for each', [well, moved], { state: 'done' }],
    ['is done partly where one was missed', [well, gone], { state: 'partly' }],
    ['is done partly where all but one were missed', [gone, failed, well], { state: 'partly' }],
    ['is refused as the first one was, where each was', [gone, failed], refused('nobody', now)],
    [
      'has failed as the first one has, in the same words',
      [failed, gone],
      { state: 'failed', refusal: 'failed', detail: 'no answer within 4 s' },
    ],
    ['is refused where the only one was', [gone], refused('nobody', now)],
  ])('%s', (_, singles, outcome) => {
    const whose = singles.length === 0 ? {} : { participants: singles };
    expect(together(singles, now)).toEqual({ ...outcome, ...whose, at: now });
  });
});
