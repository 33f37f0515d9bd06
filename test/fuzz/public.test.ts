/** Whatever is sent to where Graph notifies, and call bridges tell: one answer each, nothing kept of what is refused, and nothing grows. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { heardIn } from '../../src/cms/cdr/news.ts';
import { parseRecords } from '../../src/cms/cdr/records.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { fixture } from '../graph/recorded-server.ts';
import { until } from '../world/world.ts';
import { contentsOf, held, holds, timeout, watchForThrown } from './hunting.ts';
import { awkward, damaged, element, hostileXml, type Json, mutants, wellFormed, xmlOf } from './mutations.ts';
import { board, type Running, startRunning } from './running.ts';
import { exchange, type RawAnswer } from './wire.ts';

watchForThrown();

const clientState = 'c'.repeat(43);
const known = { subscriptionId: 'sub-board', clientState };
let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running[Symbol.asyncDispose]());
beforeEach(async () => {
  await running.redis.redis.flushall();
  const now = Date.now();
  const times = { expires: now + 86_400_000, renewAt: now + 43_200_000, since: now };
  await new RoomStore(running.redis.redis).putSubscription({
    id: 'sub-board',
    mailbox: board,
    clientState,
    ...times,
  });
});

/** Recorded ones, once as they are and once as ours. */
const recorded = ['notifications', 'lifecycle-missed', 'lifecycle-removed', 'lifecycle-reauthorization'].map(
  (name) => fixture(name) as { value: Record<string, Json>[] },
);
const examples: Json[] = recorded.flatMap(({ value }) => [
  { value },
  { value: value.map((one) => ({ ...one, ...known })) },
]);

const types = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
  fc.constantFrom(
    ...[
      'Application/JSON',
      'application/json;charset=utf-16',
      'application/json; charset="',
      'application/json;;;',
    ],
    ...[
      'text/plain',
      'text/json',
      'application/xml',
      'application/jsonp',
      'application/json/x',
      '',
      ';',
      '*/*',
    ],
    ...[
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/json, text/plain',
    ],
  ),
);
const paths = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('/graph/notifications', '/graph/lifecycle') },
  fc.constantFrom(
    '/graph',
    '/graph/notifications/',
    '/graph/notifications?',
    '/graph/%6eotifications',
    '//graph/lifecycle',
  ),
  fc.constantFrom(
    '/',
    '/cdr/',
    `/cdr/${'x'.repeat(43)}`,
    '/%',
    '/..%2f',
    `/${'x'.repeat(9_000)}`,
    '*',
    '/graph/lifecycle#x',
  ),
  fc
    .tuple(fc.constant('/graph/lifecycle?validationToken='), awkward)
    .map(([path, text]) => path + encodeURI(wellFormed(text))),
  fc.constantFrom(
    '/graph/notifications?validationToken=%',
    '/graph/notifications?validationToken=a&validationToken=b',
  ),
);
const methods = fc.oneof(
  { weight: 8, arbitrary: fc.constant('POST') },
  fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'post', 'BREW', ''),
);
const bodies = damaged(mutants(examples).map((value) => JSON.stringify(value)));
/** How the body is announced; a wrong length is a lie that only the end of the connection finds out. */
const framings = fc.oneof(
  { weight: 4, arbitrary: fc.constant('length' as const) },
  { weight: 2, arbitrary: fc.constant('chunks' as const) },
  fc.constantFrom('short', 'long', 'both', 'none', 'bad-chunk', 'huge', 'twice' as const),
);
const requests = fc.record({
  method: methods,
  path: paths,
  type: types,
  body: bodies,
  framing: framings,
  more: awkward,
});
type Drawn = typeof requests extends fc.Arbitrary<infer T> ? T : never;

function bytesOf({ method, path, type, body, framing, more }: Drawn): (string | Buffer)[] {
  const name = more.replaceAll(/[^\x21-\x7e]/g, '') || 'x';
  const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nX-More: ${name}\r\nConnection: close\r\n`;
  const half = body.length >> 1;
  const inChunks = [body.subarray(0, half), body.subarray(half)].filter((chunk) => chunk.length > 0);
  const chunked = (chunks: readonly Buffer[]) => [
    ...chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n']),
    '0\r\n\r\n',
  ];
  switch (framing) {
    case 'length':
      return [`${head}Content-Length: ${body.length}\r\n\r\n`, body];
    case 'chunks':
      return [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...chunked(inChunks)];
    case 'short':
      return [`${head}Content-Length: ${half}\r\n\r\n`, body];
    case 'long':
      return [`${head}Content-Length: ${body.length + 7}\r\n\r\n`, body];
    case 'both':
      return [
        `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ...chunked(inChunks),
      ];
    case 'none':
      return [`${head}\r\n`, body];
    case 'bad-chunk':
      return [`${head}Transfer-Encoding: chunked\r\n\r\n`, 'zz\r\n', body];
    case 'huge':
      return [`${head}Content-Length: 99999999999\r\n\r\n`, body];
    case 'twice':
      return [`${head}Content-Length: ${body.length}\r\nContent-Length: ${body.length + 1}\r\n\r\n`, body];
    default:
      return framing satisfies never;
  }
}

