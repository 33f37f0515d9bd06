/** `roombridge explain` and `roombridge audit`, as an administrator reads them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { tellAudit } from '../../src/audit.ts';
import { explain } from '../../src/explain.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { GraphFault } from '../../src/graph/fault.ts';
import { SignIn } from '../../src/graph/sign-in.ts';
import { inEnglish } from '../../src/meeting/explanation/english.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Virtual } from '../virtual/virtual.ts';
import { ann, aTenant, at, board, daily, day, huddle, meeting } from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  virtual = await aTenant(redis, {
    rooms: [{ mailbox: board }, { mailbox: huddle, conference: 'whenAsked' }],
    conference: { askedBy: { keywords: ['@meet'], categories: [] } },
  });
});
afterEach(() => virtual.stop());

/** What is said of an entry; nothing is written meanwhile. */
async function said(mailbox: string, id: string, withRedis = true): Promise<string> {
  const dispatcher = virtual.graph.dispatcher();
  const { graph } = virtual.config;
  const client = new GraphClient({ graph, dispatcher, signIn: new SignIn({ graph, dispatcher }) });
  const room = virtual.config.rooms.find((one) => one.mailbox === mailbox);
  if (room === undefined) throw new Error('it is a room');
  const state = async () => JSON.stringify(await everything());
  const before = await state();
  const deps = { config: virtual.config, graph: client, now: virtual.now() };
  const found = await explain({ ...deps, redis: withRedis ? virtual.redis : undefined }, room, id);
  expect(await state(), 'nothing has changed').toBe(before);
  expect(virtual.graph.log.filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual(written);
  return found === undefined ? 'no such entry' : inEnglish(found);
}
let written: unknown[] = [];
beforeEach(() => {
  written = [];
});

async function everything() {
  const keys = (await virtual.redis.keys('*')).sort();
  return await Promise.all(keys.map(async (key) => [key, await virtual.redis.dump(key)]));
}

const settled = async () => {
  await virtual.settle();
  written = virtual.graph.log.filter(({ method }) => method !== 'GET' && method !== 'POST');
};

it('guests and hosts are told with what says so', async () => {
  const event = virtual.outlook.book(meeting({ rooms: [board] }));
  await settled();
  expect(await said(board, event.iCalUId)).toContain(
    'Guests and hosts\n  open: all who come are alike; conference.access says so',
  );
  await virtual.stop();
  virtual = await aTenant(redis, { rooms: [{ mailbox: board, access: 'two-pins' }, { mailbox: huddle }] });
  const other = virtual.outlook.book(meeting({ rooms: [board] }));
  await settled();
  expect(await said(board, other.iCalUId)).toContain(
    'two-pins: hosts enter a passcode of their own, guests wait for them; rooms[].access says so',
  );
});

it('a booking is told with what decides, what it has and how the organizer is told', async () => {
  const event = virtual.outlook.book(meeting());
  await settled();
  const text = await said(board, event.iCalUId);
  expect(text).toContain('a single event, 2026-03-03T09:00Z to 2026-03-03T10:00Z');
  expect(text).toContain('title "Budget", from the organizer\'s copy');
  expect(text).toContain(`organizer ${ann}`);
  expect(text).toContain('so it is a booking that gets a conference');
  expect(text).toContain('80991000 on main is reserved');
  expect(text).toMatch(/event: the joining details are written into the organizer's event/);
  const [booking] = (await virtual.meetingStore.load(event.iCalUId))?.bookings.values() ?? [];
  expect(await said(board, booking?.eventId ?? ''), 'by its id as well').toBe(text);
  expect(await said(board, event.iCalUId, false)).toContain('Redis cannot be reached');
});

it('a series is told by its dates, and one that is not held yet by the number it would get', async () => {
  virtual.receiverDown = true;
  const series = virtual.outlook.book(meeting({ recurrence: daily(30) }));
  await virtual.advance(10_000);
  written = virtual.graph.log.filter(({ method }) => method !== 'GET' && method !== 'POST');
  const text = await said(board, series.iCalUId);
  expect(text).toContain('a series, 2026-03-03T09:00Z');
  expect(text).toContain('and 25 more within calendar.horizon');
  expect(text).toContain('80991000 on main is free and would be reserved');
});

it('the rule that refuses is the last that is told', async () => {
  const event = virtual.outlook.book(meeting({ rooms: [huddle] }));
  await settled();
  const text = await said(huddle, event.iCalUId);
  expect(text).toMatch(/no {3}rooms\[\]\.conference is whenAsked, and no word .* \(not-asked\)\n/);
  expect(text).toContain('is told nothing');
  expect(text).toContain('none is needed');
});

it('of a private meeting neither title nor organizer is told', async () => {
  const event = virtual.outlook.book(meeting({ subject: 'Redundancies', sensitivity: 'private' }));
  await settled();
  const text = await said(board, event.iCalUId);
  expect(text).toContain('private: no title or organizer is shown anywhere');
  expect(text).not.toMatch(/Redundancies|ann@/i);
});

it('what lies beyond the horizon or is over says so, and what is not there too', async () => {
  const far = virtual.outlook.book(meeting({ start: at(400, 9), end: at(400, 10) }));
  const near = virtual.outlook.book(meeting());
  await settled();
  expect(await said(board, far.iCalUId)).toContain('(beyond-horizon)');
  await virtual.advance(2 * day);
  await settled();
  expect(await said(board, near.iCalUId)).toContain('none: it is over (past)');
  expect(await said(board, 'no such id')).toBe('no such entry');
  virtual.graph.unlicense(board);
  await expect(said(board, near.iCalUId)).rejects.toBeInstanceOf(GraphFault);
});

it('an audit is told by what it found, or in one line', () => {
  const at_ = Date.parse('2026-03-03T02:31:00Z');
  const clean = { at: at_, counts: {}, examples: [] };
  const found = { at: at_, counts: { missed: 2 }, examples: [{ kind: 'missed' as const, of: 'AAMk=' }] };
  expect(tellAudit([{ mailbox: board, report: clean }])).toEqual({
    text: '1 room audited, no difference',
    well: true,
  });
  const { text, well } = tellAudit([
    { mailbox: board, report: found },
    { mailbox: huddle, report: undefined, why: '404' },
    { mailbox: '*', report: clean },
  ]);
  expect(well).toBe(false);
  expect(text).toBe(
    `${board}: 2 missed (repaired, 2026-03-03T02:31:00.000Z)\n  missed  AAMk=\n${huddle}: not audited: 404`,
  );
});
