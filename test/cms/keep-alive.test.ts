/** A bridge closes an idle connection after 5 s and any after 100 requests: no POST is lost or doubled by that. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createCall } from '../../src/cms/calls.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { startTestCluster, type TestCluster } from '../simulators/cms/test-client.ts';

const releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function clientOf(
  cluster: TestCluster,
  connections: number,
  requestsPerConnection = 95,
): Promise<CmsClient> {
  const { ca, cms } = cluster;
  const dispatcher = createDispatcher({
    ...{ proxy: {}, ca, connections, connectTimeout: 20_000 },
    requestsPerConnection,
  });
  releases.push(() => dispatcher.destroy());
  const { url: address, username, password } = cms.bridge(0);
  const parts = { connect: 20_000, headers: 20_000, body: 20_000 };
  return new CmsClient({
    callBridge: { address, username, password },
    dispatcher,
    deadline: 60_000,
    parts,
    width: connections,
  });
}

test('3,000 calls over 8 connections are made once each, though each connection serves 100', async () => {
  const cluster = await startTestCluster({ repeatedCall: 'another' });
  releases.push(() => cluster[Symbol.asyncDispose]());
  const { cms } = cluster;
  const client = await clientOf(cluster, 8);
  const spaces = Array.from({ length: 3_000 }, () => cms.addSpace({ name: randomUUID() }));
  const made = await Promise.all(spaces.map((space) => createCall(client, space)));
  expect(new Set(made).size).toBe(3_000);
  expect(cms.bridge(0).calls()).toHaveLength(3_000);
  expect(cms.log.filter(({ method }) => method === 'POST')).toHaveLength(3_000);
  // At most 96 on each: we close it before the bridge does.
  expect(cms.bridge(0).connectionsOpened).toBeGreaterThanOrEqual(Math.ceil(3_000 / 96));
  expect(cms.bridge(0).connectionsOpened).toBeLessThan(3_000 / 50);
}, 120_000);

test('a connection that has been idle is left before the bridge closes it', async () => {
  const cluster = await startTestCluster();
  releases.push(() => cluster[Symbol.asyncDispose]());
  const client = await clientOf(cluster, 1);
  const bridge = cluster.cms.bridge(0);
  const space = cluster.cms.addSpace({ name: 'Slot' });
  await createCall(client, space);
  const opened = Date.now();
  await expect.poll(() => bridge.openConnections, { timeout: 30_000, interval: 20 }).toBe(0);
  // The simulated bridge would have waited for the whole five seconds.
  expect(Date.now() - opened).toBeLessThan(5_000);
  await createCall(client, space);
  expect(bridge.connectionsOpened).toBe(2);
}, 60_000);
