/** What happens in a conference and is told once, and what only those are told who want to be. */
import { expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import { type Moment, momentsOf } from '../../src/invitation/moments.ts';
import { closed, end, meeting, minute, run, start } from '../conference/a-meeting.ts';

const all = ['extended', 'ended-at-limit'];
const { openedAt: _, ...unopened } = run;
const begun = { ...unopened, tries: 9 };
const extended = { ...run, extension: { of: end, until: end + 15 * minute, times: 1 } };

function moments(
  fields: Partial<Meeting>,
  now: number,
  alsoTell = all,
  told: readonly string[] = [],
): Moment[] {
  return momentsOf(meeting(fields), now, { alsoTell, told });
}

it.each<[string, Partial<Meeting>, number, string[]]>([
  ['nothing before its start', {}, start - minute, []],
  ['nothing in the first minute of a start that fails', { run: begun }, start + minute - 1, []],
  ['that it is tried again, after that', { run: begun }, start + minute, ['given-up same-again']],
  ['nothing of one of which no call bridge was asked yet', {}, start + minute, []],
  ['nothing of it without a slot', { placement: undefined }, start + minute, []],
  ['nothing once it is open', { run }, start + minute, []],
  [
    'that it was never started',
    { run: { ...begun, closedAt: end, closeReason: 'never-started' } },
    end,
    ['given-up nothing'],
  ],
  [
    'nothing of that the day after',
    { run: { ...begun, closedAt: end, closeReason: 'never-started' } },
    end + 1_440 * minute,
    [],
  ],
  ['until when it is extended', { run: extended }, end, ['extended']],
  [
    'nothing of an extension of an end that was moved',
    { run: { ...extended, extension: { ...extended.extension, of: end - minute } } },
    end,
    [],
  ],
  [
    'that it was ended with people in it',
    { run: { ...closed, closeReason: 'limit' } },
    end,
    ['ended-at-limit'],
  ],
  ['nothing of one that ended when all had left', { run: closed }, end, []],
  ['nothing of one that was cancelled', { booked: undefined, run: begun }, start + minute, []],
])('tells %s', (_name, fields, now, expected) => {
  const found = moments(fields, now);
  expect(found.map(({ fact }) => ('trying' in fact ? `${fact.kind} ${fact.trying}` : fact.kind))).toEqual(
    expected,
  );
  const ids = found.map(({ id }) => id);
  expect(moments(fields, now, all, ids)).toEqual([]);
});

it('tells extensions and ends only where that is wanted', () => {
  expect(moments({ run: extended }, end, [])).toEqual([]);
  expect(moments({ run: { ...closed, closeReason: 'limit' } }, end, [])).toEqual([]);
});

it('tells each extension', () => {
  const [first] = moments({ run: extended }, end);
  const longer = { ...extended, extension: { of: end, until: end + 30 * minute, times: 2 } };
  expect(moments({ run: longer }, end, all, [first?.id ?? ''])).toMatchObject([
    { fact: { until: end + 30 * minute } },
  ]);
});

it('tells that it is open after all to whom it said that it could not be', () => {
  const [failing] = moments({ run: begun }, start + minute);
  expect(moments({ run }, start + 2 * minute, all, [failing?.id ?? ''])).toMatchObject([
    { fact: { kind: 'ready' } },
  ]);
});
