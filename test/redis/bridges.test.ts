import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Drain } from '../../src/cluster/drain.ts';
import type { Health } from '../../src/cluster/health.ts';
import { BridgeStore, type FoundConference } from '../../src/redis/bridges.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let bridges: BridgeStore;
beforeAll(async () => {
  server = await startRedis();
  bridges = new BridgeStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const found: FoundConference = {
  number: '8000',
  space: 's0',
  name: 'Budget',
  passcode: '271828',
  secret: 'secret-0',
  foundAt: 1_000,
  calls: [{ callBridge: 'https://cms1', call: 'c' }],
  parties: ['boardroom@video.example.com'],
};

it('the spaces of a cluster are those of the last look, with what was made since', async () => {
  expect(await bridges.space('emea', '8000')).toBeUndefined();
  await bridges.putSpaces(
    'emea',
    new Map([
      ['8000', 's0'],
      ['8001', 's1'],
    ]),
  );
  await bridges.putSpaces('emea', new Map([['8001', 's1']]));
  await bridges.putSpace('emea', '8002', 's2');
  const spaces = await Promise.all(['8000', '8001', '8002'].map((number) => bridges.space('emea', number)));
  expect(spaces).toEqual([undefined, 's1', 's2']);
  const numbers = await Promise.all(['s0', 's1', 's2'].map((space) => bridges.numberOf('emea', space)));
  expect(numbers).toEqual([undefined, '8001', '8002']);
  // As a former version has left it.
  await server.redis.del('roombridge:cluster:emea:numbers');
  expect(await bridges.numberOf('emea', 's2')).toBe('8002');
  expect(await bridges.numberOf('emea', 's0')).toBeUndefined();
  expect(await bridges.numberOf('apac', 's1')).toBe('unknown');
  expect(await bridges.space('apac', '8001')).toBeUndefined();
  await bridges.putSpaces('emea', new Map());
  expect(await bridges.space('emea', '8001')).toBeUndefined();
});

it('a cluster that nobody has looked at has an empty status', async () => {
  expect(await bridges.clusterStatus('emea')).toEqual({});
  const status = { provisionedAt: 5, slots: 3, callProfile: 'p', callLegProfile: 'q' };
  await bridges.putClusterStatus('emea', status);
  expect(await bridges.clusterStatus('emea')).toEqual(status);
  expect(await bridges.clusterStatus('apac')).toEqual({});
});

it('what was found open is known by its secret until it is somebody’s, a day at the longest', async () => {
  const other = { ...found, number: '8001', secret: 'secret-1' };
  await bridges.putFound('emea', [found, other]);
  await bridges.putFound('emea', []);
  expect(await bridges.found('emea', 'secret-0')).toEqual(found);
  expect(await bridges.found('apac', 'secret-0')).toBeUndefined();
  await bridges.dropFound('emea', 'secret-0');
  expect(await bridges.found('emea', 'secret-0')).toBeUndefined();
  expect(await bridges.found('emea', 'secret-1')).toEqual(other);
  const [key] = await server.redis.keys('*:found');
  expect(await server.redis.ttl(key ?? '')).toBeGreaterThan(86_000);
});

it('the health of each call bridge is what all living processes see of it', async () => {
  expect((await bridges.health()).size).toBe(0);
  const up: Health = { state: 'up', since: 1, at: 2 };
  const down: Health = { state: 'down', since: 3, at: 4, why: 'refused', cause: 'unreachable' };
  const seen = (health: Health, silent = false) => ({ health, silent });
  const one = new Map([
    ['https://cms1', seen(up)],
    ['https://cms2', seen(down, true)],
    ['https://cms3', seen(up)],
  ]);
  const two = new Map([
    ['https://cms1', seen({ ...up, since: 0 })],
    ['https://cms2', seen({ ...down, since: 2 }, true)],
    ['https://cms3', seen(down)],
  ]);
  await bridges.putViews('one', new Map());
  await bridges.putViews('one', one);
  await bridges.putViews('two', two);
  expect(await bridges.views()).toEqual(
    new Map([
      ['one', one],
      ['two', two],
    ]),
  );
  expect(await bridges.health()).toEqual(
    new Map([
      ['https://cms1', { ...up, since: 0 }],
      ['https://cms2', { ...down, since: 2 }],
      ['https://cms3', { ...down, state: 'doubtful' }],
    ]),
  );
  await bridges.dropViews('one');
  expect([...(await bridges.health())]).toEqual([...two].map(([address, { health }]) => [address, health]));
});

it('what a process saw that is gone is forgotten', async () => {
  await bridges.putViews(
    'dead',
    new Map([['https://cms1', { health: { state: 'up', since: 1, at: 2 }, silent: false }]]),
  );
  const [key] = await server.redis.keys('*:seen-by:dead');
  expect(await server.redis.pttl(key ?? '')).toBeGreaterThan(2_000);
  expect(await server.redis.pttl(key ?? '')).toBeLessThanOrEqual(5_000);
  await server.redis.del(key ?? '');
  expect((await bridges.views()).size).toBe(0);
  expect(await server.redis.keys('*:viewers')).toEqual([]);
});

it('what is drained is known to all until it is taken back', async () => {
  expect(await bridges.drains()).toEqual(new Map());
  const drain = { since: 1, from: 2, until: 9, moveRunning: 3 };
  await bridges.putDrain('https://cms1', drain);
  await bridges.putDrain('https://cms2', { since: 1, from: 4 });
  expect(await bridges.drains()).toEqual(
    new Map<string, Drain>([
      ['https://cms1', drain],
      ['https://cms2', { since: 1, from: 4 }],
    ]),
  );
  expect(await bridges.dropDrain('https://cms2')).toBe(true);
  expect(await bridges.dropDrain('https://cms2')).toBe(false);
  expect([...(await bridges.drains()).keys()]).toEqual(['https://cms1']);
});
