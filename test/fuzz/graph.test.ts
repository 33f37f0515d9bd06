/** Whatever Graph answers, over real TLS: what is read is as it should be, or it is one clear fault; and what calendars say is booked or not. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GraphClient } from '../../src/graph/client.ts';
import { readDelta, readDeltaRound } from '../../src/graph/delta.ts';
import { readItems } from '../../src/graph/event.ts';
import { findEventItem, findOrganizerEvent, readEventItem, readInstances } from '../../src/graph/events.ts';
import { GraphFault } from '../../src/graph/fault.ts';
import { wasSent } from '../../src/graph/mail.ts';
import { readMailboxSettings } from '../../src/graph/mailbox-settings.ts';
import {
  findOrganizerCopy,
  readNextDate,
  readOrganizerEvent,
  readOrganizerInstances,
} from '../../src/graph/organizer.ts';
import { listPlaces } from '../../src/graph/places.ts';
import { readResponse } from '../../src/graph/replies.ts';
import { readRoomCopy } from '../../src/graph/room-copy.ts';
import { createSubscription, listSubscriptions, renewSubscription } from '../../src/graph/subscriptions.ts';
import { readSeriesUid, surveyCalendar } from '../../src/graph/survey.ts';
import { type GraphTraffic, toldOfEntries, toldOfGraph } from '../../src/graph/traffic.ts';
import { readOrganizerSays } from '../../src/graph/wiped.ts';
import { applyRound } from '../../src/meeting/calendar.ts';
import { bookingsOf } from '../../src/meeting/room-bookings.ts';
import { clientOf } from '../graph/graph-under-test.ts';
import { fixture, type RecordedServer, startRecordedServer } from '../graph/recorded-server.ts';
import { holds, timeout, watchForThrown } from './hunting.ts';
import { awkward, damaged, type Json, mutants } from './mutations.ts';

watchForThrown();

const now = Date.parse('2026-11-23T09:00:00Z');
const day = 86_400_000;
const window = { from: now, to: now + 30 * day };
const asking = {
  askedBy: { keywords: ['video'], categories: ['Conference'] },
  access: [{ name: 'open', askedBy: { keywords: ['open to all'], categories: [] } }],
};
const discretion = { known: new Set(['board@example.com']), secrets: ['s3cret'] };

let server: RecordedServer;
let graph: GraphClient;
beforeAll(async () => {
  server = await startRecordedServer();
  graph = clientOf(server, {
    // Of a loaded machine nothing is asked that a fast one does; and it is asked at once whatever it has said before.
    deadline: 60_000,
    now: () => nextDay(),
    record: (traffic: GraphTraffic) => {
      const told = [
        toldOfGraph(traffic, discretion),
        toldOfEntries(traffic, discretion, new Set(['AAMkSeries'])),
      ];
      expect(JSON.stringify(told).length).toBeLessThan(100_000);
    },
  });
});
afterAll(() => server.close());

/** Time goes by in days, so that no mailbox is left alone for what was said in the run before. */
let days = 0;
const nextDay = () => {
  days += 1;
  return now + days * day;
};

const readers: Readonly<Record<string, (from: GraphClient) => Promise<unknown>>> = {
  readDelta: (from) => readDelta(from, { mailbox: 'board@example.com', window }),
  readDeltaRound: (from) => readDeltaRound(from, { mailbox: 'board@example.com', window }),
  bookings: async (from) => {
    const { items } = await readDeltaRound(from, { mailbox: 'board@example.com', window });
    return booked(items);
  },
  readEventItem: async (from) => booked([await readEventItem(from, 'board@example.com', 'AAMk')]),
  findEventItem: (from) => findEventItem(from, 'board@example.com', "uid'1"),
  readInstances: (from) => readInstances(from, 'board@example.com', 'AAMkSeries', window),
  findOrganizerEvent: (from) => findOrganizerEvent(from, 'ann@example.com', 'uid1'),
  findOrganizerCopy: (from) =>
    findOrganizerCopy(from, 'ann@example.com', `040000008200E00074C5B7101A82E00807EA0B17${'0'.repeat(40)}AB`),
  readOrganizerEvent: (from) => readOrganizerEvent(from, 'ann@example.com', 'AAMk'),
  readOrganizerInstances: (from) =>
    readOrganizerInstances(from, 'ann@example.com', 'AAMkSeries', { from: now, to: now + day }),
  readNextDate: (from) => readNextDate(from, 'ann@example.com', 'AAMkSeries', now),
  readOrganizerSays: (from) => readOrganizerSays(from, 'ann@example.com', 'uid1', asking, now),
  listSubscriptions,
  createSubscription: (from) =>
    createSubscription(from, {
      ...{ mailbox: 'board@example.com', notificationUrl: 'https://x/n', lifecycleUrl: 'https://x/l' },
      ...{ clientState: 's3cret', expires: now + day },
    }),
  renewSubscription: (from) => renewSubscription(from, 'id', now + day),
  listPlaces: (from) => listPlaces(from, 'list@example.com'),
  readMailboxSettings: (from) => readMailboxSettings(from, 'board@example.com'),
  surveyCalendar: (from) => surveyCalendar(from, 'board@example.com', window, 10),
  readSeriesUid: (from) => readSeriesUid(from, 'board@example.com', 'AAMkSeries'),
  readRoomCopy: (from) => readRoomCopy(from, 'board@example.com', 'AAMk'),
  readResponse: (from) => readResponse(from, 'board@example.com', 'AAMk'),
  wasSent: (from) => wasSent(from, 'mailer@example.com', 'invitation' as never, 'x'),
};

