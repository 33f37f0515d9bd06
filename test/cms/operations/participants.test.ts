/** Muting and layouts reach everybody who is meant and can be reached, nobody else, and say who was not. */
import { afterEach, describe, expect, test } from 'vitest';
import { setImportance } from '../../../src/cms/operations/participant.ts';
import { layouts, muteParticipants, setLayout } from '../../../src/cms/operations/participants.ts';
import { type Handler, RawBridge } from '../raw-bridge.ts';
import { openScene, refusal, type Scene } from './scene.ts';

let scene: Scene | undefined;
let raw: RawBridge | undefined;
afterEach(async () => {
  await scene?.[Symbol.asyncDispose]();
  await raw?.stop();
  scene = raw = undefined;
});

const nobody = '00000000-0000-4000-8000-000000000000';

/** A conference on two call bridges: Ann and Bob on the first, Cid on the second. */
async function meet(options: Parameters<typeof openScene>[0] = {}) {
  scene = await openScene({ softwareVersion: '3.9.1', ...options });
  const { cms, calls, clients, join } = scene;
  const [ann, bob, cid] = [join('Ann'), join('Bob'), join('Cid', 1)];
  const away = { id: cid, because: 'remote', callBridge: cms.bridge(1).id };
  return { ...scene, client: clients[0], call: calls[0], ann, bob, cid, away };
}

describe('on two call bridges', () => {
  test('all are muted in one request, sound and picture each if wanted; those of the peer are said', async () => {
    const { client, call, ann, bob, cid, away, field, writes } = await meet();
    expect(await muteParticipants(client, call, 'all', { audio: true })).toEqual([away]);
    expect(writes()).toEqual([`PUT calls/${call}/participants/* rxAudioMute=true`]);
    expect([ann, bob, cid].map((id) => field(id, 'rxAudioMute'))).toEqual(['true', 'true', undefined]);
    await muteParticipants(client, call, 'all', { audio: false, video: true });
    expect(writes()).toEqual([`PUT calls/${call}/participants/* rxAudioMute=false rxVideoMute=true`]);
    expect([field(ann, 'rxAudioMute'), field(bob, 'rxVideoMute')]).toEqual(['false', 'true']);
  });

  test('those of the peer are reached there, by the same ids', async () => {
    const { clients, calls, cid, field } = await meet();
    expect(await muteParticipants(clients[1], calls[1], [cid], { audio: true })).toEqual([]);
    expect(field(cid, 'rxAudioMute')).toBe('true');
  });

  test('some are muted, once each; who is elsewhere or has left is said, and not asked for', async () => {
    const { client, call, ann, bob, cid, away, field, writes } = await meet();
    expect(await muteParticipants(client, call, [ann, cid, nobody, ann], { audio: true })).toEqual([
      away,
      { id: nobody, because: 'gone', callBridge: undefined },
    ]);
    expect(writes()).toEqual([
      `PUT calls/${call}/participants/* rxAudioMute=true filterIds=${ann} mode=selected`,
    ]);
    expect([ann, bob].map((id) => field(id, 'rxAudioMute'))).toEqual(['true', undefined]);
  });

  test('a layout is chosen for all, or for some', async () => {
    const { client, call, ann, bob, away, field, writes } = await meet();
    expect(await setLayout(client, call, 'all', 'speakerOnly')).toEqual([away]);
    expect(await setLayout(client, call, [bob], 'onePlusFive')).toEqual([]);
    expect(writes()).toEqual([
      `PUT calls/${call}/participants/* layout=speakerOnly`,
      `PUT calls/${call}/participants/* layout=onePlusFive filterIds=${bob} mode=selected`,
    ]);
    expect([ann, bob].map((id) => field(id, 'chosenLayout'))).toEqual(['speakerOnly', 'onePlusFive']);
  });

  test('every layout is known to the call bridge', async () => {
    const { client, call, ann, field } = await meet();
    for (const layout of layouts) {
      await setLayout(client, call, [ann], layout);
      expect(field(ann, 'chosenLayout')).toBe(layout);
    }
  });

  test('a conference that is over has nobody to be reached', async () => {
    const { client, ann, bob } = await meet();
    expect(await refusal(muteParticipants(client, nobody, 'all', { audio: true }))).toBe('gone');
    scene?.cms.leave(ann);
    scene?.cms.leave(bob);
    const unreached = await muteParticipants(client, nobody, [ann, bob], { audio: true });
    expect(unreached.map(({ id, because }) => [id, because])).toEqual([ann, bob].map((id) => [id, 'gone']));
  });
});

test('forty-five take three requests of at most twenty, with nothing about the conference between them', async () => {
  const { cms, client, call, join, field, writes } = await meet({ latency: 10 });
  const ids = Array.from({ length: 45 }, (_, index) => join(`P${index}`));
  const muting = muteParticipants(client, call, ids, { audio: true });
  await cms.waitFor(() => cms.log.some(({ method }) => method === 'PUT'));
  await Promise.all([muting, setImportance(client, ids[0] ?? '', 1, { about: call })]);
  const sizes = writes().map((write) => /filterIds=(\S+)/.exec(write)?.[1]?.split(',').length);
  expect(sizes).toEqual([20, 20, 5, undefined]);
  expect(ids.map((id) => field(id, 'rxAudioMute'))).toEqual(ids.map(() => 'true'));
});

