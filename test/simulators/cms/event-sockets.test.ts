/** The websocket for events: how one gets in, how much of it there is, and how it ends. */
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventClient } from './event-client.ts';
import { calls, type EventScene, infoOf, openEventScene, rosterOf, states } from './event-scene.ts';
import type { EventOptions } from './options.ts';

let scene: EventScene;

beforeEach(async () => {
  scene = await openEventScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function start(events: EventOptions): Promise<void> {
  await scene[Symbol.asyncDispose]();
  scene = await openEventScene({ events });
}

async function refused(token: string): Promise<number | undefined> {
  await expect(EventClient.open(scene.bridge, token, scene)).rejects.toThrow('not let in');
  return scene.cms.log.at(-1)?.status;
}

test.each<[string, () => Promise<string>]>([
  ['none', async () => ''],
  ['one of another bridge', () => scene.token(scene.cms.bridge(1))],
  [
    'one that is too old',
    async () => {
      const token = await scene.token();
      await pass(60);
      return token;
    },
  ],
])('nobody gets in with a bad token: %s', async (_, get) => {
  await start({ tokenLife: 50 });
  expect(await refused(await get())).toBe(401);
  expect(scene.cms.log.at(-1)).toMatchObject({ method: 'GET', path: '/events/v1' });
});

test('a token costs credentials, comes in a header alone, and opens several sockets while there is room', async () => {
  await start({ sockets: 2 });
  const anonymous = await scene.call('POST', 'authTokens', { anonymous: true });
  expect([anonymous.status, anonymous.headers['x-cisco-cms-auth-token']]).toEqual([401, undefined]);
  const { status, headers, body } = await scene.call('POST', 'authTokens', { form: '' });
  expect([status, body, headers.location]).toEqual([200, '', undefined]);
  const token = String(headers['x-cisco-cms-auth-token']);
  const first = await EventClient.open(scene.bridge, token, scene);
  await EventClient.open(scene.bridge, token, scene);
  expect(await refused(token)).toBe(503);
  first.close();
  await scene.cms.waitFor(() => scene.bridge.eventSockets === 1);
  await EventClient.open(scene.bridge, token, scene);
});

test('a call that is not there, and subscriptions beyond the limit, are deactivated', async () => {
  await start({ subscriptions: 2 });
  const id = await scene.openCall();
  const client = await scene.enter();
  client.request(calls, infoOf(scene.space), rosterOf(id));
  await client.take();
  await client.take();
  expect(await client.take()).toMatchObject(states([3, 'active'], [2, 'deactivated'], [1, 'deactivated']));
});

test('what is no message of the protocol closes the socket', async () => {
  const client = await scene.enter();
  client.send('{');
  expect(await client.untilClosed()).toMatchObject({ code: 1002 });
  await scene.cms.waitFor(() => scene.bridge.eventSockets === 0);
});

test('a bridge that is killed cuts its sockets, says nothing more, and knows no token when it is back', async () => {
  const { bridge } = scene;
  const client = await scene.enter();
  client.request(calls);
  await client.takeOf(3);
  const token = await scene.token();
  const survivor = await scene.enter(scene.cms.bridge(1));
  await scene.openCall();
  await client.takeOf(3);
  await bridge.kill();
  expect(await client.untilClosed()).toMatchObject({ code: 1006 });
  expect(client.heard).toEqual([]);
  expect([bridge.eventSockets, survivor.closed]).toEqual([0, undefined]);
  await bridge.restart();
  expect(await refused(token)).toBe(401);
  await scene.enter();
});

test.each(['refuse', 'deaf', 'tls', 'untrusted'] as const)(
  'a bridge that is %s cuts its sockets',
  async (kind) => {
    const client = await scene.enter();
    scene.bridge.setFault({ kind });
    expect(await client.untilClosed()).toMatchObject({ code: 1006 });
    await scene.cms.waitFor(() => scene.bridge.eventSockets === 0);
    await scene.bridge.clearFault();
    await scene.enter();
  },
);

test('a black hole keeps its sockets and is silent on them, hears nothing, and cuts them when it is over', async () => {
  const { bridge } = scene;
  const client = await scene.enter();
  client.request(calls);
  await client.takeOf(3);
  bridge.setFault({ kind: 'black-hole' });
  bridge.bySomebodyElse('POST', 'calls', { coSpace: scene.space });
  client.request(calls);
  await pass(30);
  expect([client.heard, client.closed, bridge.eventSockets]).toEqual([[], undefined, 1]);
  await bridge.clearFault();
  expect(await client.untilClosed()).toMatchObject({ code: 1006 });
});

test('sockets alone can be dropped, and faults that refuse or cut befall who asks for one', async () => {
  const { bridge } = scene;
  const client = await scene.enter();
  bridge.dropEventSockets();
  expect(await client.untilClosed()).toMatchObject({ code: 1001 });
  const token = await scene.token();
  const struck: number[] = [];
  for (const kind of ['busy', 'error', 'drop-request'] as const) {
    const match = { path: /^\/events/ };
    bridge.setFault({ kind, match, times: 1, struck: (port) => void struck.push(port) });
    await refused(token);
  }
  expect(struck.every((port) => port > 0)).toBe(true);
  expect(struck).toHaveLength(3);
  await EventClient.open(bridge, token, scene);
});