/** From items to bookings, and each of them a span of time that can be written down. */
function booked(items: readonly unknown[]): unknown[] {
  const { changes, unusable } = readItems(items, { text: asking, zone: 'Europe/Berlin' });
  expect(changes.length + unusable.length).toBe(items.length);
  const view = { conference: 'always', onlineMeetings: 'leave', hides: 'title', now } as const;
  const roots = [...applyRound(new Map(), changes).changes.values()];
  const found = roots.flatMap(({ after }) =>
    after === undefined ? [] : [...bookingsOf(after, new Map(), view)],
  );
  for (const [, { start, end }] of found) {
    expect(new Date(end).toISOString() > new Date(start).toISOString() || start < 0).toBe(true);
  }
  return [changes, unusable, found];
}

const written = readFileSync(new URL('../fixtures/editors/web.html', import.meta.url), 'utf8');
const event = {
  ...{
    id: 'AAMk',
    type: 'singleInstance',
    iCalUId: '040000008200E00074C5B7101A82E00800000000AB',
    changeKey: 'k1',
  },
  '@odata.etag': 'W/"k1"',
  subject: 'Budget (video)',
  body: { contentType: 'html', content: written },
  ...{
    bodyPreview: 'Budget',
    isAllDay: false,
    isCancelled: false,
    isOrganizer: false,
    sensitivity: 'normal',
  },
  ...{ showAs: 'busy', categories: ['Conference'], isOnlineMeeting: true },
  start: { dateTime: '2026-11-24T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-11-24T10:00:00.0000000', timeZone: 'W. Europe Standard Time' },
  ...{
    originalStartTimeZone: 'W. Europe Standard Time',
    lastModifiedDateTime: '2026-11-20T09:00:00.1234567Z',
  },
  organizer: { emailAddress: { name: 'Ann', address: 'ann@example.com' } },
  attendees: [{ status: { response: 'accepted' }, emailAddress: { address: 'board@example.com' } }],
  responseStatus: { response: 'accepted', time: '2026-11-20T09:00:00Z' },
  location: { displayName: 'Board' },
  locations: [{ displayName: 'Board https://meet.google.com/abc' }],
  onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/x' },
};
const series = {
  ...{ ...event, id: 'AAMkSeries', type: 'seriesMaster', isAllDay: true },
  recurrence: { pattern: { type: 'weekly', interval: 1 }, range: { type: 'noEnd', startDate: '2026-11-24' } },
};
const occurrence = {
  id: 'AAMkO1',
  seriesMasterId: 'AAMkSeries',
  type: 'occurrence',
  start: event.start,
  end: event.end,
};
const exception = { ...event, ...occurrence, type: 'exception', originalStart: '2026-12-01T09:00:00Z' };
const removed = { id: 'AAMkGone', '@removed': { reason: 'deleted' } };
const link = 'https://elsewhere.example/v1.0/users/x/calendarView/delta?$skiptoken=x';

const folder = new URL('../fixtures/graph/', import.meta.url);
const recorded = readdirSync(folder).flatMap((name) =>
  name.endsWith('.json') ? [fixture(name.slice(0, -5)) as Json] : [],
);
const examples: Json[] = [
  ...recorded,
  { '@odata.deltaLink': link, value: [event, series, occurrence, exception, removed] },
  { '@odata.deltaLink': link, value: [occurrence, exception, series] },
  { '@odata.nextLink': link, value: [event] },
  { value: [event, exception] },
  { value: [{ displayName: 'Board', emailAddress: 'board@example.com', capacity: '12', floorNumber: 3 }] },
  { language: { locale: 'de-DE' }, timeZone: 'W. Europe Standard Time' },
  { error: { code: 'ErrorItemNotFound', message: 'gone', innerError: { code: 'x', 'request-id': 'r' } } },
  { error: { code: 'Conflict', message: 'Subscription Id 6f1d6f6c-1d1a-4f0e-9a53-0e6a1c1f7b11 exists' } },
  event,
  series,
];

const answers = fc.record({
  body: damaged(mutants(examples).map((value) => JSON.stringify(value))),
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constant(200) },
    fc.constantFrom(
      201,
      202,
      204,
      206,
      301,
      302,
      304,
      400,
      401,
      403,
      404,
      409,
      410,
      412,
      429,
      500,
      501,
      502,
      503,
      504,
      599,
    ),
  ),
  retryAfter: fc.oneof(
    fc.constantFrom('', '0', '10', '1e9', '99999999999', '-1', 'Wed, 21 Oct 9999 07:28:00 GMT'),
    fc.constant('9'.repeat(400)),
  ),
  type: fc.constantFrom('application/json', 'text/html', 'application/json; charset=utf-16', ''),
});

