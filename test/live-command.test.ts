/** `roombridge live` and `roombridge operate` against an admin listener: what is told in the terminal, and what is asked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attendee } from '../src/conference/attendance/attendee.ts';
import { type Overview, overviewOf } from '../src/conference/attendance/overview.ts';
import { type Picture, type PictureRules, pictureOf } from '../src/conference/attendance/picture.ts';
import type { Operation, Outcome } from '../src/conference/operation/operation.ts';
import type { Run } from '../src/conference/run.ts';
import { viewOf } from '../src/conference/view.ts';
import type { ListenerConfig } from '../src/config.ts';
import { tellLive } from '../src/live-command.ts';
import { type OperateOptions, tellOperation } from '../src/operate-command.ts';
import { booked, end, meeting, minute, run, start } from './conference/a-meeting.ts';
import { type Admin, openAdmin } from './http/admin-fixture.ts';

const second = 1_000;
const clusters = [{ name: 'emea', domain: 'video.example.com', numbers: { base: 8000, quantity: 100 } }];

interface Conference {
  readonly overview: Overview;
  readonly picture: Picture;
}

interface Told {
  readonly title?: string;
  readonly attendees?: readonly Attendee[];
  readonly run?: Partial<Run>;
  readonly rules?: Partial<PictureRules>;
  readonly lostRecords?: number;
}

function conference(
  number: string,
  { title = 'Budget', attendees = [], run: changed, rules, lostRecords = 0 }: Told = {},
): Conference {
  const part = { callBridge: 'https://cms1:445', source: 'events' as const, asOf: start, lostRecords };
  const picture = pictureOf([{ ...part, attendees }], {
    ...{ rooms: [{ mailbox: 'board@x', sip: 'board@video' }], nobodies: new Set<string>() },
    ...{ hasHosts: false, isHidden: false, ...rules },
  });
  const itsRun: Run = { ...run, callBridge: 'https://cms1:445', number, rooms: {}, ...changed };
  const its = meeting({
    key: `key of ${number}/é`,
    booked: { ...booked, title },
    run: itsRun,
    placement: undefined,
  });
  return { overview: overviewOf(its, viewOf(its, clusters), picture), picture };
}

function attendee(id: string, fields: Partial<Attendee> = {}): Attendee {
  const since = start + 61 * second;
  return { id, legs: [id], since, connectedAt: since, heardAt: since, ...fields };
}

const ann = attendee('id-ann', { name: 'Ann', address: 'ann@people.example' });
const ben = attendee('id-ben', { name: 'Ben', address: 'ben@people.example' });

interface Asked {
  readonly key: string;
  readonly request: string;
  readonly by: string;
  readonly operation: Operation;
}

let admin: Admin;
let address: ListenerConfig;
let held: Conference[];
let asked: Asked[];
let looked: string[];
let outcomes: (Outcome | 'waiting' | 'absent')[];
beforeEach(async () => {
  held = [];
  asked = [];
  looked = [];
  outcomes = [];
  const find = (key: string) => held.find(({ overview }) => overview.key === key);
  admin = await openAdmin({
    live: async () => ({ at: '2026-11-23T09:05:00.000Z', meetings: held.map(({ overview }) => overview) }),
    // One a page.
    listMeetings: async ({ after = '0' }) => {
      const next = Number(after) + 1;
      const page = held.slice(Number(after), next).map(({ overview }) => overview);
      return { meetings: page, next: next < held.length ? `${next}` : null };
    },
    getMeeting: async (key) => {
      const found = find(key)?.overview;
      return found && { ...found, passcode: null, timeline: [] };
    },
    getParticipants: async (key: string) => {
      looked.push(key);
      return find(key)?.picture;
    },
    operate: async (key, ordered) => {
      asked.push({ key, ...ordered });
      return outcomes.shift() ?? { state: 'done', at: start };
    },
  });
  address = { host: '127.0.0.1', port: admin.port };
});
afterEach(() => admin.instance.close());

const lines = (...said: string[]) => said.join('\n');

describe('what runs is told', () => {
  it('where nothing does', async () => {
    expect(await tellLive(address, {})).toBe('nothing runs now');
    held = [conference('8000')];
    expect(await tellLive(address, { number: '8001' })).toBe('nothing runs at 8001 now');
  });

  it('with each who is in, since when, and how they are', async () => {
    held = [
      conference('8000', {
        attendees: [
          attendee('r', { address: 'board@video', since: start, connectedAt: start }),
          { ...ann, isAudioMuted: true, isVideoMuted: true, isPresenting: true },
          attendee('c', { address: 'cid@people.example', isOnHold: true }),
          attendee('d', { name: 'Dan', isInLobby: true, isAudioMuted: false }),
          { id: 'e', legs: ['e'], since: start + minute, heardAt: start, name: 'Eve', isConnected: false },
        ],
        rules: { hasHosts: true },
      }),
    ];
    expect(await tellLive(address, {})).toBe(
      lines(
        '09:05:00Z  1 conference runs, nothing is wrong',
        '',
        '8000  Budget  4 in on cms1:445, until 10:00:00Z',
        '  board@x (room)                                 since 09:00:00Z',
        '  cid@people.example         on hold             since 09:01:01Z',
        '  Dan                 guest  waits in the lobby  since 09:01:01Z',
        '  Ann                                            since 09:01:01Z  muted, no picture, presents',
        '  Eve                        rings',
      ),
    );
  });

  it('of one with who has left, and why, where it is asked for', async () => {
    const left = attendee('f', {
      name: 'Fay',
      leftAt: start + 5 * minute,
      reason: 'hung-up',
      isAudioMuted: true,
    });
    held = [conference('8000', { attendees: [ann, left] })];
    expect(await tellLive(address, {})).not.toContain('Fay');
    expect(await tellLive(address, { all: true })).toBe(
      lines(
        '09:05:00Z  1 conference runs, nothing is wrong',
        '',
        '8000  Budget  1 in on cms1:445, until 10:00:00Z',
        '  Ann                   since 09:01:01Z',
        '  Fay    left: hung up  09:05:00Z        muted',
      ),
    );
  });

  it('of many, with what is wrong of each', async () => {
    held = [
      conference('8000', { attendees: [ann] }),
      conference('8001', {
        title: 'Öl & Gas',
        run: {
          lost: { callBridge: 'https://cms1:445', since: start },
          rooms: { 'board@x': { sip: 'board@video', state: 'failed' } },
        },
        lostRecords: 3,
      }),
      conference('8002', { attendees: [attendee('x', { isInLobby: true })] }),
    ];
    expect(await tellLive(address, {})).toBe(
      lines(
        '09:05:00Z  3 conferences run, 2 with trouble',
        '',
        '8000  Budget  1 in on cms1:445, until 10:00:00Z',
        '  Ann      since 09:01:01Z',
        '',
        '8001  Öl & Gas  0 in on cms1:445, until 10:00:00Z',
        '  ! its call bridge is lost',
        '  ! a room is not in',
        '  ! something may be missing here',
        '',
        '8002  Budget  1 in on cms1:445, until 10:00:00Z',
        '  ! all wait for a host',
        '  somebody    waits in the lobby  since 09:01:01Z',
      ),
    );
  });

  it('of one number alone, where it is asked for', async () => {
    held = [conference('8000', { attendees: [ann] }), conference('8001', { attendees: [ben] })];
    const text = await tellLive(address, { number: '8001' });
    expect(text).toMatch(/^09:05:00Z {2}1 conference runs, /);
    expect(text).toContain('Ben');
    expect(text).not.toContain('Ann');
    expect(looked).toEqual(['key of 8001/é']);
  });

  it('with where and until when it runs', async () => {
    const until = end + 15 * minute;
    const extension = { of: end, until, times: 1 };
    held = [conference('8000', { run: { extension } })];
    expect(await tellLive(address, {})).toContain('8000  Budget  0 in on cms1:445, extended until 10:15:00Z');
    const { callBridge: _, ...nowhere } = held[0]?.overview ?? conference('8000').overview;
    held = [{ ...conference('8000'), overview: { ...nowhere, callBridge: null } }];
    expect(await tellLive(address, {})).toContain('8000  Budget  0 in, extended until 10:15:00Z');
  });

  it('without a name or an address where those are hidden', async () => {
    held = [conference('8000', { attendees: [ann, ben], rules: { isHidden: true } })];
    const text = await tellLive(address, {});
    expect(text.match(/somebody/g)).toHaveLength(2);
    expect(text).not.toMatch(/Ann|Ben|people\.example/);
  });

  it('of very many each in a line, and whoever is in for the first ones only', async () => {
    held = Array.from({ length: 27 }, (_, i) => conference(`${8_000 + i}`, { attendees: [ann] }));
    const text = await tellLive(address, {});
    expect(text).toContain('27 conferences run');
    expect(text.match(/^80\d\d /gm)).toHaveLength(27);
    expect(text.match(/Ann/g)).toHaveLength(25);
    expect(looked).toHaveLength(25);
  });

  it('not at all where nobody answers', async () => {
    await expect(tellLive({ host: '127.0.0.1', port: 0 }, {})).rejects.toThrow('http.admin.port is 0');
  });
});

describe('an order', () => {
  const operate = (what: string, words: string[] = [], options: Partial<OperateOptions> = {}) =>
    tellOperation(address, '8000', what, words, { by: 'olga', seconds: '30', ...options });
  beforeEach(() => {
    held = [
      conference('8001', { title: 'Other' }),
      conference('8000', {
        attendees: [
          attendee('id-room', { address: 'board@video', name: 'Board' }),
          ...[ann, ben, attendee('id-ben-2', { name: 'ben' })],
          attendee('id-gone', { name: 'Gone', leftAt: end, reason: 'hung-up' }),
        ],
      }),
    ];
  });

  it.each<[what: string, words: string[], options: Partial<OperateOptions>, Operation]>([
    ['dial', ['cid@x.example'], {}, { do: 'dial', address: 'cid@x.example' }],
    ['redial', ['board@x'], {}, { do: 'redial', room: 'board@x' }],
    ['drop', [], { all: true }, { do: 'drop', who: 'all' }],
    ['drop', ['ann', 'ID-BEN', 'board@x'], {}, { do: 'drop', who: ['id-ann', 'id-ben', 'id-room'] }],
    ['mute', ['Ann@People.example'], {}, { do: 'mute', who: ['id-ann'], audio: true }],
    ['unmute', ['ann'], {}, { do: 'mute', who: ['id-ann'], audio: false }],
    ['stop-video', [], { all: true }, { do: 'mute', who: 'all', video: true }],
    ['start-video', ['ann'], {}, { do: 'mute', who: ['id-ann'], video: false }],
    ['layout', ['stacked', 'ann'], {}, { do: 'layout', layout: 'stacked', who: ['id-ann'] }],
    ['layout', ['stacked'], { all: true }, { do: 'layout', layout: 'stacked', who: 'all' }],
    ['importance', ['5', 'ann'], {}, { do: 'importance', importance: 5, who: ['id-ann'] }],
    ['lock', [], {}, { do: 'lock', locked: true }],
    ['unlock', [], {}, { do: 'lock', locked: false }],
    ['admit', [], { all: true }, { do: 'admit', who: 'all' }],
    ['send-to-lobby', ['ann'], {}, { do: 'send-to-lobby', who: ['id-ann'] }],
    ['message', ['Ten', 'minutes'], { seconds: '20' }, { do: 'message', text: 'Ten minutes', seconds: 20 }],
    ['record', ['on'], {}, { do: 'record', on: true }],
    ['stream', ['off'], {}, { do: 'stream', on: false }],
    ['end', [], {}, { do: 'end' }],
    ['tell-again', [], {}, { do: 'tell-again' }],
    ['place-again', [], {}, { do: 'place-again', number: '8000' }],
    ['move-bridge', [], {}, { do: 'move-bridge' }],
    ['move-bridge', ['https://cms2.x'], {}, { do: 'move-bridge', to: 'https://cms2.x' }],
    ['move', ['ann'], { to: '8001' }, { do: 'move', who: ['id-ann'], to: 'key of 8001/é', number: '8001' }],
    [
      'move',
      ['ann'],
      { to: '8001', pastLobby: true },
      { do: 'move', who: ['id-ann'], to: 'key of 8001/é', number: '8001', pastLobby: true },
    ],
  ])('to %s %j %j is made of the conference that has the number', async (what, words, options, operation) => {
    expect(await operate(what, words, options)).toMatchObject({ well: true });
    expect(asked).toEqual([
      { key: 'key of 8000/é', by: 'olga', request: expect.stringMatching(/^[0-9a-f-]{36}$/), operation },
    ]);
  });

  it.each(['place-again', 'tell-again'])(
    'to %s is also made by the key of a meeting without a number',
    async (what) => {
      const key = 'key of 8000/é';
      expect(await tellOperation(address, key, what, [], { by: 'olga' })).toMatchObject({ well: true });
      expect(asked).toMatchObject([{ key, operation: { do: what } }]);
      expect(asked[0]?.operation).not.toHaveProperty('number');
      await expect(tellOperation(address, key, 'lock', [], { by: 'olga' })).rejects.toThrow(
        'is not a number',
      );
    },
  );

  it.each<[what: string, words: string[], options: Partial<OperateOptions>, said: string]>([
    ['sing', [], {}, 'sing is none of dial, redial, drop'],
    ['constructor', [], {}, 'constructor is none of dial, redial, drop'],
    ['dial', [], {}, 'usage: roombridge operate NUMBER dial ADDRESS'],
    ['dial', ['a@x', 'b@x'], {}, 'usage: roombridge operate NUMBER dial ADDRESS'],
    ['drop', [], {}, 'usage: roombridge operate NUMBER drop WHO... | --all'],
    ['drop', ['ann'], { all: true }, 'usage: roombridge operate NUMBER drop WHO... | --all'],
    ['layout', [], { all: true }, 'usage: roombridge operate NUMBER layout LAYOUT WHO... | --all'],
    ['importance', ['ann', '5'], {}, 'usage: roombridge operate NUMBER importance VALUE WHO...'],
    ['importance', ['5'], {}, 'usage: roombridge operate NUMBER importance VALUE WHO...'],
    ['lock', ['now'], {}, 'usage: roombridge operate NUMBER lock'],
    ['message', [], {}, 'usage: roombridge operate NUMBER message TEXT [--seconds N]'],
    ['record', ['maybe'], {}, 'usage: roombridge operate NUMBER record on|off'],
    ['end', ['now'], {}, 'usage: roombridge operate NUMBER end'],
    ['place-again', ['now'], {}, 'usage: roombridge operate NUMBER place-again'],
    ['move-bridge', ['a', 'b'], {}, 'usage: roombridge operate NUMBER move-bridge [ADDRESS]'],
    ['move', ['ann'], {}, 'usage: roombridge operate NUMBER move WHO... --to NUMBER [--past-lobby]'],
    ['move', [], { to: '8001' }, 'usage: roombridge operate NUMBER move WHO... --to NUMBER [--past-lobby]'],
    ['move', ['ann'], { to: '8009' }, 'nothing is open at 8009, nor planned within a week'],
    ['drop', ['Ben'], {}, 'Ben is more than one; say which: id-ben, id-ben-2'],
    ['drop', ['ann', 'Gone'], {}, 'Gone is not in; in are: Ann, Ben, ben, board@x'],
    ['drop', ['all'], {}, 'all is not in; in are: Ann, Ben, ben, board@x'],
    ['layout', ['mosaic', 'ann'], {}, 'layout: expected one of allEqual, stacked'],
    ['message', ['Hi'], { seconds: 'soon' }, 'seconds: expected a whole number of seconds from 1 to 3600'],
  ])('to %s %j %j is not made: it is said why', async (what, words, options, said) => {
    await expect(operate(what, words, options)).rejects.toMatchObject({
      ...{ name: 'NotDone', message: expect.stringContaining(said) },
    });
    expect(asked).toEqual([]);
  });

  it('of a number at which nothing is, or of none, is not made', async () => {
    const of = (number: string) => tellOperation(address, number, 'end', [], { by: 'olga' });
    await expect(of('8009')).rejects.toThrow('nothing is open at 8009, nor planned within a week');
    await expect(of('board')).rejects.toThrow('board is not a number such as 80991007');
    expect(asked).toEqual([]);
  });

  it('of nobody says that nobody is in', async () => {
    held = [conference('8000')];
    await expect(operate('drop', ['Ann'])).rejects.toThrow('Ann is not in; in are: nobody');
  });

  it('of those whose names are hidden is made by their ids, and tells no name', async () => {
    held = [conference('8000', { attendees: [ann, ben], rules: { isHidden: true } })];
    await expect(operate('drop', ['Ann'])).rejects.toThrow('Ann is not in; in are: id-ann, id-ben');
    outcomes = [{ state: 'done', at: start, participants: [{ participant: 'id-ann' }] }];
    expect(await operate('drop', ['id-ann'])).toEqual({ text: lines('done', '  id-ann: done'), well: true });
  });

  it.each<[string, Outcome, string, well: boolean]>([
    ['done', { state: 'done', at: start }, 'done', true],
    ['done, with something to say', { state: 'done', detail: 'at once', at: start }, 'done: at once', true],
    [
      'refused',
      { state: 'refused', refusal: 'not-open', detail: 'the conference does not run', at: start },
      'refused: the conference does not run',
      false,
    ],
    [
      'failed',
      { state: 'failed', refusal: 'failed', detail: 'no answer', at: start },
      'failed: no answer',
      false,
    ],
    [
      'done for some',
      {
        ...{ state: 'partly', at: start },
        participants: [
          { participant: 'id-ann', now: 'id-ann-2' },
          { participant: 'id-room', refusal: 'nobody', detail: 'no such participant is in it' },
          { participant: 'id-unknown', refusal: 'failed', detail: 'no answer' },
        ],
      },
      lines('partly', '  Ann: done', '  board@x: no such participant is in it', '  id-unknown: no answer'),
      false,
    ],
  ])('that was %s is told so', async (_, outcome, text, well) => {
    outcomes = [outcome];
    expect(await operate('lock')).toEqual({ text, well });
  });

  it('that takes its time is asked for again, as the same order, until it is settled', async () => {
    outcomes = ['waiting', 'waiting', { state: 'done', at: start }];
    expect(await operate('end')).toEqual({ text: 'done', well: true });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ request }) => request)).size).toBe(1);
  });

  it('is another one each time that it is given', async () => {
    await operate('end');
    await operate('end');
    expect(new Set(asked.map(({ request }) => request)).size).toBe(2);
  });

  it('of a meeting that is forgotten meanwhile is not made', async () => {
    outcomes = ['absent'];
    await expect(operate('end')).rejects.toThrow('No meeting has this key.');
  });
});
