import { describe, expect, it } from 'vitest';
import type { Meeting, PlacedConference } from '../../src/conference/meeting.ts';
import { type InvitationTarget, targetsOf } from '../../src/invitation/targets.ts';
import { booked, closed, end, hour, meeting, placement, run, start } from '../conference/a-meeting.ts';

const day = 24 * hour;
const before = start - day;

interface Occurrence {
  readonly number?: string | undefined;
  readonly exception?: boolean;
  readonly cancelled?: boolean;
  readonly more?: Partial<Meeting>;
}

/** The nth day of a series; `number: undefined` for one without a slot. */
function occurrence(n: number, fields: Occurrence = {}): Meeting {
  const { exception, cancelled, more } = fields;
  const number = 'number' in fields ? fields.number : '8000';
  const last = {
    ...booked,
    key: `uid@${n}`,
    originalStart: start + n * day,
    start: start + n * day,
    end: end + n * day,
    ...(exception ? { exceptionUid: `exception ${n}` } : {}),
  };
  return {
    ...meeting({ key: last.key, booked: cancelled ? undefined : last }),
    last,
    placement: number === undefined || cancelled ? undefined : { ...placement, number },
    ...(number === undefined ? { unplaced: 'no slot is free' } : {}),
    ...more,
  };
}

function wantedOf({ wanted }: InvitationTarget): string {
  return typeof wanted === 'string' ? wanted : wanted.number;
}
/** Shorthand: what each body must say, `m` the master's, else the day of the occurrence. */
function told(meetings: readonly Meeting[], now = before): Record<string, string> {
  return Object.fromEntries(
    targetsOf(meetings, now).map((target) => [
      target.kind === 'event' ? 'm' : String((target.originalStart - start) / day),
      wantedOf(target),
    ]),
  );
}

it('nothing is told of nothing', () => {
  expect(targetsOf([], before)).toEqual([]);
});

describe("a single event's body", () => {
  const open = { ...run };
  it.each<[string, Partial<Meeting>, number, string]>([
    ['tells the number before', {}, before, '8000'],
    ['tells it while it is open', { run: open }, start, '8000'],
    ['keeps what it told after the end', { run: closed }, end, 'keep'],
    ['keeps it after the slot was given back', { run: closed, placement: undefined }, end + hour, 'keep'],
    [
      'keeps it when the conference ended early',
      { run: { ...closed, closedAt: start }, placement: undefined },
      start,
      'keep',
    ],
    ['says nothing without a slot', { placement: undefined, unplaced: 'no slot is free' }, before, 'none'],
    ['is left alone while its slot is being chosen', { placement: undefined }, before, 'keep'],
    [
      'says nothing once cancelled before it was held',
      { booked: undefined, placement: undefined },
      before,
      'none',
    ],
    [
      'says nothing once cancelled, though the slot is not given back yet',
      { booked: undefined },
      before,
      'none',
    ],
    [
      'keeps what it told when cancelled while it ran',
      { booked: undefined, run: { ...closed, closeReason: 'cancelled' } },
      start,
      'keep',
    ],
    [
      'keeps what it told when cancelled after it was held',
      { booked: undefined, run: closed },
      end + 1,
      'keep',
    ],
    ['is left alone when it lies behind us', {}, end, 'keep'],
    [
      'tells the number when it is moved while it ran',
      { run: { ...closed, closedAt: start, closeReason: 'moved' } },
      start,
      '8000',
    ],
    [
      'says nothing when it is moved while it ran and then cancelled',
      { booked: undefined, run: { ...closed, closedAt: start, closeReason: 'moved' } },
      start,
      'none',
    ],
    [
      'is left alone when it never started',
      { run: { ...closed, closeReason: 'never-started' } },
      end,
      'keep',
    ],
  ])('%s', (_, fields, now, expected) => {
    const [target, ...others] = targetsOf([meeting(fields)], now);
    expect(others).toEqual([]);
    expect(target).toMatchObject({ kind: 'event', uid: 'uid', organizer: 'tim@example.com' });
    expect(target && wantedOf(target)).toBe(expected);
  });

  it('has no organizer to tell where none is known', () => {
    const { organizer: _, ...anonymous } = booked;
    expect(targetsOf([meeting({ booked: anonymous })], before)[0]?.organizer).toBeUndefined();
  });
});

