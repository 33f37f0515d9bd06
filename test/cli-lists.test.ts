/** The commands that show what the running program has, against an admin listener: tables for people, JSON for scripts. */
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { tellAuditLog } from '../src/audit-log-command.ts';
import { tellCallBridges } from '../src/bridge-command.ts';
import type { MeetingQuery } from '../src/http/admin/meeting-query.ts';
import type { callBridge as callBridgeSchema } from '../src/http/api/clusters.ts';
import type { meeting as meetingSchema } from '../src/http/api/meetings.ts';
import type { reportDay } from '../src/http/api/reports.ts';
import { tellMeeting } from '../src/meeting-command.ts';
import { type MeetingsOptions, tellMeetings } from '../src/meetings-command.ts';
import { actOnQueue, tellFailing, tellQueues } from '../src/queues-command.ts';
import { dayAt, daysBefore, tellReports } from '../src/reports-command.ts';
import { tellRooms } from '../src/rooms-command.ts';
import type { Reach } from '../src/running.ts';
import { listen } from './command-out.ts';
import { type Admin, openAdmin } from './http/admin-fixture.ts';
import { cluster, meeting, room, well } from './http/answers.ts';

type Meeting = z.infer<typeof meetingSchema>;
type CallBridge = z.infer<typeof callBridgeSchema>;

const hostile = '\x1b]0;owned\x07Rückblick\n\u202eexe';
const callBridge: CallBridge = {
  ...{ ...well, address: 'https://cms1:445', state: 'up', name: null, order: 1, openTickets: [] },
};

let held: Meeting[];
let queries: MeetingQuery[];
let acts: unknown[];
let clusters: (typeof cluster)[];
let days: z.infer<typeof reportDay>[];
let wishes: unknown[];
let admin: Admin;
let reach: Reach;
beforeEach(async () => {
  held = [meeting];
  queries = [];
  acts = [];
  days = [];
  wishes = [];
  clusters = [{ ...cluster, callBridges: [callBridge] }];
  const entry = {
    ...{ by: 'ann', what: 'POST /api/call-bridges/:address/drain', about: { address: 'https://cms1' } },
    ...{ said: { force: true, at: 'now\x1b[2J' }, outcome: 'done' },
  };
  admin = await openAdmin({
    // As many a page as are asked for, three at most.
    listMeetings: async (query) => {
      queries.push(query);
      const first = Number(query.after ?? 0);
      const last = first + Math.min(3, query.limit);
      return { meetings: held.slice(first, last), next: last < held.length ? String(last) : null };
    },
    getMeeting: async (key) => {
      const found = held.find((one) => one.key === key);
      return found && { ...found, passcode: '123456', timeline: [] };
    },
    listRooms: async () => [
      { ...room, name: 'Board', lastSync: '2026-03-10T11:59:00.000Z', error: `403: ${hostile}` },
      { ...room, mailbox: 'huddle@example.com' },
    ],
    listClusters: async () => clusters,
    listCallBridges: async () => [
      {
        ...{ address: 'https://cms1:445', cluster: 'emea' },
        drain: {
          ...{ since: '2026-03-10T12:00:00.000Z', from: '2026-03-10T12:00:00.000Z' },
          ...{ until: '2026-03-10T13:00:00.000Z', moveRunning: null },
        },
      },
    ],
    listQueues: async () => [
      { name: 'calendar', waiting: 1, active: 0, delayed: 2, failed: 1, late: 3_210, paused: true },
      { name: 'bridge', waiting: 0, active: 1, delayed: 0, failed: 0, late: 0, paused: false },
    ],
    listFailing: async (name) => {
      if (name === 'bridge') return [];
      return name === 'calendar'
        ? [{ key: 'board@x', since: 0, times: 3, why: `TypeError: ${hostile}` }]
        : undefined;
    },
    actOnQueue: async (name, action) => {
      acts.push([name, action]);
      return name === 'calendar' ? action.do !== 'drop' : undefined;
    },
    listAudit: async (before, limit) => {
      const first = before === undefined ? 0 : Number(before.split('-')[0]);
      return Array.from({ length: Math.min(limit, 1_500 - first) }, (_, i) => ({
        ...{ ...entry, at: 0, id: `${first + i + 1}-0` },
      }));
    },
    listReportDays: async (...wish) => {
      wishes.push(wish);
      return days;
    },
  });
  reach = { url: `http://127.0.0.1:${admin.port}` };
});
afterEach(() => admin.instance.close());

