/** By which number and PIN people come in, and what that makes of them; which of several profiles holds for whom. */
import { expect, test } from 'vitest';
import { type Form, openScene, participantOf } from './activation-scene.ts';

test('a wrong passcode opens nothing', async () => {
  await using scene = await openScene();
  const { cms, play, withMedia } = scene;
  play('+G');
  for (const entered of [{ passcode: '33' }, { passcode: '' }, { passcode: '#' }, {}]) {
    expect(cms.join('8000', { name: 'H', ...entered })).toEqual({
      joined: false,
      reason: 'incorrectPasscode',
    });
  }
  expect(withMedia()).toBe('');
  participantOf(cms.join('8000', { name: 'H', passcode: '22#' }));
  expect(withMedia()).toBe('G H');
});

const [guest, host] = [
  { joined: true, isActivator: false },
  { joined: true, isActivator: true },
];

test.each([
  ['required', {}, { joined: false, reason: 'passcodeAwaited' }],
  ['required', { passcode: '#' }, guest],
  ['required', { passcode: '' }, guest],
  ['required', { passcode: '22' }, host],
  ['required', { passcode: '33' }, { joined: false, reason: 'incorrectPasscode' }],
  ['required', { userJid: 'bob@example.com' }, guest],
  ['timeout', {}, { ...guest, waits: 7 }],
  ['timeout', { passcode: '#' }, guest],
  ['timeout', { passcode: '22' }, host],
  ['', {}, guest],
])('where hosts only have a PIN, passcodeMode "%s" and %j entered: %j', async (mode, entered, expected) => {
  await using scene = await openScene();
  const { call, cms, create, space } = scene;
  await call('PUT', `coSpaces/${space}`, { form: { passcode: '' } });
  const callProfile = await create('callProfiles', { passcodeMode: mode, passcodeTimeout: '7' });
  await call('PUT', mode === 'timeout' ? 'system/profiles' : `coSpaces/${space}`, { form: { callProfile } });
  const joined = cms.join('8000', { name: 'Ann', ...entered });
  const [leg] = cms.bridge(0).legs();
  const seen = joined.joined ? { participant: leg?.id } : {};
  const { isActivator, ...rest }: { isActivator?: boolean; joined: boolean } = expected;
  expect(joined).toEqual({ ...rest, ...seen });
  expect(leg?.isActivator).toBe(isActivator);
});

test('a number without any PIN does not ask for one, whatever the passcodeMode', async () => {
  await using scene = await openScene();
  const { cms, create } = scene;
  const callProfile = await create('callProfiles', { passcodeMode: 'required' });
  const other = await create('coSpaces', { uri: '9000', callProfile });
  await create(`coSpaces/${other}/accessMethods`, { uri: '9001', passcode: '22' });
  expect(cms.join('9000', { name: 'Ann' })).toMatchObject({ joined: true });
  expect(cms.join('9001', { name: 'Ann' })).toEqual({ joined: false, reason: 'incorrectPasscode' });
});

test.each(['host', '8001', 'sip:HOST@meet.example.com'])(
  'hosts may have a number of their own: %s',
  async (to) => {
    await using scene = await openScene();
    const { cms, create, space } = scene;
    const callLegProfile = await create('callLegProfiles', { needsActivation: 'false' });
    await create(`coSpaces/${space}/accessMethods`, { uri: 'host', callId: '8001', callLegProfile });
    participantOf(cms.join(to, { name: 'Ann' }));
    expect(cms.bridge(0).legs()).toMatchObject([{ isActivator: true, isDeactivated: false }]);
  },
);

test('a member needs no PIN, has the profile of the membership, and may come when nobody else may', async () => {
  await using scene = await openScene();
  const { call, cms, create, play, space, withMedia } = scene;
  const callLegProfile = await create('callLegProfiles', { needsActivation: 'false' });
  await create(`coSpaces/${space}/coSpaceUsers`, { userJid: 'ann@example.com', callLegProfile });
  play('+G');
  await call('PUT', `coSpaces/${space}`, { form: { nonMemberAccess: 'false' } });
  for (const who of [{ passcode: '22' }, { passcode: '22', userJid: 'bob@example.com' }]) {
    expect(cms.join('8000', { name: 'Bob', ...who })).toEqual({ joined: false, reason: 'locked' });
  }
  participantOf(cms.join('8000', { name: 'Ann', userJid: 'ann@example.com' }));
  expect(withMedia()).toBe('Ann G');
});

const levels = ['system', 'space', 'method', 'member', 'dial', 'leg'];

test.each([
  ['system', 'system', 'system'],
  ['system space', 'space', 'space'],
  ['system space method', 'method', 'space'],
  ['space method member', 'member', 'space'],
  ['system space method member dial', 'member', 'dial'],
  ['space dial leg', 'space', 'leg'],
  ['method leg', 'method', 'leg'],
])(
  'of %s, the profile of the %s holds for a member and of the %s for a dialled room',
  async (said, member, dialled) => {
    await using scene = await openScene();
    const { call, cms, create } = scene;
    const tells = (level: string): Form =>
      said.split(' ').includes(level) ? { deactivationModeTime: String(levels.indexOf(level)) } : {};
    // All levels have a profile; one that says nothing of a field leaves it to the less specific.
    const ids = new Map<string, string>();
    for (const level of levels) {
      const form = { ...tells(level), ...(level === 'system' && { maxCallDurationTime: '99' }) };
      ids.set(level, await create('callLegProfiles', form));
    }
    const profile = (level: string): Form => ({ callLegProfile: ids.get(level) ?? '' });
    await call('PUT', 'system/profiles', { form: profile('system') });
    const other = await create('coSpaces', { uri: '9000', passcode: '1', ...profile('space') });
    await create(`coSpaces/${other}/accessMethods`, { uri: '9000', passcode: '2', ...profile('method') });
    await create(`coSpaces/${other}/coSpaceUsers`, { userJid: 'ann@example.com', ...profile('member') });
    const ann = participantOf(cms.join('9000', { name: 'Ann', passcode: '2', userJid: 'ann@example.com' }));
    const room = await create(`calls/${cms.bridge(0).calls()[0]?.id}/callLegs`, {
      ...{ remoteParty: 'room@x.example', ...profile('dial'), ...tells('leg') },
    });
    const holds = (leg: string) => levels[Number(cms.bridge(0).legField(leg, 'deactivationModeTime'))];
    expect([holds(ann), holds(room)]).toEqual([member, dialled]);
    for (const leg of [ann, room]) expect(cms.bridge(0).legField(leg, 'maxCallDurationTime')).toBe('99');
  },
);
