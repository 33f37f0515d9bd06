/** A locked call keeps people in the lobby, a recorder comes in as a leg, and an old release knows no text on the screen. */
import { afterEach, expect, test } from 'vitest';
import type { CmsClusterOptions } from './options.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
afterEach(() => cluster[Symbol.asyncDispose]());

/** A call in a space whose call profile says this. */
async function open(
  profile: Record<string, string>,
  form: Record<string, string> = {},
  options: Partial<CmsClusterOptions> = {},
) {
  cluster = await startTestCluster({ answerDelayOfDial: 0, ...options });
  const { cms, call } = cluster;
  const { id: callProfile } = await call('POST', 'callProfiles', { form: profile });
  const coSpace = cms.addSpace({ name: 'Budget', uri: '8000', callId: '8000', callProfile });
  return await call('POST', 'calls', { form: { coSpace, ...form } });
}

function join(name: string, bridge = 0): string {
  const joined = cluster.cms.join('8000', { name, bridge });
  if (!joined.joined) throw new Error(joined.reason);
  return joined.participant;
}

const waiting = (participant: string) =>
  cluster.cms
    .bridge(0)
    .participants()
    .find(({ id }) => id === participant)?.isWaiting;

test('with lockMode all everybody new waits, dialled rooms too, on every bridge, until it is unlocked on one', async () => {
  const { id } = await open({ lockMode: 'all' }, { locked: 'true' });
  const { call, cms } = cluster;
  const [here, there] = [join('Ann'), join('Bob', 1)];
  const dialled = await call('POST', `calls/${id}/callLegs`, { form: { remoteParty: 'room@x.example' } });
  expect([here, there, dialled.id].map(waiting)).toEqual([true, true, true]);
  expect((await call('GET', `callLegs/${here}`)).body).toContain('<deactivated>true</deactivated>');
  await call('PUT', `calls/${id}`, { form: { locked: 'false' } });
  expect([here, there, dialled.id].map(waiting)).toEqual([false, false, false]);
  expect(waiting(join('Cid', 1))).toBe(false);
  expect((await call('GET', `calls/${id}`)).body).toContain('<locked>false</locked>');
  expect(cms.ignoredParameters).toEqual(new Set());
});

test.each([
  ['without lockMode', {}, '3.0.1'],
  ['with lockMode needsActivation', { lockMode: 'needsActivation' }, '3.0.1'],
  ['before 2.9', { lockMode: 'all' }, '2.8'],
])('%s only those wait who need an activator', async (_, profile, softwareVersion) => {
  const { id } = await open(profile, { locked: 'true' }, { softwareVersion });
  const form = { remoteParty: 'guest@x.example', needsActivation: 'true' };
  const guest = await cluster.call('POST', `calls/${id}/callLegs`, { form });
  expect([join('Ann'), guest.id].map(waiting)).toEqual([false, true]);
});

test('a recorder that a profile names is in as long as it is to record', async () => {
  const { id } = await open({ sipRecorderUri: 'recorder@x.example' });
  const { call } = cluster;
  const parties = () =>
    cluster.cms
      .bridge(0)
      .legs()
      .map(({ remoteParty }) => remoteParty);
  await call('PUT', `calls/${id}`, { form: { recording: 'true' } });
  await call('PUT', `calls/${id}`, { form: { recording: 'true' } });
  expect(parties()).toEqual(['recorder@x.example']);
  await call('PUT', `calls/${id}`, { form: { recording: 'false' } });
  expect(parties()).toEqual([]);
});

test('the profile of the system holds where the space has none', async () => {
  const { id } = await open({});
  const { call } = cluster;
  const { id: callProfile } = await call('POST', 'callProfiles', {
    form: { sipRecorderUri: 'rec@x.example' },
  });
  await call('PUT', 'system/profiles', { form: { callProfile } });
  expect((await call('GET', 'system/profiles')).body).toContain(
    `<profiles><callProfile>${callProfile}</callProfile></profiles>`,
  );
  await call('PUT', `calls/${id}`, { form: { recording: 'true' } });
  expect(cluster.cms.bridge(0).legs()).toHaveLength(1);
});

test('text on the screen is refused before 2.1', async () => {
  const { id } = await open({}, {}, { softwareVersion: '2.0(RC)' });
  const answer = await cluster.call('PUT', `calls/${id}`, { form: { messageText: 'Soon', locked: 'true' } });
  expect(answer).toMatchObject({ status: 400 });
  expect(answer.body).toContain('<parameterError parameter="messageText" error="invalidValue" />');
});
