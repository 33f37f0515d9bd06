/** What happens on the simulated bridge is heard, whatever becomes of its sockets; and when we close, nothing stays open. */
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventTimes } from '../../../src/cms/events/times.ts';
import { participantOf } from '../../simulators/cms/activation-scene.ts';
import type { CmsBridge } from '../../simulators/cms/bridge.ts';
import type { CmsClusterOptions } from '../../simulators/cms/options.ts';
import { startTestCluster, type TestCluster } from '../../simulators/cms/test-client.ts';
import { Ear } from './ear.ts';

const releases: (() => unknown)[] = [];
let cluster: TestCluster;
let bridge: CmsBridge;

beforeEach(() => start());
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function start(options: Partial<CmsClusterOptions> = {}): Promise<void> {
  cluster = await startTestCluster({ answerDelayOfDial: 20, ...options });
  const { cms } = cluster;
  releases.push(() => cluster[Symbol.asyncDispose]());
  bridge = cms.bridge(0);
  cms.addSpace({ name: 'Budget', uri: '8000', callId: '8000' });
}

function listen(times: Partial<EventTimes> = {}, password = bridge.password): Ear {
  const ear = new Ear({ url: bridge.url, username: bridge.username, password }, cluster.dispatcher, {
    times,
  });
  releases.push(() => ear[Symbol.asyncDispose]());
  return ear;
}

const join = (name: string, number = '8000', at: number | string = 0) =>
  participantOf(cluster.cms.join(number, { name, bridge: at }));

const openCall = (number = '8000') => {
  const { id = '' } = cluster.cms.space(number) ?? {};
  return bridge.bySomebodyElse('POST', 'calls', { coSpace: id });
};

test('people who come, are muted, moved up and leave are heard of within two seconds', async () => {
  const ear = listen();
  await ear.untilOpen();
  const call = openCall();
  await ear.until(
    () => expect(ear.calls.get(call)).toMatchObject({ name: 'Budget', participants: 0 }),
    2_000,
  );
  ear.stream.want(new Set([call]));
  await ear.until(() => expect(ear.names(call)).toEqual([]), 2_000);
  const ann = join('Ann');
  await ear.until(() => expect(ear.names(call)).toEqual(['Ann']), 2_000);
  expect(ear.rosters.get(call)?.get(ann)).toMatchObject({
    ...{ address: 'ann@people.example', state: 'connected', direction: 'incoming', isAudioMuted: false },
    ...{ isVideoMuted: false, canMove: true, isPresenter: false, isActiveSpeaker: false },
  });
  cluster.cms.mute(ann);
  await ear.until(() => expect(ear.rosters.get(call)?.get(ann)?.isAudioMuted).toBe(true), 2_000);
  const last = ear.news.findLast(({ kind }) => kind === 'participant');
  expect(last).toEqual({ kind: 'participant', call, participant: ann, update: 'update', isAudioMuted: true });
  await cluster.call('PUT', `participants/${ann}`, { form: { importance: '7', rxVideoMute: 'true' } });
  await ear.until(() => {
    expect(ear.rosters.get(call)?.get(ann)).toMatchObject({ importance: 7, isVideoMuted: true });
  }, 2_000);
  join('Bob', '8000', 1);
  await ear.until(() => expect(ear.names(call)).toEqual(['Ann', 'Bob']), 2_000);
  cluster.cms.leave(ann);
  await ear.until(() => expect(ear.names(call)).toEqual(['Bob']), 2_000);
  await ear.until(() =>
    expect(ear.calls.get(call)).toMatchObject({ participants: 1, distributedInstances: 1 }),
  );
});

test('calls are heard of whether or not they are wanted: that they come, are locked and recorded, and go', async () => {
  const call = openCall();
  const ear = listen();
  await ear.until(() => expect(ear.calls.has(call)).toBe(true));
  expect(ear.calls.get(call)).toEqual({
    ...{ kind: 'call', call, update: 'add', name: 'Budget', participants: 0, distributedInstances: 0 },
    ...{ callType: 'coSpace', callCorrelator: bridge.calls()[0]?.callCorrelator },
    ...{ isLocked: false, recording: false, streaming: false },
  });
  bridge.bySomebodyElse('PUT', `calls/${call}`, { locked: true, recording: true });
  await ear.until(() => expect(ear.calls.get(call)).toMatchObject({ isLocked: true, recording: true }));
  bridge.bySomebodyElse('DELETE', `calls/${call}`);
  await ear.until(() => expect(ear.calls.size).toBe(0));
  expect(ear.news.at(-1)).toEqual({ kind: 'call', call, update: 'remove' });
});

