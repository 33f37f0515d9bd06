/** How single requests fail: half an answer, no sync state in mid-paging, proxies, throttling without a hint. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTenant } from './tenant.ts';

const EVENTS = '/v1.0/users/board@example.com/events';
const WINDOW = 'startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z';

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.stop());

test('an answer breaks off in its midst, and what was asked is done', async () => {
  const times = { dateTime: '2027-03-01T00:00:00', timeZone: 'UTC' };
  tenant.graph.fail({ kind: 'half-body', method: 'POST' });
  const half = tenant.send('POST', EVENTS, { subject: 'done', start: times, end: times });
  await expect(half).rejects.toThrow();
  expect((await tenant.send('GET', EVENTS)).json.value).toHaveLength(1);
  expect(tenant.graph.log.map(({ method, status }) => [method, status]).slice(-2)).toEqual([
    ['POST', 201],
    ['GET', 200],
  ]);
});

test('the sync state may be gone between two pages, and only there', async () => {
  for (let n = 1; n <= 3; n++) {
    const [start, end] = [new Date(Date.UTC(2027, 2, n, 8)), new Date(Date.UTC(2027, 2, n, 9))];
    tenant.graph.outlook.bookInRoom('board@example.com', { subject: `${n}`, start, end });
  }
  tenant.graph.knobs.deltaPageSize = 2;
  tenant.graph.fail({ kind: 'gone', path: /skiptoken/i, location: true });
  const first = await tenant.send('GET', `/v1.0/users/board@example.com/calendarView/delta?${WINDOW}`);
  expect(first.json.value).toHaveLength(2);
  const gone = await tenant.send('GET', first.json['@odata.nextLink']);
  expect([gone.status, gone.json.error.code]).toEqual([410, 'SyncStateNotFound']);
  const anew = await tenant.send('GET', gone.headers.get('location') ?? '');
  expect((await tenant.send('GET', anew.json['@odata.nextLink'])).json['@odata.deltaLink']).toBeTruthy();
});

test('busy answers come with and without Retry-After, and a proxy may answer 200 with a page', async () => {
  for (const status of [429, 503, 504]) {
    tenant.graph.fail({ kind: 'status', status });
    const bare = await tenant.send('GET', EVENTS);
    tenant.graph.fail({ kind: 'status', status, retryAfter: 'Sat, 01 Mar 2027 08:00:00 GMT' });
    const told = await tenant.send('GET', EVENTS);
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([status, null]);
    expect(told.headers.get('retry-after')).toBe('Sat, 01 Mar 2027 08:00:00 GMT');
  }
  tenant.graph.knobs.throttleRetryAfter = undefined;
  tenant.graph.knobs.concurrency = 0;
  const throttled = await tenant.send('GET', EVENTS);
  expect([throttled.status, throttled.headers.has('retry-after')]).toEqual([429, false]);
  tenant.graph.fail({ kind: 'html', status: 200 });
  const page = await tenant.send('GET', EVENTS);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
});
