/** One participant gets an importance, is let in, sent out or dropped, or it is said why not. */
import { afterEach, expect, test } from 'vitest';
import {
  admit,
  dropParticipant,
  highestImportance,
  sendToLobby,
  setImportance,
} from '../../../src/cms/operations/participant.ts';
import { openScene, refusal, type Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene[Symbol.asyncDispose]());

const view = (id: string) =>
  scene.cms
    .bridge(0)
    .participants()
    .find((one) => one.id === id);

test('an importance is given and taken back', async () => {
  scene = await openScene();
  const { join, clients, field, writes } = scene;
  const ann = join('Ann');
  await setImportance(clients[0], ann, highestImportance);
  expect(field(ann, 'importance')).toBe('2147483647');
  await setImportance(clients[0], ann, 0);
  expect(field(ann, 'importance')).toBe('0');
  await setImportance(clients[0], ann, undefined);
  expect(field(ann, 'importance')).toBeUndefined();
  expect(writes().at(-1)).toBe(`PUT participants/${ann} importance=`);
});

test('whoever is dropped is gone, and may be dropped again', async () => {
  scene = await openScene();
  const { join, clients, namesOn } = scene;
  const ann = join('Ann');
  await dropParticipant(clients[0], ann);
  expect(namesOn(0)).toEqual([]);
  await dropParticipant(clients[0], ann);
});

test('an answer that was lost is as good as one that came', async () => {
  scene = await openScene();
  const { join, clients, cms, namesOn } = scene;
  const ann = join('Ann');
  cms.bridge(0).setFault({ kind: 'lost-answer', match: { method: 'DELETE' }, times: 1 });
  await dropParticipant(clients[0], ann);
  expect(namesOn(0)).toEqual([]);
});

test('who is connected to a peer is for the peer to change, and stays untouched', async () => {
  scene = await openScene({ softwareVersion: '3.9.1' });
  const { join, clients, namesOn } = scene;
  const cid = join('Cid', 1);
  for (const doing of [
    setImportance(clients[0], cid, 5),
    dropParticipant(clients[0], cid),
    admit(clients[0], cid),
    sendToLobby(clients[0], cid),
  ]) {
    expect(await refusal(doing)).toBe('remote');
  }
  expect(namesOn(1)).toEqual(['Cid']);
  await dropParticipant(clients[1], cid);
  expect(namesOn(1)).toEqual([]);
});

test('whoever has left is gone', async () => {
  scene = await openScene({ softwareVersion: '3.9.1' });
  const { join, clients, cms } = scene;
  const ann = join('Ann');
  cms.leave(ann);
  for (const doing of [
    setImportance(clients[0], ann, 5),
    admit(clients[0], ann),
    sendToLobby(clients[0], ann),
  ])
    expect(await refusal(doing)).toBe('gone');
});

test('somebody in the lobby is let in alone, and sent out again', async () => {
  scene = await openScene({ softwareVersion: '3.4' });
  const { cms, clients, openAnother } = scene;
  const call = openAnother(0, { lockMode: 'all' });
  cms.bridge(0).bySomebodyElse('PUT', `calls/${call}`, { locked: true });
  const [ann, bob] = ['Ann', 'Bob'].map((name) => cms.join('9001', { name, bridge: 0 }));
  if (!ann?.joined || !bob?.joined) throw new Error('not in the lobby');
  await admit(clients[0], ann.participant);
  expect(view(ann.participant)).toMatchObject({ isWaiting: false, isDeactivated: false });
  expect(view(bob.participant)).toMatchObject({ isWaiting: true, isDeactivated: true });
  await sendToLobby(clients[0], ann.participant);
  expect(view(ann.participant)).toMatchObject({ isWaiting: true, isDeactivated: true });
});

test.each([
  ['2.9', 'done', /release 2\.9, and sending somebody to the lobby came with 3\.4$/],
  ['3.3.2', 'done', /release 3\.3\.2, and sending/],
  ['2.8', /release 2\.8, and letting somebody in by hand came with 2\.9$/, /release 2\.8/],
  ['2.0(RC)', /release 2\.0\(RC\), and letting/, /release 2\.0\(RC\)/],
  // Two digits are more than one.
  ['3.10.1', 'done', 'done'],
  ['10.0', 'done', 'done'],
  // As the simulator takes it, a 3.0.
  ['of tomorrow', 'done', /parameterError \(deactivated/],
])(
  'release %s lets in: %s, sends out: %s; it is not asked for what it does not know',
  async (release, ...said) => {
    scene = await openScene({ softwareVersion: release });
    const { join, clients, writes } = scene;
    const ann = join('Ann');
    const outcomes = [];
    for (const act of [admit, sendToLobby]) {
      outcomes.push(
        await act(clients[0], ann).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      );
    }
    for (const [index, expected] of said.entries()) expect(outcomes[index]).toMatch(expected);
    expect(writes()).toHaveLength(outcomes.filter((one) => !one.includes('has release')).length);
    if (said[1] !== 'done') expect(await refusal(sendToLobby(clients[0], ann))).toBe('unsupported');
  },
);

test('a release that can only show participants says so', async () => {
  scene = await openScene({ softwareVersion: '2.1' });
  expect(await refusal(setImportance(scene.clients[0], scene.join('Ann'), 5))).toBe('unsupported');
});