/** Everything in it, however deep. */
function* numbersIn(root: unknown): Generator<number> {
  const waiting = [root];
  for (let at = 0; at < waiting.length; at += 1) {
    const value = waiting[at];
    if (typeof value === 'number') yield value;
    else if (value instanceof Map || value instanceof Set) waiting.push(...value);
    else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) waiting.push(one);
  }
}

const kinds = ['unreachable', 'busy', 'refused', 'absent', 'garbled', 'stale', 'reset'];

async function isReadOrRefused(read: (from: GraphClient) => Promise<unknown>): Promise<void> {
  server.asked.length = 0;
  const outcome = await read(graph).catch((error: unknown) => error);
  if (outcome instanceof GraphFault) {
    const { kind, message, retryAfter = 0 } = outcome;
    expect(kinds).toContain(kind);
    // It stands in the room's state, and in the log.
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message).not.toContain('token-');
    // Nobody is left alone for good by one answer.
    expect(retryAfter).toBeLessThanOrEqual(day);
  } else if (outcome instanceof Error) throw outcome;
  for (const number of numbersIn(outcome)) expect(Number.isFinite(number)).toBe(true);
  // A token is sent to nobody else, and nobody is asked for ever.
  expect(server.asked.length).toBeLessThan(60);
  for (const { headers } of server.asked) expect(headers.host).toBe(`localhost:${server.port}`);
}

it('every answer is read or refused', { timeout }, async () => {
  const drawn = fc.tuple(fc.constantFrom(...Object.keys(readers)), answers);
  await holds(drawn, 250, async ([name, { body, status, retryAfter, type }]) => {
    const headers = {
      ...(retryAfter !== '' && { 'retry-after': retryAfter }),
      ...(type !== '' && { 'content-type': type }),
    };
    const isEmpty = status === 204 || status === 304;
    server.answering = () => ({ status, headers, body: isEmpty ? '' : (body as never) });
    await isReadOrRefused(readers[name] as (typeof readers)[string]);
  });
});

it('every item is booked or not, whatever stands in it', { timeout }, async () => {
  const pages = [
    [event, series, occurrence, exception, removed],
    [occurrence, exception],
    [series, { ...exception, isAllDay: true }],
  ];
  await holds(mutants(pages as Json[][], 6), 350, (items) => {
    for (const number of numbersIn(booked(Array.isArray(items) ? items : [items])))
      expect(Number.isFinite(number)).toBe(true);
  });
});

const names = fc.constantFrom(...Object.keys(readers));

it('ids lead nowhere else, however they are written', { timeout }, async () => {
  const ids = fc.oneof(
    awkward,
    fc.constantFrom('..', '.', '../..', '%2e%2e', 'a/b', '\ud800', '?x', '#', 'a b', '\\..\\'),
  );
  await holds(fc.tuple(ids, names), 100, async ([id, name]) => {
    server.answering = () => ({
      body: { ...event, id, value: [{ ...event, id, isOrganizer: true }], '@odata.deltaLink': 'x' },
    });
    await isReadOrRefused(readers[name] as (typeof readers)[string]);
    const known =
      /^\/v1\.0\/(subscriptions(\/id)?|places\/[^/]+\/microsoft\.graph\.roomlist\/rooms|users\/[^/]+\/(events(\/[^/?]+(\/instances)?)?|calendarView(\/delta)?|mailboxSettings|mailFolders\/sentitems\/messages))(\?|$)/;
    for (const { url } of server.asked) expect(url).toMatch(known);
  });
});

it('links lead to nobody else', { timeout }, async () => {
  const links = fc.oneof(
    awkward,
    fc.constantFrom(
      '/x',
      '//elsewhere.example/x',
      'https://elsewhere.example',
      'https:localhost',
      'http://localhost/v1.0/x',
    ),
    fc.constantFrom(
      'https://localhost@elsewhere.example/',
      'https://localhost.elsewhere.example/v1.0',
      'file:///etc/passwd',
      'javascript:1',
    ),
    awkward.map((text) => `${server.url}/v1.0/users/${text}`),
  );
  await holds(fc.tuple(links, names), 100, async ([nextLink, name]) => {
    server.answering = () => ({ body: { value: [event], '@odata.nextLink': nextLink } });
    await isReadOrRefused(readers[name] as (typeof readers)[string]);
  });
});

it('a page is as huge as it likes', { timeout }, async () => {
  const value = Array.from({ length: 150_000 }, (_, i) => ({ id: `i${i}` }));
  server.answering = () => ({ body: { value } });
  const found = await readInstances(graph, 'board@example.com', 'AAMkSeries', window);
  expect(found).toHaveLength(value.length);
});
