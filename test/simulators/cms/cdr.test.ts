/** Call detail records: what a bridge writes of its calls and legs, in which order and form. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { participantOf } from './activation-scene.ts';
import { type CdrScene, legs, openCdrScene } from './cdr-scene.ts';
import type { CmsClusterOptions } from './options.ts';

let scene: CdrScene;

beforeEach(async () => {
  scene = await openCdrScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function start(options: Partial<CmsClusterOptions>): Promise<void> {
  await scene[Symbol.asyncDispose]();
  scene = await openCdrScene(options);
}

test('two who dial in, one after the other, and leave: records in the order and the form of the bridge', async () => {
  const { cms, call } = scene;
  const bridge = cms.bridge(0);
  const [ann, bob] = [scene.join('Ann'), scene.join('Bob', { userJid: 'bob@example.com' })];
  const [id = ''] = bridge.calls().map((each) => each.id);
  const correlator = bridge.calls()[0]?.callCorrelator;
  cms.leave(ann);
  cms.leave(bob);
  await scene.delivered();
  expect(scene.listener.story).toEqual([
    'callLegStart 1/0',
    'callStart 2/1',
    'callLegUpdate 3/2',
    'callLegStart 4/3',
    'callLegUpdate 5/4',
    'callLegEnd 6/5',
    'callLegEnd 7/6',
    'callEnd 8/7',
  ]);
  const { posts, records } = scene.listener;
  expect(new Set(posts.map(({ path }) => path))).toEqual(new Set(['/cdr?token=1']));
  expect(new Set(posts.map(({ port }) => port)).size).toBe(1);
  expect(records.map((each) => each.id)).toEqual([ann, id, ann, bob, bob, ann, bob, id]);
  expect(new Set(records.map(({ session }) => session))).toEqual(new Set([bridge.cdrSession]));
  expect(new Set(records.map(({ callBridge }) => callBridge))).toEqual(new Set([bridge.id]));
  expect(records[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const guid = '[0-9a-f-]{36}';
  const ids = `<groupId>${guid}</groupId><sipCallId>${guid}</sipCallId>`;
  const bodies = records.map(({ body }) => body);
  expect(bodies[0]).toMatch(
    new RegExp(
      '^<remoteParty>ann@people.example</remoteParty><localAddress>8000@meet.example.com</localAddress>' +
        `<displayName>Ann</displayName><type>sip</type><direction>incoming</direction>${ids}` +
        '<canMove>false</canMove><remoteAddress>ann@people.example</remoteAddress>$',
    ),
  );
  expect(bodies[1]).toBe(
    `<name>R &amp; D</name><callType>coSpace</callType><coSpace>${scene.space}</coSpace><cdrTag>tag</cdrTag>` +
      `<callCorrelator>${correlator}</callCorrelator>`,
  );
  expect(bodies[2]).toMatch(
    new RegExp(
      `^<state>connected</state><call>${id}</call><deactivated>false</deactivated>${ids}` +
        '<displayName>Ann</displayName><remoteAddress>ann@people.example</remoteAddress><canMove>true</canMove>$',
    ),
  );
  expect(bodies[3]).toBe(
    '<remoteParty>bob@people.example</remoteParty><displayName>Bob</displayName><type>acano</type>' +
      `<subType>webApp</subType><direction>incoming</direction><call>${id}</call><groupId>${bob}</groupId>` +
      '<canMove>false</canMove>',
  );
  expect(bodies[5]).toMatch(
    new RegExp(
      '^<reason>remoteTeardown</reason><remoteTeardown>true</remoteTeardown><durationSeconds>0</durationSeconds>' +
        '<activatedDuration>0</activatedDuration><mediaUsagePercentages><mainVideoViewer>98.9</mainVideoViewer>' +
        '<mainVideoContributor>100.0</mainVideoContributor></mediaUsagePercentages>' +
        '<alarm type="packetLoss" durationPercentage="0.0" /><alarm type="excessiveJitter" durationPercentage="0.0" />' +
        '<encryptedMedia>true</encryptedMedia><rxAudio><codec>aac</codec></rxAudio>.*<rxVideo><codec>h264</codec>' +
        `<maxSizeWidth>1280</maxSizeWidth>.*</txVideo><sipCallId>${guid}</sipCallId>$`,
    ),
  );
  expect(bodies[7]).toBe(
    '<callLegsCompleted>2</callLegsCompleted><callLegsMaxActive>2</callLegsMaxActive>' +
      '<durationSeconds>0</durationSeconds><endpointRecorded>false</endpointRecorded>',
  );
  expect((await call('GET', 'system/status')).body).toContain('<cdrCorrelatorIndex>8</cdrCorrelatorIndex>');
});

test.each<[string, string[]]>([
  ['room@x.example', ['callLegStart -', 'callLegUpdate connected', 'callLegEnd apiInitiatedTeardown']],
  ['busy@x.example', ['callLegStart -', 'callLegEnd remoteBusy']],
  ['absent@x.example', ['callLegStart -', 'callLegEnd ringingTimeout']],
])('%s is dialled', async (remoteParty, story) => {
  const { cms, call } = scene;
  const conference = await call('POST', 'calls', { form: { coSpace: scene.space } });
  const leg = await call('POST', `calls/${conference.id}/callLegs`, { form: { remoteParty } });
  await cms.waitFor(
    () => cms.bridge(0).legs()[0]?.state === 'connected' || cms.bridge(0).legs().length === 0,
  );
  await call('DELETE', `callLegs/${leg.id}`);
  await scene.delivered();
  expect(scene.listener.records[0]?.type).toBe('callStart');
  expect(legs(scene.listener.records)).toEqual(story);
  const [start, end] = [scene.listener.records[1]?.body, scene.listener.records.at(-1)?.body];
  expect(start).toContain(`<direction>outgoing</direction><call>${conference.id}</call>`);
  expect(end?.includes('mediaUsagePercentages')).toBe(story.length === 3);
});

test.each<[string, string, Record<string, string>, string[]]>([
  ['nobody lives at the number', '1', {}, ['callLegStart -', 'callLegEnd unknownDestination']],
  [
    'the passcode is wrong',
    '8000',
    { passcode: '1' },
    ['callLegStart -', 'callLegUpdate connected', 'callLegEnd incorrectPasscode'],
  ],
])('somebody who does not get in, as %s, leaves a trace', async (_, number, more, story) => {
  scene.cms.changeSpace(scene.space, { passcode: '4711' });
  scene.cms.join(number, { name: 'Ann', bridge: 0, ...more });
  await scene.delivered();
  expect(legs(scene.listener.records)).toEqual(story);
});

test('somebody more than the call profile lets in', async () => {
  const { cms, call } = scene;
  const profile = await call('POST', 'callProfiles', { form: { participantLimit: '1' } });
  await call('PUT', `coSpaces/${scene.space}`, { form: { callProfile: profile.id } });
  scene.join('Ann');
  cms.join('8000', { name: 'Bob', bridge: 0 });
  await scene.delivered();
  expect(legs(scene.listener.records).at(-1)).toBe('callLegEnd participantLimitReached');
});

test('an update says of each change of what it tells, and of nothing else', async () => {
  const { cms, call } = scene;
  const guests = await call('POST', 'callLegProfiles', { form: { needsActivation: 'true' } });
  const hosts = await call('POST', 'callLegProfiles', { form: { needsActivation: 'false' } });
  cms.changeSpace(scene.space, { callLegProfile: guests.id, passcode: '1' });
  const form = { uri: '8000', callId: '8000', passcode: '2', callLegProfile: hosts.id };
  await call('POST', `coSpaces/${scene.space}/accessMethods`, { form });
  const guest = scene.join('Ann', { passcode: '1' });
  const host = scene.join('Bob', { passcode: '2' });
  cms.leave(host);
  for (const ownerId of ['me', 'me']) await call('PUT', `callLegs/${guest}`, { form: { ownerId } });
  await scene.delivered();
  const updates = scene.listener.records.filter(({ id, type }) => id === guest && type === 'callLegUpdate');
  const said = updates.map(({ body }) => body.replace(/<(?!\/|deactivated|ownerId)\w+>.*?<\/\w+>/g, ''));
  expect(said).toEqual([
    '<deactivated>true</deactivated>',
    '<deactivated>false</deactivated>',
    '<deactivated>true</deactivated>',
    '<deactivated>true</deactivated><ownerId>me</ownerId>',
  ]);
});

test('whoever waits in the lobby of a locked call is in without media, until it is unlocked', async () => {
  const { call } = scene;
  const profile = await call('POST', 'callProfiles', { form: { lockMode: 'all' } });
  await call('PUT', `coSpaces/${scene.space}`, { form: { callProfile: profile.id } });
  const conference = await call('POST', 'calls', { form: { coSpace: scene.space, locked: 'true' } });
  const ann = scene.join('Ann');
  await call('PUT', `calls/${conference.id}`, { form: { locked: 'false' } });
  await scene.delivered();
  const updates = scene.listener.records.filter(({ id, type }) => id === ann && type === 'callLegUpdate');
  expect(updates.map(({ body }) => /<deactivated>(\w+)/.exec(body)?.[1])).toEqual(['true', 'false']);
});

test('whoever is moved begins a new leg that names the old one, which ends as moved', async () => {
  const { cms, call } = scene;
  scene.configure(scene.listener.uri, 1);
  const ann = participantOf(cms.join('8000', { name: 'Ann', bridge: 1 }));
  const other = cms.addSpace({ name: 'Other', uri: '2' });
  const target = await call('POST', 'calls', { form: { coSpace: other } });
  const form = { movedParticipant: ann };
  const { id } = await call('POST', `calls/${target.id}/participants`, { form });
  await cms.waitFor(() => cms.bridge(1).legs().length === 0);
  await Promise.all([scene.delivered(), scene.delivered(1)]);
  const bodyOf = (leg: string, type: string) =>
    scene.listener.records.find((record) => record.id === leg && record.type === type)?.body;
  expect(bodyOf(ann, 'callLegEnd')).toContain('<reason>callMoved</reason>');
  expect(bodyOf(id, 'callLegStart')).toContain(
    `<movedCallLeg>${ann}</movedCallLeg><movedCallLegCallBridge>${cms.bridge(1).id}</movedCallLegCallBridge>`,
  );
});

test('statistics are what the test wants them to be', async () => {
  const media = { packetLoss: 1.4, presentationViewer: 5, audioCodec: 'opus' };
  const bursts = { duration: 0.5, density: 0.25 };
  await start({
    cdr: {
      media: (uri) =>
        uri.startsWith('bob') ? { ...media, packetLossBursts: bursts, packetGap: bursts } : {},
    },
  });
  scene.comeAndGo('Ann');
  scene.comeAndGo('Bob');
  await scene.delivered();
  const [ann, bob] = scene.listener.records
    .filter(({ type }) => type === 'callLegEnd')
    .map(({ body }) => body);
  expect(ann).toContain('<alarm type="packetLoss" durationPercentage="0.0" />');
  expect(bob).toContain('<alarm type="packetLoss" durationPercentage="1.4" />');
  expect(bob).toContain('<presentationViewer>5.0</presentationViewer>');
  expect(bob).toContain(
    '<rxAudio><codec>opus</codec><packetStatistics><packetLossBursts><duration>0.500</duration>' +
      '<density>0.250</density></packetLossBursts><packetGap>',
  );
});
