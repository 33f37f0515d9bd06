/** Three servers and three Sentinels: the server that has everything dies just before a start, and the start is none the worse. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../check-run.ts';
import { World } from '../world/world.ts';
import { linked, Servers, type TestServer, until } from './servers.ts';
import { booked, openedAt, opensOnce, startAll } from './story.ts';

const servers = new Servers();
const data: TestServer[] = [];
const sentinels: TestServer[] = [];
let world: World;

beforeAll(async () => {
  // A server that no replica follows takes no writes, so that nothing is said to be done which only it knows.
  const careful = ['repl-diskless-sync-delay 0', 'min-replicas-to-write 1', 'min-replicas-max-lag 10'];
  const master = await servers.start({ settings: careful });
  data.push(master);
  const follows = [...careful, `replicaof 127.0.0.1 ${master.port}`];
  data.push(
    ...(await Promise.all([servers.start({ settings: follows }), servers.start({ settings: follows })])),
  );
  for (const { admin } of data.slice(1)) await linked(admin);
  const settings = [
    `sentinel monitor rooms 127.0.0.1 ${master.port} 2`,
    ...['sentinel down-after-milliseconds rooms 1000', 'sentinel failover-timeout rooms 10000'],
  ];
  const watchers = [1, 2, 3].map(() => servers.start({ settings, isSentinel: true }));
  sentinels.push(...(await Promise.all(watchers)));
  for (const { admin } of sentinels) {
    const knowsAll = async () => {
      const [facts = []] = (await admin.call('SENTINEL', 'MASTERS')) as string[][];
      const fact = (name: string) => facts[facts.indexOf(name) + 1];
      return fact('num-slaves') === '2' && fact('num-other-sentinels') === '2';
    };
    await until(knowsAll, 'a Sentinel does not know the others');
  }
  const nodes = sentinels.map(({ port }) => `127.0.0.1:${port}`);
  world = await World.create({ config: { redis: { sentinels: { name: 'rooms', nodes } } } });
});
afterAll(async () => {
  await world.destroy();
  await servers.close();
});

/** The port that Sentinels name. */
async function mastersPort(): Promise<number> {
  const named = await sentinels[0]?.admin.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'rooms');
  return Number((named as string[])[1]);
}

test('check tries each Sentinel, and the server that they name; one that is away is what the others are for', async () => {
  const away = [...sentinels.map(({ port }) => `127.0.0.1:${port}`), '127.0.0.1:1'];
  const checked = await check(world, { redis: { sentinels: { nodes: away } } });
  expect(checked.rows.filter(({ what }) => /Redis|Sentinel/.test(what))).toMatchObject([
    ...sentinels.map(({ port }) => ({
      ...{ what: `Sentinel 127.0.0.1:${port}`, state: 'ok', detail: `names 127.0.0.1:${data[0]?.port}` },
    })),
    { what: 'Sentinel 127.0.0.1:1', state: 'warning', detail: 'it refused the connection' },
    { what: 'Redis rooms', state: 'ok' },
    { what: 'Redis rooms', state: 'warning', remedy: 'set appendonly yes' },
  ]);
});

test('the server dies just before a start: it is on time, once, and what was acknowledged is there', async () => {
  const { receiver, workers } = await startAll(world, 2);
  const meeting = await booked(world, receiver, 8);
  const [master] = data;
  if (master === undefined) throw new Error('nothing to kill');
  await servers.kill(master);
  await until(async () => (await mastersPort()) !== master.port, 'no failover');
  const switchedAt = Date.now();
  const open = await opensOnce(world, receiver, meeting).catch((error: Error) => {
    const said = workers.map(({ output }) => output().slice(-6_000));
    throw new Error([error.message, ...said, ...data.map(({ log }) => log().slice(-1_500))].join('\n---\n'));
  });
  // Not before its time, and as soon as Redis is there again where that was later.
  expect(openedAt(open)).toBeGreaterThanOrEqual(meeting.start.getTime() - 1_000);
  expect(openedAt(open)).toBeLessThan(Math.max(meeting.start.getTime(), switchedAt) + 15_000);
  // Everything goes on, at the receiver as at the workers.
  await opensOnce(world, receiver, await booked(world, receiver, 5, 'huddle'));
  for (const { output } of workers) expect(output()).not.toContain('redis has lost what we wrote');
});
