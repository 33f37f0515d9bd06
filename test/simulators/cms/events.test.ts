/** Events: what can be subscribed to, and what is said when something happens. */
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  calls,
  type EventScene,
  infoOf,
  openEventScene,
  rosterOf,
  states,
  updatesOf,
} from './event-scene.ts';

let scene: EventScene;

beforeEach(async () => {
  scene = await openEventScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

test('a request is acknowledged, is pending, is active, and then all is told, with growing message ids', async () => {
  const { bridge } = scene;
  const call = await scene.openCall();
  const client = await scene.enter();
  const messageId = client.request(calls, infoOf(call), rosterOf(call));
  const correlator = bridge.calls()[0]?.callCorrelator;
  expect(await client.take()).toEqual({ type: 'ack', messageId, status: 'success' });
  const said = [];
  for (let index = 0; index < 5; index += 1) said.push(await client.take());
  expect(said).toEqual([
    { messageId: 1, ...states([3, 'pending'], [2, 'pending'], [1, 'pending']) },
    { messageId: 2, ...states([3, 'active'], [2, 'active'], [1, 'active']) },
    {
      ...{ messageId: 3, type: 'callListUpdate', subscriptionIndex: 3 },
      updates: [
        {
          ...{ call, updateType: 'add', name: 'Budget', participants: 0, lockState: 'unlocked' },
          callCorrelator: correlator,
        },
      ],
    },
    {
      ...{ messageId: 4, type: 'callInfoUpdate', subscriptionIndex: 2 },
      callInfo: {
        ...{ name: 'Budget', participants: 0, distributedInstances: 0 },
        ...{ recording: 'inactive', lockState: 'unlocked' },
      },
    },
    { messageId: 5, type: 'rosterUpdate', subscriptionIndex: 1, updates: [] },
  ]);
  expect(bridge.eventSockets).toBe(1);
});

test('people come, are muted, get an importance, and leave: the roster says what has changed, and of whom', async () => {
  const { cms, call } = scene;
  const id = await scene.openCall();
  const client = await scene.enter();
  client.request(rosterOf(id));
  await client.takeOf(1);
  const ann = scene.join('Ann');
  expect(updatesOf(await client.takeOf(1))).toEqual([
    {
      ...{ participant: ann, updateType: 'add', name: 'Ann', uri: 'ann@people.example', state: 'connected' },
      ...{ direction: 'incoming', canMove: true, audioMuted: false, videoMuted: false, layout: 'allEqual' },
    },
  ]);
  const bob = scene.join('Bob', 1);
  expect(updatesOf(await client.takeOf(1))).toMatchObject([
    { participant: bob, updateType: 'add', name: 'Bob' },
  ]);
  cms.mute(ann);
  expect(updatesOf(await client.takeOf(1))).toEqual([
    { participant: ann, updateType: 'update', audioMuted: true },
  ]);
  await call('PUT', `participants/${ann}`, { form: { importance: '7', rxVideoMute: 'true' } });
  expect(updatesOf(await client.takeOf(1))).toEqual([
    { participant: ann, updateType: 'update', videoMuted: true, importance: 7 },
  ]);
  cms.leave(ann);
  expect(updatesOf(await client.takeOf(1))).toEqual([{ participant: ann, updateType: 'remove' }]);
});

test.each<[string, (call: string, leg: string) => string, Record<string, string>]>([
  ['one leg', (_, leg) => `callLegs/${leg}`, { rxAudioMute: 'true', chosenLayout: 'stacked' }],
  ['everybody', (call) => `calls/${call}/participants/*`, { rxAudioMute: 'true', layout: 'stacked' }],
])('whoever mutes and lays out %s through the API is seen on the roster', async (_, path, form) => {
  const id = await scene.openCall();
  const ann = scene.join('Ann');
  const client = await scene.enter();
  client.request(rosterOf(id));
  await client.takeOf(1);
  await scene.call('PUT', path(id, ann), { form });
  const change = { participant: ann, updateType: 'update', audioMuted: true, layout: 'stacked' };
  expect(updatesOf(await client.takeOf(1))).toEqual([change]);
});

test('a layout that is nobody’s choice is that of the profile, else that of the space', async () => {
  const { cms, call, space } = scene;
  cms.changeSpace(space, { defaultLayout: 'onePlusFive' });
  const id = await scene.openCall();
  const ann = scene.join('Ann');
  const client = await scene.enter();
  client.request({ ...rosterOf(id), elements: ['layout'] });
  expect(updatesOf(await client.takeOf(1))).toEqual([
    { participant: ann, updateType: 'add', layout: 'onePlusFive' },
  ]);
  const profile = await call('POST', 'callLegProfiles', { form: { defaultLayout: 'telepresence' } });
  cms.changeSpace(space, { callLegProfile: profile.id });
  expect(updatesOf(await client.takeOf(1))).toMatchObject([{ layout: 'telepresence' }]);
});

test('a dialled room is seen to ring and to answer', async () => {
  await scene[Symbol.asyncDispose]();
  scene = await openEventScene({ answerDelayOfDial: 200 });
  const id = await scene.openCall();
  const client = await scene.enter();
  client.request(rosterOf(id));
  await client.takeOf(1);
  await scene.call('POST', `calls/${id}/callLegs`, { form: { remoteParty: 'room@x.example' } });
  const seen: object[] = [];
  while (!JSON.stringify(seen).includes('"connected"')) seen.push(...updatesOf(await client.takeOf(1)));
  expect(seen[0]).toMatchObject({ updateType: 'add', direction: 'outgoing', canMove: false });
  // It may ring already when it is first seen.
  expect(seen.slice(-2)).toMatchObject([
    { state: 'ringing' },
    { updateType: 'update', state: 'connected', canMove: true },
  ]);
});

test('whoever is moved is somebody new on one roster, who tells of the one before, and gone from the other', async () => {
  const { cms, call } = scene;
  const from = await scene.openCall();
  const ann = scene.join('Ann');
  const other = cms.addSpace({ name: 'Other', uri: '2' });
  const { id: to } = await call('POST', 'calls', { form: { coSpace: other } });
  const client = await scene.enter();
  client.request(rosterOf(from, 7), rosterOf(to, 8));
  await client.takeOf(8);
  const { id } = await call('POST', `calls/${to}/participants`, { form: { movedParticipant: ann } });
  const moved = { movedParticipant: ann, movedParticipantCallBridge: scene.bridge.id };
  expect(updatesOf(await client.takeOf(8))).toMatchObject([{ participant: id, updateType: 'add', ...moved }]);
  expect(updatesOf(await client.takeOf(7))).toEqual([{ participant: ann, updateType: 'remove' }]);
});

test('calls come, change and go; what was subscribed to of one that is over is deactivated', async () => {
  const { cms, call } = scene;
  const client = await scene.enter();
  client.request(calls);
  expect(updatesOf(await client.takeOf(3))).toEqual([]);
  const id = await scene.openCall();
  expect(updatesOf(await client.takeOf(3))).toMatchObject([{ call: id, updateType: 'add', name: 'Budget' }]);
  client.request(calls, infoOf(id), rosterOf(id));
  await client.takeOf(1);
  scene.join('Ann');
  expect(updatesOf(await client.takeOf(3))).toEqual([{ call: id, updateType: 'update', participants: 1 }]);
  expect((await client.takeOf(2)).callInfo).toEqual({ participants: 1 });
  await client.takeOf(1);
  const form = { locked: 'true', recording: 'true', joinAudioMuteOverride: 'true' };
  await call('PUT', `calls/${id}`, { form });
  expect(updatesOf(await client.takeOf(3))).toEqual([
    { call: id, updateType: 'update', lockState: 'locked' },
  ]);
  expect((await client.takeOf(2)).callInfo).toEqual({
    ...{ recording: 'active', lockState: 'locked', joinAudioMuteOverride: true },
  });
  cms.removeSpace(scene.space);
  expect(await client.take()).toMatchObject(states([2, 'deactivated'], [1, 'deactivated']));
  expect(updatesOf(await client.takeOf(3))).toEqual([{ call: id, updateType: 'remove' }]);
});

test('a new request takes the place of the one before, and all is told anew', async () => {
  const id = await scene.openCall();
  scene.join('Ann');
  const client = await scene.enter();
  client.request(calls);
  await client.takeOf(3);
  client.request({ ...calls, index: 9, elements: ['participants'] });
  expect(updatesOf(await client.takeOf(9))).toEqual([{ call: id, updateType: 'add', participants: 1 }]);
  client.request();
  expect(await client.take()).toMatchObject({ type: 'ack', status: 'success' });
  expect(await client.take()).toMatchObject(states());
  scene.join('Bob');
  await pass(30);
  expect(client.heard).toEqual([]);
});

test.each<[string, unknown]>([
  ['of an unknown type', { index: 1, type: 'messages', elements: [] }],
  ['to a call that is not named', { index: 1, type: 'callRoster', elements: [] }],
  ['without elements', { index: 1, type: 'calls' }],
  ['without an index', { type: 'calls', elements: [] }],
  ['with an index that is taken', { ...calls, index: 3 }],
])('a subscription %s is not acknowledged as a success, and leaves things as they are', async (_, wrong) => {
  const client = await scene.enter();
  client.request(calls);
  await client.takeOf(3);
  const messageId = client.request(calls, wrong as typeof calls);
  expect(await client.take()).toEqual({ type: 'ack', messageId, status: 'failure' });
  await scene.openCall();
  expect(updatesOf(await client.takeOf(3))).toHaveLength(1);
});

test('as long as a message is not acknowledged none follows; meanwhile what happens adds up', async () => {
  const id = await scene.openCall();
  const client = await scene.enter();
  client.acknowledges = false;
  client.request(rosterOf(id));
  await client.take();
  const pending = await client.take();
  await pass(30);
  expect(client.heard).toEqual([]);
  const [ann, bob] = [scene.join('Ann'), scene.join('Bob')];
  scene.cms.leave(ann);
  client.acknowledge(pending.messageId);
  client.acknowledges = true;
  client.acknowledge((await client.take()).messageId);
  expect(updatesOf(await client.takeOf(1))).toMatchObject([{ participant: bob, updateType: 'add' }]);
});
