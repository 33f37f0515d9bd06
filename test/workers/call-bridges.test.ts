/** What processes make together of call bridges that fail: simulated bridges, a real Redis, each process on connections of its own. */
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { CertificateFact } from '../../src/cluster/call-bridge-facts.ts';
import { CmsClient } from '../../src/cms/client.ts';
import type { ClusterConfig } from '../../src/config.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { CallBridges, NoCallBridge } from '../../workers/call-bridges.ts';
import { certificateFact } from '../../workers/connecting.ts';
import { HealthWatch } from '../../workers/health-watch.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { startTestCluster, type TestCluster } from '../simulators/cms/test-client.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
afterEach(() => redis.redis.flushall());

/** Milliseconds, however loaded the machine is. */
const patience = 60_000;

interface Looker {
  readonly callBridges: CallBridges;
  readonly heard: string[];
  readonly stop: () => Promise<void>;
}

/** One process that looks at all of them. */
async function look(cluster: TestCluster, viewer: string): Promise<Looker> {
  const certificates = new Map<string, CertificateFact>();
  const dispatcher = createDispatcher({
    ...{ proxy: {}, ca: cluster.ca, connections: 8, connectTimeout: 2_000 },
    onCertificate: (origin, certificate) => certificates.set(origin, certificateFact(certificate)),
  });
  const clientsOf = () =>
    cluster.cms.bridges.map(
      ({ url: address, username, password }) =>
        new CmsClient({
          callBridge: { address, username, password },
          dispatcher,
          observe: (observation) => callBridges.observe(observation),
        }),
    );
  const probes = cluster.cms.bridges.map(
    ({ url: address, username, password }) =>
      new CmsClient({ callBridge: { address, username, password }, dispatcher }),
  );
  const store = new BridgeStore(redis.connect());
  const errors: unknown[] = [];
  const watch = new HealthWatch({
    probes,
    store,
    viewer,
    onError: (error) => errors.push(error),
    certificate: (address) => certificates.get(address),
  });
  const config = { name: 'emea' } as ClusterConfig;
  const callBridges: CallBridges = new CallBridges([{ config, clients: clientsOf() }], watch);
  const heard: string[] = [];
  callBridges.onLost((address) => heard.push(`lost ${nameOf(cluster, address)}`));
  callBridges.onReturned((address, how) => heard.push(`${how} ${nameOf(cluster, address)}`));
  callBridges.start();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= callBridges.stop().then(() => dispatcher.destroy());
    return stopped;
  };
  onTestFinished(stop);
  return { callBridges, heard, stop };
}

const nameOf = ({ cms }: TestCluster, address: string) => cms.bridges.findIndex(({ url }) => url === address);

async function aCluster(options?: Parameters<typeof startTestCluster>[0]): Promise<TestCluster> {
  const cluster = await startTestCluster(options);
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  return cluster;
}

const stateIn = ({ callBridges }: Looker, { cms }: TestCluster, place = 0) =>
  callBridges.health(cms.bridge(place).url)?.state;
const until = (what: () => unknown, expected: unknown) =>
  vi.waitFor(() => expect(what()).toEqual(expected), { timeout: patience, interval: 20 });

test('a call bridge that dies is lost within ten seconds, and returns once it has answered twice', async () => {
  const cluster = await aCluster();
  const looker = await look(cluster, 'one');
  const [first, second] = cluster.cms.bridges;
  await until(() => [stateIn(looker, cluster, 0), stateIn(looker, cluster, 1)], ['up', 'up']);
  const died = Date.now();
  await first?.kill();
  await until(() => stateIn(looker, cluster), 'down');
  expect(looker.callBridges.inOrder('emea').map(({ address }) => address)).toEqual([second?.url, first?.url]);
  expect(looker.callBridges.health(first?.url ?? '')).toMatchObject({
    cause: 'unreachable',
    why: expect.stringMatching(/refused the connection/),
  });
  await until(() => looker.heard, ['lost 0']);
  // Generous for a loaded machine; the arithmetic of ten seconds stands in probing.ts.
  expect(Date.now() - died).toBeLessThan(20_000);
  expect(looker.callBridges.isLost(first?.url ?? '')).toBe(true);
  expect(looker.callBridges.isLost(second?.url ?? '')).toBe(false);
  await first?.restart();
  await until(() => looker.heard, ['lost 0', 'returned 0']);
  expect(stateIn(looker, cluster)).toBe('up');
  expect(looker.callBridges.isLost(first?.url ?? '')).toBe(false);
}, 120_000);

