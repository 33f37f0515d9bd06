/** Which facts hold of an event or series, and which of them are news to somebody who was told others. */
import { describe, expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import type { Fact } from '../../src/invitation/notice.ts';
import {
  aheadOf,
  fingerprint,
  mayPass,
  newsOf,
  ordinaryOf,
  type Standing,
  standingAlone,
  standingOf,
} from '../../src/invitation/standing.ts';
import { targetsOf } from '../../src/invitation/targets.ts';
import { booked, hour, meeting, placement, start } from '../conference/a-meeting.ts';

const day = 24 * hour;
const before = start - day;
const accessNumbers = [{ name: 'Berlin', number: '+49 30 1' }];
const clusters = [{ name: 'emea', domain: 'meet.example.com', accessNumbers }];

/** Of day n: a number, `none` where no slot is free, `gone` where no room has it any more. */
type Day = string | 'none' | 'gone';

function series(...days: readonly Day[]): Meeting[] {
  return days.map((what, n) => {
    const last = {
      ...booked,
      key: `uid@${n}`,
      originalStart: start + n * day,
      start: start + n * day,
      end: start + n * day + hour,
    };
    const known = {
      ...meeting({ key: last.key, booked: what === 'gone' ? undefined : last, placement: undefined }),
      last,
    };
    if (what === 'gone') return known;
    return what === 'none'
      ? { ...known, unplaced: 'no slot is free' }
      : { ...known, placement: { ...placement, number: what } };
  });
}

const unplaced = () => [meeting({ placement: undefined, unplaced: 'no slot is free' })];
const lost = () => [meeting({ booked: undefined, placement: undefined })];

interface Circumstances {
  readonly declined?: readonly number[];
}

function standing(meetings: readonly Meeting[], { declined = [] }: Circumstances = {}): Standing {
  const found = standingOf(targetsOf(meetings, before), {
    clusters,
    declined: declined.map((n) => ({
      room: 'Huddle',
      of: start + n * day,
      start: start + n * day,
      end: start + n * day + hour,
    })),
  });
  if (found === undefined) throw new Error('nothing may be said of it');
  return found;
}

/** A fact in short: its kind, with the days it names (and their numbers) or what it was before. */
function short(fact: Fact): string {
  if (!('dates' in fact)) return 'was' in fact ? `${fact.kind} was ${fact.was}` : fact.kind;
  const dates = fact.dates.map((date) => {
    const n = String((date.start - start) / day);
    return 'joining' in date ? `${n}=${date.joining.number}` : n;
  });
  return `${fact.kind} ${'room' in fact ? `${fact.room} ` : ''}${dates.join(' ')}`;
}

const inShort = ({ joining, facts }: Standing) => [joining?.number ?? '-', ...facts.map(short)].join('; ');

describe('what holds', () => {
  it.each<[string, Meeting[], Circumstances, string]>([
    ['of a single event: its number', [meeting()], {}, '8000'],
    ['of one without a slot: that', unplaced(), {}, '-; no-slot'],
    ['of one without rooms: nothing', lost(), {}, '-'],
    ['of a series with one number: that', series('8000', '8000'), {}, '8000'],
    [
      'of a date with another number: that one',
      series('8000', '8001', '8000'),
      {},
      '8000; other-numbers 1=8001',
    ],
    [
      'of a date without a slot: that there is none',
      series('8000', 'none', '8000'),
      {},
      '8000; without-conference 1',
    ],
    [
      'of both: both',
      series('8000', 'none', '8001', '8000'),
      {},
      '8000; other-numbers 2=8001; without-conference 1',
    ],
    [
      'of a date that a room declined: that it has none',
      series('8000', 'gone', '8000'),
      { declined: [1] },
      '8000; without-conference 1',
    ],
    [
      'of a date that was declined at once: the same',
      series('8000', '8000'),
      { declined: [2] },
      '8000; without-conference 2',
    ],
    ['of a date that the organizer cancelled: nothing', series('8000', 'gone', '8000'), {}, '8000'],
    ['of a series that was declined whole: nothing', series('gone', 'gone'), { declined: [0, 1] }, '-'],
    ['of a series without a slot for any date: one fact', series('none', 'none'), {}, '-; no-slot'],
    [
      'of a date that one of several rooms declined: which',
      series('8000', '8000'),
      { declined: [1] },
      '8000; room-declined Huddle 1',
    ],
    [
      'of a declined date that no room has: only that it has no conference',
      series('8000', 'gone'),
      { declined: [1] },
      '8000; without-conference 1',
    ],
  ])('%s', (_, meetings, circumstances, expected) => {
    expect(inShort(standing(meetings, circumstances))).toBe(expected);
  });

  it('names address, passcode and further ways in', () => {
    expect(standing([meeting()]).joining).toEqual({
      number: '8000',
      uri: '8000@meet.example.com',
      passcode: '271828',
      accessNumbers,
    });
  });

  it('is nothing that may be said while it is being placed', () => {
    expect(standingOf(targetsOf([meeting({ placement: undefined })], before), { clusters })).toBeUndefined();
    expect(standingOf([], { clusters })).toBeUndefined();
  });

  it("of one occurrence alone is its own number, or that it has none; never its series'", () => {
    const [, other, none] = targetsOf(series('8000', '8000', '8001', 'none'), before).map((target) =>
      standingAlone(target, { clusters }),
    );
    expect(other && inShort(other)).toBe('8001');
    expect(none && inShort(none)).toBe('-; no-slot');
  });
});

describe('news', () => {
  const nothing: Standing = { facts: [] };
  const news = (told: Standing | undefined, meetings: Meeting[], circumstances?: Circumstances) =>
    newsOf(told, standing(meetings, circumstances), ordinaryOf(targetsOf(meetings, before)));

  it.each<[string, Standing | undefined, Meeting[], string[]]>([
    ['a number, to somebody who was told nothing', undefined, [meeting()], ['ready']],
    ['nothing, where nothing was ever told and there is nothing', undefined, lost(), []],
    ['nothing, to somebody who was told the same', standing([meeting()]), [meeting()], []],
    [
      'another number',
      standing([meeting()]),
      [meeting({ placement: { ...placement, number: '8001' } })],
      ['number-changed was 8000'],
    ],
    [
      'another cluster with the same number',
      standing([meeting({ placement: { ...placement, cluster: 'apac' } })]),
      [meeting()],
      ['number-changed was 8000'],
    ],
    [
      'another passcode',
      standing([meeting()]),
      [meeting({ placement: { ...placement, passcode: '1' } })],
      ['passcode-changed'],
    ],
    ['no slot', undefined, unplaced(), ['no-slot']],
    ['no slot, once', standing(unplaced()), unplaced(), []],
    ['a slot after all', standing(unplaced()), [meeting()], ['placed-after-all']],
    ['the loss of the slot', standing([meeting()]), unplaced(), ['no-slot']],
    ['the loss of the room', standing([meeting()]), lost(), ['withdrawn']],
    ['the loss of the room, once', nothing, lost(), []],
    ['a number, after there was none', nothing, [meeting()], ['ready']],
    [
      'a series with what differs',
      undefined,
      series('8000', '8001', 'none', '8000'),
      ['ready', 'other-numbers 1=8001', 'without-conference 2'],
    ],
    [
      'only the date that is new',
      standing(series('8000', '8001', '8000', '8000', '8000')),
      series('8000', '8001', '8001', '8000', '8000'),
      ['other-numbers 2=8001'],
    ],
    [
      'a date that has the usual number again',
      standing(series('8000', '8001', '8000')),
      series('8000', '8000', '8000'),
      ['other-numbers 1=8000'],
    ],
    [
      'a date that has a number after all',
      standing(series('8000', 'none', '8000')),
      series('8000', '8000', '8000'),
      ['placed-after-all', 'other-numbers 1=8000'],
    ],
    [
      'a date that has another number after all',
      standing(series('8000', 'none', '8000')),
      series('8000', '8001', '8000'),
      ['placed-after-all', 'other-numbers 1=8001'],
    ],
    [
      'nothing of a date that is gone',
      standing(series('8000', '8001', '8000')),
      series('8000', 'gone', '8000'),
      [],
    ],
  ])('is %s', (_, told, meetings, expected) => {
    expect(news(told, meetings).map(short)).toEqual(expected);
  });

  it('is who declined which further date', () => {
    const told = standing(series('8000', '8000', '8000'), { declined: [1] });
    expect(news(told, series('8000', '8000', '8000'), { declined: [1, 2] }).map(short)).toEqual([
      'room-declined Huddle 2',
    ]);
  });

  it('is none of another time or title with the same number', () => {
    const moved = series('8000', '8001', '8000').map((one) => {
      const last = { ...one.last, start: one.last.start + hour, end: one.last.end + hour, title: 'Other' };
      return { ...one, last, booked: last };
    });
    expect(news(standing(series('8000', '8001', '8000')), moved)).toEqual([]);
  });

  it('that may pass is a slot that is lacking, not a room that declined', () => {
    const [fact] = news(standing(series('8000', '8000')), series('8000', 'gone'), { declined: [1] });
    const date = { of: start + day, start: start + day, end: start + day + hour };
    expect(fact && mayPass(fact, [])).toBe(true);
    expect(fact && mayPass(fact, [date])).toBe(false);
    expect(mayPass({ kind: 'no-slot' }, [date])).toBe(true);
    expect(mayPass({ kind: 'ready' }, [])).toBe(false);
  });
});

describe('a fingerprint', () => {
  it('is the same once dates have passed that nobody has to be told of any more', () => {
    const told = standing(series('8000', '8001', 'none', '8000'));
    expect(inShort(aheadOf(told, start + day + hour))).toBe('8000; without-conference 2');
    expect(fingerprint(aheadOf(told, start + 9 * day))).toBe(fingerprint(standing([meeting()])));
  });

  it('is the same whichever free time is advised of, and another for another date', () => {
    const none: Standing = { facts: [{ kind: 'no-slot' }] };
    expect(fingerprint({ facts: [{ kind: 'no-slot', nearest: 1 }] })).toBe(fingerprint(none));
    expect(fingerprint(standing(series('8000', '8001', '8000')))).not.toBe(
      fingerprint(standing(series('8000', '8000', '8001'))),
    );
  });

  it('of silence is that of nothing told', () => {
    expect(fingerprint({ facts: [] })).toBe(fingerprint(undefined));
  });
});
