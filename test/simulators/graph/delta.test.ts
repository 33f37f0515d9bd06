/** calendarView/delta over the wire: rounds, pages, tombstones, series, resets. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, startTenant } from './tenant.ts';

const DAY = 86_400_000;
const BASE = Math.ceil(Date.now() / DAY) * DAY + 9 * 3_600_000;
const WINDOW = `startDateTime=${new Date(BASE - 2 * DAY).toISOString()}&EndDateTime=${new Date(BASE + 30 * DAY).toISOString()}`;
const FIRST = `/v1.0/users/board@example.com/calendarView/delta?${WINDOW}`;
const PREFER = { Prefer: 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=100' };

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ attendantDelay: 1, acceptDelay: 1 });
});
afterEach(() => tenant.stop());

function day(n: number): Date {
  return new Date(BASE + n * DAY);
}

function book(n: number, subject = `meeting ${n}`) {
  const times = { start: day(n), end: new Date(BASE + n * DAY + 3_600_000) };
  return tenant.graph.outlook.book({
    organizer: 'ada@example.com',
    rooms: ['board@example.com'],
    subject,
    ...times,
  });
}

function bookDaily(occurrences: number) {
  return tenant.graph.outlook.book({
    organizer: 'ada@example.com',
    rooms: ['board@example.com'],
    subject: 'daily',
    start: day(0),
    end: new Date(BASE + 3_600_000),
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', numberOfOccurrences: occurrences },
    },
  });
}

function get(link: string, headers: Record<string, string> = PREFER): Promise<Answer> {
  return tenant.send('GET', link, undefined, headers);
}

/** Follows next links to the delta link. */
async function round(link: string, headers?: Record<string, string>) {
  const items: Record<string, unknown>[] = [];
  let pages = 0;
  for (let next = link; ; ) {
    const { status, json } = await get(next, headers);
    expect(status).toBe(200);
    pages++;
    items.push(...json.value);
    if (json['@odata.deltaLink']) return { items, pages, deltaLink: String(json['@odata.deltaLink']) };
    next = json['@odata.nextLink'];
  }
}

test('a first round comes in pages, the next one holds only what changed, and the gone as tombstones', async () => {
  const meetings = [0, 1, 2, 3, 4].map((n) => book(n));
  await tenant.graph.settled();
  const first = await round(FIRST, { Prefer: 'IdType="ImmutableId", odata.maxpagesize=2' });
  expect(first).toMatchObject({ pages: 3 });
  expect(first.items.map((item) => item.subject)).toEqual(meetings.map((_, n) => `meeting ${n}`));
  expect(first.items[0]).toMatchObject({
    '@odata.type': '#microsoft.graph.event',
    type: 'singleInstance',
    isOrganizer: false,
    responseStatus: { response: 'accepted' },
    start: { dateTime: `${day(0).toISOString().slice(0, 19)}.0000000`, timeZone: 'UTC' },
  });
  expect(new URL(first.deltaLink).origin).toBe(tenant.graph.url);

  tenant.graph.outlook.update(meetings[1] ?? '', { subject: 'renamed' });
  tenant.graph.outlook.update(meetings[2] ?? '', { rooms: [] });
  await tenant.graph.settled();
  const second = await round(first.deltaLink);
  expect(second.items.map((item) => item.subject ?? item['@removed'])).toEqual([
    { reason: 'deleted' },
    'renamed',
  ]);
  expect(second.items[0]?.id).toBe(first.items[2]?.id);
  expect((await round(second.deltaLink)).items).toEqual([]);
});

test('preferences are confirmed, ids without ImmutableId differ, and queries that delta cannot do are refused', async () => {
  book(0);
  await tenant.graph.settled();
  const answer = await get(FIRST);
  expect(answer.headers.get('preference-applied')).toBe(
    'odata.track-changes, IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=100',
  );
  expect((await get(FIRST, {})).json.value[0].id).not.toBe(answer.json.value[0].id);
  expect((await get(`${FIRST}&$select=subject`)).json.error.code).toBe('ErrorInvalidUrlQuery');
  expect((await get('/v1.0/users/board@example.com/calendarView/delta')).status).toBe(400);
});

test('what changes outside the window is a tombstone of an id nobody has seen', async () => {
  const { deltaLink } = await round(FIRST);
  book(100);
  await tenant.graph.settled();
  expect((await round(deltaLink)).items).toMatchObject([{ '@removed': { reason: 'deleted' } }]);
});

test('a series is its master and bare occurrences, all sent again when one of them changes', async () => {
  const series = bookDaily(4);
  await tenant.graph.settled();
  const first = await round(FIRST);
  const [master, ...occurrences] = first.items;
  expect(master).toMatchObject({
    type: 'seriesMaster',
    subject: 'daily',
    recurrence: { range: { type: 'numbered' } },
  });
  expect(occurrences).toHaveLength(4);
  for (const occurrence of occurrences) {
    expect(Object.keys(occurrence).sort()).toEqual(
      ['@odata.etag', '@odata.type', 'end', 'id', 'seriesMasterId', 'start', 'type'].sort(),
    );
    expect(occurrence.seriesMasterId).toBe(master?.id);
  }

  tenant.graph.outlook.updateOccurrence(series, day(1), {
    start: new Date(BASE + DAY + 7_200_000),
    subject: 'later',
  });
  tenant.graph.outlook.cancelOccurrence(series, day(2));
  await tenant.graph.settled();
  const second = await round(first.deltaLink);
  expect(second.items.map((item) => item.type)).toEqual([
    'seriesMaster',
    'occurrence',
    'exception',
    'occurrence',
  ]);
  expect(second.items[2]).toMatchObject({
    subject: 'later',
    id: occurrences[1]?.id,
    originalStart: `${day(1).toISOString().slice(0, 19)}Z`,
    responseStatus: { response: 'accepted' },
  });
  expect(second.items[2]?.iCalUId).not.toBe(master?.iCalUId);

  tenant.graph.knobs.deletedOccurrence = 'removed';
  tenant.graph.outlook.cancelOccurrence(series, day(3));
  await tenant.graph.settled();
  const third = await round(second.deltaLink);
  expect(third.items.filter((item) => item['@removed']).map((item) => item.id)).toEqual([occurrences[3]?.id]);
});

test('lost and evicted tokens are 410 SyncStateNotFound, with a fresh address where the fault says so', async () => {
  const { deltaLink } = await round(FIRST);
  tenant.graph.fail({ kind: 'gone', location: true });
  const gone = await get(deltaLink);
  expect([gone.status, gone.json.error.code]).toEqual([410, 'SyncStateNotFound']);
  expect((await get(gone.headers.get('location') ?? '')).status).toBe(200);
  expect((await get(deltaLink)).status).toBe(200);
  tenant.graph.forgetDeltaTokens('board@example.com');
  expect((await get(deltaLink)).status).toBe(410);
});

test('delta can be as awkward as the real one: an empty page, occurrences first, an item twice', async () => {
  bookDaily(3);
  await tenant.graph.settled();
  Object.assign(tenant.graph.knobs, { deltaEmptyPage: true, deltaMasterLast: true, deltaRepeats: true });
  const { items, pages } = await round(FIRST, { Prefer: 'odata.maxpagesize=3' });
  expect(pages).toBe(3);
  expect(items.map((item) => item.type)).toEqual([
    'occurrence',
    'occurrence',
    'occurrence',
    'seriesMaster',
    'occurrence',
  ]);
});
