/** Guests have media as long as an activator is in; what becomes of them afterwards is for their profile to say. */
import { setTimeout as pass } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Form, openScene, participantOf } from './activation-scene.ts';

const byHand: Form = { deactivated: 'false' };

test.each<[string, Form, string]>([
  ['guests wait for a host', {}, '+G | +F | +H F G H | +E E F G H'],
  ['a host needs nobody, and a guest only the host', {}, '+H H | +G G H | -G H'],
  ['any host will do', {}, '+G | +H G H | +Ha G H Ha | -H G Ha | -Ha'],
  ['a host on another call bridge', {}, '+G0 | +H1 G0 H1 | +F1 F1 G0 H1 | -H1'],
  ['without a mode all wait again', {}, '+H H | +G G H | -H | +F | +Ha F G Ha'],
  [
    'remainActivated is for those who are in',
    { deactivationMode: 'remainActivated' },
    '+G | +H G H | -H G | +F G | +H F G H | -H F G',
  ],
  [
    'disconnect is for those who have had a host',
    { deactivationMode: 'disconnect' },
    '+G | +H G H | -H | +F | +H F H',
  ],
  [
    'with time to spare a guest stays in, and a new one waits',
    { deactivationMode: 'deactivate', deactivationModeTime: '600' },
    '+H H | +G G H | -H G | +F G | +H F G H',
  ],
])('%s', async (_, guest, steps) => {
  await using scene = await openScene(guest);
  scene.play(steps);
});

test('a disconnected guest is gone, and the record says what became of each', async () => {
  await using scene = await openScene({ deactivationMode: 'disconnect' });
  const { cms, play, story, idOf, legs } = scene;
  play('+G | +H G H | -H');
  expect(legs()).toEqual([]);
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(story(idOf('H'))).toEqual(['legJoined', 'legConnected', 'legEnded remoteTeardown']);
  expect(story(idOf('G'))).toEqual([
    'legJoined',
    'legConnected',
    'legDeactivated',
    'legActivated',
    'legEnded callDeactivated',
  ]);
});

test.each([
  ['deactivate', 'legDeactivated'],
  ['disconnect', 'legEnded callDeactivated'],
])('%s comes after the time that the profile gives, unless a host is back before', async (mode, last) => {
  await using scene = await openScene({ deactivationMode: mode, deactivationModeTime: '1' });
  const { cms, play, story, idOf, legs, withMedia } = scene;
  play('+G | +H G H | -H G | +H G H');
  await pass(150);
  expect(withMedia()).toBe('G H');
  play('-H G');
  const left = performance.now();
  await cms.waitFor(() => withMedia() === '');
  expect(performance.now() - left).toBeGreaterThan(90);
  expect(story(idOf('G')).at(-1)).toBe(last);
  expect(legs()).toHaveLength(mode === 'disconnect' ? 0 : 1);
});

test('a host is lost with the call bridge', async () => {
  await using scene = await openScene();
  scene.play('+G0 | +H1 G0 H1');
  await scene.cms.bridge(1).kill();
  expect(scene.withMedia()).toBe('');
});

test.each(['deactivate', 'disconnect'])('nothing is left to %s once the call has ended', async (mode) => {
  await using scene = await openScene({ deactivationMode: mode, deactivationModeTime: '1' });
  const { cms, call, play, story, idOf } = scene;
  play('+G | +H G H | -H G');
  await call('DELETE', `calls/${cms.bridge(0).calls()[0]?.id}`);
  await pass(150);
  expect(story(idOf('G')).at(-1)).toBe('legEnded apiInitiatedTeardown');
});

test('the API tells who is deactivated and who an activator, on each call bridge', async () => {
  await using scene = await openScene();
  const { cms, call, come } = scene;
  const [guest, host] = [come('G0'), come('H1')];
  for (const bridge of cms.bridges) {
    const said = async (id: string) => (await call('GET', `participants/${id}`, { bridge })).body;
    expect(await said(guest)).toContain('<isActivator>false</isActivator>');
    expect(await said(host)).toContain('<isActivator>true</isActivator>');
  }
  expect((await call('GET', `callLegs/${guest}`)).body).toContain('<deactivated>false</deactivated>');
  cms.leave(host);
  expect((await call('GET', `callLegs/${guest}`)).body).toContain('<deactivated>true</deactivated>');
  expect(cms.bridge(1).participants()).toEqual([]);
  expect(cms.bridge(0).participants()).toMatchObject([
    { id: guest, isDeactivated: true, isActivator: false, isWaiting: false },
  ]);
});

test('one guest may be let in by hand, until the conference is deactivated the next time', async () => {
  await using scene = await openScene();
  const { call, come, play, idOf, withMedia } = scene;
  play('+G | +F');
  await call('PUT', `participants/${idOf('G')}`, { form: byHand });
  expect(withMedia()).toBe('G');
  play('+E G | +H E F G H | -H');
  const back = await call('PUT', `participants/${idOf('G')}`, { form: { deactivated: 'true' } });
  expect(back.body).toContain('<parameterError parameter="deactivated" error="invalidValue" />');
  const remote = await call('PUT', `participants/${come('D1')}`, { form: byHand });
  expect(remote.body).toContain('<participantCannotBeModified />');
});

