/** Our own certificate is exchanged while the listener runs: no restart, no connection lost, and never by a broken one. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ownCertificateConditions, ownCertificateScope } from '../src/cluster/ticket-certificate.ts';
import { listen } from '../src/http/listen.ts';
import { createInstance } from '../src/http/server.ts';
import { BridgeStore } from '../src/redis/bridges.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { TicketStore } from '../src/redis/tickets.ts';
import { keepCertificate } from '../src/renewing.ts';
import { Ticketing } from '../workers/ticketing.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { createTestAuthority } from './simulators/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-renewing-'));
const files = [join(folder, 'server.pem'), join(folder, 'server.key')] as const;
const authority = createTestAuthority();
const issued = (days: number) => authority.issue(['localhost'], { days });
const first = issued(90);

let redis: TestRedis;
let tickets: TicketStore;
let said: { message: string; fields: object }[];
let instance: FastifyInstance;
let port: number;
let kept: { close(): Promise<void> };

beforeAll(async () => {
  redis = await startRedis();
  tickets = new TicketStore(redis.redis);
});
afterAll(async () => {
  await redis.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await redis.redis.flushall();
  said = [];
  const note = (fields: object, message: string) => void said.push({ fields, message });
  const log = { info: note, warn: note, error: note };
  put(first);
  const tls = { certificate: first.cert, privateKey: first.key, files };
  instance = createInstance({ tls, log, badPath: 404 });
  instance.get('/', async () => 'here');
  ({ port } = await listen(instance, { host: '127.0.0.1', port: 0 }));
  const place = { name: 'http.public.tls', place: 'av1:8443' } as const;
  kept = keepCertificate({ ...place, tls, server: instance.server, tickets, log, every: 20 });
});
afterEach(async () => {
  await kept.close();
  await instance.close();
});

function put({ cert, key }: { readonly cert: string; readonly key: string }): void {
  writeFileSync(files[0], cert);
  writeFileSync(files[1], key);
}

async function shake(): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca });
  await once(socket, 'secureConnect');
  return socket;
}

/** The end of the certificate that is shown in a new handshake. */
async function shown(): Promise<number> {
  const socket = await shake();
  const { valid_to } = socket.getPeerCertificate();
  socket.destroy();
  return Date.parse(valid_to);
}

/** The status that is answered on a connection that stands. */
async function asked(socket: TLSSocket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString().slice(0, 12);
}

const open = async () => (await tickets.list('open')).map(({ code, about, detail }) => [code, about, detail]);
const about = 'http.public.tls of av1:8443';
const patience = { timeout: 20_000, interval: 20 };

it('a new one is shown in the next handshake, and open connections go on', async () => {
  const before = await shown();
  const socket = await shake();
  expect(await asked(socket)).toBe('HTTP/1.1 200');
  put(issued(80));
  await vi.waitFor(async () => expect(await shown()).not.toBe(before), patience);
  expect(await asked(socket)).toBe('HTTP/1.1 200');
  socket.destroy();
  expect(said.map(({ message }) => message)).toEqual(['a new certificate is shown']);
  expect(await open()).toEqual([]);
});

it.each([
  ['whose key is another one’s', () => ({ cert: issued(80).cert, key: issued(80).key }), /does not belong/],
  ['without its key', () => ({ cert: issued(80).cert, key: '' }), /a file without a key/],
  ['cut off in the middle', () => ({ ...issued(80), cert: first.cert.slice(0, 300) }), /without one/],
])('one %s is not taken, and that is said once, until it is mended', async (_what, broken, why) => {
  const before = await shown();
  put(broken());
  await vi.waitFor(
    async () =>
      expect(await open()).toEqual([['own-certificate-unusable', about, expect.stringMatching(why)]]),
    patience,
  );
  expect(await shown()).toBe(before);
  put(issued(70));
  await vi.waitFor(async () => expect(await open()).toEqual([]), patience);
  expect(await shown()).not.toBe(before);
  expect(said.map(({ message }) => message)).toEqual([
    'a new certificate cannot be used, the former one stays',
    'a new certificate is shown',
  ]);
  expect(JSON.stringify(said)).not.toMatch(/BEGIN|roombridge-renewing/);
});

it('one that ends soon, or has ended, is a ticket until there is a new one', async () => {
  put(issued(20));
  const end = expect.stringMatching(/^it ends on \d{4}-\d\d-\d\d, in (19|20) days$/);
  await vi.waitFor(
    async () => expect(await open()).toEqual([['own-certificate-expiring', about, end]]),
    patience,
  );
  put(authority.issue(['localhost'], { days: 1, expired: true }));
  const over = expect.stringMatching(/^it has ended on \d{4}-\d\d-\d\d$/);
  await vi.waitFor(
    async () => expect(await open()).toEqual([['own-certificate-expired', about, over]]),
    patience,
  );
  put(issued(90));
  await vi.waitFor(async () => expect(await open()).toEqual([]), patience);
});

it('the ticket of a process that is gone for good is closed by the others', async () => {
  await kept.close();
  const now = Date.now();
  const conditions = ownCertificateConditions(about, { validTo: now - 1 }, now);
  await tickets.settle(ownCertificateScope(about), conditions, now);
  const ticketing = new Ticketing({
    ...{ config: { clusters: [] }, tickets, log: pino({ level: 'silent' }) },
    ...{ bridges: new BridgeStore(redis.redis), meetings: new MeetingStore(redis.redis) },
  });
  await ticketing.look(now + 3_599_000);
  expect(await open()).toHaveLength(1);
  await ticketing.look(now + 3_601_000);
  expect(await open()).toEqual([]);
});

it('where there are no files of one there is nothing to keep', async () => {
  const plain = createInstance({ log: { info() {}, warn() {}, error() {} }, badPath: 404 });
  const keeper = keepCertificate({
    ...{ name: 'http.admin.tls', place: 'av1:8080', tls: undefined, server: plain.server },
    ...{ tickets, log: { info() {}, warn() {}, error() {} }, every: 1 },
  });
  await keeper.close();
  expect(await open()).toEqual([]);
});