test('nothing is lost that another process reaches, or that answers anything at all', async () => {
  const cluster = await aCluster();
  const [bridge] = cluster.cms.bridges;
  const address = bridge?.url ?? '';
  const looker = await look(cluster, 'one');
  const store = new BridgeStore(redis.connect());
  await until(() => stateIn(looker, cluster), 'up');
  // Another process that is not cut off goes on saying so.
  const other = setInterval(() => {
    const now = Date.now();
    store
      .putViews(
        'other',
        new Map([[address, { health: { state: 'up', since: now, at: now }, silent: false }]]),
      )
      .catch(() => {});
  }, 200);
  onTestFinished(() => clearInterval(other));
  bridge?.setFault({ kind: 'black-hole' });
  await until(() => stateIn(looker, cluster), 'down');
  await vi.waitFor(
    () => {
      const { answeredAt = 0 } = looker.callBridges.health(address) ?? {};
      expect(Date.now() - answeredAt).toBeGreaterThan(8_000);
    },
    { timeout: patience },
  );
  expect(looker.heard).toEqual([]);
  // The other one dies: after seconds nobody reaches it.
  clearInterval(other);
  await until(() => looker.heard, ['lost 0']);
  await bridge?.clearFault();
  await until(() => looker.heard, ['lost 0', 'returned 0']);

  bridge?.setFault({ kind: 'unauthorized' });
  await until(() => stateIn(looker, cluster), 'down');
  expect(looker.callBridges.health(address)?.cause).toBe('credentials');
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  expect(looker.heard).toEqual(['lost 0', 'returned 0']);
}, 180_000);

test('what one process has seen fail the others doubt at once, and look themselves', async () => {
  const cluster = await aCluster();
  const [one, two] = [await look(cluster, 'one'), await look(cluster, 'two')];
  await until(() => [stateIn(one, cluster), stateIn(two, cluster)], ['up', 'up']);
  const address = cluster.cms.bridge(0).url;
  const seen: (string | undefined)[] = [];
  const timer = setInterval(() => seen.push(stateIn(two, cluster)), 5);
  onTestFinished(() => clearInterval(timer));
  const began = Date.now();
  cluster.cms.bridge(0).setFault({ kind: 'hang', times: 1, match: { path: /calls$/i } });
  const fault = await one.callBridges
    .client('emea', address)
    ?.get('calls', {}, { deadline: 300 })
    .catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: 'unreachable' });
  await until(() => seen.includes('doubtful'), true);
  expect(Date.now() - began).toBeLessThan(patience);
  // It answers them, so that they are all sure again.
  await until(() => [stateIn(one, cluster), stateIn(two, cluster)], ['up', 'up']);
  expect(seen).not.toContain('down');
}, 120_000);

test('a call bridge that was away too shortly to be missed is told of all the same: its calls are gone', async () => {
  const cluster = await aCluster();
  const looker = await look(cluster, 'one');
  const bridge = cluster.cms.bridge(0);
  await until(() => looker.callBridges.health(bridge.url)?.uptimeSeconds !== undefined, true);
  await vi.waitFor(() => expect(looker.callBridges.health(bridge.url)?.uptimeSeconds).toBeGreaterThan(2), {
    timeout: patience,
  });
  await bridge.kill();
  await bridge.restart();
  await until(() => looker.heard[0], 'restarted 0');
  expect(looker.callBridges.isLost(bridge.url)).toBe(false);
}, 120_000);

test('one that was restarted while it was doubted is told of again once it can be looked at', async () => {
  const cluster = await aCluster();
  const looker = await look(cluster, 'one');
  const bridge = cluster.cms.bridge(0);
  await vi.waitFor(() => expect(looker.callBridges.health(bridge.url)?.uptimeSeconds).toBeGreaterThan(2), {
    timeout: patience,
  });
  // It answers, so that it is not lost; that it answers so speaks against it.
  bridge.setFault({ kind: 'error' });
  await until(() => stateIn(looker, cluster), 'down');
  await bridge.kill();
  await bridge.restart();
  await bridge.clearFault();
  await until(() => looker.heard, ['restarted 0', 'settled 0']);
  expect(stateIn(looker, cluster)).toBe('up');
}, 120_000);