const many = (count: number): Meeting[] =>
  Array.from({ length: count }, (_, i) => ({ ...meeting, key: `k${i}`, title: `Talk ${i}` }));

describe('meetings', () => {
  const tell = async (options: Partial<MeetingsOptions> = {}, screen = {}) => {
    const out = listen(screen);
    await tellMeetings(reach, { limit: 100, ...options }, out);
    return out;
  };

  it('are told in the zone of who looks, with until when they go on and where they are', async () => {
    held = [
      {
        ...meeting,
        state: 'open',
        callBridge: 'https://cms1:445',
        extendedUntil: '2026-03-10T23:30:00.000Z',
      },
      { ...meeting, state: 'unplaced', reason: 'no-slot', number: null, cluster: null, organizer: null },
    ];
    expect((await tell({}, { zone: 'Europe/Berlin' })).lines()).toEqual([
      'time (Europe/Berlin)               number    state     title                  rooms              organizer        where',
      '2026-03-10 14:00–2026-03-11 00:30  80991000  open      Besprechung über Öl ✓  board@example.com  ann@example.com  cms1:445',
      '2026-03-10 14:00–15:00                       unplaced  Besprechung über Öl ✓  board@example.com                   no-slot',
    ]);
  });

  it('by a stranger do nothing to the terminal, and fit it', async () => {
    held = [{ ...meeting, title: `${hostile} 役員会議のためのとても長い題名です` }, meeting];
    const out = await tell({}, { width: 90 });
    expect(out.text()).toContain('␛]0;owned␇Rückbl…');
    expect(out.lines()).toHaveLength(3);
    for (const line of out.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(90);
  });

  it('are asked for as they are wished', async () => {
    const wish = { q: 'öl & gas', room: 'a+b@x', organizer: 'ann@x', number: '8000', state: 'open' } as const;
    await tell({ ...wish, from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', limit: 7 });
    expect(queries).toEqual([
      {
        ...{
          words: [expect.stringMatching(/ol$/), expect.stringMatching(/gas$/)],
          room: 'a+b@x',
          organizer: 'ann@x',
          number: '8000',
          state: 'open',
        },
        ...{ from: Date.parse('2026-03-01'), to: Date.parse('2026-04-01'), limit: 7 },
      },
    ]);
    await expect(tell({ room: 'nowhere' })).rejects.toThrow('room: expected a mailbox');
  });

  it('are as many as are wanted, over pages that have fewer, and it is said where there are more', async () => {
    held = many(8);
    const some = await tell({ limit: 5 });
    expect(some.lines()).toHaveLength(6);
    expect(some.remarks).toEqual(['There are more than these 5: --limit or --all shows them.']);
    for (const enough of [await tell({ limit: 8 }), await tell({ limit: 5, all: true })]) {
      expect(enough.lines()).toHaveLength(9);
      expect(enough.remarks).toEqual([]);
    }
  });

  it('are said to be none', async () => {
    held = [];
    expect((await tell()).text()).toBe('no meeting is as you want it\n');
  });

  it('are the answer of the API as JSON, or one array of all pages', async () => {
    held = many(8);
    const one = await tell({ json: true, limit: 2 });
    expect(JSON.parse(one.text())).toEqual({ meetings: held.slice(0, 2), next: '2' });
    const all = await tell({ json: true, all: true });
    expect(JSON.parse(all.text())).toEqual(held);
    held = [];
    expect(JSON.parse((await tell({ json: true, all: true })).text())).toEqual([]);
  });

  it('that stop coming are no document, so that nobody takes some for all', async () => {
    held = many(8);
    const out = listen();
    const write = async (piece: string) => {
      await out.write(piece);
      await admin.instance.close();
    };
    await expect(
      tellMeetings(reach, { limit: 100, json: true, all: true }, { ...out, write }),
    ).rejects.toThrow(/^nothing answers at http/);
    expect(() => JSON.parse(out.text())).toThrow(SyntaxError);
  });
});

describe('one meeting', () => {
  it('is the answer of the API as JSON', async () => {
    held = [{ ...meeting, title: hostile }];
    const { text, well: isWell } = await tellMeeting(reach, '80991000', { json: true });
    expect(JSON.parse(text)).toEqual({ ...held[0], passcode: '123456', timeline: [] });
    expect(isWell).toBe(true);
    expect((await tellMeeting(reach, '80991000', {})).text).toMatch(
      /^␛\]0;owned␇Rückblick �exe {2}planned\n/,
    );
  });

  it("is found by its hosts' number too", async () => {
    const numbers = { base: 80_991_000, quantity: 20, hosts: { base: 70_000 } };
    clusters = [{ ...cluster, numbers }];
    expect((await tellMeeting(reach, '70000', {})).text).toContain('80991000@meet.example.com');
    expect(queries).toMatchObject([{ number: '80991000' }]);
    await expect(tellMeeting(reach, '70020', {})).rejects.toThrow('nothing is open at 70020');
  });
});

describe('rooms and call bridges', () => {
  it('rooms are told with what is wrong with them', async () => {
    const out = listen();
    await tellRooms(reach, {}, out);
    expect(out.lines()).toEqual([
      'mailbox             name   told until (UTC)  last change  last read         how it is',
      'board@example.com   Board                                 2026-03-10 11:59  403: ␛]0;owned␇Rückblick �exe',
      'huddle@example.com                                                          not read yet',
    ]);
    const json = listen();
    await tellRooms(reach, { json: true }, json);
    expect(JSON.parse(json.text())).toMatchObject({ rooms: [{ name: 'Board' }, { name: null }] });
  });

  it('call bridges are told with how they are, their load, and out of service until when', async () => {
    const load = { now: 50_000, limit: 200_000 };
    const facts = { callLegsActive: 12, load, softwareVersion: '3.9', openTickets: ['t1'] };
    const down = { ...callBridge, ...facts, state: 'down', ok: false, why: 'timeout' } as const;
    clusters = [{ ...cluster, callBridges: [down, { ...callBridge, address: 'https://cms2:445' }] }];
    const out = listen();
    await tellCallBridges(reach, {}, out);
    expect(out.lines()).toEqual([
      'call bridge       cluster  is    since (UTC)  service                                                    calls  load  version  trouble',
      'https://cms1:445  emea     down               takes no starts from 2026-03-10 12:00 to 2026-03-10 13:00     12  25 %  3.9      timeout; tickets t1',
      'https://cms2:445  emea     up                 in service',
      '',
      'emea (meet.example.com): 0 of 20 slots held now, 0 reserved in all',
    ]);
    const json = listen();
    await tellCallBridges(reach, { json: true }, json);
    expect(JSON.parse(json.text())).toMatchObject({
      clusters: [{ name: 'emea' }],
      callBridges: [{ address: 'https://cms1:445' }],
    });
  });
});

describe('queues', () => {
  it('are told with what waits in them', async () => {
    const out = listen();
    await tellQueues(reach, {}, out);
    expect(out.lines()).toEqual([
      'queue     waiting  active  delayed  failing   late',
      'calendar        1       0        2        1  3.2 s  paused',
      'bridge          0       1        0        0',
    ]);
  });

  it('tell what fails, of one or of all', async () => {
    const [all, none, json] = [listen(), listen(), listen()];
    await tellFailing(reach, undefined, {}, all);
    expect(all.lines()).toEqual([
      'queue     key      since (UTC)       times  why',
      'calendar  board@x  1970-01-01 00:00      3  TypeError: ␛]0;owned␇Rückblick �exe',
    ]);
    await tellFailing(reach, 'bridge', {}, none);
    expect(none.text()).toBe('nothing fails\n');
    await tellFailing(reach, undefined, { json: true }, json);
    expect(JSON.parse(json.text())).toMatchObject({
      queues: [
        { queue: 'calendar', failing: [{ key: 'board@x' }] },
        { queue: 'bridge', failing: [] },
      ],
    });
    await expect(tellFailing(reach, 'x', {}, listen())).rejects.toThrow(
      'No queue has this name; there are calendar, conference,',
    );
  });

  it.each([
    ['pause', undefined, 'calendar  paused: nothing of it is begun until it is resumed'],
    ['resume', undefined, 'calendar  goes on'],
    ['retry', 'board@x', 'calendar: board@x  is tried again now'],
  ] as const)('%s %s is done, and said', async (what, key, said) => {
    expect(await actOnQueue(reach, 'calendar', what, key)).toBe(said);
    expect(acts).toEqual([['calendar', { do: what, ...(key && { key }) }]]);
  });

  it('say that there was nothing to drop', async () => {
    await expect(actOnQueue(reach, 'calendar', 'drop', 'x')).rejects.toThrow(
      'calendar: x is not there to drop',
    );
  });
});

describe('the audit log', () => {
  it('is told the newest first, with what it was about', async () => {
    const out = listen();
    await tellAuditLog(reach, { limit: 1 }, out);
    expect(out.lines()).toEqual([
      'at (UTC)          by   what                                       outcome  said',
      '1970-01-01 00:00  ann  POST /api/call-bridges/https://cms1/drain  done     force: true, at: now␛[2J',
    ]);
    expect(out.remarks).toHaveLength(1);
  });

  it('is told whole, as rows, as one array or as the CSV of the API', async () => {
    const [rows, json, csv] = [listen(), listen(), listen()];
    await tellAuditLog(reach, { limit: 100, all: true }, rows);
    expect(rows.lines()).toHaveLength(1_501);
    await tellAuditLog(reach, { limit: 100, all: true, json: true }, json);
    expect(JSON.parse(json.text())).toHaveLength(1_500);
    await tellAuditLog(reach, { limit: 100, csv: true }, csv);
    expect(csv.text()).toBe((await admin.ask('/api/audit-log.csv')).body);
  });
});

describe('reports', () => {
  const wish = { from: '2026-03-09', to: '2026-03-10', zone: 'Asia/Tokyo' };
  const figures = {
    ...{ booked: 9, held: 7, noShows: 1, cancelled: 1, unplaced: 0, notOpened: 0, failovers: 2 },
    ...{ lateness: { opened: 7, p50: 5, p99: 1_240, max: 2_000 }, recoveries: 0, rehomings: 0 },
    ...{ extensions: 3, extendedMinutes: 45, mostRooms: 2, clusters: [] },
    rooms: [{ mailbox: 'board@x', booked: 9, held: 7, noShows: 1, cancelled: 1, minutes: 300 }],
  };

  it('are told by day, also of days that nobody knows', async () => {
    days = [
      { date: '2026-03-09', state: 'unknown', figures: null },
      { date: '2026-03-10', state: 'so-far', figures },
    ];
    const [out, rooms] = [listen(), listen()];
    await tellReports(reach, wish, out);
    expect(out.lines()).toEqual([
      'day         booked  held  no-shows  cancelled  unplaced  not opened  late, p99  failovers  extensions',
      '2026-03-09                                                                                             unknown',
      '2026-03-10       9     7         1          1         0           0      1.2 s          2           3  so-far',
    ]);
    expect(wishes).toEqual([['2026-03-09', '2026-03-10', 'Asia/Tokyo']]);
    await tellReports(reach, { ...wish, by: 'room' }, rooms);
    expect(rooms.lines()[1]).toBe('2026-03-10  board@x       9     7         1          1      300');
  });

  it('are what the API answers as JSON and as CSV', async () => {
    days = [{ date: '2026-03-10', state: 'final', figures }];
    const [json, csv] = [listen(), listen()];
    await tellReports(reach, { ...wish, json: true }, json);
    expect(JSON.parse(json.text())).toMatchObject({ zone: 'Asia/Tokyo', days: [{ figures: { booked: 9 } }] });
    await tellReports(reach, { ...wish, csv: true }, csv);
    expect(csv.text()).toMatch(/^date,state,booked,.*\r\n2026-03-10,final,9,/);
  });

  it('have days by the calendar of their zone', () => {
    const at = Date.parse('2026-03-01T20:00:00Z');
    expect([dayAt(at, 'UTC'), dayAt(at, 'Asia/Tokyo')]).toEqual(['2026-03-01', '2026-03-02']);
    expect(daysBefore(6, '2026-03-01')).toBe('2026-02-23');
  });
});
