import { expect, it } from 'vitest';
import { seriesOf, startOn } from '../../src/meeting/global-object-id.ts';

const utc = Date.parse;
const tail = '0011223344556677'.repeat(3);
const head = '040000008200E00074C5B7101A82E008';

it('the iCalUId of an occurrence tells its series and its day', () => {
  expect(seriesOf(`${head}07EA0B17${tail}`)).toEqual({
    iCalUId: `${head}00000000${tail}`,
    day: utc('2026-11-23T00:00:00Z'),
  });
});

it.each([`${head}00000000${tail}`, 'made@elsewhere', '', `${head}07EA0B17`, `${head}07EA0B17zz`])(
  'that of anything else tells nothing: %s',
  (uid) => {
    expect(seriesOf(uid)).toBeUndefined();
  },
);

it('the occurrence of a day is found among those of its series, wherever in the world its day begins', () => {
  const day = utc('2026-11-23T00:00:00Z');
  const daily = ['2026-11-22T09:00Z', '2026-11-23T09:00Z', '2026-11-24T09:00Z'].map(utc);
  expect(startOn(day, utc('2026-11-25T15:00Z'), daily)).toBe(utc('2026-11-23T09:00Z'));
  // Its own start counts where it is one of them: in Auckland the 23rd begins on the 22nd.
  expect(startOn(day, utc('2026-11-22T20:00Z'), ['2026-11-22T20:00Z', '2026-11-23T20:00Z'].map(utc))).toBe(
    utc('2026-11-22T20:00Z'),
  );
  expect(startOn(day, utc('2026-11-23T15:00Z'), [])).toBe(utc('2026-11-23T15:00Z'));
  expect(startOn(day, utc('2026-12-23T15:00Z'), [])).toBe(utc('2026-11-23T15:00Z'));
});

it('the day is that of the zone in which the series was made, where it is known', () => {
  const day = utc('2027-03-24T00:00:00Z');
  // Half past ten in the evening of New York's 24th: the evening of the 23rd is no nearer.
  const before = [utc('2027-03-24T02:30Z')];
  expect(startOn(day, utc('2027-03-25T02:30Z'), before, 'America/New_York')).toBe(utc('2027-03-25T02:30Z'));
  // It was moved on that day, or to another one.
  const own = [...before, utc('2027-03-25T02:30Z')];
  expect(startOn(day, utc('2027-03-24T14:00Z'), own, 'America/New_York')).toBe(utc('2027-03-25T02:30Z'));
  expect(startOn(day, utc('2027-03-26T02:30Z'), own, 'America/New_York')).toBe(utc('2027-03-25T02:30Z'));
  // Nothing is known of that day: what is known of the day before is not taken for it.
  expect(startOn(day, utc('2027-03-29T01:30Z'), before, 'America/New_York')).toBe(utc('2027-03-25T01:30Z'));
});
