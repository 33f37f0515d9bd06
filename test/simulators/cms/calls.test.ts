/** Calls, legs and participants: what belongs to a bridge, what a meeting on two bridges shares, what people do. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DialOutcome } from './options.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
let slot: string;
const outcomes = new Map<string, DialOutcome>();

beforeEach(async () => {
  outcomes.clear();
  cluster = await startTestCluster({
    answerDelayOfDial: 40,
    ringingTimeout: 60,
    dialOutcome: (uri) => outcomes.get(uri) ?? 'answers',
  });
  slot = cluster.cms.addSpace({ name: 'Budget', uri: '80991000', callId: '80991000' });
});
afterEach(() => cluster[Symbol.asyncDispose]());

async function open(bridge = 0): Promise<string> {
  const answer = await cluster.call('POST', 'calls', {
    form: { coSpace: slot },
    bridge: cluster.cms.bridge(bridge),
  });
  expect(answer).toMatchObject({ status: 200, body: '' });
  return answer.id;
}

async function dial(call: string, remoteParty: string, path = 'calllegs'): Promise<string> {
  const answer = await cluster.call('POST', `calls/${call}/${path}`, { form: { remoteParty } });
  expect(answer.headers.location).toBe(
    `/api/v1/${path === 'calllegs' ? 'callLegs' : 'participants'}/${answer.id}`,
  );
  return answer.id;
}

test('a call is opened once per bridge and stays while empty; the other bridge has its own, tied by the correlator', async () => {
  const { cms, call } = cluster;
  const first = await open();
  expect(await open()).toBe(first);
  const second = await open(1);
  expect(second).not.toBe(first);
  const [own, peer] = [cms.bridge(0).calls(), cms.bridge(1).calls()];
  expect(own).toHaveLength(1);
  expect(own[0]).toMatchObject({ id: first, name: 'Budget', coSpace: slot, activeWhenEmpty: true });
  expect(peer[0]?.callCorrelator).toBe(own[0]?.callCorrelator);
  const list = await call('GET', `calls?coSpaceFilter=${slot}`);
  expect(list.body).toContain(
    `<calls total="1"><call id="${first}"><name>Budget</name><coSpace>${slot}</coSpace>`,
  );
  await call('DELETE', `calls/${first}`);
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(cms.bridge(1).calls()).toHaveLength(1);
  expect((await call('DELETE', `calls/${first}`)).body).toContain('<callDoesNotExist />');
  const unknown = await call('POST', 'calls', { form: { coSpace: first } });
  expect(unknown.body).toContain('<coSpaceDoesNotExist />');
});

test('where the bridge is told to, a second POST makes a second call', async () => {
  await using other = await startTestCluster({ repeatedCall: 'another' });
  const space = other.cms.addSpace({ name: 'x', uri: '1' });
  for (let i = 0; i < 2; i += 1) await other.call('POST', 'calls', { form: { coSpace: space } });
  expect((await other.call('GET', `calls?coSpaceFilter=${space}`)).body).toContain('total="2"');
});

test('a dialled leg rings and is connected, and is a participant with the same id from the first moment', async () => {
  const { cms, call } = cluster;
  const id = await dial(await open(), 'SIP:Room.A@Example.com');
  expect(cms.bridge(0).legs()).toMatchObject([
    { id, state: 'initial', direction: 'outgoing', remoteParty: 'room.a@example.com' },
  ]);
  expect((await call('GET', `participants/${id}`)).body).toContain('<status><state>initial</state></status>');
  await cms.waitFor(() => cms.bridge(0).legs()[0]?.state === 'ringing');
  await cms.waitFor(() => cms.bridge(0).legs()[0]?.state === 'connected');
  const leg = await call('GET', `calllegs/${id}`);
  expect(leg.body).toContain('<originalRemoteParty>SIP:Room.A@Example.com</originalRemoteParty>');
  expect(leg.body).toContain('<status><state>connected</state>');
  await call('DELETE', `callLegs/${id}`);
  expect(cms.bridge(0).legs()).toEqual([]);
  expect(cms.bridge(0).calls()).toHaveLength(1);
  expect(cms.events.map(({ kind }) => kind)).toEqual([
    'callStarted',
    'legDialled',
    'legConnected',
    'legEnded',
  ]);
});

test('an address without a domain is refused; busy and absent rooms drop out by themselves', async () => {
  const { cms, call } = cluster;
  const conference = await open();
  const refused = await call('POST', `calls/${conference}/callLegs`, { form: { remoteParty: 'room.a' } });
  expect(refused).toMatchObject({ status: 400 });
  expect(refused.body).toContain('<parameterError parameter="remoteParty" error="invalidValue" />');
  outcomes.set('busy@example.com', 'busy').set('absent@example.com', 'never-answers');
  await dial(conference, 'busy@example.com', 'participants');
  await dial(conference, 'absent@example.com');
  await cms.waitFor(() => cms.bridge(0).legs().length === 0);
  const ended = cms.events.filter(({ kind }) => kind === 'legEnded');
  expect(ended.map(({ remoteParty, reason }) => `${remoteParty} ${reason}`)).toEqual([
    'busy@example.com remoteBusy',
    'absent@example.com ringingTimeout',
  ]);
});

test('every bridge of a meeting knows all its participants, and each link to a peer is a leg', async () => {
  const { cms, call } = cluster;
  const [one, two] = [await open(0), await open(1)];
  const room = await dial(one, 'room.a@example.com');
  const joined = cms.join('80991000', { name: 'Ann', bridge: 1 });
  if (!joined.joined) throw new Error(joined.reason);
  const here = await call('GET', `calls/${one}/participants`);
  expect(here.body).toContain('<participants total="2">');
  expect(here.body).toContain(
    `<participant id="${joined.participant}"><name>Ann</name><call>${one}</call>` +
      `<callBridge>${cms.bridge(1).id}</callBridge>`,
  );
  const there = await call('GET', 'participants', { bridge: cms.bridge(1) });
  expect(there.body).toContain(`<participant id="${room}">`);
  const own = await call('GET', `participants?callBridgeFilter=${cms.bridge(0).id}`);
  expect(own.body).toContain('total="1"');
  const legs = await call('GET', `calls/${two}/callLegs`, { bridge: cms.bridge(1) });
  expect(legs.body).toContain('<callLegs total="2">');
  expect(legs.body).toContain('<name>distributed call to &quot;CallBridge-Core1&quot;</name>');
  const remote = await call('DELETE', `participants/${joined.participant}`);
  expect(remote.body).toContain('<participantCannotBeDeleted />');
  expect(
    cms
      .bridge(0)
      .participants()
      .map(({ bridge }) => bridge),
  ).toEqual(['CallBridge-Core1', 'CallBridge-Core2']);
  await cms.bridge(1).kill();
  expect(cms.bridge(0).participants()).toHaveLength(1);
  expect((await call('GET', 'callLegs')).body).toContain('<callLegs total="1">');
});

test('people get in only where the space is open and the passcode right; their call ends with the last of them', async () => {
  const { cms, call } = cluster;
  await call('PUT', `coSpaces/${slot}`, { form: { nonMemberAccess: 'false', passcode: '4711' } });
  expect(cms.join('80991000', { name: 'Ann', passcode: '4711' })).toEqual({
    joined: false,
    reason: 'locked',
  });
  await call('PUT', `coSpaces/${slot}`, { form: { nonMemberAccess: 'true' } });
  expect(cms.join('80991000', { name: 'Ann' })).toEqual({ joined: false, reason: 'incorrectPasscode' });
  expect(cms.join('1', { name: 'Ann' })).toEqual({ joined: false, reason: 'unknown' });
  const ann = cms.join('sip:80991000@meet.example', { name: 'Ann', passcode: '4711', bridge: 1 });
  if (!ann.joined) throw new Error(ann.reason);
  expect(cms.bridge(1).calls()).toMatchObject([{ activeWhenEmpty: false, legs: 1 }]);
  const bob = cms.join('80991000', { name: 'Bob', passcode: '4711' });
  expect(cms.bridge(1).legs()).toHaveLength(2);
  expect(cms.leave(ann.participant)).toBe(true);
  expect(cms.leave(ann.participant)).toBe(false);
  expect(bob.joined && cms.leave(bob.participant)).toBe(true);
  expect(cms.bridge(1).calls()).toEqual([]);
});

test('a room that hangs up leaves the API’s call open', async () => {
  const { cms } = cluster;
  await dial(await open(), 'room.a@example.com');
  await cms.waitFor(() => cms.bridge(0).legs()[0]?.state === 'connected');
  expect(cms.hangUp('Room.A@example.com')).toBe(1);
  expect(cms.bridge(0).calls()).toMatchObject([{ legs: 0 }]);
});

test('the participant limit of the call profile holds for dialling and for joining', async () => {
  const { cms, call } = cluster;
  const profile = await call('POST', 'callProfiles', { form: { participantLimit: '1' } });
  await call('PUT', `coSpaces/${slot}`, { form: { callProfile: profile.id } });
  const conference = await open();
  await dial(conference, 'room.a@example.com');
  const second = await call('POST', `calls/${conference}/callLegs`, {
    form: { remoteParty: 'room.b@example.com' },
  });
  expect(second.body).toContain('<participantLimitReached />');
  expect(cms.join('80991000', { name: 'Ann' })).toEqual({ joined: false, reason: 'participantLimitReached' });
});

test('a participant is moved to another meeting under a new id', async () => {
  const { cms, call } = cluster;
  const ann = cms.join('80991000', { name: 'Ann', bridge: 1 });
  if (!ann.joined) throw new Error(ann.reason);
  const other = cms.addSpace({ name: 'Other', uri: '2' });
  const target = await call('POST', 'calls', { form: { coSpace: other } });
  const form = { movedParticipant: ann.participant, needsActivation: 'false' };
  const moved = await call('POST', `calls/${target.id}/participants`, { form });
  expect(moved.status).toBe(200);
  expect((await call('GET', `participants/${moved.id}`)).body).toContain(
    `<movedParticipant>${ann.participant}</movedParticipant>`,
  );
  await cms.waitFor(() => cms.bridge(1).legs().length === 0);
});

test('mutes reach everyone of a call or those selected', async () => {
  const { cms, call } = cluster;
  const conference = await open();
  const [a, b] = [await dial(conference, 'a@example.com'), await dial(conference, 'b@example.com')];
  const form = { rxAudioMute: 'on', mode: 'selected', filterIds: a };
  expect((await call('PUT', `calls/${conference}/participants/*`, { form })).status).toBe(200);
  expect((await call('GET', `callLegs/${a}`)).body).toContain('<rxAudioMute>true</rxAudioMute>');
  expect((await call('GET', `callLegs/${b}`)).body).not.toContain('rxAudioMute');
  expect(cms.ignoredParameters.size).toBe(0);
});
