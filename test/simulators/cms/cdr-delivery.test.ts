/** Call detail records on their way: numbers, acknowledgements, what is sent again or dropped, and what can go wrong. */
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestAuthority } from '../certificates.ts';
import { participantOf } from './activation-scene.ts';
import type { CmsBridge } from './bridge.ts';
import { CdrListener } from './cdr-listener.ts';
import { type CdrScene, legs, numbers, openCdrScene } from './cdr-scene.ts';
import type { CmsClusterOptions } from './options.ts';
import { startTestCluster } from './test-client.ts';

let scene: CdrScene;

beforeEach(async () => {
  scene = await openCdrScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function start(
  options: Partial<CmsClusterOptions>,
  tls?: { key: string; cert: string },
): Promise<void> {
  await scene[Symbol.asyncDispose]();
  scene = await openCdrScene(options, tls);
}

test.each<[string, number | 'hang' | 'cut']>([
  ['an error', 500],
  ['another success', 204],
  ['a cut connection', 'cut'],
  ['no answer in time', 'hang'],
])(
  '%s acknowledges nothing: the same goes out again, in order, and an alarm tells so meanwhile',
  async (_, answer) => {
    await start({ cdr: { patience: 200 } });
    const { cms, call } = scene;
    scene.listener.answer = answer;
    scene.comeAndGo();
    await cms.waitFor(() => scene.listener.posts.length >= 3);
    const [first, second, third] = scene.listener.posts.map(({ body }) => body);
    expect([second, third]).toEqual([first, first]);
    const alarm = '<type>cdrConnectionFailure</type>';
    expect((await call('GET', 'system/alarms')).body).toContain(alarm);
    scene.listener.answer = 200;
    await scene.delivered();
    expect(scene.listener.records.map(({ recordIndex }) => recordIndex)).toEqual(numbers(1, 5));
    expect((await call('GET', 'system/alarms')).body).not.toContain(alarm);
  },
);

test('a receiver that cannot be reached gets it all, once it can, without a gap', async () => {
  const { port, uri } = scene.listener;
  await scene.listener[Symbol.asyncDispose]();
  scene.comeAndGo();
  await pass(60);
  expect(scene.cms.bridge(0).cdrPending).toBe(5);
  await using later = await CdrListener.start(undefined, port);
  expect(later.uri).toBe(uri);
  await scene.delivered();
  expect(later.records.map(({ recordIndex }) => recordIndex)).toEqual(numbers(1, 5));
});

test.each<[string, string[], number[]]>([
  ['sends', ['callLegStart 1/0', 'callLegUpdate 2/7', 'callLegEnd 3/8', 'callEnd 4/9'], [0, 6, 0, 0]],
  ['is silent', ['callStart 1/6', 'callLegUpdate 2/7', 'callLegEnd 3/8', 'callEnd 4/9'], [6, 0, 0, 0]],
])(
  'a full buffer that %s drops the oldest, and says how many; the receiver’s own numbers have no gap',
  async (how, story, missing) => {
    await start({ cdr: { buffer: 4 } });
    const bridge = scene.cms.bridge(0);
    bridge.setCdrConduct({ silent: how === 'is silent' });
    scene.comeAndGo('Ann');
    scene.comeAndGo('Bob');
    bridge.setCdrConduct({});
    await scene.delivered();
    expect(scene.listener.story).toEqual(story);
    expect(scene.listener.records.map((each) => each.missing)).toEqual(missing);
  },
);

test('what is dropped although it was sent leaves no gap in the receiver’s numbers either', async () => {
  await start({ cdr: { buffer: 4, pause: 60_000 } });
  await using other = await CdrListener.start();
  scene.listener.answer = 500;
  scene.comeAndGo('Ann');
  const systemAlarms = async () => (await scene.call('GET', 'system/alarms')).body;
  await expect.poll(systemAlarms).toContain('cdrConnectionFailure');
  scene.comeAndGo('Bob');
  scene.cms.bridge(0).bySomebodyElse('PUT', `system/cdrReceivers/${scene.receiver}`, { uri: other.uri });
  await scene.delivered();
  expect(scene.listener.story).toEqual(['callLegStart 1/0']);
  expect(other.story).toEqual(['callStart 1/6', 'callLegUpdate 2/7', 'callLegEnd 3/8', 'callEnd 4/9']);
  expect(other.records.map((each) => each.missing)).toEqual([6, 0, 0, 0]);
});

test('two receivers are served for themselves, each with its own numbers; one taken away gets nothing more', async () => {
  await using second = await CdrListener.start();
  scene.comeAndGo('Ann');
  const id = scene.configure(second.uri);
  scene.listener.answer = 500;
  scene.comeAndGo('Bob');
  await scene.cms.waitFor(() => second.records.length === 5);
  scene.listener.answer = 200;
  await scene.delivered();
  expect(second.story[0]).toBe('callLegStart 1/5');
  expect(scene.listener.records.map(({ recordIndex }) => recordIndex)).toEqual(numbers(1, 10));
  expect(new Set([...scene.listener.records, ...second.records].map(({ session }) => session)).size).toBe(1);
  scene.cms.bridge(0).bySomebodyElse('DELETE', `system/cdrReceivers/${id}`);
  scene.comeAndGo('Cid');
  await scene.delivered();
  expect([scene.listener.records.length, second.records.length]).toEqual([15, 5]);
});

test('a receiver’s new address is used at once', async () => {
  await using other = await CdrListener.start();
  scene.listener.answer = 'cut';
  scene.comeAndGo();
  await scene.call('PUT', `system/cdrReceivers/${scene.receiver}`, { form: { uri: other.uri } });
  await scene.delivered();
  expect(other.records).toHaveLength(5);
});

test('each bridge tells of its own legs only, with its own session', async () => {
  const { cms } = scene;
  scene.configure(scene.listener.uri, 1);
  scene.join('Ann');
  participantOf(cms.join('8000', { name: 'Bob', bridge: 1 }));
  await Promise.all([scene.delivered(), scene.delivered(1)]);
  const names = (bridge: CmsBridge) =>
    scene.listener.records
      .filter(({ session }) => session === bridge.cdrSession)
      .flatMap(({ body }) => /<displayName>(\w+)/.exec(body)?.[1] ?? []);
  expect(cms.bridges.map((bridge) => [...new Set(names(bridge))])).toEqual([['Ann'], ['Bob']]);
  const correlators = scene.listener.records.flatMap(
    ({ body }) => /<callCorrelator>.*</.exec(body)?.[0] ?? [],
  );
  expect(correlators).toHaveLength(2);
  expect(new Set(correlators).size).toBe(1);
});

test('a bridge that dies says nothing of it; when it is back, a new session begins with new numbers', async () => {
  const bridge = scene.cms.bridge(0);
  scene.join('Ann');
  await scene.delivered();
  scene.listener.answer = 'cut';
  scene.join('Bob');
  const { cdrSession } = bridge;
  await bridge.kill();
  const before = scene.listener.posts.length;
  await pass(60);
  expect(scene.listener.posts.length).toBeLessThanOrEqual(before + 1);
  scene.listener.answer = 200;
  await bridge.restart();
  scene.comeAndGo('Cid');
  await scene.delivered();
  expect(bridge.cdrSession).not.toBe(cdrSession);
  const fresh = scene.listener.records.filter(({ session }) => session === bridge.cdrSession);
  expect(fresh.map(({ recordIndex, correlatorIndex }) => [recordIndex, correlatorIndex])).toEqual(
    numbers(1, 5).map((index) => [index, index - 1]),
  );
  expect(scene.listener.records.some(({ body }) => body.includes('bridgeKilled'))).toBe(false);
});

test('a bridge that reaches nobody keeps its records until it does', async () => {
  const bridge = scene.cms.bridge(0);
  await bridge.isolate();
  scene.comeAndGo();
  await pass(60);
  expect(scene.listener.posts).toEqual([]);
  await bridge.rejoin();
  await scene.delivered();
  expect(scene.listener.records).toHaveLength(5);
});

test('a stand-alone bridge has no id to give', async () => {
  await start({ standalone: true, callBridges: [{ name: 'only', username: 'u', password: 'p' }] });
  scene.comeAndGo();
  await scene.delivered();
  expect(scene.listener.records[0]?.callBridge).toBe('');
});

test('over TLS the receiver’s certificate counts only where there is an authority to ask', async () => {
  const authority = createTestAuthority();
  const tls = authority.issue(['localhost']);
  for (const ca of [undefined, authority.ca, createTestAuthority().ca]) {
    await start({ cdr: ca === undefined ? {} : { ca } }, tls);
    scene.comeAndGo();
    const isTrusted = ca === undefined || ca === authority.ca;
    await (isTrusted ? scene.delivered() : pass(100));
    expect(scene.listener.records).toHaveLength(isTrusted ? 5 : 0);
  }
});

test('on demand everything comes twice, with the same numbers', async () => {
  scene.cms.bridge(0).setCdrConduct({ twice: true });
  scene.comeAndGo();
  await scene.delivered();
  const bodies = scene.listener.posts.map(({ body }) => body);
  expect(bodies.filter((_, index) => index % 2 === 0)).toEqual(bodies.filter((_, index) => index % 2 === 1));
  expect(new Set(scene.listener.story).size).toBe(5);
});

test('on demand records overtake each other', async () => {
  const bridge = scene.cms.bridge(0);
  bridge.setCdrConduct({ swapped: true });
  scene.comeAndGo();
  await scene.cms.waitFor(() => bridge.cdrPending === 1);
  expect(scene.listener.records.map(({ recordIndex }) => recordIndex)).toEqual([2, 1, 4, 3]);
  bridge.setCdrConduct({});
  await scene.delivered();
  expect(scene.listener.records.at(-1)?.recordIndex).toBe(5);
});

test('on demand records are lost, and their numbers with them', async () => {
  scene.cms.bridge(0).setCdrConduct({ lost: ({ type }) => type === 'callLegUpdate' });
  scene.comeAndGo();
  await scene.delivered();
  expect(scene.listener.story).toEqual([
    'callLegStart 1/0',
    'callStart 2/1',
    'callLegEnd 4/3',
    'callEnd 5/4',
  ]);
});

test('on demand nothing is sent, until it is again', async () => {
  const bridge = scene.cms.bridge(0);
  bridge.setCdrConduct({ silent: true });
  scene.comeAndGo();
  await pass(40);
  expect([scene.listener.posts.length, bridge.cdrPending]).toEqual([0, 5]);
  bridge.setCdrConduct({});
  await scene.delivered();
  expect(scene.listener.records).toHaveLength(5);
});

test('on demand an update without a state comes ahead of the end of a leg', async () => {
  scene.cms.bridge(0).setCdrConduct({ chatty: true });
  scene.comeAndGo();
  await scene.delivered();
  expect(legs(scene.listener.records)).toEqual([
    'callLegStart -',
    'callLegUpdate connected',
    'callLegUpdate -',
    'callLegEnd remoteTeardown',
  ]);
});

test('a cluster that was not told to send sends nothing to anybody, counts nothing and complains of nothing', async () => {
  await using quiet = await startTestCluster();
  const { cms, call } = quiet;
  const bridge = cms.bridge(0);
  for (const uri of [scene.listener.uri, 'http://127.0.0.1:1/']) {
    bridge.bySomebodyElse('POST', 'system/cdrReceivers', { uri });
  }
  cms.addSpace({ name: 'Budget', uri: '8000' });
  cms.leave(participantOf(cms.join('8000', { name: 'Ann' })));
  await pass(60);
  expect([scene.listener.posts, bridge.cdrPending, bridge.cdrSession]).toEqual([[], 0, undefined]);
  expect((await call('GET', 'system/status')).body).toContain('<cdrCorrelatorIndex>0</cdrCorrelatorIndex>');
  expect((await call('GET', 'system/alarms')).body).toContain('<alarms total="0">');
  expect((await call('GET', 'system/cdrReceivers')).body).toContain(scene.listener.uri);
});

test('nothing goes out any more once the cluster is stopped', async () => {
  scene.listener.answer = 'cut';
  scene.comeAndGo();
  await scene.cms.waitFor(() => scene.listener.posts.length > 0);
  await scene.cms.stop();
  const before = scene.listener.posts.length;
  await pass(80);
  expect(scene.listener.posts.length).toBeLessThanOrEqual(before + 1);
});
