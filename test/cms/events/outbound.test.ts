/** Events go the way of all that is asked of a call bridge: its connections, its authorities, its proxy; and it may be cut. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CmsClient } from '../../../src/cms/client.ts';
import { readStatus } from '../../../src/cms/system.ts';
import { createDispatcher } from '../../../src/outbound.ts';
import { startTestCluster, type TestCluster } from '../../simulators/cms/test-client.ts';
import { startProxy } from '../../world/proxy.ts';
import { Ear } from './ear.ts';

const releases: (() => unknown)[] = [];
let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster({ events: { subscriptions: 1 } });
  releases.push(() => cluster[Symbol.asyncDispose]());
});
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

function dispatcherBy(proxy: { https?: string } = {}) {
  const dispatcher = createDispatcher({
    ...{ proxy, ca: cluster.ca, connections: 1, connectTimeout: 20_000 },
    requestsPerConnection: 95,
  });
  releases.push(() => dispatcher.destroy());
  return dispatcher;
}

const openCalls = (...names: string[]) =>
  names.map((name) => cluster.cms.bridge(0).bySomebodyElse('POST', 'calls', { name }));

test('sockets take no connection away from requests', async () => {
  const bridge = cluster.cms.bridge(0);
  const calls = openCalls('a', 'b', 'c');
  const dispatcher = dispatcherBy();
  const ear = new Ear(bridge, dispatcher);
  releases.push(() => ear[Symbol.asyncDispose]());
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(3));
  expect(bridge.eventSockets).toBe(4);
  const { url: address, username, password } = bridge;
  const parts = { connect: 20_000, headers: 20_000, body: 20_000 };
  const client = new CmsClient({
    callBridge: { address, username, password },
    dispatcher,
    deadline: 20_000,
    parts,
  });
  const asked = Array.from({ length: 5 }, () => readStatus(client));
  expect(await Promise.all(asked)).toHaveLength(5);
  expect(ear.states).toEqual(['open']);
});

test('through a proxy that falls silent they are lost, and opened again when it speaks', async () => {
  const bridge = cluster.cms.bridge(0);
  const proxy = await startProxy();
  releases.push(() => proxy.close());
  const calls = openCalls('a');
  const ear = new Ear(bridge, dispatcherBy({ https: proxy.url }), {
    times: { beat: 50, ack: 600, opening: 2_500 },
  });
  releases.push(() => ear[Symbol.asyncDispose]());
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(1));
  const target = `localhost:${bridge.port}`;
  expect([...proxy.targets]).toEqual([target]);
  proxy.cut.add(target);
  await ear.until(() => expect(ear.states.slice(0, 2)).toEqual(['open', 'closed: it acknowledges nothing']));
  expect(ear.stream.covered().size).toBe(0);
  proxy.cut.clear();
  await ear.until(() => expect(ear.stream.covered().size).toBe(1));
});
