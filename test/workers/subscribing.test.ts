/** After the loss of Redis every room finds the subscription that it had, and Graph is not asked for the whole list by each. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { RoomStore } from '../../src/redis/rooms.ts';
import { ensureSubscription, type SubscribingDeps, SubscriptionList } from '../../workers/subscribing.ts';
import { clientOf } from '../graph/graph-under-test.ts';
import { type RecordedServer, startRecordedServer } from '../graph/recorded-server.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';

const url = 'https://rooms.example.com';
const mailboxes = Array.from({ length: 45 }, (_, n) => `room-${n}@example.com`);
const pageSize = 20;

interface Living {
  readonly id: string;
  readonly resource: string;
  readonly clientState: string;
}

let redis: TestRedis;
let graph: RecordedServer;
/** What Graph has, by the room. */
let living: Map<string, Living>;
beforeAll(async () => {
  redis = await startRedis();
  graph = await startRecordedServer();
});
afterAll(async () => {
  await graph.close();
  await redis.close();
});
beforeEach(async () => {
  await redis.redis.flushall();
  graph.asked.length = 0;
  living = new Map();
  graph.answering = ({ method, url: path, body }) => {
    const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString();
    const urls = {
      notificationUrl: `${url}/graph/notifications`,
      lifecycleNotificationUrl: `${url}/graph/lifecycle`,
    };
    if (method === 'POST') {
      const { resource, clientState } = JSON.parse(body) as Living;
      if (living.has(resource)) return { status: 409, body: { error: { code: 'Conflict', message: 'one' } } };
      living.set(resource, { id: randomUUID(), resource, clientState });
      return { status: 201, body: { ...JSON.parse(body), ...living.get(resource) } };
    }
    if (method === 'GET') {
      const from = Number(/skip=(\d+)/.exec(path)?.[1] ?? 0);
      const all = [...living.values()].map((one) => ({ ...one, ...urls, expirationDateTime }));
      const more = from + pageSize < all.length;
      return {
        body: {
          value: all.slice(from, from + pageSize),
          ...(more ? { '@odata.nextLink': `${graph.url}/v1.0/subscriptions?skip=${from + pageSize}` } : {}),
        },
      };
    }
    const one = [...living.values()].find(({ id }) => path.endsWith(id));
    if (one === undefined) return { status: 404, body: { error: { code: 'ResourceNotFound', message: '' } } };
    if (method === 'DELETE') {
      living.delete(one.resource);
      return { status: 204 };
    }
    return { body: { ...one, ...urls, expirationDateTime } };
  };
});

function depsOf(): SubscribingDeps {
  const client = clientOf(graph);
  return {
    graph: client,
    rooms: new RoomStore(redis.redis),
    notificationUrl: url,
    subscriptions: new SubscriptionList(client),
    clientStateOf: (mailbox) => `ours of ${mailbox}`,
  };
}

const ensure = (deps: SubscribingDeps, mailbox: string) => ensureSubscription(deps, mailbox, {}, Date.now());
const asked = (method: string) => graph.asked.filter((one) => one.method === method).length;

it('the list is asked for once, however many rooms look into it', async () => {
  const deps = depsOf();
  await Promise.all(mailboxes.map((mailbox) => ensure(deps, mailbox)));
  const before = [...living.values()];
  expect(asked('GET')).toBe(0);
  await redis.redis.flushall();
  await Promise.all(mailboxes.map((mailbox) => ensure(deps, mailbox)));
  expect([...living.values()]).toEqual(before);
  expect(asked('GET')).toBe(Math.ceil(mailboxes.length / pageSize));
  expect(asked('PATCH')).toBe(mailboxes.length);
  expect(asked('DELETE')).toBe(0);
  expect(await deps.rooms.subscriptions()).toHaveLength(mailboxes.length);
});

it('what was made after the list is found in a new one, and what has gone since is made again', async () => {
  const deps = depsOf();
  const [first = '', late = '', gone = ''] = mailboxes;
  for (const mailbox of [first, gone]) await ensure(deps, mailbox);
  await redis.redis.flushall();
  await ensure(deps, first);
  await ensure(depsOf(), late);
  await redis.redis.flushall();
  const listed = asked('GET');
  await ensure(deps, late);
  expect(asked('GET')).toBe(listed + 1);
  // Graph refuses a second one, and has lost the first before it is asked to renew it.
  const { answering } = graph;
  graph.answering = (question) => {
    if (question.method === 'PATCH') living.delete(`/users/${gone}/events`);
    return answering(question);
  };
  await ensure(deps, gone);
  expect(living.get(`/users/${gone}/events`)?.clientState).toBe(`ours of ${gone}`);
  expect(asked('GET')).toBe(listed + 1);
});

it("somebody else's is deleted, and not deleted again by what was listed before", async () => {
  const deps = depsOf();
  const [mailbox = ''] = mailboxes;
  const resource = `/users/${mailbox}/events`;
  living.set(resource, { id: randomUUID(), resource, clientState: 'of a former installation' });
  await ensure(deps, mailbox);
  expect(living.get(resource)?.clientState).toBe(`ours of ${mailbox}`);
  await redis.redis.flushall();
  await ensure(deps, mailbox);
  expect(living.get(resource)?.clientState).toBe(`ours of ${mailbox}`);
  expect(asked('DELETE')).toBe(1);
});
