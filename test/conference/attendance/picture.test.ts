import { describe, expect, it } from 'vitest';
import type { Attendee } from '../../../src/conference/attendance/attendee.ts';
import { type LeavingReason, leavingReasons } from '../../../src/conference/attendance/news.ts';
import {
  lostPart,
  type Part,
  type ParticipantState,
  type PictureRules,
  pictureOf,
} from '../../../src/conference/attendance/picture.ts';

const t0 = Date.parse('2026-11-27T10:00:00Z');
const at = (seconds: number) => t0 + seconds * 1_000;
const cms1 = 'https://cms1.example.com:445';
const cms2 = 'https://cms2.example.com:445';
const rules: PictureRules = {
  rooms: [{ mailbox: 'board@example.com', sip: 'board@video.example.com' }],
  nobodies: new Set(['recorder@video.example.com']),
  hasHosts: false,
  isHidden: false,
};

/** There since the ninth second. */
function known(id: string, fields: Partial<Attendee> = {}): Attendee {
  return { id, legs: [], since: at(9), heardAt: at(10), ...fields };
}

/** Connected since the tenth second, unless told otherwise. */
function attendee(id: string, fields: Partial<Attendee> = {}): Attendee {
  return known(id, { connectedAt: at(10), isConnected: true, ...fields });
}

function part(attendees: readonly Attendee[], fields: Partial<Part> = {}): Part {
  return { callBridge: cms1, attendees, source: 'events', asOf: at(60), lostRecords: 0, ...fields };
}

const pictured = (attendees: readonly Attendee[], changed: Partial<PictureRules> = {}) =>
  pictureOf([part(attendees)], { ...rules, ...changed });
const one = (fields: Partial<Attendee>, changed: Partial<PictureRules> = {}) =>
  pictured([attendee('ann', fields)], changed).participants[0];