/** Redis took longer than a sender waits: it is sent again. */
const busy = 503;
const refusals = [400, 403, 404, 405, 408, 413, 415, 431];

/** One clear refusal, in our words: no stack, nothing that was sent, not long. */
function isClear({ status, headers, body }: RawAnswer): void {
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: expect.any(String), status });
}

it('answers whatever comes once, and keeps nothing of what it refuses', { timeout }, async () => {
  await holds(requests, 220, async (drawn) => {
    const before = await contentsOf(running.redis);
    // Of what is announced and never comes nobody waits for the end here.
    const leaveAfter = { long: 0, huge: 1 }[drawn.framing as string];
    const all = await exchange(running.publicPort, bytesOf(drawn), leaveAfter);
    // Of HEAD the head names a length that does not follow, and what stands behind it cannot be told apart.
    const answers = drawn.method === 'HEAD' ? all.slice(0, 1) : all;
    // What follows a body that was announced too short is a further request, and no good one.
    expect(answers.length).toBeLessThanOrEqual(drawn.framing === 'short' ? 2 : 1);
    // A tunnel is cut off without a word.
    if (drawn.framing !== 'long' && drawn.method !== 'CONNECT')
      expect(answers.length).toBeGreaterThanOrEqual(1);
    for (const answer of answers) {
      expect([200, 202, busy, ...refusals]).toContain(answer.status);
      if (refusals.includes(answer.status) && drawn.method !== 'HEAD') isClear(answer);
    }
    if (answers.every(({ status }) => refusals.includes(status)))
      expect(await contentsOf(running.redis)).toEqual(before);
    expect(running.errors()).toEqual([]);
  });
});

const garbage = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '\0',
        '\r\n',
        '\n',
        ' ',
        'GET ',
        '/graph/lifecycle',
        ' HTTP/1.1',
        ' HTTP/9.9',
        'Host: x',
        ':',
        'Content-Length: -1',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01',
        'Transfer-Encoding: chunked',
        'x'.repeat(20_000),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

it('answers good requests however many of them and whatever garbage stand behind them', {
  timeout,
}, async () => {
  const good = JSON.stringify({ value: [known] });
  const head = `POST /graph/notifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${good.length}\r\n\r\n`;
  const drawn = fc.record({ before: fc.integer({ min: 0, max: 5 }), garbage });
  await holds(drawn, 40, async ({ before, garbage: bytes }) => {
    const answers = await exchange(running.publicPort, [(head + good).repeat(before), bytes], before);
    expect(answers.length).toBeGreaterThanOrEqual(before);
    for (const { status } of answers.slice(0, before)) expect([202, busy]).toContain(status);
    expect(answers.length).toBeLessThanOrEqual(before + 2);
    for (const answer of answers.slice(before)) {
      expect(refusals).toContain(answer.status);
      isClear(answer);
    }
  });
});

/** As senders do: again while it is not taken in time. */
async function post(body: string | Buffer): Promise<number | undefined> {
  const head = `POST /graph/notifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  for (let times = 1; ; times += 1) {
    const [answer] = await exchange(running.publicPort, [
      `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      body,
    ]);
    if (answer?.status !== busy || times === 30) return answer?.status;
  }
}

it('takes thousands of notifications in one body, true and false ones, and as deep ones as fit', {
  timeout,
}, async () => {
  const fields = (i: number) => ({ ...known, changeType: 'updated', resourceData: { id: `event-${i}` } });
  const many = Array.from({ length: 3_000 }, (_, i) => fields(i));
  expect(await post(JSON.stringify({ value: many }))).toBe(202);
  const strangers = many.map((one, i) => ({ ...one, subscriptionId: `sub-${i}` }));
  expect(await post(JSON.stringify({ value: strangers }))).toBe(403);
  const deep = '['.repeat(500_000) + ']'.repeat(500_000);
  expect(await post(`{"value":[{"subscriptionId":"sub-board","clientState":${deep}}]}`)).toBe(403);
  expect(await post(deep)).toBe(400);
  expect(await post(`{"value":[],"value":${JSON.stringify([known])}}`)).toBe(202);
  const polluting = `{"__proto__":{"value":[]},"constructor":{"prototype":{"x":1}},"value":[{"__proto__":${JSON.stringify(known)}}]}`;
  expect(await post(polluting)).toBe(403);
  expect(({} as { x?: number }).x).toBeUndefined();
  expect(running.errors()).toEqual([]);
});