test('before 2.9 nobody is let in by hand', async () => {
  await using scene = await openScene({}, { softwareVersion: '2.8' });
  await scene.call('PUT', `participants/${scene.come('G')}`, { form: byHand });
  expect(scene.withMedia()).toBe('');
  expect(scene.cms.ignoredParameters).toEqual(new Set(['deactivated']));
});

test('in a locked call a guest waits though a host is in, a member does not, and unlocked all are guests again', async () => {
  await using scene = await openScene();
  const { call, cms, create, play, space, withMedia } = scene;
  play('+H H');
  const path = `calls/${cms.bridge(0).calls()[0]?.id}`;
  await call('PUT', path, { form: { locked: 'true' } });
  play('+G H | +Ha H Ha');
  await create(`coSpaces/${space}/coSpaceUsers`, { userJid: 'mia@example.com' });
  const mia = participantOf(cms.join('8000', { name: 'Mia', userJid: 'mia@example.com' }));
  expect(withMedia()).toBe('H Ha Mia');
  expect((await call('GET', `participants/${mia}`)).body).toContain('<userJid>mia@example.com</userJid>');
  await call('PUT', path, { form: { locked: 'false' } });
  expect(withMedia()).toBe('G H Ha Mia');
  play('-H G Ha Mia | -Ha');
});

test('a host in the lobby activates nobody until let in', async () => {
  await using scene = await openScene();
  const { call, cms, create, play, space, idOf, withMedia } = scene;
  const callProfile = await create('callProfiles', { lockMode: 'all' });
  await call('PUT', `coSpaces/${space}`, { form: { callProfile } });
  play('+G');
  await call('PUT', `calls/${cms.bridge(0).calls()[0]?.id}`, { form: { locked: 'true' } });
  play('+H');
  await call('PUT', `participants/${idOf('H')}`, { form: byHand });
  expect(withMedia()).toBe('G H');
});

test('a change of a profile, or of who has which, holds for those who are in', async () => {
  await using scene = await openScene();
  const { call, create, play, space, idOf, withMedia } = scene;
  play('+G');
  const own = await create('callLegProfiles', {});
  await call('PUT', `coSpaces/${space}`, { form: { callLegProfile: own } });
  expect(withMedia()).toBe('G');
  await call('PUT', `callLegProfiles/${own}`, { form: { needsActivation: 'true' } });
  expect(withMedia()).toBe('');
  const leg = `callLegs/${idOf('G')}`;
  await call('PUT', leg, { form: { needsActivation: 'false' } });
  expect(withMedia()).toBe('G');
  await call('PUT', leg, { form: { needsActivation: '' } });
  expect(withMedia()).toBe('');
});

test.each<[string, Form, string]>([
  ['callLegs', { needsActivation: 'false' }, 'G room'],
  ['participants', { needsActivation: 'false' }, 'G room'],
  ['callLegs', {}, ''],
  ['participants', { needsActivation: 'true' }, ''],
  ['participants', byHand, 'room'],
])('a room is dialled by %s with %j, where a guest waits: "%s"', async (path, form, expected) => {
  await using scene = await openScene();
  const { cms, create, play, legs, withMedia } = scene;
  play('+G');
  const call = cms.bridge(0).calls()[0]?.id;
  const id = await create(`calls/${call}/${path}`, { remoteParty: 'room@x.example', ...form });
  await cms.waitFor(() => legs().find((leg) => leg.id === id)?.state === 'connected');
  expect(withMedia()).toBe(expected);
});

test('a room dialled with a profile of hosts is an activator from when it answers, not while it rings', async () => {
  await using scene = await openScene(
    {},
    {
      ringingTimeout: 300,
      dialOutcome: (uri) => (uri.startsWith('absent') ? 'never-answers' : 'answers'),
    },
  );
  const { cms, create, play, legs, withMedia } = scene;
  const callLegProfile = await create('callLegProfiles', { needsActivation: 'false' });
  play('+G');
  const path = `calls/${cms.bridge(0).calls()[0]?.id}/participants`;
  const absent = await create(path, { remoteParty: 'absent@x.example', callLegProfile });
  const room = () => legs().find(({ id }) => id === absent);
  await cms.waitFor(() => room()?.state === 'ringing');
  expect(room()).toMatchObject({ isActivator: false, isDeactivated: false });
  expect(withMedia()).toBe('');
  await cms.waitFor(() => room() === undefined);
  expect(withMedia()).toBe('');
  await create(path, { remoteParty: 'room@x.example', callLegProfile });
  await cms.waitFor(() => withMedia() === 'G room');
  cms.hangUp('room@x.example');
  expect(withMedia()).toBe('');
});

test('a guest room that answers after the host has left waits as a new guest does', async () => {
  await using scene = await openScene({ deactivationMode: 'disconnect' }, { answerDelayOfDial: 400 });
  const { cms, create, play, legs, story } = scene;
  play('+H H | +G G H');
  const call = cms.bridge(0).calls()[0]?.id;
  const id = await create(`calls/${call}/callLegs`, { remoteParty: 'room@x.example' });
  play('-H');
  await cms.waitFor(() => legs().find((leg) => leg.id === id)?.state === 'connected');
  expect(legs()).toMatchObject([{ id, isDeactivated: true }]);
  expect(story(id)).toEqual(['legDialled', 'legConnected', 'legDeactivated']);
});
