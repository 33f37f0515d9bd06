import { expect, it } from 'vitest';
import { type DifferenceKind, differencesOf, mayBeOurs } from '../../src/meeting/audit.ts';
import type { CalendarChange } from '../../src/meeting/calendar-event.ts';
import { day, event, exception, hour, master, occurrence, rootsOf, t0 } from './a-room.ts';

const window = { from: t0 - day, to: t0 + 10 * day };
const single = (fields: Parameters<typeof event>[0] | object = {}) => event({ id: 'e', ...fields });

it.each<[string, held: CalendarChange[], found: CalendarChange[], kinds: DifferenceKind[]]>([
  ['the same', [single()], [single()], []],
  ['an entry that was not held', [], [single()], ['missed']],
  ['an entry that is not there', [single()], [], ['ghost']],
  ['other times', [single()], [single({ end: t0 + 2 * hour })], ['other-times']],
  ['another title', [single()], [single({ subject: 'New' })], ['other-details']],
  ['another answer', [single({ response: 'none' })], [single()], ['other-details']],
  ['only another change key', [single({ changeKey: 'a', changedAt: 1 })], [single({ changeKey: 'b' })], []],
  ['an entry that has slid out', [single({ start: t0 - 3 * day, end: t0 - 2 * day })], [], []],
  ['an entry that has come in', [], [single({ start: t0 + 11 * day, end: t0 + 12 * day })], []],
  ['an occurrence that was not held', [master('m')], [master('m'), occurrence('m', 1)], ['missed']],
  ['an occurrence that came in', [master('m')], [master('m'), occurrence('m', 11)], []],
  ['an occurrence too many', [master('m'), occurrence('m', 1)], [master('m')], ['ghost']],
  ['a series of the past', [master('m'), occurrence('m', -3)], [], []],
  [
    'a renamed series',
    [master('m'), occurrence('m', 1)],
    [master('m', { subject: 'New' }), occurrence('m', 1)],
    ['other-details'],
  ],
  [
    'an exception that was held as an occurrence',
    [master('m'), occurrence('m', 1)],
    [master('m'), exception('m', 1)],
    ['other-times'],
  ],
])('between two readings, %s', (_, held, found, kinds) => {
  const [before] = rootsOf(...held).values();
  const [after] = rootsOf(...found).values();
  expect(differencesOf({ before, after }, window).map(({ kind }) => kind)).toEqual(kinds);
});

it.each<[what: string, before: CalendarChange[], after: CalendarChange[], mayBe: boolean]>([
  [
    'our number written',
    [single({ changeKey: '1' })],
    [single({ changeKey: '2', toldNumber: '8000' })],
    true,
  ],
  ['a copy without a text', [single({ changeKey: '1' })], [single({ changeKey: '2' })], false],
  [
    'a copy that the room retitles',
    [single({ changeKey: '1', subject: 'Tim' })],
    [single({ changeKey: '2', subject: 'Tim', toldNumber: '8000' })],
    false,
  ],
  [
    'a text without our number',
    [single({ changeKey: '1', toldNumber: '8000' })],
    [single({ changeKey: '2' })],
    false,
  ],
  [
    'another title beside it',
    [single()],
    [single({ changeKey: '2', toldNumber: '8000', subject: 'New' })],
    false,
  ],
  ['other times beside it', [single()], [single({ changeKey: '2', toldNumber: '8000', end: t0 + 1 })], false],
  ['a new entry', [], [single({ toldNumber: '8000' })], false],
  [
    'our number in one date of a series',
    [master('m', { changeKey: '1' }), exception('m', 1, { changeKey: '1' })],
    [master('m', { changeKey: '1' }), exception('m', 1, { changeKey: '2', toldNumber: '8001' })],
    true,
  ],
  [
    'another date of the series',
    [master('m', { changeKey: '1' }), occurrence('m', 1)],
    [master('m', { changeKey: '2', toldNumber: '8000' }), occurrence('m', 1), occurrence('m', 2)],
    false,
  ],
])('whether %s may be our own echo', (_, before, after, mayBe) => {
  const [was] = rootsOf(...before).values();
  const [is] = rootsOf(...after).values();
  expect(mayBeOurs({ before: was, after: is })).toBe(mayBe);
});
