/**
 * Whatever is asked of the admin listener: what its description promises, or one clear refusal after which all is as it was.
 * It is asked by its own description, so that a route which is added is asked too.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { mergeBookings } from '../../src/meeting/booking.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { booking } from '../meeting/a-room.ts';
import { contentsOf, held, holds, timeout, watchForThrown } from './hunting.ts';
import { awkward, damaged, type Json, mutants, wellFormed } from './mutations.ts';
import { board, callBridge, type Running, startRunning } from './running.ts';
import { exchange, type RawAnswer } from './wire.ts';

watchForThrown();

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  readonly takesBody: boolean;
}

const key = 'uid-of-board';
const now = Date.now();
let running: Running;
let operations: readonly Operation[];
let ticket: string;
beforeAll(async () => {
  running = await startRunning();
  const { redis } = running.redis;
  const says = booking({ key, uid: key, start: now + 3_600_000, end: now + 7_200_000 });
  await new MeetingStore(redis).putBooking(board, key, says, mergeBookings(new Map([[board, says]])), []);
  const tickets = new TicketStore(redis);
  await tickets.settle(
    `call-bridge ${callBridge}`,
    [{ code: 'clock-off', about: callBridge, detail: '3 s' }],
    now,
  );
  ticket = (await tickets.list('open'))[0]?.id ?? '';
  const [answer] = await ask('GET', '/api/openapi.json');
  operations = operationsIn(JSON.parse(answer?.body ?? ''));
});
afterAll(() => running[Symbol.asyncDispose]());

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      Pick<Operation, 'parameters'> & {
        readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
        readonly requestBody?: object;
      }
    >
  >;
  readonly components: { readonly schemas: object };
}

function operationsIn(document: Document): Operation[] {
  const { paths, components } = JSON.parse(
    JSON.stringify(document).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as Document;
  const read = (schema: object) => z.fromJSONSchema({ ...schema, $defs: components.schemas } as never);
  return Object.entries(paths).flatMap(([path, all]) =>
    Object.entries(all).flatMap(([method, { parameters, responses, requestBody }]) => {
      // A stream has no end to read, and an explanation waits for Microsoft 365, where nobody is.
      if (path === '/api/changes' || path.endsWith('/explain')) return [];
      const schemas = Object.entries(responses).map(([status, { content }]) => [
        status,
        read(Object.values(content)[0]?.schema ?? {}),
      ]);
      return [
        {
          path,
          method: method.toUpperCase(),
          parameters,
          schemas: Object.fromEntries(schemas),
          takesBody: requestBody !== undefined,
        },
      ];
    }),
  );
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<readonly RawAnswer[]> {
  const all = {
    host: '127.0.0.1',
    connection: 'close',
    ...headers,
    ...(body.length > 0 && { 'content-length': String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return exchange(running.adminPort, [head, body], 1);
}

const instants = [
  '2026-11-27T20:00:00Z',
  '2026-11-28T20:00:00+01:00',
  new Date(now).toISOString(),
  new Date(now + 86_400_000).toISOString(),
];
/** What is right for parameters of these names, somewhere. */
const right: Readonly<Record<string, readonly string[]>> = {
  key: [key, 'another'],
  mailbox: [board, 'nobody@example.com'],
  address: [callBridge, 'https://cms9.example.com'],
  name: ['emea', 'calendar', 'conference', 'x'],
  id: ['0123456789'],
  from: instants,
  to: instants,
  rooms: [board, `${board},attic@example.com`],
  zone: ['UTC', 'Europe/Berlin'],
  limit: ['1', '100'],
  days: ['7'],
  state: ['open', 'all', 'planned'],
  event: ['AAMk'],
  after: ['1-1'],
  before: ['1-1'],
  number: ['80991000'],
  room: [board],
  q: ['budget'],
};
const wish = fc.record({ nth: fc.nat(), odd: awkward, isOdd: fc.boolean(), extra: awkward });
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const bodies: Json[] = [
  ...[{ by: 'ann', note: 'seen' }, { by: 'ann' }, {}, { do: 'pause' }, { do: 'retry', key }],
  ...[
    { by: 'ann', do: 'dial', address: 'x@y.example' },
    { by: 'ann', do: 'drop', who: ['p1'] },
    { by: 'ann', do: 'mute', who: 'all', audio: true },
  ],
  ...[
    { by: 'ann', do: 'message', text: 'hi', seconds: 5 },
    { by: 'ann', do: 'extend', minutes: 15, request: 'r1' },
  ],
  { by: 'ann', do: 'move', who: ['p1'], to: 'other', number: '1', pastLobby: true },
  ...[{ from: instants[0] ?? '', until: instants[1] ?? '', force: true }, { moveRunning: instants[0] ?? '' }],
];
const drawn = fc.record({
  operation: fc.nat(),
  inPath: fc.array(wish, { minLength: 2, maxLength: 2 }),
  inQuery: fc.array(wish, { maxLength: 4 }),
  body: damaged(mutants(bodies).map((value) => JSON.stringify(value))),
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant('application/json') },
    fc.constantFrom('', 'text/plain', 'application/json; charset=x', 'application/x-www-form-urlencoded'),
  ),
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
  ),
  headers: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    fc.constantFrom<Record<string, string>>(
      { host: 'evil.example' },
      { host: '127.0.0.1:1@x' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'last-event-id': 'x' },
    ),
    fc.constantFrom<Record<string, string>>(
      { accept: 'text/html' },
      { 'accept-encoding': 'br' },
      { cookie: 'a='.repeat(3_000) },
      { cookie: 'x'.repeat(20_000) },
      { authorization: 'Bearer x' },
    ),
    fc.constantFrom<Record<string, string>>(
      { 'x-forwarded-for': "' or 1" },
      { expect: '100-continue' },
      { range: 'bytes=0-1' },
      { 'if-none-match': '*' },
      { upgrade: 'websocket', connection: 'upgrade' },
    ),
  ),
});