it('is not held up by those who send slowly, and lets go of all of them', { timeout }, async () => {
  const slow = Array.from({ length: 100 }, () => {
    const socket = connect(running.publicPort, '127.0.0.1').on('error', () => {});
    socket.write(
      'POST /graph/notifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
    );
    return socket;
  });
  expect(await post(JSON.stringify({ value: [known] }))).toBe(202);
  const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const before = open();
  for (const socket of slow) socket.destroy();
  // Both ends are in this process.
  await until(async () => open() <= before - slow.length, 30_000);
});

it('holds no more after hundreds of refused bodies than after a few', { timeout }, async () => {
  const huge = Buffer.alloc(300_000, '{"value":[{"clientState":"x"},');
  const send = async (times: number) => {
    for (let time = 0; time < times; time += 1) expect(await post(huge)).toBe(400);
    return await held();
  };
  await send(20);
  const before = await send(20);
  // A tenth of what was sent in would be seen.
  expect((await send(50)) - before).toBeLessThan(huge.length * 25);
});

const session = '01d7d7c4-7b27-4c21-a7dd-f0ae4ff1a2c5';
const record = (type: string, ...content: Json[]) =>
  element(
    'record',
    {
      type,
      time: '2026-11-23T09:00:01Z',
      recordIndex: '1',
      correlatorIndex: '4',
      numPreceedingRecordsMissing: '0',
    },
    ...content,
  );
const leaf = (name: string, text: string) => element(name, {}, text);
const records = element(
  'records',
  { session, callBridge: session },
  record(
    'callStart',
    element('call', { id: 'c1' }, leaf('name', 'Budget'), leaf('coSpace', 's1'), leaf('callType', 'coSpace')),
  ),
  record(
    'callLegStart',
    element(
      'callLeg',
      { id: 'l1' },
      leaf('remoteParty', 'sip:ann@example.com'),
      leaf('displayName', 'Ann'),
      leaf('direction', 'incoming'),
      leaf('call', 'c1'),
    ),
  ),
  record(
    'callLegUpdate',
    element(
      'callLeg',
      { id: 'l1' },
      leaf('state', 'connected'),
      leaf('deactivated', 'false'),
      element('ivr', {}),
    ),
  ),
  record(
    'callLegEnd',
    element(
      'callLeg',
      { id: 'l1' },
      leaf('reason', 'remoteTeardown'),
      leaf('durationSeconds', '61'),
      element('alarm', { type: 'packetLoss', durationPercentage: '1.4' }),
      element('rxVideo', {}, leaf('codec', 'h264'), leaf('maxSizeWidth', '1920')),
    ),
  ),
  record('callEnd', element('call', { id: 'c1' }, leaf('durationSeconds', '99'))),
);
const documents = fc
  .tuple(mutants([records as Json]), fc.boolean())
  .map(([tree, inAttributes]) => `<?xml version="1.0"?>${xmlOf(tree, inAttributes)}`);

it('stores what a call bridge tells of its calls, or refuses all of it', { timeout }, async () => {
  await holds(damaged(fc.oneof({ weight: 4, arbitrary: documents }, hostileXml)), 90, async (body) => {
    const before = await contentsOf(running.redis);
    const head = `POST ${running.recordsPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-odd; charset=utf-16\r\nConnection: close\r\n`;
    const [answer] = await exchange(running.publicPort, [
      `${head}Content-Length: ${body.length}\r\n\r\n`,
      body,
    ]);
    expect([200, 400, busy]).toContain(answer?.status);
    if (answer?.status === 400) {
      isClear(answer);
      expect(await contentsOf(running.redis)).toEqual(before);
    }
    for (const { news } of heardIn(parseRecords(body) ?? { session, callBridge: undefined, records: [] }, 0))
      for (const number of JSON.stringify(news).match(/-?\d+e\+\d+|null/g) ?? [])
        throw new Error(`${number} in what is kept`);
    expect(running.errors()).toEqual([]);
  });
});