test('a call that is over is covered no more, and one that is no longer wanted neither', async () => {
  const [call, other] = [openCall(), bridge.bySomebodyElse('POST', 'calls', { name: 'Other' })];
  const ear = listen();
  ear.stream.want(new Set([call.toUpperCase(), other, 'nothing-of-the-kind']));
  await ear.until(() => expect([...ear.stream.covered()].sort()).toEqual([call, other].sort()));
  ear.stream.want(new Set([call]));
  expect([...ear.stream.covered()]).toEqual([call]);
  bridge.bySomebodyElse('DELETE', `calls/${call}`);
  await ear.until(() => expect(ear.stream.covered().size).toBe(0));
  expect(ear.resets).toBe(1);
});

test('a call may be wanted before it is there', async () => {
  const ear = listen();
  await ear.untilOpen();
  join('Ann');
  const [{ id = '' } = {}] = bridge.calls();
  ear.stream.want(new Set([id]));
  await ear.until(() => expect(ear.names(id)).toEqual(['Ann']));
});

test('what is told again because another call has come is not told again to us', async () => {
  const call = openCall();
  const ear = listen();
  ear.stream.want(new Set([call]));
  const ann = join('Ann');
  await ear.until(() => expect(ear.names(call)).toEqual(['Ann']));
  const more = ['a', 'b', 'c'].map((name) => bridge.bySomebodyElse('POST', 'calls', { name }));
  ear.stream.want(new Set([call, ...more]));
  cluster.cms.leave(ann);
  join('Bob');
  await ear.until(() => {
    expect(ear.stream.covered().size).toBe(4);
    expect(ear.names(call)).toEqual(['Bob']);
  });
  expect(ear.news.filter((news) => news.kind === 'roster-reset' && news.call === call)).toHaveLength(1);
});

test('a bridge that was restarted is heard again, with a new token, and all that was known is void', async () => {
  const call = openCall();
  const ear = listen();
  ear.stream.want(new Set([call]));
  join('Ann');
  await ear.until(() => expect(ear.names(call)).toEqual(['Ann']));
  await bridge.kill();
  await ear.until(() => expect(ear.states.at(-1)).toMatch(/^closed: /));
  expect(ear.stream.covered().size).toBe(0);
  await bridge.restart();
  const tokens = () => cluster.cms.log.filter(({ path }) => path === '/api/v1/authTokens').length;
  await ear.untilOpen(2);
  expect(tokens()).toBeGreaterThan(1);
  expect(ear.calls.size).toBe(0);
  const again = openCall();
  ear.stream.want(new Set([again]));
  join('Bob');
  await ear.until(() => expect(ear.names(again)).toEqual(['Bob']));
});

test('sockets that the bridge drops are opened again, and what was missed meanwhile is known', async () => {
  const call = openCall();
  const ear = listen();
  ear.stream.want(new Set([call]));
  const ann = join('Ann');
  await ear.until(() => expect(ear.names(call)).toEqual(['Ann']));
  bridge.dropEventSockets();
  cluster.cms.leave(ann);
  join('Bob');
  await ear.untilOpen(2);
  await ear.until(() => expect(ear.names(call)).toEqual(['Bob']));
});

test.each([true, false])(
  'a bridge that nothing is heard of any more is lost (it answers pings: %s)',
  async (pongs) => {
    await start({ events: { pongs } });
    const call = openCall();
    const ear = listen({ beat: 50, ack: 300 });
    ear.stream.want(new Set([call]));
    await ear.until(() => expect(ear.names(call)).toEqual([]));
    bridge.setFault({ kind: 'black-hole' });
    await ear.until(() => expect(ear.states[1]).toBe('closed: it acknowledges nothing'));
    await bridge.clearFault();
    join('Ann');
    await ear.until(() => expect(ear.names(call)).toEqual(['Ann']));
  },
);

test.each(['busy', 'error', 'drop-request', 'reset', 'html', 'hang', 'unauthorized'] as const)(
  'a bridge that is %s for a while is asked again until it lets us in',
  async (kind) => {
    bridge.setFault({ kind, times: 3 });
    const ear = listen({ opening: 400 });
    await ear.untilOpen();
    expect(ear.states[0]).toMatch(/^closed: /);
  },
);

