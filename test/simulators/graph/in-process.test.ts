/** The way to the API without a connection: what comes is what comes over the wire. */
import { fetch } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTenant } from './tenant.ts';

const EVENTS = '/v1.0/users/board@example.com/events';
const TIMES = { dateTime: '2027-03-01T00:00:00', timeZone: 'UTC' };

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.stop());

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal) {
  const response = await fetch(`${tenant.graph.url}${path}`, {
    method,
    dispatcher: tenant.graph.dispatcher(),
    headers: { Authorization: tenant.authorization(), 'Content-Type': 'application/json' },
    ...(signal ? { signal } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('requests are answered and logged as over the wire', async () => {
  const made = await send('POST', EVENTS, { subject: 'ä', start: TIMES, end: TIMES });
  expect([made.status, JSON.parse(made.text).subject]).toEqual([201, 'ä']);
  const { id } = JSON.parse(made.text);
  const [here, there] = [await send('GET', `${EVENTS}/${id}`), await tenant.send('GET', `${EVENTS}/${id}`)];
  expect(JSON.parse(here.text)).toEqual(there.json);
  expect(here.headers.get('content-type')).toBe(there.headers.get('content-type'));
  const gone = await send('DELETE', `${EVENTS}/${id}`);
  expect([gone.status, gone.text]).toEqual([204, '']);
  expect(tenant.graph.log.map(({ method, status }) => `${method} ${status}`).slice(-4)).toEqual([
    'POST 201',
    'GET 200',
    'GET 200',
    'DELETE 204',
  ]);
});

test('faults strike there too: cut before and after, half an answer, and none until the caller gives up', async () => {
  const event = { subject: 'x', start: TIMES, end: TIMES };
  for (const kind of ['drop-before', 'drop-after', 'half-body'] as const) {
    tenant.graph.fail({ kind });
    await expect(send('POST', EVENTS, event)).rejects.toThrow();
  }
  expect(JSON.parse((await send('GET', EVENTS)).text).value).toHaveLength(2);
  tenant.graph.fail({ kind: 'hang' });
  await expect(send('GET', EVENTS, undefined, AbortSignal.timeout(50))).rejects.toThrow('timeout');
  await tenant.graph.quiet();
});
