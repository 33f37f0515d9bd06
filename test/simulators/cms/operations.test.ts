/** What operators do while a conference runs: each change reaches whom it should, and is refused as the release would. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CmsClusterOptions } from './options.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
let call: string;
afterEach(() => cluster[Symbol.asyncDispose]());

async function start(options: Partial<CmsClusterOptions> = {}): Promise<void> {
  cluster = await startTestCluster({ answerDelayOfDial: 0, ...options });
  const coSpace = cluster.cms.addSpace({ name: 'Budget', uri: '8000', callId: '8000' });
  call = (await cluster.call('POST', 'calls', { form: { coSpace } })).id;
}

function join(name: string, bridge = 0, more: { userJid?: string } = {}): string {
  const joined = cluster.cms.join('8000', { name, bridge, ...more });
  if (!joined.joined) throw new Error(joined.reason);
  return joined.participant;
}

async function put(path: string, form: Record<string, string>, bridge = 0): Promise<string> {
  const { status, body } = await cluster.call('PUT', path, { form, bridge: cluster.cms.bridge(bridge) });
  return status === 200 ? 'done' : body.replace(/^.*<failureDetails>|<\/failureDetails>$|[<>/ ]/g, '');
}

async function get(path: string, bridge = 0): Promise<string> {
  return (await cluster.call('GET', path, { bridge: cluster.cms.bridge(bridge) })).body;
}

describe('everybody at once', () => {
  test('is those who are connected to the call bridge that is asked, chosen or left out by their ids', async () => {
    await start();
    const [ann, bob, cid] = [join('Ann'), join('Bob'), join('Cid', 1)];
    const isMuted = (id: string, bridge = 0) => cluster.cms.bridge(bridge).legField(id, 'rxAudioMute');
    await put(`calls/${call}/participants/*`, { rxAudioMute: 'true' });
    expect([isMuted(ann), isMuted(bob), isMuted(cid, 1)]).toEqual(['true', 'true', undefined]);
    await put(`calls/${call}/participants/*`, { rxAudioMute: 'false', filterIds: `${ann},${cid}` });
    expect([isMuted(ann), isMuted(bob)]).toEqual(['true', 'false']);
    await put(`calls/${call}/participants/*`, { layout: 'stacked', filterIds: ann, mode: 'selected' });
    expect(await get(`callLegs/${ann}`)).toContain('<chosenLayout>stacked</chosenLayout>');
    expect(await get(`callLegs/${bob}`)).not.toContain('chosenLayout');
    const many = {
      rxAudioMute: 'true',
      mode: 'selected',
      filterIds: Array(21)
        .fill(0)
        .map((_, i) => i)
        .join(),
    };
    expect(await put(`calls/${call}/participants/*`, many)).toContain('parameterErrorparameter="filterIds"');
  });

  test('came with 2.4', async () => {
    await start({ softwareVersion: '2.3' });
    expect(await put(`calls/${call}/participants/*`, { rxAudioMute: 'true' })).toBe('unrecognisedObject');
  });
});

describe('one participant', () => {
  test('can be changed since 2.2', async () => {
    await start({ softwareVersion: '2.1' });
    expect(await put(`participants/${join('Ann')}`, { importance: '1' })).toBe('invalidOperation');
  });

  test('who is connected to a peer is for the peer to change', async () => {
    await start();
    const cid = join('Cid', 1);
    expect(await put(`participants/${cid}`, { importance: '1' })).toBe('participantCannotBeModified');
    expect(await put(`participants/${cid}`, { importance: '1' }, 1)).toBe('done');
  });

  test.each([
    ['3.4', 'done', true],
    ['3.3', 'parameterErrorparameter="deactivated"error="invalidValue"', false],
    // Nothing is known of what older releases do with parameters that they do not know.
    ['2.8', 'done', false],
  ])('is sent to the lobby by release %s: %s', async (softwareVersion, said, isSent) => {
    await start({ softwareVersion });
    const ann = join('Ann');
    expect(await put(`participants/${ann}`, { deactivated: 'true' })).toBe(said);
    const view = () => cluster.cms.bridge(0).participants()[0];
    expect(view()).toMatchObject({ isWaiting: isSent, isDeactivated: isSent });
    await put(`participants/${ann}`, { deactivated: 'false' });
    expect(view()).toMatchObject({ isWaiting: false, isDeactivated: false });
  });
});

test.each([
  ['3.0', 'recordingNotAllowedByLicensing', 'streamingNotAllowedByLicensing'],
  ['2.9', 'recordingLimitReached', 'streamingLimitReached'],
])(
  'without a licence nothing begins, release %s, and what is to end ends',
  async (softwareVersion, ...reasons) => {
    await start({ softwareVersion, unlicensed: ['recording', 'streaming'] });
    const asked = [];
    for (const what of ['recording', 'streaming']) asked.push(await put(`calls/${call}`, { [what]: 'true' }));
    expect(asked).toEqual(reasons);
    expect(await put(`calls/${call}`, { recording: 'false', streaming: 'false' })).toBe('done');
    expect(await get(`calls/${call}`)).toContain('<recording>false</recording><streaming>false</streaming>');
  },
);

test('with licences, recording and streaming are as they are wanted; streaming came with 2.1', async () => {
  await start();
  expect(await put(`calls/${call}`, { recording: 'true', streaming: 'true' })).toBe('done');
  expect(await get(`calls/${call}`)).toContain('<recording>true</recording><streaming>true</streaming>');
  await cluster[Symbol.asyncDispose]();
  await start({ softwareVersion: '2.0(RC)' });
  expect(await put(`calls/${call}`, { streaming: 'true' })).toContain('parameterErrorparameter="streaming"');
});

describe('a move', () => {
  async function move(participant: string, profile: Record<string, string> = {}) {
    const { id: callProfile } = await cluster.call('POST', 'callProfiles', { form: profile });
    const coSpace = cluster.cms.addSpace({ name: 'Other', uri: '9000', callProfile });
    const { id: target } = await cluster.call('POST', 'calls', { form: { coSpace } });
    const form = { movedParticipant: participant, needsActivation: 'false' };
    return { target, ...(await cluster.call('POST', `calls/${target}/participants`, { form })) };
  }
  const there = (bridge: number) =>
    cluster.cms
      .bridge(bridge)
      .legs()
      .map(({ id }) => id);

  test('from a peer answers with the new id while the old one is still there for a moment', async () => {
    await start({ moveDelay: 500 });
    const ann = join('Ann', 1);
    const { status, id } = await move(ann);
    expect(status).toBe(200);
    expect([there(0), there(1)]).toEqual([[id], [ann]]);
    const before = `<movedParticipant>${ann}</movedParticipant><movedParticipantCallBridge>${cluster.cms.bridge(1).id}</moved`;
    expect(await get(`participants/${id}`)).toContain(before);
    expect(await get(`callLegs/${id}`)).toContain(
      `<movedCallLeg>${ann}</movedCallLeg><movedCallLegCallBridge>`,
    );
    await cluster.cms.waitFor(() => there(1).length === 0);
    const ended = cluster.cms.events.find(({ kind }) => kind === 'legEnded');
    expect(ended).toMatchObject({ leg: ann, reason: 'callMoved' });
    expect(await get(`participants/${ann}`, 1)).toContain('<participantDoesNotExist />');
  });

  test('into a full call is refused, and nobody has moved', async () => {
    await start();
    const ann = join('Ann', 1);
    expect((await move(ann, { participantLimit: '0' })).body).toContain('<participantLimitReached />');
    expect([there(0), there(1)]).toEqual([[], [ann]]);
  });

  test('may end with nobody anywhere, or in the conference of another space', async () => {
    const moveOutcome = (uri: string) => (uri.startsWith('ann') ? 'drops' : { into: '8000' });
    await start({ moveOutcome });
    const [ann, bob] = [join('Ann', 1), join('Bob', 1)];
    const { id: annThen, target } = await move(ann);
    expect(await get(`participants/${annThen}`)).toContain(`<call>${target}</call>`);
    expect(await get(`participants/${annThen}`)).toContain('<state>initial</state>');
    const form = { movedParticipant: bob, needsActivation: 'false' };
    const { id: bobThen } = await cluster.call('POST', `calls/${target}/participants`, { form });
    expect(await get(`participants/${bobThen}`)).toContain(`<call>${call}</call>`);
    await cluster.cms.waitFor(() => there(0).length + there(1).length === 1);
    expect(there(0)).toEqual([bobThen]);
  });

  test.each([
    ['3.2', 'true', 200],
    ['3.1', 'false', 400],
    ['2.9', 'false', 400],
  ])('of somebody in an app, release %s: canMove %s, %i', async (softwareVersion, canMove, status) => {
    await start({ softwareVersion });
    const bob = join('Bob', 0, { userJid: 'bob@x.example' });
    expect(await get(`participants/${bob}`)).toContain(`<canMove>${canMove}</canMove>`);
    const moved = await move(bob);
    expect(moved.status).toBe(status);
    if (status === 400) expect(moved.body).toContain('<participantCannotBeModified />');
  });

  test('came with 2.6: before, there is somebody to be dialled without an address', async () => {
    await start({ softwareVersion: '2.5' });
    const ann = join('Ann');
    expect(await get(`participants/${ann}`)).not.toContain('canMove');
    expect((await move(ann)).body).toContain('<parameterError parameter="remoteParty"');
  });
});