test('a request that waited is spared a call bridge that has failed meanwhile, unless there is no better one', async () => {
  const cluster = await aCluster();
  const looker = await look(cluster, 'one');
  await until(() => [stateIn(looker, cluster, 0), stateIn(looker, cluster, 1)], ['up', 'up']);
  const [first, second] = cluster.cms.bridges.map(({ url }) => url);
  expect(looker.callBridges.reasonToSpare(first ?? '')).toBeUndefined();
  for (const bridge of cluster.cms.bridges) bridge.setFault({ kind: 'refuse' });
  await until(() => [stateIn(looker, cluster, 0), stateIn(looker, cluster, 1)], ['down', 'down']);
  expect(looker.callBridges.reasonToSpare(first ?? '')).toMatch(/refused the connection/);
  await cluster.cms.bridge(1).clearFault();
  await until(() => stateIn(looker, cluster, 1), 'up');
  expect(looker.callBridges.reasonToSpare(second ?? '')).toBeUndefined();
}, 120_000);

test('a process that stops takes back what it saw', async () => {
  const cluster = await aCluster();
  const looker = await look(cluster, 'one');
  const store = new BridgeStore(redis.connect());
  await vi.waitFor(async () => expect((await store.health()).size).toBe(2), { timeout: patience });
  await looker.stop();
  expect((await store.health()).size).toBe(0);
}, 120_000);

test('what call bridges say of themselves is gathered for all: load, alarms, database, clock, certificate', async () => {
  const cluster = await aCluster();
  const [first, second] = cluster.cms.bridges;
  first?.raiseAlarm('recorderUnavailable', { recorder: 'r-1' }, 60);
  first?.setClockAhead(30_000);
  second?.setDatabaseBehind(1_024);
  const began = Date.now();
  const looker = await look(cluster, 'one');
  const store = new BridgeStore(redis.connect());
  await vi.waitFor(async () => expect((await store.facts()).size).toBe(2), { timeout: patience });
  const facts = await store.facts();
  expect(facts.get(first?.url ?? '')).toMatchObject({
    load: { now: 0 },
    database: { isClustered: true, isInSync: true },
    licenses: [expect.objectContaining({ feature: 'callBridge', status: 'activated' }), expect.anything()],
    alarms: [{ type: 'recorderUnavailable', about: 'r-1', since: expect.any(Number) }],
    certificate: {
      validTo: expect.any(Number),
      names: ['localhost', '127.0.0.1'],
      issuer: 'Roombridge Test Authority',
    },
  });
  expect(facts.get(first?.url ?? '')?.alarms?.[0]?.since).toBeLessThan(began - 50_000);
  expect(facts.get(second?.url ?? '')?.database).toMatchObject({
    isInSync: false,
    why: expect.stringMatching(/1024 bytes/),
  });
  const offset = looker.callBridges.health(first?.url ?? '')?.clockOffset ?? 0;
  expect(offset).toBeGreaterThan(20_000);
  expect(looker.callBridges.health(second?.url ?? '')?.clockOffset).toBe(0);
  // Fresh for a minute, whoever looks.
  await look(cluster, 'two');
  const asked = () => cluster.cms.log.filter(({ path }) => path.endsWith('/system/licensing')).length;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(asked()).toBe(2);
}, 120_000);

test('where nobody says anything that is known after one deadline, and who answers is asked at once', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const cluster = await aCluster({
    callBridges: names.map((name) => ({ name, username: 'api', password: name })),
  });
  const looker = await look(cluster, 'one');
  const { bridges } = cluster.cms;
  await until(() => bridges.every((_, place) => stateIn(looker, cluster, place) === 'up'), true);
  for (const bridge of bridges) bridge.setFault({ kind: 'black-hole' });
  const tried: number[] = [];
  const ask = () =>
    looker.callBridges.attempt('emea', undefined, async (client) => {
      tried.push(nameOf(cluster, client.address));
      return await client.get('calls', {}, { deadline: 1_000 });
    });
  const failure = await ask().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NoCallBridge);
  expect(new Set((failure as NoCallBridge).faults.map(({ callBridge }) => callBridge)).size).toBe(5);
  expect(tried).toHaveLength(1);
  // The last in their order is well: nobody else is waited for.
  tried.length = 0;
  const order = looker.callBridges.inOrder('emea').map(({ address }) => nameOf(cluster, address));
  const last = order.at(-1) ?? 0;
  await cluster.cms.bridge(last).clearFault();
  expect((await ask()).name).toBe('calls');
  expect(tried.filter((place) => place !== last).length).toBeLessThan(2);
}, 120_000);