describe('a series', () => {
  it("is told in its master's body alone while all have one number", () => {
    const all = [0, 1, 2].map((n) => occurrence(n));
    expect(told(all)).toEqual({ m: '8000' });
    expect(targetsOf(all, before)[0]?.meetings).toEqual(all);
  });

  it('has another number told where it differs, and there alone', () => {
    const meetings = [occurrence(0, { number: '8001' }), occurrence(1), occurrence(2)];
    expect(told(meetings)).toEqual({ m: '8000', 0: '8001' });
    expect(targetsOf(meetings, before)[0]?.meetings.map(({ key }) => key)).toEqual(['uid@1', 'uid@2']);
  });

  it('tells the same number of another cluster apart', () => {
    const elsewhere: PlacedConference = { ...placement, cluster: 'apac' };
    expect(told([occurrence(0), occurrence(1), occurrence(2, { more: { placement: elsewhere } })])).toEqual({
      m: '8000',
      2: '8000',
    });
  });

  it('says nothing in the body of an occurrence that has no slot', () => {
    expect(told([occurrence(0), occurrence(1, { number: undefined }), occurrence(2)])).toEqual({
      m: '8000',
      1: 'none',
    });
  });

  it('is told nothing at all, whole or in parts, while its occurrences get their slots one by one', () => {
    const waiting = occurrence(1, { number: undefined });
    const { unplaced: _, ...beingPlaced } = waiting;
    expect(told([occurrence(0), beingPlaced, occurrence(2, { number: '8001' })])).toEqual({ m: 'keep' });
  });

  it('has exceptions told in their own bodies, whatever their number, for they do not have the series’', () => {
    expect(
      told([
        occurrence(0),
        occurrence(1, { exception: true }),
        occurrence(2, { exception: true, number: '8001' }),
      ]),
    ).toEqual({
      m: '8000',
      1: '8000',
      2: '8001',
    });
  });

  it('has what is no longer true taken out of the body of an exception that lost its room', () => {
    expect(told([occurrence(0), occurrence(1, { exception: true, cancelled: true })])).toEqual({
      m: '8000',
      1: 'none',
    });
  });

  it('has an occurrence that lost its room say nothing, though its master tells a number', () => {
    expect(told([occurrence(0), occurrence(1, { cancelled: true })])).toEqual({ m: '8000', 1: 'none' });
  });

  it('does not touch the bodies of what has passed', () => {
    const meetings = [
      occurrence(0, { number: '8005', exception: true, more: { run: closed } }),
      occurrence(1, { number: '8001' }),
      occurrence(2),
      occurrence(3),
    ];
    expect(told(meetings, end + 1)).toEqual({ m: '8000', 1: '8001' });
  });

  it('says nothing once it is cancelled before any of it was held', () => {
    expect(told([0, 1].map((n) => occurrence(n, { cancelled: true })))).toEqual({ m: 'none' });
  });

  it('keeps what it told once it is cancelled after some of it was held', () => {
    expect(
      told([occurrence(0, { more: { run: closed } }), occurrence(1, { cancelled: true })], end + 1),
    ).toEqual({ m: 'keep' });
  });

  it('does not keep the number of a date that is over where those to come have none', () => {
    const held = occurrence(0, { more: { run: closed } });
    expect(told([held, occurrence(2, { number: undefined })], start + day)).toMatchObject({ m: 'none' });
  });

  it('keeps what it told after its last day', () => {
    expect(
      told(
        [0, 1].map((n) => occurrence(n)),
        end + day,
      ),
    ).toEqual({ m: 'keep' });
  });

  it('says nothing in its master where only exceptions are left to tell of', () => {
    expect(told([occurrence(0, { exception: true })])).toEqual({ m: 'none', 0: '8000' });
  });

  it('is told to the organizer of what is booked', () => {
    const gone = occurrence(0, { cancelled: true });
    const others = { ...gone.last, organizer: { name: 'Old', address: 'old@example.com' } };
    expect(targetsOf([{ ...gone, last: others }, occurrence(1)], before)[0]?.organizer).toBe(
      'tim@example.com',
    );
  });
});