const encoded = (text: string) => encodeURIComponent(wellFormed(text));
const said = ({ isOdd, odd, nth }: Wish, name: string) => {
  const good = right[name] ?? ['true', 'x'];
  return isOdd ? odd : name === 'id' ? ticket : (good[nth % good.length] as string);
};

/** @returns whether it may have changed something */
function judge(
  answer: RawAnswer | undefined,
  schemas: Readonly<Record<string, z.ZodType>>,
  method: string,
): boolean {
  const { status = 0, headers = {}, body = '' } = answer ?? {};
  expect([200, 202, 204, 304, 400, 403, 404, 405, 409, 413, 414, 415, 417, 431, 502, 503, 504]).toContain(
    status,
  );
  if (status >= 400) {
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    if (method === 'HEAD') return false;
    const problem = z.strictObject({
      type: z.string(),
      title: z.string(),
      status: z.literal(status),
      detail: z.string().max(600).optional(),
      parameter: z.string().max(60).optional(),
    });
    expect(problem.safeParse(JSON.parse(body)).error).toBeUndefined();
    return status === 403 || status === 409;
  }
  if (headers['content-encoding'] !== undefined || method === 'HEAD') return true;
  const schema = schemas[status];
  if (schema !== undefined && headers['content-type']?.startsWith('application/json'))
    expect(schema.safeParse(JSON.parse(Buffer.from(body, 'latin1').toString())).error).toBeUndefined();
  return true;
}

it('every route of the API answers as described, or refuses and changes nothing', { timeout }, async () => {
  await holds(drawn, 280, async ({ operation, inPath, inQuery, body, type, method: other, headers }) => {
    const { path, method, parameters, schemas, takesBody } = operations[
      operation % operations.length
    ] as Operation;
    let part = 0;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encoded(said(inPath[part++] as Wish, name)),
    );
    const query = parameters.filter((one) => one.in === 'query');
    // All that there are, for some need each other; and something else now and then.
    const pairs = query.flatMap(({ name }, i) => {
      const one = inQuery[i % Math.max(1, inQuery.length)];
      return one === undefined ? [] : [`${name}=${encoded(said(one, name))}`];
    });
    const last = inQuery.at(-1);
    if (last?.isOdd && last.nth % 3 === 0) pairs.push(`${encoded(last.extra)}=${encoded(last.odd)}`);
    const used = other === '' ? method : other;
    const isWriting = used === 'POST' || used === 'PUT' || used === 'PATCH' || used === 'DELETE';
    const before = await contentsOf(running.redis);
    const all = { ...headers, ...(type !== '' && takesBody && { 'content-type': type }) };
    const answers = await ask(
      used,
      pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`,
      all,
      isWriting ? body : '',
    );
    expect(answers.length).toBe(1);
    const mayChange = judge(answers[0], used === method ? schemas : {}, used);
    if (!mayChange) expect(await contentsOf(running.redis)).toEqual(before);
    expect(running.errors()).toEqual([]);
  });
});

it('paths that are none, pages, tables and queues answer without a fault of ours', { timeout }, async () => {
  const known = fc.constantFrom(
    ...[
      '/',
      '/meetings/',
      '/rooms/',
      '/assets/',
      '/api/',
      '/api/v1/',
      '/api/v1/meetings',
      '/metrics',
      '/ready',
      '/live',
      '/sign-in',
      '/sign-in/callback',
    ],
    ...[
      '/api/reports.csv',
      '/api/reports.xlsx',
      '/api/audit-log.csv',
      '/api/changes',
      '/api/tokens',
      '/api/administrators',
      '/api/sessions/end',
    ],
    ...[
      '/queues',
      '/queues/',
      '/queues/static/',
      '/queues/api/queues',
      '/queues/api/queues/calendar',
      '/queues/queue/',
      '/queues/api/redis/stats',
    ],
    ...[
      '/queues/api/queues/calendar/',
      '/queues/api/queues/calendar/pause',
      '/queues/api/queues/nobody/1',
      '/queues/api/queues/calendar/1/logs',
    ],
  );
  const paths = fc
    .tuple(known, awkward, fc.boolean())
    .map(
      ([path, more, raw]) => path + (raw ? wellFormed(more).replaceAll(/[^\x21-\x7e]/g, '') : encoded(more)),
    );
  await holds(
    fc.tuple(paths, fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH')),
    250,
    async ([path, method]) => {
      const [answer] = await ask(
        method,
        path,
        { 'content-type': 'application/json' },
        method.startsWith('P') ? '{}' : '',
      );
      expect(answer?.status).toBeGreaterThanOrEqual(200);
      expect(answer?.status).toBeLessThan(500);
      expect(answer?.body).not.toMatch(/node_modules|at .*\.[jt]s:\d/);
      expect(running.errors()).toEqual([]);
    },
  );
});

it('holds no more after hundreds of questions than after a few', { timeout }, async () => {
  const send = async (times: number) => {
    for (let time = 0; time < times; time += 1)
      await ask('GET', `/api/meetings?q=${'x'.repeat(8_000)}`, { cookie: 'y'.repeat(4_000) });
    return await held();
  };
  await send(20);
  const before = await send(20);
  expect((await send(80)) - before).toBeLessThan(16 * 1_048_576);
});
