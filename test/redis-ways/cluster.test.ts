/**
 * A Redis Cluster of three masters, each with a replica: all that is ours is on one shard, and its other server takes over.
 * Every store is tried on a Cluster by `TEST_REDIS=cluster npx vitest run test/redis`.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../check-run.ts';
import { World } from '../world/world.ts';
import { Servers, type TestServer, until } from './servers.ts';
import { booked, openedAt, opensOnce, startAll, userRule } from './story.ts';

const password = 'a-secret-of-redis';
const servers = new Servers();
let nodes: TestServer[];
let world: World;

beforeAll(async () => {
  nodes = await servers.startCluster({ replicas: 1 });
  // As the runbook says.
  const rule = userRule(password).replace('~roombridge:*', '~{roombridge}:*');
  const more = ['+cluster|slots', '+cluster|info', '+readonly', '+readwrite'];
  for (const { admin } of nodes) await admin.call('ACL', 'SETUSER', ...rule.split(' '), ...more);
  const cluster = nodes.slice(0, 3).map(({ port }) => `127.0.0.1:${port}`);
  world = await World.create({ config: { redis: { cluster, username: 'roombridge', password } } });
});
afterAll(async () => {
  await world.destroy();
  await servers.close();
});

const keysOf = async ({ admin }: TestServer) => await admin.keys('*');

test('a whole story, its keys on one shard, and another server takes that over just before a start', async () => {
  const { receiver } = await startAll(world);
  const meeting = await booked(world, receiver, 8);
  const held = await Promise.all(nodes.slice(0, 3).map(keysOf));
  const own = held.findIndex((keys) => keys.length > 0);
  expect(held.map((keys) => keys.length > 0).filter(Boolean)).toHaveLength(1);
  expect(held[own]?.filter((key) => !key.startsWith('{roombridge}:roombridge:'))).toEqual([]);

  const [master, replica] = [nodes[own], nodes[own + 3]];
  if (master === undefined || replica === undefined) throw new Error('nothing to kill');
  await servers.kill(master);
  const isMaster = async () => (await replica.admin.info('replication')).includes('role:master');
  await until(isMaster, 'no failover');
  const switchedAt = Date.now();
  const open = await opensOnce(world, receiver, meeting);
  expect(openedAt(open)).toBeGreaterThanOrEqual(meeting.start.getTime() - 1_000);
  expect(openedAt(open)).toBeLessThan(Math.max(meeting.start.getTime(), switchedAt) + 15_000);
  await opensOnce(world, receiver, await booked(world, receiver, 5, 'huddle'));

  const checked = await check(world);
  const nodeOf = (at: number) => `Redis node 127.0.0.1:${nodes[at]?.port}`;
  const rows = checked.rows.filter(({ what }) => what.startsWith('Redis'));
  expect(rows).toMatchObject([
    ...[0, 1, 2].map((at) => ({ what: nodeOf(at), state: at === own ? 'warning' : 'ok' })),
    { what: 'Redis, our shard', state: 'ok' },
    { what: 'Redis, our shard', state: 'warning', remedy: 'set appendonly yes' },
    { what: 'Redis, our shard', state: 'warning', remedy: 'give it a replica' },
  ]);
  const left = nodes.filter((node) => node !== master);
  const refused = await Promise.all(left.map(({ admin }) => admin.call('ACL', 'LOG')));
  expect(refused.flat(), 'nothing is asked that the user may not').toEqual([]);
});
