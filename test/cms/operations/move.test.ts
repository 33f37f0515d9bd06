/** A participant is moved once, from wherever they are, and is found again after an answer that was lost. */
import { afterEach, describe, expect, test } from 'vitest';
import { findMoved, moveParticipant, readMovable } from '../../../src/cms/operations/move.ts';
import { RawBridge } from '../raw-bridge.ts';
import { openScene, refusal, type Scene } from './scene.ts';

let scene: Scene | undefined;
let raw: RawBridge | undefined;
afterEach(async () => {
  await scene?.[Symbol.asyncDispose]();
  await raw?.stop();
  scene = raw = undefined;
});

async function meet(...options: Parameters<typeof openScene>): Promise<Scene> {
  scene = await openScene(...options);
  return scene;
}

test('the request is that of Cisco’s log (TAC 217249), byte for byte', async () => {
  const [call, old, id] = [
    'ae778701-7fed-410c-b3e6-c2860907a3f4',
    '26de0160-30b5-4d7b-8a05-304472af284a',
    'dd2bc8c6-fa80-495f-9a20-1da19010cfab',
  ];
  raw = await RawBridge.start(({ answer }) => answer(200, { location: `/api/v1/participants/${id}` }));
  expect(await moveParticipant(raw.client(), call, old)).toBe(id);
  const [{ method, path, body, headers } = {}] = raw.requests;
  expect([method, path]).toEqual(['POST', `/api/v1/calls/${call}/participants`]);
  expect(headers?.['content-type']).toBe('application/x-www-form-urlencoded');
  expect(body).toBe(`movedParticipant=${old}&needsActivation=false`);
  expect(body).toHaveLength(75);
});

test.each([
  ['the same call bridge', 0],
  ['a peer', 1],
])('from %s: the new id at once, the old one gone soon after', async (_, from) => {
  // Long enough to be seen, however busy the machine is.
  const { cms, clients, openAnother, join, namesOn } = await meet({ moveDelay: 1_500 });
  const ann = join('Ann', from);
  const target = openAnother();
  const id = await moveParticipant(clients[0], target, ann);
  expect(id).not.toBe(ann);
  expect(await readMovable(clients[0], id)).toEqual({
    canMove: true,
    movedParticipant: ann,
    movedParticipantCallBridge: cms.bridge(from).id,
    callBridge: undefined,
    call: target,
    name: 'Ann',
    address: 'ann@people.example',
    state: 'connected',
  });
  expect(await readMovable(clients[from as 0 | 1], ann)).toMatchObject({ name: 'Ann', state: 'connected' });
  await cms.waitFor(() => namesOn(0).length + namesOn(1).length === 1);
  expect(await readMovable(clients[from as 0 | 1], ann)).toBeUndefined();
  expect(await refusal(moveParticipant(clients[0], target, ann))).toBe('gone');
});

test('a call bridge knows those of its peers, and who has them', async () => {
  const { cms, clients, calls, join } = await meet();
  const cid = join('Cid', 1);
  expect(await readMovable(clients[0], cid)).toMatchObject({ callBridge: cms.bridge(1).id, call: calls[0] });
});

describe('nobody is moved', () => {
  test('into a call that is full, or over', async () => {
    const { cms, clients, openAnother, join, namesOn } = await meet();
    const ann = join('Ann');
    const full = openAnother(0, { participantLimit: '0' });
    expect(await refusal(moveParticipant(clients[0], full, ann))).toBe('full');
    cms.bridge(0).bySomebodyElse('DELETE', `calls/${full}`);
    expect(await refusal(moveParticipant(clients[0], full, ann))).toBe('gone');
    expect(namesOn(0)).toEqual(['Ann']);
  });

  test('who cannot be moved, as can be read before', async () => {
    const { clients, openAnother, join } = await meet({ softwareVersion: '3.1' });
    const bob = join('Bob', 0, { userJid: 'bob@x.example' });
    expect(await readMovable(clients[0], bob)).toMatchObject({ canMove: false });
    expect(await refusal(moveParticipant(clients[0], openAnother(), bob))).toBe('remote');
  });

  test('by a release that cannot, and says of nobody that they can be', async () => {
    const { clients, openAnother, join } = await meet({ softwareVersion: '2.5' });
    const ann = join('Ann');
    expect(await readMovable(clients[0], ann)).toMatchObject({ canMove: false });
    expect(await refusal(moveParticipant(clients[0], openAnother(), ann))).toBe('unsupported');
  });
});

