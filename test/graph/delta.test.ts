import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDelta, readDeltaRound } from '../../src/graph/delta.ts';
import type { CalendarChange } from '../../src/meeting/calendar-event.ts';
import { clientOf, faultOf } from './graph-under-test.ts';
import { fixture, type RecordedServer, startRecordedServer } from './recorded-server.ts';

const utc = Date.parse;
const mailbox = 'boardroom@fabrikam.example';
const window = { from: utc('2026-12-01T00:00:00Z'), to: utc('2026-12-30T00:00:00Z') };

let server: RecordedServer;
beforeEach(async () => {
  server = await startRecordedServer();
});
afterEach(() => server.close());

test('the two rounds of the documentation are read to their ends', async () => {
  const pages = [1, 2, 3].map((n) => `delta-first-round-${n}`).concat('delta-second-round');
  server.answering = () => ({ body: atServer(fixture(pages[server.asked.length - 1] ?? '')) });
  const graph = clientOf(server);

  const first: CalendarChange[] = [];
  let link: string | undefined;
  let deltaLink: string | undefined;
  while (deltaLink === undefined) {
    const page = await readDelta(graph, { mailbox, link, window, pageSize: 2 });
    expect(page.unusable).toEqual([]);
    first.push(...page.changes);
    ({ nextLink: link, deltaLink } = page);
  }
  const second = await readDelta(graph, { mailbox, link: deltaLink, pageSize: 2 });

  expect(first.map((change) => change.kind === 'event' && change.event.subject)).toEqual([
    'Draw up the menu',
    'Fetch the van',
    'Market',
    'Cook',
    'Feet up',
  ]);
  expect(first[0]).toEqual({
    kind: 'event',
    event: {
      id: 'AAMkMenuAAA=',
      type: 'singleInstance',
      iCalUId: 'AAMkMenuAAA=',
      changeKey: 'W/"q1A=="',
      start: utc('2026-12-07T20:30:00Z'),
      end: utc('2026-12-07T22:00:00Z'),
      isAllDay: false,
      subject: 'Draw up the menu',
      organizer: { name: 'Ines Okafor', address: 'ineso@fabrikam.example' },
      isOrganizer: false,
      response: 'none',
      isCancelled: false,
      sensitivity: 'normal',
    },
  });
  expect(second.changes).toEqual([
    { kind: 'removed', id: 'AAMkGoneLongIdWith-_AndEqualsAAA=' },
    {
      kind: 'event',
      event: expect.objectContaining({ subject: 'Concert', start: utc('2026-12-24T06:00:00Z') }),
    },
  ]);
  expect(second.deltaLink).toContain('$deltatoken=kT4delta2Pw');

  expect(server.asked.map(({ url }) => url)).toEqual([
    `/v1.0/users/${mailbox}/calendarView/delta?startDateTime=2026-12-01T00%3A00%3A00.000Z&endDateTime=2026-12-30T00%3A00%3A00.000Z`,
    '/v1.0/me/calendarView/delta?$skiptoken=kT4page2_Zq-A',
    '/v1.0/me/calendarView/delta?$skiptoken=kT4page3_xY9rTb',
    '/v1.0/me/calendarView/delta?$deltatoken=kT4delta1Jm',
  ]);
  // Graph forgets the preferences between pages.
  for (const { headers } of server.asked) {
    expect(headers.prefer).toBe('IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=2');
  }
});

test.each([
  [410, 'SyncStateNotFound'],
  [410, undefined],
  [400, 'syncStateNotFound'],
  [404, 'SyncStateInvalid'],
  [400, 'ResyncRequired'],
  [410, 'resyncRequired'],
])('a token that is gone is a reset: %s %s', async (status, code) => {
  server.answering = () => ({
    status,
    headers: { location: `${server.url}/v1.0/users/x/calendarView/delta` },
    body:
      code === undefined ? undefined : { error: { code, message: 'The sync state generation is not found' } },
  });
  const link = `${server.url}/v1.0/users/${mailbox}/calendarView/delta?$deltatoken=old`;
  expect(await faultOf(readDelta(clientOf(server), { mailbox, link }))).toMatchObject({
    kind: 'reset',
    status,
  });
  expect(server.asked).toHaveLength(1);
});

test('a reset is seen in the inner error too', async () => {
  const body = { error: { code: 'badRequest', message: 'x', innerError: { code: 'SyncStateNotFound' } } };
  server.answering = () => ({ status: 400, body });
  expect(await faultOf(readDelta(clientOf(server), { mailbox, window }))).toMatchObject({ kind: 'reset' });
});

test('an ordinary refusal is not a reset', async () => {
  server.answering = () => ({
    status: 404,
    body: { error: { code: 'ErrorInvalidUser', message: 'no such user' } },
  });
  expect(await faultOf(readDelta(clientOf(server), { mailbox, window }))).toMatchObject({
    kind: 'absent',
    code: 'ErrorInvalidUser',
  });
});

test('a stored link to another host is not followed', async () => {
  const link = 'https://graph.evil.example/v1.0/users/x/calendarView/delta?$deltatoken=x';
  expect(await faultOf(readDelta(clientOf(server), { mailbox, link }))).toMatchObject({
    code: 'foreign-link',
  });
  expect(server.asked).toEqual([]);
});

test('an empty page with a link is a page', async () => {
  server.answering = () => ({ body: { value: [], '@odata.nextLink': `${server.url}/v1.0/next` } });
  expect(await readDelta(clientOf(server), { mailbox, window })).toEqual({
    changes: [],
    unusable: [],
    nextLink: `${server.url}/v1.0/next`,
  });
});

test.each([{ value: [] }, { '@odata.deltaLink': 'https://x' }, {}, [], 'text'])(
  'a page without items or without a link is garbled: %j',
  async (body) => {
    server.answering = () => ({ body: JSON.stringify(body) });
    expect(await faultOf(readDelta(clientOf(server), { mailbox, window }))).toMatchObject({
      kind: 'garbled',
    });
  },
);

/** The documentation's links lead to Microsoft; ours to the server of this test. */
function atServer(page: unknown): unknown {
  return JSON.parse(JSON.stringify(page).replaceAll('https://graph.microsoft.com', server.url));
}

test('a page may have more items than a call has places', async () => {
  const value = Array.from({ length: 200_000 }, (_, i) => ({ id: `i${i}` }));
  server.answering = () => ({ body: { value, '@odata.deltaLink': 'https://x/' } });
  const { items } = await readDeltaRound(clientOf(server), { mailbox, window });
  expect(items).toHaveLength(value.length);
});
