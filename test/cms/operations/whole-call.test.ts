/** Recording and streaming begin and end as an operator wants, and a missing licence is told from other refusals. */
import { afterEach, expect, test } from 'vitest';
import { setRecording, setStreaming } from '../../../src/cms/operations/whole-call.ts';
import { openScene, refusal, type Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene[Symbol.asyncDispose]());

test('each is begun and ended, and may be so twice', async () => {
  scene = await openScene();
  const { clients, calls, writes } = scene;
  for (const on of [true, true, false, false]) {
    await setRecording(clients[0], calls[0], on);
    await setStreaming(clients[0], calls[0], on);
  }
  expect(writes()).toEqual(
    [true, true, false, false].flatMap((on) =>
      ['recording', 'streaming'].map((what) => `PUT calls/${calls[0]} ${what}=${on}`),
    ),
  );
  const call = await clients[0].get(`calls/${calls[0]}`);
  expect([call.boolean('recording'), call.boolean('streaming')]).toEqual([false, false]);
});

test.each(['3.9.1', '2.9'])('without a licence neither begins, release %s', async (softwareVersion) => {
  scene = await openScene({ softwareVersion, unlicensed: ['recording', 'streaming'] });
  const { clients, calls } = scene;
  expect(await refusal(setRecording(clients[0], calls[0], true))).toBe('not-licensed');
  expect(await refusal(setStreaming(clients[0], calls[0], true))).toBe('not-licensed');
  await setRecording(clients[0], calls[0], false);
});

test.each([
  ['callRecordingCannotBeModified', 'other'],
  ['callDoesNotExist', 'gone'],
] as const)('%s is %s', async (reason, expected) => {
  scene = await openScene();
  const { clients, calls, cms } = scene;
  cms.bridge(0).setFault({ kind: 'failure', match: { method: 'PUT' }, reason });
  expect(await refusal(setRecording(clients[0], calls[0], true))).toBe(expected);
  expect(await refusal(setStreaming(clients[0], calls[0], true))).toBe(expected);
});

test('a release before 2.1 does not stream', async () => {
  scene = await openScene({ softwareVersion: '2.0(RC)' });
  expect(await refusal(setStreaming(scene.clients[0], scene.calls[0], true))).toBe('unsupported');
});
