import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holderOf, type LeftPlace, leftKey, nextKey, nextOfLeft, signOf } from '../../src/conference/left.ts';
import type { Meeting } from '../../src/conference/meeting.ts';
import { booked, closed, end, hour, meeting, minute, placement, settings, start } from './a-meeting.ts';

const clearFor = 10 * minute;
const there = { ...placement, cluster: 'apac', number: '7000' };
const from = start - settings.setup;
const to = end + settings.teardown;
const left = (fields: Partial<LeftPlace> = {}): LeftPlace => ({
  ...{ cluster: 'emea', number: '8000', space: 's', at: start - hour, start, end, from, to },
  ...{ state: 'held', unclear: [] },
  ...fields,
});
const moved = (place: LeftPlace, more: Partial<Meeting> = {}) =>
  meeting({ placement: there, left: [place], ...more });
const next = (one: Meeting, now: number) => {
  const found = nextOfLeft(one, now, clearFor);
  return found && { at: found.at, how: found.step.how };
};

describe('a place that was left', () => {
  it.each<[string, Meeting, number, object | undefined]>([
    ['none', meeting(), start, undefined],
    [
      'its slot is held for itself at once',
      moved(left({ state: 'left' })),
      start - hour,
      { how: 'hold', at: start - hour },
    ],
    ['it says where to go when people may come', moved(left()), start - hour, { how: 'sign', at: from }],
    ['late', moved(left()), start, { how: 'sign', at: start }],
    [
      'what may have begun is hung up at once',
      moved(left({ unclear: ['https://cms1'], sign: signOf(there) })),
      start,
      { how: 'sign', at: start },
    ],
    [
      'not before the cluster may be asked again',
      moved(left({ again: start + 5_000 })),
      start,
      { how: 'sign', at: start + 5_000 },
    ],
    [
      'its sign comes down in time',
      moved(left({ sign: signOf(there) })),
      start,
      { how: 'take-down', at: to - 10_000 },
    ],
    ['the meeting has moved on', moved(left({ sign: signOf(placement) })), start, { how: 'sign', at: start }],
    [
      'the meeting was cancelled',
      moved(left({ sign: signOf(there) }), { booked: undefined }),
      start,
      { how: 'take-down', at: start },
    ],
    [
      'cancelled before anybody came',
      moved(left(), { booked: undefined }),
      start - hour,
      { how: 'give-back', at: start - hour },
    ],
    [
      'the meeting is at another time now',
      moved(left(), { booked: { ...booked, start: start + hour, end: end + hour } }),
      start,
      { how: 'give-back', at: start },
    ],
    [
      'the meeting is over',
      moved(left({ sign: signOf(there) }), { run: { ...closed, end } }),
      end,
      { how: 'take-down', at: end },
    ],
    ['its time is over', moved(left()), to, { how: 'give-back', at: to }],
    [
      'it cannot be told',
      moved(left({ sign: signOf(there) })),
      to + clearFor,
      { how: 'give-back', at: to + clearFor },
    ],
  ])('%s', (_, one, now, step) => {
    expect(next(one, now)).toEqual(step);
  });

  it('is never left for good, and never touched once it is given back, whatever answers', () => {
    const course = fc.record({
      answers: fc.infiniteStream(fc.boolean()),
      begun: fc.boolean(),
      cancelledAt: fc.option(fc.integer({ min: start - hour, max: to }), { nil: undefined }),
    });
    fc.assert(
      fc.property(course, ({ answers, begun, cancelledAt }) => {
        let place: LeftPlace | undefined = left({ state: 'left', unclear: begun ? ['https://cms1'] : [] });
        let now = begun ? start : start - hour;
        for (let steps = 0; place !== undefined; steps += 1) {
          expect(steps).toBeLessThan(2_000);
          const isGone = cancelledAt !== undefined && now >= cancelledAt;
          const found = next(moved(place, isGone ? { booked: undefined } : {}), now);
          if (found === undefined) throw new Error('it is left for good');
          if (found.at > now) {
            now = cancelledAt !== undefined && cancelledAt > now ? Math.min(cancelledAt, found.at) : found.at;
            continue;
          }
          if (found.how === 'give-back') place = undefined;
          else if (found.how === 'hold') place = { ...place, state: 'held' };
          else if (answers.next().value) {
            const { sign: _, again: __, ...rest }: LeftPlace = place;
            place = { ...rest, unclear: [], ...(found.how === 'sign' ? { sign: signOf(there) } : {}) };
          } else place = { ...place, again: now + 5_000 };
        }
        expect(now).toBeLessThanOrEqual(to + clearFor);
      }),
      { numRuns: 300 },
    );
  });
});

it('a key under which a slot is held tells the meeting', () => {
  const key = 'uid@2026-11-27T09:00:00Z:moved:1:next:';
  expect(holderOf(key)).toEqual({ key, as: 'its own' });
  expect(holderOf(leftKey(key, '8000'))).toEqual({ key, as: 'left' });
  expect(holderOf(nextKey(key))).toEqual({ key, as: 'next' });
});