test('wrong credentials are said, again and again tried, and shown nowhere', async () => {
  const ear = listen({}, 'sesame?&');
  await ear.until(() => {
    expect(ear.states).toEqual([
      expect.stringMatching(/^closed: POST \/api\/v1\/authTokens at .*: answered 401$/),
    ]);
    expect(cluster.cms.log.length).toBeGreaterThan(2);
  });
  expect(ear.states.join()).not.toContain('sesame');
  expect(ear.news).toEqual([]);
});

test('a token that is no good is given up for another one, and shows in no words', async () => {
  // undici asks twice where it is answered so.
  bridge.setFault({ kind: 'unauthorized', match: { path: /^\/events/ }, times: 4 });
  const ear = listen();
  await ear.untilOpen();
  expect(ear.states).toEqual([`closed: GET /events/v1 at ${bridge.url}: answered 401`, 'open']);
  const tokens = cluster.cms.log.filter(({ path }) => path === '/events/v1').map(({ query }) => query);
  expect(new Set(tokens).size).toBe(3);
});

describe.each([
  ['the token', { kind: 'error', status: 404, match: { path: /authTokens/ } }],
  ['tokens as such', { kind: 'failure', reason: 'unrecognisedObject', match: { path: /authTokens/ } }],
  ['the socket', { kind: 'error', status: 404, match: { path: /^\/events/ } }],
  ['sockets as such', { kind: 'html', match: { path: /^\/events/ } }],
] as const)('a release that does not know %s', (_, fault) => {
  test('is left alone while another bridge is asked again and again', async () => {
    const other = cluster.cms.bridge(1);
    for (const [each, kind] of [
      [bridge, fault],
      [other, { kind: 'busy' }],
    ] as const) {
      each.setFault(kind);
      const ear = new Ear(each, cluster.dispatcher, { times: { upgrade: 1_000_000 } });
      releases.push(() => ear[Symbol.asyncDispose]());
      await ear.until(() => expect(ear.states).toEqual([expect.stringMatching(/^closed: /)]));
    }
    const asked = () => cluster.cms.log.filter((entry) => entry.bridge === bridge.name).length;
    const before = asked();
    const again = () => cluster.cms.log.filter((entry) => entry.bridge === other.name).length;
    await cluster.cms.waitFor(() => again() > 5);
    expect(asked()).toBe(before);
  });

  test('is listened to once it knows', async () => {
    bridge.setFault(fault);
    const ear = listen({ upgrade: 100 });
    await ear.until(() => expect(ear.states).toEqual([expect.stringMatching(/^closed: /)]));
    await bridge.clearFault();
    await ear.untilOpen();
  });
});

test('an untrusted certificate is said as such', async () => {
  bridge.setFault({ kind: 'untrusted' });
  const ear = listen();
  await ear.until(() =>
    expect(ear.states[0]).toContain('its certificate comes from an authority that is not trusted here'),
  );
  await bridge.clearFault();
  await ear.untilOpen();
});

test('when we close, whatever is under way, no socket and no timer stays', async () => {
  const dispatcher = new Agent({ connect: { ca: cluster.ca } });
  const held = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('T')).length;
  const calls = ['a', 'b'].map((name) => bridge.bySomebodyElse('POST', 'calls', { name }));
  await cluster.cms.waitFor(() => bridge.openConnections === 0);
  const before = held();
  for (const moment of ['open', 'opening', 'waiting', 'at once'] as const) {
    if (moment === 'waiting') bridge.setFault({ kind: 'busy' });
    if (moment === 'opening') bridge.setFault({ kind: 'hang', match: { path: /^\/events/ } });
    const ear = new Ear(bridge, dispatcher, { limits: { sockets: 3 } });
    ear.stream.want(new Set(calls));
    if (moment === 'open') await ear.until(() => expect(ear.stream.covered().size).toBe(2));
    if (moment === 'opening') await cluster.cms.waitFor(() => cluster.cms.log.at(-1)?.fault === 'hang');
    if (moment === 'waiting') await ear.until(() => expect(ear.states).toHaveLength(1));
    await ear.stream.close();
    const heard = [ear.news.length, ear.states.length];
    await bridge.clearFault();
    await vi.waitFor(() => expect(bridge.eventSockets).toBe(0), { timeout: 10_000 });
    expect([ear.news.length, ear.states.length]).toEqual(heard);
  }
  await dispatcher.destroy();
  await cluster.cms.waitFor(() => bridge.openConnections === 0);
  await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before), { timeout: 10_000 });
});
