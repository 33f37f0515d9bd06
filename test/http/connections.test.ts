/** Connections behave whatever the client does: sends too much, too slowly, leaves, or stays. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { createPublicListener } from '../../src/http/public-listener.ts';
import { board, type Door, openDoor } from './door-fixture.ts';

const head = 'POST /graph/notifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const body = JSON.stringify({ value: [board] });
const mebibyte = 1_048_576;

let door: Door | undefined;
afterEach(async () => {
  await door?.instance.close();
  door = undefined;
});

test('a body announced as too large is refused before it is sent', async () => {
  door = await openDoor();
  const client = await door.dial();
  client.socket.write(`${head}Content-Length: ${mebibyte + 1}\r\n\r\n`);
  await client.until(/^HTTP\/1\.1 413 [\s\S]*"status":413}/);
  client.socket.destroy();
});

test('a client still sending chunks gets its 413, and the connection serves on when it has sent all', async () => {
  door = await openDoor();
  const client = await door.dial();
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  client.socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  for (let sent = 0; sent <= mebibyte; sent += 0x10000) client.socket.write(chunk);
  await client.until(/^HTTP\/1\.1 413 [\s\S]*"status":413}/);
  for (let more = 0; more < 32; more += 1) client.socket.write(chunk);
  client.socket.write(`0\r\n\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  await client.until(/HTTP\/1\.1 202 /);
  client.socket.destroy();
});

test('a client that asked to close, and reads only when it has sent all, finds its answer', async () => {
  door = await openDoor();
  const { socket, until, over } = await door.dial();
  socket.pause();
  socket.write(`${head}Connection: close\r\nContent-Length: ${16 * mebibyte}\r\n\r\n`);
  // The answer is made by now, or soon, while the bytes still come.
  await expect.poll(() => door?.counted()).toEqual({ 'too-large': 1 });
  const failed = await new Promise((resolve) => socket.write('x'.repeat(16 * mebibyte), resolve));
  expect(failed ?? undefined).toBeUndefined();
  socket.resume();
  await until(/^HTTP\/1\.1 413 /);
  expect(await over()).toMatch(/"status":413}$/);
});

test('a client that never stops sending is cut off two seconds after its answer', async () => {
  door = await openDoor();
  const client = await door.dial();
  client.socket.on('error', () => {});
  client.socket.write(`${head}Content-Length: ${mebibyte * 1_000}\r\n\r\n`);
  await client.until(/^HTTP\/1\.1 413 /);
  const answered = performance.now();
  await client.over();
  expect(performance.now() - answered).toBeGreaterThan(1_500);
  expect(performance.now() - answered).toBeLessThan(4_000);
});

test('slow clients hold up nobody, and are told when their time is over', async () => {
  door = await openDoor({ requestTimeout: 1_500 });
  const slow = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const client = await door?.dial();
      client?.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
      return client;
    }),
  );
  const begun = performance.now();
  expect((await door.notify([board])).status).toBe(202);
  expect(performance.now() - begun).toBeLessThan(1_000);
  for (const client of slow) expect(await client?.over()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  let unfinished = 0;
  await expect
    .poll(() => {
      unfinished += door?.counted().unfinished ?? 0;
      return unfinished;
    })
    .toBe(50);
});

test('a body that arrives in pieces is one', async () => {
  door = await openDoor();
  const client = await door.dial();
  client.socket.setNoDelay(true);
  client.socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  for (const letter of body) client.socket.write(`1\r\n${letter}\r\n`);
  client.socket.write('0\r\n\r\n');
  await client.until(/^HTTP\/1\.1 202 /);
  client.socket.destroy();
  expect(door.rung).toMatchObject([[{ mailbox: 'board@example.com' }]]);
});

test('a client that leaves in the middle of its body is counted, and rings nothing', async () => {
  let told = () => {};
  const counted = new Promise<void>((resolve) => {
    told = resolve;
  });
  const outcomes: string[] = [];
  door = await openDoor({
    count: (outcome) => {
      outcomes.push(outcome);
      told();
    },
  });
  const client = await door.dial();
  client.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`, () =>
    client.socket.destroy(),
  );
  await counted;
  expect(outcomes).toEqual(['unfinished']);
  expect(door.rung).toEqual([]);
});

test('closing finishes the request in hand, refuses new connections, and waits for no idle one', async () => {
  let begun = () => {};
  const ringing = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let stored = () => {};
  const opened = await openDoor({
    ring: () => {
      begun();
      return new Promise((resolve) => {
        stored = resolve;
      });
    },
  });
  const client = await opened.dial();
  client.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  await ringing;
  const start = performance.now();
  const closed = opened.instance.close();
  await expect
    .poll(() =>
      opened.dial().then(
        () => 'open',
        () => 'refused',
      ),
    )
    .toBe('refused');
  stored();
  expect(await client.over()).toMatch(/^HTTP\/1\.1 202 /);
  await closed;
  expect(performance.now() - start).toBeLessThan(1_500);
});

test('closing takes two seconds at most, whoever stays connected', async () => {
  const opened = await openDoor();
  const silent = await opened.dial();
  const halfway = await opened.dial();
  halfway.socket.write(`${head}Content-Length: 100\r\n\r\n{`);
  for (const { socket } of [silent, halfway]) socket.on('error', () => {});
  await opened.notify([]);
  const start = performance.now();
  await opened.instance.close();
  expect(performance.now() - start).toBeLessThan(3_000);
});

test('an address that is taken is said with its code', async () => {
  door = await openDoor();
  const second = await openDoor();
  await second.instance.close();
  const third = createPublicListener({
    knownSubscription: async () => undefined,
    ring: async () => {},
    sameClientState: () => false,
    count: () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  await expect(listen(third, { host: '127.0.0.1', port: door.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await third.close();
});

test('with a certificate the listener speaks TLS and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roombridge-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
  ]);
  const certificate = await readFile(cert, 'utf8');
  door = await openDoor({ tls: { certificate, privateKey: await readFile(key, 'utf8') } });
  await rm(folder, { recursive: true });
  const { port } = door;
  const answer = await new Promise<string>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: certificate,
      agent: false as const,
      method: 'POST',
      path: '/graph/lifecycle?validationToken=over+TLS',
    };
    request(options, (incoming) => {
      incoming.setEncoding('utf8').on('data', resolve);
    })
      .on('error', reject)
      .end();
  });
  expect(answer).toBe('over TLS');
  await expect(door.ask('/graph/lifecycle')).rejects.toThrow();
});

test('garbage behind a request is refused after the request has its answer', async () => {
  door = await openDoor();
  const client = await door.dial();
  client.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}\0\0`);
  const said = await client.over();
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 400']);
});

test('a request that was refused early has no second answer when its body breaks', async () => {
  door = await openDoor();
  const client = await door.dial();
  client.socket.write('POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  await client.until(/"status":404}/);
  client.socket.write('zz\r\n');
  expect((await client.over()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404']);
});
