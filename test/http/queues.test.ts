/** The page of the queues shows real queues of a real Redis, and loads nothing from elsewhere. */
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

let redis: TestRedis;
let queue: Queue;
let admin: Admin;

beforeAll(async () => {
  redis = await startRedis();
  queue = new Queue('calendar', { connection: redis.redis });
  await queue.add('sync', { key: 'board@example.com' });
  admin = await openAdmin({ queues: [queue] });
});

afterAll(async () => {
  await admin?.instance.close();
  await queue?.close();
  await redis?.close();
});

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