test('where nothing is wanted, or of nobody, nothing is sent', async () => {
  const { client, call, ann, cms } = await meet();
  cms.clearLog();
  expect(await muteParticipants(client, call, 'all', {})).toEqual([]);
  expect(await muteParticipants(client, call, [], { audio: true })).toEqual([]);
  expect(await muteParticipants(client, call, [ann], { audio: undefined })).toEqual([]);
  expect(await setLayout(client, call, [], 'stacked')).toEqual([]);
  expect(cms.log).toEqual([]);
});

describe('a release before 2.4 is asked leg by leg', () => {
  test('for all', async () => {
    const { client, call, ann, bob, away, field, writes } = await meet({ softwareVersion: '2.3' });
    expect(await muteParticipants(client, call, 'all', { audio: true })).toEqual([away]);
    expect(writes().slice(1).sort()).toEqual(
      [ann, bob].map((id) => `PUT callLegs/${id} rxAudioMute=true`).sort(),
    );
    expect(field(bob, 'rxAudioMute')).toBe('true');
  });

  test('for some, without asking it for what it would do to all', async () => {
    const { client, call, ann, bob, cid, away, field, writes } = await meet({ softwareVersion: '2.3' });
    expect(await setLayout(client, call, [bob, cid, nobody], 'stacked')).toEqual([
      away,
      { id: nobody, because: 'gone', callBridge: undefined },
    ]);
    expect(writes()).toEqual([`PUT callLegs/${bob} chosenLayout=stacked`]);
    expect([field(ann, 'chosenLayout'), field(bob, 'chosenLayout')]).toEqual([undefined, 'stacked']);
  });
});

/** A call bridge of that release with one participant of two legs, as Lync has them. */
async function oneWithTwoLegs(bulk: Handler, leg: Handler, release = '3.9') {
  raw = await RawBridge.start((exchange) => {
    const { path, xml } = exchange;
    if (path.endsWith('/system/status'))
      xml(`<status><softwareVersion>${release}</softwareVersion></status>`);
    else if (path.endsWith('/participants/*')) bulk(exchange);
    else if (path.includes('/callLegs/')) leg(exchange);
    else if (path.endsWith('/callLegs'))
      xml('<callLegs total="2"><callLeg id="p"/><callLeg id="q"/></callLegs>');
    else if (path.endsWith('/participants/p')) xml('<participant id="p"><call>c</call></participant>');
    else xml('<participants total="1"><participant id="p"><call>c</call></participant></participants>');
  });
  const { requests } = raw;
  const puts = () => requests.flatMap(({ method, path }) => (method === 'PUT' ? path.slice(8) : []));
  return { client: raw.client(), puts };
}

const no =
  (reason: string, status = 400): Handler =>
  ({ xml, answer }) =>
    reason === '' ? answer(status) : xml(`<failureDetails><${reason} /></failureDetails>`, status);
const yes: Handler = ({ answer }) => answer(200);

describe('a call bridge that will not do it in bulk', () => {
  test.each([
    ['unrecognisedObject', 400],
    ['unrecognizedObject', 404],
    ['invalidOperation', 400],
    ['', 404],
    // One of those selected has gone to another call bridge meanwhile: which one shows leg by leg.
    ['participantCannotBeModified', 400],
  ])('for %j (%i) does it leg by leg, to all legs', async (reason, status) => {
    for (const who of ['all', ['p']] as const) {
      const { client, puts } = await oneWithTwoLegs(no(reason, status), yes);
      expect(await muteParticipants(client, 'c', who, { audio: true })).toEqual([]);
      expect(puts().sort()).toEqual(['callLegs/p', 'callLegs/q', 'calls/c/participants/*']);
      await raw?.stop();
    }
  });

  test.each([
    ['participantCannotBeModified', [{ id: 'p', because: 'remote', callBridge: undefined }]],
    ['callLegDoesNotExist', [{ id: 'p', because: 'gone', callBridge: undefined }]],
  ])('and will not do it to a leg for %s either, which is said', async (reason, said) => {
    const { client } = await oneWithTwoLegs(no('invalidOperation'), no(reason));
    expect(await muteParticipants(client, 'c', 'all', { audio: true })).toEqual(said);
  });

  test('has done it when one leg of two has gone meanwhile', async () => {
    const leg: Handler = (exchange) =>
      exchange.path.endsWith('/q') ? no('callLegDoesNotExist')(exchange) : yes(exchange);
    const { client } = await oneWithTwoLegs(no('invalidOperation'), leg);
    expect(await muteParticipants(client, 'c', 'all', { audio: true })).toEqual([]);
  });

  test('nor leg by leg, has refused', async () => {
    const { client } = await oneWithTwoLegs(no('parameterError'), no('parameterError'));
    expect(await refusal(setLayout(client, 'c', 'all', 'onePlusN'))).toBe('unsupported');
    expect(await refusal(setLayout(client, 'c', ['p'], 'onePlusN'))).toBe('unsupported');
  });
});

test('a failure that is no refusal is thrown, and nothing is tried leg by leg', async () => {
  const { client, puts } = await oneWithTwoLegs(no('', 500), yes);
  await expect(muteParticipants(client, 'c', 'all', { audio: true })).rejects.toMatchObject({
    kind: 'garbled',
  });
  await expect(muteParticipants(client, 'c', ['p'], { audio: true })).rejects.toMatchObject({ status: 500 });
  expect(puts()).toEqual(['calls/c/participants/*', 'calls/c/participants/*']);
});

test('a release that knows the request for all, but not who is selected, is not asked in bulk for some', async () => {
  const { client, puts } = await oneWithTwoLegs(yes, yes, '2.3.1');
  expect(await muteParticipants(client, 'c', ['p'], { audio: true })).toEqual([]);
  expect(puts().sort()).toEqual(['callLegs/p', 'callLegs/q']);
});
