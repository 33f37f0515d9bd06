import { expect, it } from 'vitest';
import type { Meeting } from '../../../src/conference/meeting.ts';
import { type Facts, factsOf } from '../../../src/conference/report/facts.ts';
import type { TimelineEntry } from '../../../src/conference/timeline.ts';
import { closed, end, hour, meeting, minute, placement, run, start } from '../a-meeting.ts';

const margins = { setup: 5 * minute, teardown: 10 * minute };
const unused = { ...closed, closedAt: start + 20 * minute, closeReason: 'unused' as const };
const cancelled: Partial<Meeting> = { booked: undefined };
const now = end + 2 * hour;

function facts(fields: Partial<Meeting>, timeline: readonly TimelineEntry[] = [], at = now): Facts {
  return factsOf(meeting(fields), timeline, margins, at);
}

it.each<[string, Partial<Meeting>, Facts['outcome']]>([
  ['that is ahead', {}, 'not-opened'],
  ['that runs', { run }, 'held'],
  ['that has run', { run: closed }, 'held'],
  ['that was ended early', { run: { ...closed, closedAt: start + minute, closeReason: 'operator' } }, 'held'],
  ['that was cancelled while it ran', { ...cancelled, run: { ...closed, closeReason: 'cancelled' } }, 'held'],
  [
    'that was cancelled in its setup',
    { ...cancelled, run: { ...closed, closedAt: start - minute, closeReason: 'cancelled' } },
    'cancelled',
  ],
  ['that was cancelled', cancelled, 'cancelled'],
  ['that was cancelled and had no slot', { ...cancelled, placement: undefined }, 'cancelled'],
  ['without a slot', { placement: undefined, unplaced: 'all are taken' }, 'unplaced'],
  [
    'that never started',
    { placement: undefined, run: { ...placement, space: '', name: '', end, rooms: {}, closedAt: end } },
    'not-opened',
  ],
  ['that was moved while it ran', { run: { ...closed, closeReason: 'moved' } }, 'not-opened'],
  [
    'that nobody came to',
    { run: { ...unused, emptiness: { lookedAt: start + minute, since: start } } },
    'no-show',
  ],
  ['that nobody came to, looked at once', { run: unused }, 'no-show'],
  [
    'that nobody came to, and whose room has given it back',
    { ...cancelled, run: { ...unused, givenBack: { 'board@x': 'yes' } } },
    'no-show',
  ],
  [
    'that people have left',
    { run: { ...unused, emptiness: { lookedAt: start + minute, since: start + minute } } },
    'held',
  ],
])('a meeting %s', (_, fields, outcome) => {
  expect(facts(fields).outcome).toBe(outcome);
});

it.each<[string, Partial<Meeting>, number, Facts['used']]>([
  ['from its start until it was closed', { run: closed }, now, { from: start, to: end }],
  ['until now', { run }, start + minute, { from: start, to: start + minute }],
  ['not yet in its setup', { run }, start - minute, undefined],
  [
    'from its opening where that was late',
    { run: { ...closed, openedAt: start + minute } },
    now,
    { from: start + minute, to: end },
  ],
  ['not when nobody came', { run: unused }, now, undefined],
])('rooms are used %s', (_, fields, at, used) => {
  expect(facts(fields, [], at).used).toEqual(used);
});

const released = (at: number): TimelineEntry => ({ at, what: 'released', cluster: 'emea', number: '8000' });

it.each<[string, Partial<Meeting>, TimelineEntry[], { from: number; to: number } | undefined]>([
  ['with setup and teardown', {}, [], { from: start - 5 * minute, to: end + 10 * minute }],
  [
    'as long as it was extended',
    { run: { ...run, extension: { of: end, until: end + hour, times: 2 } } },
    [],
    { from: start - 5 * minute, to: end + hour + 10 * minute },
  ],
  [
    'until it was given back',
    { run: closed, placement: undefined },
    [released(end + minute)],
    { from: start - 5 * minute, to: end + minute },
  ],
  [
    'until its time was over, whenever it was given back',
    { run: closed, placement: undefined },
    [released(now)],
    { from: start - 5 * minute, to: end + 10 * minute },
  ],
  [
    'not if it was given back before',
    { ...cancelled, placement: undefined },
    [released(start - hour)],
    undefined,
  ],
  [
    'again after it was given back',
    {},
    [released(start - hour)],
    { from: start - 5 * minute, to: end + 10 * minute },
  ],
  ['never without one', { placement: undefined }, [], undefined],
])('a slot is held %s', (_, fields, timeline, slot) => {
  expect(facts(fields, timeline).slot).toEqual(slot && { ...slot, cluster: 'emea', number: '8000' });
});

it('the last opening says where and how late, and all that happened is counted', () => {
  const entries: TimelineEntry[] = [
    { at: start, what: 'failed-over', callBridge: 'https://cms0', step: 'open', reason: 'silent' },
    { at: start, what: 'opened', callBridge: 'https://cms1', late: 5 },
    { at: start, what: 'failed-over', callBridge: 'https://cms0', step: 'open', reason: 'silent' },
    { at: start, what: 'opened', callBridge: 'https://cms2', late: 70 },
    { at: start, what: 'recovered', callBridge: 'https://cms3', after: 4_000 },
    { at: start, what: 'rehomed', from: 'emea 1', cluster: 'emea', number: '8000', reason: 'drained' },
    { at: end, what: 'extended', until: new Date(end + 15 * minute).toISOString() },
  ];
  const extended = { ...run, extension: { of: end, until: end + 15 * minute, times: 1 } };
  expect(facts({ run: extended }, entries)).toMatchObject({
    opened: { cluster: 'emea', callBridge: 'https://cms2', late: 70 },
    ...{ failovers: 2, recoveries: 1, rehomings: 1, extensions: 1, extendedBy: 15 * minute },
  });
  const found = facts({ run }, [{ at: start, what: 'adopted', callBridge: 'https://cms1', number: '8000' }]);
  expect(found.opened).toEqual({ cluster: 'emea', callBridge: 'https://cms1' });
});

it('what runs is not settled, and what has ended only after a while', () => {
  expect(facts({ run }).settledAt).toBe(Number.POSITIVE_INFINITY);
  expect(facts({ run: closed }).settledAt).toBe(end + hour);
  expect(facts({ run: { ...closed, closedAt: end + hour } }).settledAt).toBe(end + 2 * hour);
  expect(facts({}).settledAt).toBe(end + hour);
});

it('nobody is named in them', () => {
  expect(JSON.stringify(facts({ run }))).not.toMatch(/Budget|tim@|271828/);
});
