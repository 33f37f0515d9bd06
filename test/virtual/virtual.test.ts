import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { startVirtual } from './virtual.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const rooms = ['board@example.com', 'huddle@example.com'];

const start = () =>
  startVirtual({
    redis,
    start: new Date('2027-03-02T08:00:00Z'),
    rooms: rooms.map((mailbox) => ({ mailbox })),
    people: [{ mailbox: 'ann@example.com', name: 'Ann' }],
    quantity: 3,
  });

const meeting = {
  ...{ organizer: 'ann@example.com', rooms, subject: 'Budget' },
  ...{ start: new Date('2027-03-02T10:00:00Z'), end: new Date('2027-03-02T11:00:00Z') },
};

it('a booking is held, placed and told, at its time', async () => {
  const virtual = await start();
  try {
    await virtual.settle();
    const begun = virtual.now();
    const event = virtual.outlook.book(meeting);
    await virtual.settle();
    const [held] = await virtual.meetings();
    expect(held?.key).toBe(event.iCalUId);
    expect(held?.booked?.rooms).toEqual(rooms);
    expect(held?.placement?.number).toBe('80991000');
    expect(virtual.outlook.event('ann@example.com', event)?.body.content).toContain('80991000');
    const booked = (await virtual.meetingStore.timeline(event.iCalUId)).find(({ what }) => what === 'booked');
    expect((booked?.at ?? 0) - begun).toBeLessThan(2_000);
    expect(virtual.queues.failures).toEqual([]);
  } finally {
    await virtual.stop();
  }
});

it('a worker that dies at any step of it is followed by one that ends it', async () => {
  const virtual = await start();
  try {
    await virtual.settle();
    const event = virtual.outlook.book(meeting);
    await virtual.settle();
    for (let step = 1; step < 60; step += 3) {
      const moved = Date.UTC(2027, 2, 3 + (step % 5), step % 24);
      virtual.crashAfter(step);
      virtual.outlook.update(event, { start: new Date(moved) });
      await virtual.settle();
      expect((await virtual.meetings())[0]?.booked?.start).toBe(moved);
      expect(virtual.outlook.event('ann@example.com', event)?.body.content).toContain('80991000');
    }
    expect(virtual.deaths).toBeGreaterThan(15);
    expect(virtual.queues.failures).toEqual([]);
  } finally {
    await virtual.stop();
  }
});

it('days that pass over a series ask nothing of its organizer, and new dates are known by the old ones', async () => {
  const virtual = await start();
  try {
    await virtual.settle();
    virtual.outlook.book({
      ...meeting,
      timeZone: 'Europe/Berlin',
      recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } },
    });
    await virtual.settle();
    await virtual.sweepRound();
    const asked = virtual.graph.log.length;
    const held = (await virtual.meetings()).length;
    await virtual.advance(4 * 86_400_000);
    const looks = virtual.graph.log.slice(asked).filter(({ mailbox }) => mailbox === 'ann@example.com');
    expect(looks).toEqual([]);
    const meetings = await virtual.meetings();
    expect(meetings.length).toBeGreaterThan(held);
    expect(meetings.filter(({ organizerCopy }) => organizerCopy === undefined)).toEqual([]);
    expect(virtual.queues.failures).toEqual([]);
  } finally {
    await virtual.stop();
  }
});
