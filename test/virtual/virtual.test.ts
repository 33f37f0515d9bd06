import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { startVirtual } from './virtual.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

it('a booking is held, placed and told', async () => {
  const virtual = await startVirtual({
    redis,
    start: new Date('2027-03-02T08:00:00Z'),
    rooms: [{ mailbox: 'board@example.com' }, { mailbox: 'huddle@example.com' }],
    people: [{ mailbox: 'ann@example.com', name: 'Ann' }],
    quantity: 3,
    ...(process.env.DEBUG_LOG
      ? { log: pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true })) }
      : {}),
  });
  try {
    await virtual.settle();
    const t0 = performance.now();
    const event = virtual.outlook.book({
      organizer: 'ann@example.com',
      rooms: ['board@example.com', 'huddle@example.com'],
      subject: 'Budget',
      start: new Date('2027-03-02T10:00:00Z'),
      end: new Date('2027-03-02T11:00:00Z'),
    });
    await virtual.settle();
    console.log(performance.now() - t0, virtual.graph.counters, virtual.queues.calls);
    const [meeting] = await virtual.meetings();
    expect(meeting?.key).toBe(event.iCalUId);
    expect(meeting?.booked?.rooms).toEqual(['board@example.com', 'huddle@example.com']);
    expect(meeting?.placement?.number).toBe('80991000');
    expect(virtual.outlook.event('ann@example.com', event)?.body.content).toContain('80991000');
    expect(virtual.queues.failures).toEqual([]);
    const t1 = performance.now();
    for (let n = 1; n < 40; n += 1) {
      virtual.crashAfter(n);
      virtual.outlook.update(event, { start: new Date(Date.UTC(2027, 2, 3, n % 20)) });
      await virtual.settle();
    }
    console.log(performance.now() - t1, virtual.deaths, virtual.graph.counters, virtual.queues.calls);
    expect(virtual.outlook.event('ann@example.com', event)?.body.content).toContain('80991000');
    const [after] = await virtual.meetings();
    expect(after?.booked?.start).toBe(Date.UTC(2027, 2, 3, 39 % 20));
    expect(virtual.queues.failures).toEqual([]);
  } finally {
    await virtual.stop();
  }
});
