/** What the simulated bridge pushes of its calls is read as what happened there. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CdrRecord, parseRecords, type RecordBatch } from '../../../src/cms/cdr/records.ts';
import { type CdrScene, openCdrScene } from '../../simulators/cms/cdr-scene.ts';

let scene: CdrScene;
beforeEach(async () => {
  scene = await openCdrScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function batches(): Promise<RecordBatch[]> {
  await scene.delivered();
  return scene.listener.posts.map(({ body }) => {
    const batch = parseRecords(Buffer.from(body));
    if (batch === undefined) throw new Error('not read');
    return batch;
  });
}

async function records(): Promise<CdrRecord[]> {
  return (await batches()).flatMap((batch) => batch.records);
}

test('two who dial in, one over SIP and one by the app, and leave', async () => {
  const { cms } = scene;
  const bridge = cms.bridge(0);
  const before = Date.now();
  const [ann, bob] = [scene.join('Ann'), scene.join('Bob', { userJid: 'bob@example.com' })];
  const [call] = bridge.calls();
  cms.leave(ann);
  cms.leave(bob);
  const seen = await records();
  const id = call?.id;
  expect(seen).toMatchObject([
    { what: 'leg-start', leg: ann, name: 'Ann', address: 'ann@people.example', direction: 'incoming' },
    {
      ...{ what: 'call-start', call: id, name: 'R & D', callType: 'coSpace', coSpace: scene.space },
      callCorrelator: call?.callCorrelator,
    },
    {
      what: 'leg-update',
      leg: ann,
      isConnected: true,
      isInIvr: false,
      call: id,
      isDeactivated: false,
      canMove: true,
    },
    { what: 'leg-start', leg: bob, type: 'acano', subType: 'webApp', call: id, group: bob },
    { what: 'leg-update', leg: bob, isConnected: true, call: id },
    {
      ...{ what: 'leg-end', leg: ann, reason: 'remoteTeardown', isRemoteTeardown: true },
      ...{ durationSeconds: 0, activatedSeconds: 0, alarms: { packetLoss: 0, excessiveJitter: 0 } },
      media: { audioCodec: 'aac', videoCodec: 'h264', width: 1280, height: 720 },
    },
    { what: 'leg-end', leg: bob },
    { what: 'call-end', call: id, durationSeconds: 0 },
  ]);
  expect(seen[0]).not.toHaveProperty('call');
  expect(seen.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(seen.every(({ missing }) => missing === 0)).toBe(true);
  for (const { at } of seen) expect(at).toBeGreaterThanOrEqual(before - 1_000);
  const [batch] = await batches();
  expect(batch).toMatchObject({ session: bridge.cdrSession, callBridge: bridge.id });
});

test('somebody with a wrong passcode is in the menu, and never in a call', async () => {
  scene.cms.changeSpace(scene.space, { passcode: '4711' });
  scene.cms.join('8000', { name: 'Ann', bridge: 0, passcode: '1' });
  const seen = await records();
  expect(seen).toMatchObject([
    { what: 'leg-start', name: 'Ann' },
    { what: 'leg-update', isConnected: true, isInIvr: true },
    { what: 'leg-end', reason: 'incorrectPasscode', durationSeconds: 0, alarms: {} },
  ]);
  expect(seen[1]).not.toHaveProperty('call');
  expect(seen[2]).not.toHaveProperty('media');
});

test('an update without a state does not say that somebody is connected', async () => {
  scene.cms.bridge(0).setCdrConduct({ chatty: true });
  scene.comeAndGo();
  const updates = (await records()).filter(({ what }) => what === 'leg-update');
  expect(updates).toMatchObject([{ isConnected: true }, { isConnected: false }]);
});

test('a bridge that stands alone has no id', async () => {
  await scene[Symbol.asyncDispose]();
  scene = await openCdrScene({
    standalone: true,
    callBridges: [{ name: 'Alone', username: 'apiuser', password: 'first' }],
  });
  scene.comeAndGo();
  for (const { callBridge, session } of await batches()) {
    expect([callBridge, session]).toEqual([undefined, scene.cms.bridge(0).cdrSession]);
  }
});

test('each record of a bridge that sends them twice has its index, by which it is known again', async () => {
  scene.cms.bridge(0).setCdrConduct({ twice: true });
  scene.comeAndGo();
  const indexes = (await records()).map(({ index }) => index ?? -1);
  expect(indexes.length).toBeGreaterThan(5);
  expect([...new Set(indexes)].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('what the bridge had no place for is counted', async () => {
  await scene[Symbol.asyncDispose]();
  scene = await openCdrScene({ cdr: { buffer: 2 } });
  const bridge = scene.cms.bridge(0);
  bridge.setCdrConduct({ silent: true });
  scene.comeAndGo();
  bridge.setCdrConduct({});
  expect(await records()).toMatchObject([
    { index: 3, missing: 3 },
    { index: 4, missing: 0 },
  ]);
});
