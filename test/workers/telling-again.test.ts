/** An operator wants an organizer told once more: in the event, by mail, and once, whatever befalls the worker. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../src/conference/operation/operation.ts';
import { OperationStore } from '../../src/redis/operations.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { startVirtual, type Virtual } from '../virtual/virtual.ts';
import { leaseOf } from '../virtual/worker.ts';
import { bodyWrites } from '../world/graph-side.ts';

const ann = 'ann@example.com';
const rooms = ['board@example.com', 'huddle@example.com'];
const guest = 'guest@elsewhere.example';
const sender = 'video@example.com';
const minute = 60_000;

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
afterEach(() => virtual.stop());

async function begin(organizer = ann, more: object = {}, booking: object = {}, before = () => {}) {
  virtual = await startVirtual({
    redis,
    start: new Date('2027-03-02T08:00:00Z'),
    rooms: rooms.map((mailbox) => ({ mailbox })),
    people: [
      { mailbox: ann, name: 'Ann' },
      { mailbox: sender, name: 'Video' },
    ],
    ...{ quantity: 3, inProcess: true, calendar: { sweep: 86_400_000 } },
    ...more,
  });
  await virtual.settle();
  before();
  const event = virtual.outlook.book({
    ...{ organizer, rooms, subject: 'Budget' },
    ...{ start: new Date('2027-03-04T10:00:00Z'), end: new Date('2027-03-04T11:00:00Z') },
    ...booking,
  });
  await virtual.settle();
  await virtual.advance(2 * minute);
  return event;
}

/** An order reaches the worker of the organizer's event. */
async function order(key: string, request = 'a', uid = key): Promise<void> {
  const { hash, field, holder } = leaseOf(uid);
  await redis.redis.hset(hash, field, holder);
  const ordered = { request, by: 'olga', at: virtual.now(), operation: { do: 'tell-again' as const } };
  await new OperationStore(redis.redis).order(key, ordered);
  virtual.queues.ring('invitation', [{ key: uid, at: virtual.now() }]);
}

async function ordered(key: string, request = 'a'): Promise<Outcome | undefined> {
  await order(key, request);
  await virtual.settle();
  return await new OperationStore(redis.redis).outcome(key, request);
}

const body = (event: Parameters<Virtual['outlook']['event']>[1]) =>
  virtual.outlook.event(ann, event)?.body.content ?? '';
/** Writes of the organizer's event so far. */
const writes = () => bodyWrites(virtual.graph, ann).length;
const words = async (key: string) => (await virtual.meetingStore.timeline(key)).map(({ what }) => what);

it('the event is written once more, though it says what it should', async () => {
  const event = await begin();
  const [said, written] = [body(event), writes()];
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'done', did: { what: 'invitation-written' } });
  expect(writes()).toBe(written + 1);
  expect(body(event)).toBe(said);
  expect((await words(event.iCalUId)).slice(-2)).toEqual(['invitation-written', 'operated']);
  expect((await virtual.meetings())[0]?.orders).toBeUndefined();
});

it('pressed twice it is one order, and pressed again at once it is said that it was done just now', async () => {
  const event = await begin();
  const written = writes();
  await ordered(event.iCalUId);
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'done' });
  expect(await ordered(event.iCalUId, 'b')).toMatchObject({ state: 'refused', refusal: 'told-just-now' });
  expect(writes()).toBe(written + 1);
  await virtual.advance(2 * minute);
  expect(await ordered(event.iCalUId, 'c')).toMatchObject({ state: 'done' });
  expect(writes()).toBe(written + 2);
});

it('what somebody took out of the event is put in again, however lately it was told', async () => {
  const event = await begin();
  await ordered(event.iCalUId);
  virtual.outlook.update(event, { body: { contentType: 'html', content: '<p>Mine</p>' } });
  expect(await ordered(event.iCalUId, 'b')).toMatchObject({ state: 'done' });
  expect(body(event)).toContain('80991000');
  expect(body(event)).toContain('Mine');
});

it('a worker that dies at any step of it is followed by one that ends it, and it is written once', async () => {
  const event = await begin();
  for (let step = 1; ; step += 1) {
    const [written, deaths] = [writes(), virtual.deaths];
    virtual.crashAfter(step);
    const request = `step ${step}`;
    expect(await ordered(event.iCalUId, request), request).toMatchObject({ state: 'done' });
    expect(writes(), request).toBe(written + 1);
    await virtual.advance(2 * minute);
    if (virtual.deaths === deaths) break;
  }
  expect(virtual.deaths).toBeGreaterThan(10);
});

