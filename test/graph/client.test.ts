import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GraphObservation, segment } from '../../src/graph/client.ts';
import { GraphFault } from '../../src/graph/fault.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { clientOf, faultOf, NumberedTokens } from './graph-under-test.ts';
import { gate, type RecordedServer, startRecordedServer } from './recorded-server.ts';

let server: RecordedServer;
beforeEach(async () => {
  server = await startRecordedServer();
});
afterEach(() => server.close());

const get = { method: 'GET', path: '/thing' } as const;

test('the token goes along, and neither the library nor its version is told', async () => {
  server.answering = () => ({ body: { well: true } });
  expect(await clientOf(server).send(get)).toEqual({ status: 200, body: { well: true } });
  const [asked] = server.asked;
  expect(asked?.url).toBe('/v1.0/thing');
  expect(asked?.headers.authorization).toBe('Bearer token-1');
  expect(asked?.headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked?.headers.sdkversion).toBeUndefined();
});

test('a 401 is asked once more with a fresh token', async () => {
  server.answering = ({ headers }) =>
    headers.authorization === 'Bearer token-1'
      ? { status: 401, body: error('InvalidAuthenticationToken') }
      : { body: {} };
  const signIn = new NumberedTokens();
  expect((await clientOf(server, { signIn }).send({ ...get, method: 'POST', body: { a: 1 } })).status).toBe(
    200,
  );
  expect(signIn.forgotten).toEqual(['token-1']);
  expect(server.asked.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
});

test('a second 401 is a refusal', async () => {
  server.answering = () => ({
    status: 401,
    headers: { 'request-id': 'r-1' },
    body: error('InvalidAuthenticationToken', 'Lifetime validation failed'),
  });
  const fault = await faultOf(clientOf(server).send(get));
  expect(server.asked).toHaveLength(2);
  expect(fault).toMatchObject({
    kind: 'refused',
    status: 401,
    code: 'InvalidAuthenticationToken',
    requestId: 'r-1',
  });
  expect(fault.message).toContain('Lifetime validation failed');
});

test.each([
  ['429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, 7_000],
  ['429 with more than there is', { status: 429, headers: { 'retry-after': '9'.repeat(400) } }, 3_600_000],
  [
    '503 with a date, measured against the server own clock',
    {
      status: 503,
      headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    },
    10_000,
  ],
  ['504 without a time', { status: 504 }, undefined],
  ['503 as a page', { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>' }, undefined],
  ['a throttle with another status', { status: 500, body: error('ErrorServerBusy') }, undefined],
])('busy is told at once, without a second try: %s', async (_, reply, retryAfter) => {
  server.answering = () => reply;
  const fault = await faultOf(clientOf(server).send({ method: 'POST', path: '/thing', body: {} }));
  expect(fault).toBeInstanceOf(GraphFault);
  expect(fault).toMatchObject({ kind: 'busy', status: reply.status, retryAfter });
  expect(server.asked).toHaveLength(1);
});

test.each([
  [
    'HTML instead of a gateway',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad</html>' },
  ],
  [
    'HTML instead of a refusal',
    { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>Blocked</html>' },
  ],
  [
    'HTML instead of nothing there',
    { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>?</html>' },
  ],
  [
    'HTML instead of success',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
  ],
  ['JSON cut short', { status: 200, body: '{"value":[{"id"' }],
  ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
])('an answer that is not Graph is garbled: %s', async (_, reply) => {
  server.answering = () => reply;
  expect(await faultOf(clientOf(server).send(get))).toMatchObject({ kind: 'garbled', status: reply.status });
  expect(server.asked).toHaveLength(1);
});

test.each([
  [403, error('ErrorAccessDenied', 'Access to OData is disabled.'), 'refused'],
  [400, error('ErrorInvalidRequest'), 'refused'],
  [404, error('ErrorItemNotFound'), 'absent'],
  [404, undefined, 'absent'],
  [412, error('ErrorIrresolvableConflict'), 'stale'],
  [409, error('ErrorIrresolvableConflict'), 'stale'],
  [500, error('InternalServerError'), 'busy'],
  [500, '', 'garbled'],
] as const)('%s %j is %s with %s', async (status, body, kind) => {
  server.answering = () => ({ status, body });
  expect(await faultOf(clientOf(server).send(get))).toMatchObject({ kind, status });
});

test('an answer without a body is no body', async () => {
  server.answering = () => ({ status: 204 });
  expect(await clientOf(server).send({ method: 'DELETE', path: '/thing' })).toEqual({
    status: 204,
    body: undefined,
  });
  server.answering = () => ({ status: 202 });
  expect(await clientOf(server).send({ method: 'POST', path: '/thing' })).toEqual({
    status: 202,
    body: undefined,
  });
});

test('nobody there keeps the cause, and that nothing was sent', async () => {
  const closed = await startRecordedServer();
  await closed.close();
  const graph = clientOf(server, { graph: { apiUrl: closed.url } });
  const fault = await faultOf(graph.send({ method: 'POST', path: '/thing', body: {} }));
  expect(fault).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED', sent: false });
  expect((fault.cause as { code?: string }).code).toBe('ECONNREFUSED');
  expect(fault.message).toContain(`localhost:${closed.port}`);
});

test('a certificate of a stranger keeps its name', async () => {
  const dispatcher = createDispatcher({ proxy: {}, connections: 1, connectTimeout: 2_000 });
  const fault = await faultOf(clientOf(server, { dispatcher }).send(get));
  expect(fault).toMatchObject({ kind: 'unreachable', sent: false });
  expect(fault.code).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/);
  await dispatcher.close();
});

test('a connection lost after sending leaves open whether the write happened', async () => {
  server.answering = () => ({ drop: true });
  const fault = await faultOf(clientOf(server).send({ method: 'POST', path: '/thing', body: {} }));
  expect(fault).toMatchObject({ kind: 'unreachable', sent: true });
  expect(server.asked).toHaveLength(1);
});

test('an answer that does not come ends at the deadline', async () => {
  const never = gate();
  server.answering = () => never.passed.then(() => ({}));
  const fault = await faultOf(clientOf(server, { deadline: 50 }).send(get));
  expect(fault).toMatchObject({ kind: 'unreachable', code: 'deadline', sent: true });
  never.open();
});

test('an answer that stops in the middle ends at the deadline', async () => {
  server.answering = () => ({ headers: { 'content-length': '1000' }, body: '{"value":' });
  const fault = await faultOf(clientOf(server, { deadline: 200 }).send(get));
  expect(fault).toMatchObject({ kind: 'unreachable', sent: true });
});

test.each([
  'https://graph.evil.example/v1.0/users/a/calendarView/delta?$deltatoken=x',
  'http://localhost:1/v1.0/me',
  'https://localhost.evil.example/v1.0/me',
  'https://localhost@evil.example/v1.0/me',
  ' https://evil.example/v1.0/me',
  'ftp://localhost/v1.0/me',
  'me',
])('a link that leads elsewhere is not followed: %s', async (path) => {
  const fault = await faultOf(clientOf(server).send({ method: 'GET', path }));
  expect(fault).toMatchObject({ kind: 'refused', code: 'foreign-link' });
  expect(server.asked).toHaveLength(0);
});

test('another port is another host', async () => {
  const path = `https://localhost:${server.port + 1}/v1.0/me`;
  expect(await faultOf(clientOf(server).send({ method: 'GET', path }))).toMatchObject({
    code: 'foreign-link',
  });
});

test('the token never travels in the clear', async () => {
  const graph = clientOf(server, { graph: { apiUrl: server.url.replace('https:', 'http:') } });
  expect(await faultOf(graph.send(get))).toMatchObject({ kind: 'refused', code: 'foreign-link' });
  expect(server.asked).toHaveLength(0);
});

test('a link is followed as it came', async () => {
  server.answering = () => ({ body: {} });
  const link = `${server.url}/v1.0/users('a%20b')/calendarView/delta?$skiptoken=a%2Bb%3D-_.~%27`;
  await clientOf(server).send({ method: 'GET', path: link });
  expect(server.url + server.asked[0]?.url).toBe(link);
});

test('one mailbox is asked by two at a time, in order, and another does not wait', async () => {
  const gates = new Map<string, ReturnType<typeof gate>>();
  const reached = new Map<string, ReturnType<typeof gate>>();
  const of = (map: typeof gates, name: string) => {
    if (!map.has(name)) map.set(name, gate());
    return map.get(name) as ReturnType<typeof gate>;
  };
  server.answering = async ({ url }) => {
    of(reached, url).open();
    await of(gates, url).passed;
    return { body: {} };
  };
  const graph = clientOf(server);
  const ask = (mailbox: string, name: string) => graph.send({ method: 'GET', mailbox, path: `/${name}` });
  const asks = [
    ask('Room@x', '1'),
    ask('room@x', '2'),
    ask('ROOM@X', '3'),
    ask('room@x', '4'),
    ask('other@x', '5'),
  ];
  await Promise.all(['1', '2', '5'].map((name) => of(reached, `/v1.0/${name}`).passed));
  expect(server.asked.map(({ url }) => url.slice(-1)).sort()).toEqual(['1', '2', '5']);
  of(gates, '/v1.0/2').open();
  await of(reached, '/v1.0/3').passed;
  expect(server.asked).toHaveLength(4);
  for (const name of ['1', '3', '4', '5']) of(gates, `/v1.0/${name}`).open();
  await Promise.all(asks);
  expect(server.asked.at(-1)?.url).toBe('/v1.0/4');
});

test('a failed request gives its place in the mailbox back', async () => {
  server.answering = () => ({ status: 500 });
  const graph = clientOf(server, { perMailbox: 1 });
  const asks = [1, 2, 3].map(() => graph.send({ ...get, mailbox: 'room@x' }));
  expect((await Promise.allSettled(asks)).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'rejected',
  ]);
});

test('each request is observed without its query', async () => {
  const seen: GraphObservation[] = [];
  server.answering = ({ url }) => (url.includes('bad') ? { status: 403, body: error('Nope') } : { body: {} });
  const graph = clientOf(server, { observe: (one) => seen.push(one) });
  await graph.send({ method: 'GET', mailbox: 'Room@x', path: `${server.url}/v1.0/good?$deltatoken=secret` });
  const fault = await faultOf(graph.send({ method: 'PATCH', path: '/bad', query: { a: 'b' }, body: {} }));
  expect(seen).toEqual([
    { mailbox: 'Room@x', method: 'GET', path: '/good', status: 200, took: expect.any(Number) },
    { method: 'PATCH', path: '/bad', status: 403, took: expect.any(Number), fault },
  ]);
});

function error(code: string, message = 'said Graph') {
  return { error: { code, message, innerError: { date: '2026-11-20T10:00:00', 'request-id': 'r-1' } } };
}

test('ids lead nowhere but to what they name', () => {
  expect(segment('a/../b?c#\ud800')).toBe('a%2F..%2Fb%3Fc%23%EF%BF%BD');
  for (const dots of ['.', '..']) expect(() => segment(dots)).toThrow(GraphFault);
});

test('what Graph says is quoted as far as anybody reads', () => {
  const { message } = new GraphFault('refused', `no\0${'x'.repeat(1_000_000)}`);
  expect([message.length, message.slice(0, 4)]).toEqual([500, 'no x']);
});