describe('a participant', () => {
  it('is shown with all that is known of them', () => {
    const ann = attendee('ann', {
      ...{ name: 'Ann', address: 'ann@people.example', direction: 'incoming', isApp: true },
      ...{ isAudioMuted: true, isVideoMuted: false, layout: 'stacked', importance: 5 },
      ...{ isPresenting: true, isSpeaking: false, canMove: true, movedFrom: 'before' },
    });
    expect(pictured([ann]).participants).toMatchObject([
      {
        ...{ id: 'ann', room: null, name: 'Ann', address: 'ann@people.example', callBridge: cms1 },
        ...{ role: null, state: 'connected', direction: 'incoming', by: 'app' },
        ...{ audioMuted: true, videoMuted: false, layout: 'stacked', importance: 5 },
        ...{ presenting: true, speaking: false, canMove: true, movedFrom: 'before' },
        ...{ joined: '2026-11-27T10:00:10.000Z', left: null, reason: null, because: null },
      },
    ]);
  });

  it('of whom nothing is known has nothing that is made up', () => {
    const [found] = pictured([known('ann')]).participants;
    const said = Object.entries(found ?? {}).filter(([, value]) => value !== null);
    expect(Object.fromEntries(said)).toEqual({
      ...{ id: 'ann', callBridge: cms1, state: 'connected', joined: '2026-11-27T10:00:09.000Z' },
    });
  });

  it.each<[string, Attendee, ParticipantState]>([
    ['connected', attendee('ann'), 'connected'],
    ['known by a look alone', known('ann'), 'connected'],
    ['called', known('ann', { isConnected: false }), 'ringing'],
    ['connected, and was told of late as called', attendee('ann', { isConnected: false }), 'connected'],
    ['on hold', attendee('ann', { isOnHold: true }), 'on-hold'],
    ['in the lobby', attendee('ann', { isInLobby: true }), 'in-lobby'],
    ['in the lobby, and on hold there', attendee('ann', { isInLobby: true, isOnHold: true }), 'in-lobby'],
    ['let in', attendee('ann', { isInLobby: false }), 'connected'],
    ['gone', attendee('ann', { leftAt: at(20), reason: 'hung-up', isOnHold: true }), 'left'],
    ['gone without having answered', known('ann', { leftAt: at(20), isConnected: false }), 'left'],
  ])('who is %s is shown so', (_, who, state) => {
    expect(pictured([who]).participants).toMatchObject([{ state }]);
  });

  it.each<[string, Partial<Attendee>, isHidden: boolean, shown: object]>([
    ['is one by its address', { address: 'board@video.example.com' }, false, { room: 'board@example.com' }],
    [
      'is shown where names are hidden',
      { address: 'board@video.example.com', name: 'Board' },
      true,
      { room: 'board@example.com', name: 'Board', address: 'board@video.example.com' },
    ],
    ['is not one by its name', { name: 'board@video.example.com' }, false, { room: null }],
    ['is not one by another address', { address: 'board@x.example' }, false, { room: null }],
  ])('that is a room %s', (_, fields, isHidden, shown) => {
    expect(one(fields, { isHidden })).toMatchObject(shown);
  });

  it('has no name and no address where names are hidden', () => {
    const { participants } = pictured([attendee('ann', { name: 'Ann', address: 'ann@people.example' })], {
      isHidden: true,
    });
    expect(participants).toMatchObject([{ id: 'ann', name: null, address: null, state: 'connected' }]);
    expect(JSON.stringify(participants)).not.toMatch(/Ann|people\.example/);
  });

  it.each<[string, boolean, Partial<Attendee>, string | null]>([
    ['host', true, { isHost: true }, 'host'],
    ['guest', true, { isHost: false }, 'guest'],
    ['guest, known by the lobby', true, { isInLobby: true }, 'guest'],
    ['of neither, where it is not known', true, {}, null],
    ['of neither, where all are alike', false, { isHost: true, isInLobby: true }, null],
  ])('is %s', (_, hasHosts, fields, role) => {
    expect(one(fields, { hasHosts })?.role).toBe(role);
  });

  it.each<[Partial<Attendee>, string | null]>([
    [{ isApp: true }, 'app'],
    [{ isApp: false }, 'sip'],
    [{}, null],
  ])('comes by what they come by: %j', (fields, by) => {
    expect(one(fields)?.by).toBe(by);
  });

  it.each(Object.keys(leavingReasons) as LeavingReason[])('who has left says why: %s', (reason) => {
    expect(one({ leftAt: at(20), reason })).toMatchObject({
      ...{ state: 'left', joined: '2026-11-27T10:00:10.000Z', left: '2026-11-27T10:00:20.000Z' },
      ...{ reason, because: leavingReasons[reason] },
    });
  });

  it('who left without having come in has not joined', () => {
    const { participants } = pictured([known('ann', { leftAt: at(20), reason: 'no-answer' })]);
    expect(participants).toMatchObject([{ joined: null, left: '2026-11-27T10:00:20.000Z' }]);
  });
});

it('who is nobody is not shown and not counted', () => {
  const recorder = attendee('recorder', { address: 'recorder@video.example.com', name: 'Ann' });
  expect(pictured([recorder, attendee('ann')])).toMatchObject({ present: 1, participants: [{ id: 'ann' }] });
});

describe('somebody of whom several call bridges tell', () => {
  const of = (here: Partial<Attendee>, there: Partial<Attendee>) => {
    const first = attendee('ann', { name: 'first', ...here });
    const second = attendee('ann', { name: 'second', ...there });
    return [part([first]), part([second], { callBridge: cms2 })] as const;
  };
  it.each<[string, here: Partial<Attendee>, there: Partial<Attendee>]>([
    ['has a leg of theirs', { legs: ['ann'] }, {}],
    ['is the one that they are connected to', { isLocal: true }, {}],
    ['has told their end, before one that has a leg', { isEndTold: true, leftAt: at(20) }, { legs: ['ann'] }],
    ['has a leg, before one that misses them', { legs: ['ann'] }, { leftAt: at(20) }],
    ['has them in, before one that misses them', {}, { leftAt: at(20) }],
    ['had them connected, before a peer that still has them', { isLocal: true, leftAt: at(20) }, {}],
  ])('is there once, as that call bridge says which %s', (_, winner, other) => {
    const expected = (callBridge: string, name: string) => [{ id: 'ann', callBridge, name }];
    expect(pictureOf(of(winner, other), rules).participants).toMatchObject(expected(cms1, 'first'));
    expect(pictureOf(of(other, winner), rules).participants).toMatchObject(expected(cms2, 'second'));
    expect(pictureOf(of(other, winner), rules).participants).toHaveLength(1);
  });

  it('is as the first says where none knows better', () => {
    expect(pictureOf(of({}, {}), rules).participants).toMatchObject([{ callBridge: cms1, name: 'first' }]);
  });
});

