/** What the page of a room tells and does, beside a tenant in virtual time. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createRoomPorts } from '../../src/administration-room.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { SignIn } from '../../src/graph/sign-in.ts';
import { entriesAnswer, explanation, roomDetail, syncAsked } from '../../src/http/api/room.ts';
import { queueNames } from '../../src/queues.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Virtual, VirtualOptions } from '../virtual/virtual.ts';
import { ann, aTenant, at, board, daily, day, huddle, meeting, minute } from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
afterEach(() => virtual.stop());

async function aRoom(options: Partial<VirtualOptions> = {}) {
  virtual = await aTenant(redis, options);
  const dispatcher = virtual.graph.dispatcher();
  const { graph } = virtual.config;
  const agenda = (name: (typeof queueNames)[number]) => ({
    ring: async (rings: readonly { readonly key: string; readonly at: number }[]) =>
      virtual.queues.ring(name, rings),
    failing: async () =>
      name === 'calendar' ? [{ key: board, since: virtual.now(), times: 2, why: 'TypeError: x' }] : [],
  });
  return createRoomPorts({
    ...{ config: virtual.config, redis: virtual.redis, now: () => virtual.now() },
    graph: new GraphClient({ graph, dispatcher, signIn: new SignIn({ graph, dispatcher }) }),
    ...{ meetings: virtual.meetingStore, rooms: virtual.roomStore, tickets: new TicketStore(virtual.redis) },
    agendas: Object.fromEntries(queueNames.map((name) => [name, agenda(name)])) as Parameters<
      typeof createRoomPorts
    >[0]['agendas'],
  });
}

const week = (days = 0) => [at(days, 0).getTime(), at(days + 7, 0).getTime()] as const;
const room = (mailbox = board) => {
  const found = virtual.graph.rooms.get(mailbox);
  if (found === undefined) throw new Error(`${mailbox} is a room`);
  return found;
};

it('a room that is never told of its changes is suspected, and what is asked for is read once', async () => {
  const ports = await aRoom();
  virtual.receiverDown = true;
  const { iCalUId } = virtual.outlook.book(meeting());
  await virtual.advance(10_000);
  expect(await virtual.meetingStore.load(iCalUId), 'nobody has told of it').toBeUndefined();
  const before = roomDetail.parse(await ports.getRoom(board));
  expect(before).toMatchObject({ hearing: 'quiet', reading: { asked: null, changed: false } });
  const calls = virtual.queues.calls.calendar;

  const first = syncAsked.parse(await ports.syncRoom(board));
  expect(first).toMatchObject({ isNew: true, reads: 'changes', lastSync: before.lastSync });
  expect(await ports.syncRoom(board)).toEqual({ ...first, isNew: false });
  expect(await ports.getRoom(board)).toMatchObject({ reading: { asked: first.asked, begun: null } });
  await virtual.advance(1_000);
  expect(virtual.queues.calls.calendar, 'pressed twice, read once').toBe(calls + 1);
  expect((await virtual.meetingStore.load(iCalUId))?.placement).toBeDefined();
  const reading = { asked: null, begun: null, because: 'asked', changed: true };
  expect(await ports.getRoom(board)).toMatchObject({ hearing: 'late', reading, error: null });
  await virtual.advance(6 * minute);
  expect((await ports.getRoom(board))?.hearing).toBe('missed');
  expect(await ports.syncRoom('nobody@example.com')).toBeUndefined();
});

it('what comes into the window as time goes by was told when it was booked', async () => {
  const ports = await aRoom();
  const { horizon } = virtual.config.calendar;
  const start = new Date(virtual.now() + horizon + 3 * day);
  virtual.outlook.book(meeting({ start, end: new Date(start.getTime() + 30 * minute) }));
  await virtual.settle();
  expect(await virtual.roomStore.calendars.all(board)).toHaveProperty('size', 0);
  await virtual.advance(3 * day);
  expect(await virtual.roomStore.calendars.all(board)).toHaveProperty('size', 1);
  expect((await ports.getRoom(board))?.hearing).toBe('told');
});

it('a reading that Graph refuses is over, and says why', async () => {
  const ports = await aRoom();
  virtual.graph.fail({ kind: 'status', status: 403, mailbox: board, times: 1 });
  await ports.syncRoom(board);
  await virtual.advance(1_000);
  const { reading, error, failing } = roomDetail.parse(await ports.getRoom(board));
  expect(reading).toMatchObject({ asked: null, begun: null });
  expect(error).toMatch(/Calendars\.Read/);
  expect(failing).toMatchObject([{ queue: 'calendar', key: board, times: 2, why: 'TypeError: x' }]);
});

it('entries are listed with what became of each, and no title that may not be shown', async () => {
  const ports = await aRoom();
  const booked = virtual.outlook.book(meeting({ subject: 'Budget' }));
  const series = virtual.outlook.book(
    meeting({ subject: 'Weekly', start: at(1, 13), end: at(1, 14), recurrence: daily(2) }),
  );
  await virtual.settle();
  room().policy = 'declineAll';
  virtual.outlook.book(meeting({ subject: 'Takeover', start: at(2, 9), end: at(2, 10) }));
  virtual.outlook.book({
    ...{ organizer: board, rooms: [], subject: 'Holiday', showAs: 'free' as const },
    ...{ start: at(3, 9), end: at(3, 10) },
  });
  await virtual.settle();
  room().policy = 'autoAccept';
  virtual.outlook.book(
    meeting({ subject: 'Redundancies', sensitivity: 'private', start: at(4, 9), end: at(4, 10) }),
  );
  await virtual.settle();
  const { entries, more, lastSync } = entriesAnswer.parse(await ports.listEntries(board, ...week()));
  expect(more).toBe(0);
  expect(lastSync).not.toBeNull();
  const told = entries.map(({ start, title, organizer, kind, state, reason }) =>
    [start.slice(8, 13), title, organizer ?? '–', kind, state ?? reason].join(' '),
  );
  expect(told).toEqual([
    `03T09 Budget ${ann} single planned`,
    `03T13 Weekly ${ann} date planned`,
    `04T09 Meeting ${ann} single declined`,
    `04T13 Weekly ${ann} date planned`,
    `05T09 Holiday ${board} single not-busy`,
    '06T09 Meeting – single planned',
  ]);
  expect(entries[0]?.meeting).toBe(booked.iCalUId);
  expect(entries[1]?.meeting).toBe(`${series.iCalUId}@2026-03-03T13:00:00Z`);
  expect((await ports.listEntries(board, ...week(14)))?.entries).toEqual([]);
});

it('why an entry is a meeting or not is told step by step, of what stands in the list', async () => {
  const ports = await aRoom();
  room().policy = 'declineAll';
  virtual.outlook.book(meeting());
  await virtual.settle();
  const [declined] = (await ports.listEntries(board, ...week()))?.entries ?? [];
  const found = await ports.explainEntry(board, declined?.event ?? '');
  if (found?.kind !== 'explained') throw new Error(`it is explained: ${JSON.stringify(found)}`);
  const { isBooking, reason, steps, text } = explanation.parse(found.explanation);
  expect([isBooking, reason]).toEqual([false, 'declined']);
  expect(steps.filter(({ part }) => part === 'rules').map(({ says, passes }) => [says, passes])).toEqual([
    ['rule-cancelled', true],
    ['rule-not-busy', true],
    ['rule-declined', false],
  ]);
  expect(text).toContain('no   the room has declined: no conference (declined)');
  expect(await ports.explainEntry(board, 'nothing')).toEqual({ kind: 'absent' });
  virtual.graph.fail({ kind: 'status', status: 429, mailbox: board, times: 1 });
  expect(await ports.explainEntry(board, declined?.event ?? '')).toMatchObject({ kind: 'busy' });
});

it('a title is told by nobody where another room of the meeting hides it, or nobody knows whether it is private', async () => {
  const ports = await aRoom({ rooms: [{ mailbox: board }, { mailbox: huddle, privacy: 'organizer' }] });
  const { iCalUId } = virtual.outlook.book(meeting({ subject: 'Redundancies', rooms: [board, huddle] }));
  await virtual.settle();
  const told = async (mailbox: string) => {
    const found = await ports.explainEntry(mailbox, iCalUId);
    return JSON.stringify(found);
  };
  for (const mailbox of [board, huddle]) {
    expect(await told(mailbox)).toContain('"hidden-by-room"');
    expect(await told(mailbox)).not.toMatch(/Redundancies|"organizer","values":\{"organizer"/);
    const { entries = [] } = (await ports.listEntries(mailbox, ...week())) ?? {};
    expect(entries.map(({ title, organizer }) => [title, organizer])).toEqual([['Meeting', null]]);
  }
  const open = virtual.outlook.book(meeting({ subject: 'Open', start: at(2, 9), end: at(2, 10) }));
  await virtual.settle();
  expect(JSON.stringify(await ports.explainEntry(board, open.iCalUId))).toContain('"title":"Open"');
  virtual.graph.fail({ kind: 'status', status: 503, mailbox: ann, times: 1 });
  const unknown = JSON.stringify(await ports.explainEntry(board, open.iCalUId));
  expect(unknown).toContain('"hidden-until-known"');
  expect(unknown).not.toContain('"Open"');
});

it('settings that the calendar betrays are told with what mends them, and others with what shows them', async () => {
  const ports = await aRoom();
  room().policy = 'delegate';
  virtual.outlook.book(meeting());
  await virtual.settle();
  await virtual.advance(day / 24);
  const detail = roomDetail.parse(await ports.getRoom(board));
  const settings = new Map(detail.settings.map((one) => [one.name, one]));
  expect(settings.get('AutomateProcessing')).toEqual({
    ...{ name: 'AutomateProcessing', state: 'betrays' },
    command: `Set-CalendarProcessing -Identity ${board} -AutomateProcessing AutoAccept`,
  });
  expect(settings.get('ProcessExternalMeetingMessages')?.state).toBe('not-known');
  expect(settings.get('DeleteSubject')?.command).toMatch(/^Get-CalendarProcessing -Identity board@example/);
  expect(detail.subscription?.renewed).not.toBeNull();
  expect(detail.subscription?.id.length).toBeLessThanOrEqual(8);
});
