/** The rosters of many calls are spread over as many sockets as the simulated bridge lets in, each with what it takes. */
import { afterEach, expect, test } from 'vitest';
import type { EventStreamOptions } from '../../../src/cms/events/stream.ts';
import type { CmsBridge } from '../../simulators/cms/bridge.ts';
import type { EventOptions } from '../../simulators/cms/options.ts';
import { startTestCluster, type TestCluster } from '../../simulators/cms/test-client.ts';
import { Ear } from './ear.ts';

const releases: (() => unknown)[] = [];
let cluster: TestCluster;
let bridge: CmsBridge;

afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function start(events: EventOptions): Promise<void> {
  cluster = await startTestCluster({ events });
  bridge = cluster.cms.bridge(0);
  releases.push(() => cluster[Symbol.asyncDispose]());
}

function listen(options: Pick<EventStreamOptions, 'limits' | 'times'> = {}): Ear {
  const ear = new Ear(bridge, cluster.dispatcher, options);
  releases.push(() => ear[Symbol.asyncDispose]());
  return ear;
}

function openCalls(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const space = cluster.cms.addSpace({ name: `Space ${index}`, uri: `${8_000 + index}` });
    return bridge.bySomebodyElse('POST', 'calls', { coSpace: space });
  });
}

test('ten calls at three subscriptions a socket need four sockets beside the one with the list', async () => {
  await start({ subscriptions: 3 });
  const calls = openCalls(10);
  const ear = listen();
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered()).toEqual(new Set(calls)));
  expect(bridge.eventSockets).toBe(5);
  cluster.cms.join('8009', { name: 'Ann', bridge: 0 });
  await ear.until(() => expect(ear.names(calls[9] ?? '')).toEqual(['Ann']));
  expect(ear.resets).toBe(1);
});

test('a bridge that takes one subscription a socket is given a socket for each call', async () => {
  await start({ subscriptions: 1 });
  const calls = openCalls(6);
  const ear = listen();
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(6));
  expect(bridge.eventSockets).toBe(7);
});

test.each<[string, EventOptions, number | undefined]>([
  ['lets in', { subscriptions: 3, sockets: 3 }, undefined],
  ['is to be given', { subscriptions: 3 }, 3],
])(
  'no more sockets than the bridge %s are open; calls beyond them are covered when others are over',
  async (...given) => {
    const [, events, sockets] = given;
    await start(events);
    const calls = openCalls(10);
    const ear = listen(sockets === undefined ? {} : { limits: { sockets } });
    ear.stream.want(new Set(calls));
    // Three on each, and two beside the list.
    await ear.until(() => expect(ear.stream.covered().size).toBe(8));
    expect(bridge.eventSockets).toBe(3);
    const left = calls.filter((call) => !ear.stream.covered().has(call));
    for (const call of [...ear.stream.covered()].slice(0, 2))
      bridge.bySomebodyElse('DELETE', `calls/${call}`);
    await ear.until(() => {
      for (const call of left) expect(ear.names(call)).toEqual([]);
      expect(ear.stream.covered().size).toBe(8);
    });
    expect(bridge.eventSockets).toBe(3);
  },
);

test('on a single socket there are both the list and the rosters', async () => {
  await start({ sockets: 1 });
  const calls = openCalls(4);
  const ear = listen();
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(4));
  cluster.cms.join('8002', { name: 'Ann', bridge: 0 });
  await ear.until(() => {
    expect(ear.names(calls[2] ?? '')).toEqual(['Ann']);
    expect(ear.calls.get(calls[2] ?? '')).toMatchObject({ participants: 1 });
  });
});

test('when room comes on the bridge, it is used', async () => {
  await start({ sockets: 2, subscriptions: 2 });
  const other = listen();
  await other.untilOpen();
  const ear = listen({ times: { patience: 50 } });
  const calls = openCalls(3);
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(1));
  await other.stream.close();
  await ear.until(() => expect(ear.stream.covered().size).toBe(3));
});

test('a socket that nobody needs any more is closed after a while', async () => {
  await start({ subscriptions: 1 });
  const calls = openCalls(3);
  const ear = listen({ times: { patience: 50 } });
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(3));
  ear.stream.want(new Set(calls.slice(0, 1)));
  await cluster.cms.waitFor(() => bridge.eventSockets === 2);
  expect(ear.names(calls[0] ?? '')).toEqual([]);
  ear.stream.want(new Set(calls));
  await ear.until(() => expect(ear.stream.covered().size).toBe(3));
});

test('three hundred calls that come and go are all covered, over some ten sockets', async () => {
  await start({});
  const calls = openCalls(300);
  const ear = listen({ times: { pause: 100 } });
  await ear.untilOpen();
  const wanted = new Set<string>();
  for (const call of calls) {
    wanted.add(call);
    ear.stream.want(wanted);
  }
  await ear.until(() => expect(ear.stream.covered().size).toBe(300), 50_000);
  for (const index of [7, 77, 277]) cluster.cms.join(`${8_000 + index}`, { name: `P${index}`, bridge: 0 });
  for (const call of calls.slice(100, 200)) bridge.bySomebodyElse('DELETE', `calls/${call}`);
  await ear.until(() => {
    expect(ear.stream.covered().size).toBe(200);
    for (const index of [7, 77, 277]) expect(ear.names(calls[index] ?? '')).toEqual([`P${index}`]);
  }, 50_000);
  expect(bridge.eventSockets).toBeLessThanOrEqual(12);
  expect(ear.news.filter(({ kind }) => kind === 'roster-reset')).toHaveLength(300);
});