it('who was connected to a call bridge that is lost is out, and who came in elsewhere or had left before is as they were', () => {
  const lost = part([
    attendee('ann', { legs: ['a'] }),
    attendee('ben'),
    attendee('cid', { legs: ['c'], leftAt: at(20), reason: 'hung-up' }),
  ]);
  const there = part([attendee('ben', { legs: ['b'] })], { callBridge: cms2 });
  const { participants, present, complete, sources } = pictureOf([lostPart(lost, at(70)), there], rules);
  expect(participants.map(({ id, state, reason, left }) => [id, state, reason, left])).toEqual([
    ['ben', 'connected', null, null],
    ['ann', 'left', 'call-bridge-lost', '2026-11-27T10:01:10.000Z'],
    ['cid', 'left', 'hung-up', '2026-11-27T10:00:20.000Z'],
  ]);
  expect([present, complete, sources.map(({ by }) => by)]).toEqual([1, true, ['lost', 'events']]);
});

it('who is in comes first, in the order of their coming; then who has left, the last one first', () => {
  const left = (id: string, when: number) => attendee(id, { leftAt: at(when), reason: 'hung-up' });
  const { participants } = pictured([
    left('early', 20),
    attendee('ben', { connectedAt: at(12) }),
    left('late', 40),
    attendee('dan'),
    attendee('cid'),
    left('middle', 30),
    known('eve', { isConnected: false, since: at(11) }),
  ]);
  expect(participants.map(({ id }) => id)).toEqual(['cid', 'dan', 'ben', 'eve', 'late', 'middle', 'early']);
});

it('those are present who are in, in the lobby and on hold too, but not who is only called', () => {
  const picture = pictured([
    attendee('ann'),
    attendee('ben', { isInLobby: true }),
    attendee('cid', { isOnHold: true }),
    known('dan', { isConnected: false }),
    attendee('eve', { leftAt: at(20), reason: 'hung-up' }),
  ]);
  expect(picture.present).toBe(3);
  expect(picture.participants).toHaveLength(5);
});

describe('a picture', () => {
  it('says of each call bridge how it is known, as of when, and what was lost', () => {
    const parts = [
      part([], { source: 'records', lostRecords: 2 }),
      part([], { callBridge: cms2, source: 'none', asOf: undefined }),
    ];
    expect(pictureOf(parts, rules).sources).toEqual([
      { callBridge: cms1, by: 'records', asOf: '2026-11-27T10:01:00.000Z', lostRecords: 2 },
      { callBridge: cms2, by: 'none', asOf: null, lostRecords: 0 },
    ]);
  });

  it.each<[string, readonly Partial<Part>[], boolean]>([
    ['by events', [{}], true],
    ['by asking', [{ source: 'polling' }], true],
    ['of what is over', [{ source: 'ended' }], true],
    ['where one call bridge is silent', [{}, { source: 'none' }], false],
    ['where records are lost', [{ lostRecords: 1 }], false],
    ['where records of what is over were lost', [{}, { source: 'ended', lostRecords: 1 }], false],
    ['of nothing', [], true],
  ])('%s is complete or not: %#', (_, parts, complete) => {
    expect(
      pictureOf(
        parts.map((fields) => part([], fields)),
        rules,
      ).complete,
    ).toBe(complete);
  });
});