describe('after an answer that was lost', () => {
  test('whoever was moved is found where they are now, and is there once', async () => {
    const { cms, clients, openAnother, join, namesOn } = await meet();
    const ann = join('Ann', 1);
    const target = openAnother();
    cms.bridge(0).setFault({ kind: 'lost-answer', match: { method: 'POST' }, times: 1 });
    await expect(moveParticipant(clients[0], target, ann)).rejects.toMatchObject({ sent: true });
    const found = await findMoved(clients[0], target, ann.toUpperCase());
    expect(await readMovable(clients[0], found ?? '')).toMatchObject({ movedParticipant: ann, call: target });
    await cms.waitFor(() => namesOn(1).length === 0);
    expect(namesOn(0)).toEqual(['Ann']);
  });

  test('whoever was not moved is not found, and still where they were', async () => {
    const { cms, clients, openAnother, join } = await meet();
    const ann = join('Ann');
    const target = openAnother();
    cms.bridge(0).setFault({ kind: 'drop-request', match: { method: 'POST' }, times: 1 });
    await expect(moveParticipant(clients[0], target, ann)).rejects.toMatchObject({ sent: true });
    expect(await findMoved(clients[0], target, ann)).toBeUndefined();
    expect(await readMovable(clients[0], ann)).toMatchObject({ canMove: true });
  });

  test('they are found among many, also on another call bridge than was asked', async () => {
    const { cms, clients, calls, openAnother, join } = await meet();
    const away = openAnother();
    cms.bridge(1).bySomebodyElse('POST', 'calls', { coSpace: cms.space('9001')?.id ?? '' });
    const ann = cms.join('9001', { name: 'Ann', bridge: 0 });
    if (!ann.joined) throw new Error(ann.reason);
    for (let index = 0; index < 25; index += 1) join(`P${index}`, index % 2);
    const id = await moveParticipant(clients[1], calls[1], ann.participant);
    for (let index = 25; index < 50; index += 1) join(`P${index}`, index % 2);
    expect(await findMoved(clients[0], calls[0], ann.participant)).toBe(id);
    expect(await findMoved(clients[0], away, ann.participant)).toBeUndefined();
  });

  test('into a call that is over meanwhile, that is said', async () => {
    const { clients } = await meet();
    const none = '00000000-0000-4000-8000-000000000000';
    expect(await refusal(findMoved(clients[0], none, none))).toBe('gone');
  });

  test.each([
    ['the list', '<movedParticipant>OLD</movedParticipant>', '', ''],
    ['the participant', '', '<movedParticipant>OLD</movedParticipant>', ''],
    ['the leg', '', '', '<movedCallLeg>OLD</movedCallLeg>'],
  ])('it is enough that %s tells of it', async (_, listed, participant, leg) => {
    raw = await RawBridge.start(({ path, xml }) => {
      const id = path.at(-1) ?? '';
      const [own, its] = id === 'b' ? [participant, leg] : ['', ''];
      if (path.includes('/callLegs/')) xml(`<callLeg id="${id}">${its}</callLeg>`);
      else if (path.includes('/v1/participants/')) xml(`<participant id="${id}">${own}</participant>`);
      else {
        const items = ['a', 'b', 'c'].map(
          (one) => `<participant id="${one}"><call>c</call>${one === 'b' ? listed : ''}</participant>`,
        );
        xml(`<participants total="3">${items.join('')}</participants>`);
      }
    });
    expect(await findMoved(raw.client(), 'c', 'old')).toBe('b');
    expect(await findMoved(raw.client(), 'c', 'another')).toBeUndefined();
  });

  test('legs of those whom a peer has are not asked for, nor is anybody missed who leaves meanwhile', async () => {
    raw = await RawBridge.start(({ path, xml }) => {
      if (path.endsWith('/v1/participants/a'))
        xml('<participant id="a"><callBridge>peer</callBridge></participant>');
      else if (path.includes('/v1/participants/'))
        xml('<failureDetails><participantDoesNotExist /></failureDetails>', 400);
      else xml('<participants total="2"><participant id="a"/><participant id="b"/></participants>');
    });
    expect(await findMoved(raw.client(), 'c', 'old')).toBeUndefined();
    expect(raw.requests.filter(({ path }) => path.includes('/callLegs/'))).toEqual([]);
  });
});