it('who is out of our reach is sent one more mail, and again says that it was just sent', async () => {
  const event = await begin(guest, { invitation: { mail: { from: sender } } });
  const sent = virtual.graph.mails.length;
  expect(sent).toBe(1);
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'done', did: { what: 'organizer-mailed' } });
  expect(virtual.graph.mails).toHaveLength(2);
  await virtual.advance(1_000);
  expect(await ordered(event.iCalUId, 'b')).toMatchObject({ refusal: 'told-just-now' });
  expect(virtual.graph.mails).toHaveLength(2);
  expect((await words(event.iCalUId)).filter((what) => what === 'organizer-mailed')).toHaveLength(2);
});

it('a mail is sent once though the worker dies at any step of it', async () => {
  const event = await begin(guest, { invitation: { mail: { from: sender } } });
  for (let step = 1; ; step += 1) {
    const [sent, deaths] = [virtual.graph.mails.length, virtual.deaths];
    virtual.crashAfter(step);
    const request = `step ${step}`;
    const outcome = await ordered(event.iCalUId, request);
    expect(outcome, request).toMatchObject({ state: 'done', did: { what: 'organizer-mailed' } });
    expect(virtual.graph.mails.length, request).toBe(sent + 1);
    // No more than six messages in an hour.
    await virtual.advance(15 * minute);
    if (virtual.deaths === deaths) break;
  }
  expect(virtual.deaths).toBeGreaterThan(5);
});

it('where a room has answered, it answers once more', async () => {
  const event = await begin(guest);
  const [answers, mails] = [virtual.graph.replies.length, virtual.graph.mails.length];
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'done', did: { what: 'organizer-answered' } });
  expect(virtual.graph.replies).toHaveLength(answers + 1);
  expect(virtual.graph.mails).toHaveLength(mails);
});

it('what could not be told is told once its cause is mended, and on each order it is tried', async () => {
  const event = await begin(ann, { invitation: { ways: ['event'] } }, {}, () => {
    virtual.graph.fail({ kind: 'status', status: 403, method: 'PATCH', mailbox: ann, times: 2 });
  });
  expect(body(event)).not.toContain('80991000');
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'refused', refusal: 'not-told' });
  const tried = writes();
  expect(await ordered(event.iCalUId, 'b')).toMatchObject({ state: 'done' });
  expect(writes()).toBe(tried + 1);
  expect(body(event)).toContain('80991000');
});

it('of a series its event is written, and of a date with an event of its own that one', async () => {
  const series = { recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } } };
  const event = await begin(ann, {}, series);
  const second = new Date('2027-03-05T10:00:00Z');
  virtual.outlook.updateOccurrence(event, second, { subject: 'Another budget' });
  await virtual.settle();
  await virtual.advance(2 * minute);
  const dates = await virtual.meetings();
  const keyOf = (start: Date) => dates.find(({ last }) => last.start === start.getTime())?.key ?? '';
  const paths = async (key: string) => {
    const before = writes();
    await order(key, 'a', event.iCalUId);
    await virtual.settle();
    expect(await new OperationStore(redis.redis).outcome(key, 'a')).toMatchObject({ state: 'done' });
    await virtual.advance(2 * minute);
    return bodyWrites(virtual.graph, ann)
      .slice(before)
      .map(({ path }) => path);
  };
  const [ofSeries, ofDate] = [
    await paths(keyOf(new Date('2027-03-04T10:00:00Z'))),
    await paths(keyOf(second)),
  ];
  expect([ofSeries.length, ofDate.length]).toEqual([1, 1]);
  expect(ofSeries).not.toEqual(ofDate);
});

it('as many messages as may be sent in an hour are sent', async () => {
  const event = await begin(guest, { invitation: { mail: { from: sender } } });
  for (let count = 2; count <= 6; count += 1) {
    expect(await ordered(event.iCalUId, String(count))).toMatchObject({ state: 'done' });
    await virtual.advance(minute + 1_000);
  }
  expect(await ordered(event.iCalUId, 'one more')).toMatchObject({ state: 'refused', refusal: 'told-often' });
  expect(virtual.graph.mails).toHaveLength(6);
});

it('of what was cancelled, or is over, there is nothing to tell', async () => {
  const event = await begin();
  virtual.outlook.cancel(event);
  await virtual.settle();
  const written = writes();
  expect(await ordered(event.iCalUId)).toMatchObject({ state: 'refused', refusal: 'nothing-to-tell' });
  expect(writes()).toBe(written);
});

it('where no way to the organizer is open, that is said, and why', async () => {
  const event = await begin(guest, { invitation: { ways: ['event'] } });
  const outcome = await ordered(event.iCalUId);
  expect(outcome).toMatchObject({ state: 'refused', refusal: 'not-told' });
  expect(outcome?.detail).toMatch(/^event: /);
});
