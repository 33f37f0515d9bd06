/** The page of the queues shows real queues of a real Redis, and loads nothing from elsewhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Admin, openAdmin } from './admin-fixture.ts';

let redis: ChildProcess;
let queue: Queue;
let admin: Admin;

beforeAll(async () => {
  const port = await freePort();
  redis = spawn('redis-server', [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  await new Promise<void>((resolve, reject) => {
    redis.once('error', reject);
    redis.once('exit', () => reject(new Error('redis-server ended')));
    redis.stdout?.on('data', (text) => {
      if (String(text).includes('Ready to accept connections')) resolve();
    });
  });
  queue = new Queue('calendar', { connection: { host: '127.0.0.1', port } });
  await queue.add('sync', { key: 'board@example.com' });
  admin = await openAdmin({ queues: [queue] });
});

afterAll(async () => {
  await admin?.instance.close();
  await queue?.close();
  if (redis !== undefined && redis.exitCode === null) {
    redis.kill();
    await once(redis, 'exit');
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

test.each(['/queues', '/queues/', '/queues/queue/calendar'])('%s is the page', async (path) => {
  const answer = await admin.ask(path);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(answer.body).toContain('<base href="/queues/" />');
});

test('the scripts and styles of the page are served', async () => {
  const { body } = await admin.ask('/queues');
  const own = [...body.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map((match) => match[1]);
  expect(own.length).toBeGreaterThan(2);
  for (const file of own) expect((await admin.ask(`/queues/${file}`)).status).toBe(200);
});

test('the queue is listed with its jobs', async () => {
  const { body } = await admin.ask(
    '/queues/api/queues?activeQueue=calendar&status=waiting&page=1&jobsPerPage=10',
  );
  const listed = JSON.parse(body).queues[0];
  expect(listed.name).toBe('calendar');
  expect(listed.counts.waiting).toBe(1);
  expect(listed.jobs[0].data).toEqual({ key: 'board@example.com' });
});

test('an action of the page works', async () => {
  const headers = { host: `127.0.0.1:${admin.port}`, origin: `http://127.0.0.1:${admin.port}` };
  const answer = await admin.ask('/queues/api/queues/calendar/pause', { method: 'PUT', headers });
  expect(answer.status).toBe(200);
  expect(await queue.isPaused()).toBe(true);
});

test('a Redis that hangs makes the queues unavailable, not the page wait for ever', async () => {
  redis.kill('SIGSTOP');
  try {
    expect((await admin.ask('/queues/api/queues')).status).toBe(503);
    expect((await admin.ask('/queues')).status).toBe(200);
  } finally {
    redis.kill('SIGCONT');
  }
});
