/** What the day of a room shows of a meeting. */
import { expect, it } from 'vitest';
import { barOf, startOf } from '../../src/conference/bar.ts';
import { closed, end, meeting, minute, placement, run, start } from './a-meeting.ts';

const setup = 5 * minute;
const place = { start, cluster: placement.cluster, number: placement.number };

it.each([
  ['that nobody has looked at', {}, { state: 'ahead', what: null, since: null }],
  ['that is well', { preflight: { ...place, done: 'early' } }, { state: 'passed', what: null, since: null }],
  [
    'of which something is not as it must be',
    { preflight: { ...place, failing: { what: 'slot', since: start - minute, again: start } } },
    { state: 'failing', what: 'slot', since: '2026-11-23T08:59:00.000Z' },
  ],
  [
    'whose look was for another time',
    { preflight: { ...place, start: start - minute, done: 'lead' } },
    { state: 'ahead', what: null, since: null },
  ],
] as const)('a start %s', (_, fields, preflight) => {
  expect(barOf(meeting(fields), setup, start - 10 * minute)).toMatchObject({ state: 'planned', preflight });
});

it('what should be open and is not is in trouble, until its end', () => {
  const troubleAt = (now: number) => barOf(meeting({}), setup, now).trouble;
  expect(troubleAt(start - setup)).toBeNull();
  expect(troubleAt(start - setup + 6_000)).toBe('not-opened');
  expect(troubleAt(end)).toBeNull();
});

it('what has lost its call bridge is in trouble, and what runs or is over is not', () => {
  const lost = { callBridge: 'https://cms1', since: start };
  expect(barOf(meeting({ run: { ...run, lost } }), setup, start).trouble).toBe('call-bridge-lost');
  expect(barOf(meeting({ run }), setup, start + minute)).toMatchObject({ trouble: null, preflight: null });
  expect(barOf(meeting({ run: closed }), setup, end).trouble).toBeNull();
});

it('a start says when it opens, also where somebody wants it before', () => {
  expect(startOf(meeting({}), setup, start).opensAt).toBe('2026-11-23T08:55:00.000Z');
  const early = { of: start, at: start - 20 * minute };
  expect(startOf(meeting({ early }), setup, start).opensAt).toBe('2026-11-23T08:40:00.000Z');
});
