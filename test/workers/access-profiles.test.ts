/** The profiles of guests and hosts on a cluster: made once, kept as they should be, and not left behind. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AccessPolicy } from '../../src/conference/access.ts';
import { standardPolicies } from '../../src/config.ts';
import { BridgeScene, base } from './bridge-scene.ts';

const policy = (way: AccessPolicy['way'], change: Partial<AccessPolicy> = {}): AccessPolicy => ({
  ...(standardPolicies().find((one) => one.way === way) as AccessPolicy),
  ...change,
});

let scene: BridgeScene;
beforeEach(async () => {
  scene = await BridgeScene.create();
  scene.policies = [policy('two-pins'), policy('host-pin', { prompt: { mode: 'timeout', timeout: 7_000 } })];
  await scene.look();
});
afterEach(() => scene.destroy());

const status = () => scene.bridges.clusterStatus('emea');
async function profilesOf(name: string) {
  const found = (await status()).accessProfiles?.[name];
  if (found === undefined) throw new Error(`${name} has no profiles`);
  return found;
}
async function read(path: string): Promise<Record<string, string>> {
  const found = await scene.client(1).get(path);
  return Object.fromEntries(found.elements.map(({ name, content }) => [name, content]));
}

it('are two for each policy, shared by all meetings, and one more where guests are asked for a passcode otherwise', async () => {
  const pins = await profilesOf('two-pins');
  expect(pins.call).toBeUndefined();
  expect(await read(`callLegProfiles/${pins.guests}`)).toMatchObject({
    name: expect.stringMatching(/^Roombridge two-pins guests [0-9a-f]{6}$/),
    ...{ needsActivation: 'true', deactivationMode: 'deactivate', deactivationModeTime: '0' },
    ...{ presentationContributionAllowed: 'true', rxAudioMute: 'false', defaultLayout: 'telepresence' },
  });
  expect(await read(`callLegProfiles/${pins.hosts}`)).toMatchObject({
    ...{ needsActivation: 'false', muteOthersAllowed: 'true', presentationContributionAllowed: 'true' },
  });
  const { call } = await profilesOf('host-pin');
  expect(await read(`callProfiles/${call}`)).toMatchObject({ passcodeMode: 'timeout', passcodeTimeout: '7' });
  expect(scene.cms.profiles()).toEqual({ callProfiles: 2, callLegProfiles: 5 });
  scene.cms.clearLog();
  await scene.look();
  expect(scene.writes()).toEqual([]);
  expect(await scene.codes()).toEqual([]);
});

it('are found again after the loss of Redis, and not made a second time', async () => {
  const before = (await status()).accessProfiles;
  await scene.redis.redis.flushall();
  await scene.look();
  expect((await status()).accessProfiles).toEqual(before);
  expect(scene.cms.profiles()).toEqual({ callProfiles: 2, callLegProfiles: 5 });
});

it('are put right when somebody has changed one, and made again when somebody has removed one, with a ticket', async () => {
  const { guests } = await profilesOf('two-pins');
  await scene.client(0).put(`callLegProfiles/${guests}`, [['needsActivation', false]]);
  await scene.look();
  expect((await read(`callLegProfiles/${guests}`)).needsActivation).toBe('true');
  expect(await scene.codes()).toEqual(['profile-drifted']);
  await scene.look();
  expect(await scene.codes()).toEqual([]);
  const { hosts } = await profilesOf('host-pin');
  await scene.client(0).delete(`callLegProfiles/${hosts}`);
  await scene.look();
  expect((await profilesOf('host-pin')).hosts).not.toBe(hosts);
  expect(await scene.codes()).toEqual(['profile-drifted']);
});

it('are others once their policy says something else; the former ones go when nothing has them any more', async () => {
  const before = await profilesOf('two-pins');
  const space = scene.space(String(base));
  await scene.client(0).put(`coSpaces/${space}`, [['callLegProfile', before.guests]]);
  await scene.book('a meeting', String(base), { from: -1_000 });
  scene.policies = [policy('two-pins', { guests: { muted: true, present: false } })];
  await scene.look();
  const after = await profilesOf('two-pins');
  expect(after.guests).not.toBe(before.guests);
  expect(after.hosts).toBe(before.hosts);
  expect(await read(`callLegProfiles/${after.guests}`)).toMatchObject({
    ...{ rxAudioMute: 'true', presentationContributionAllowed: 'false' },
  });
  // Those of the policy that is gone had nobody; what a conference has stays.
  expect((await status()).formerProfiles).toEqual([before.guests]);
  expect(scene.cms.profiles().callLegProfiles).toBe(4);
  const { callLegProfile = '' } = await status();
  await scene.client(0).put(`coSpaces/${space}`, [['callLegProfile', callLegProfile]]);
  await scene.look();
  expect((await status()).formerProfiles).toEqual([]);
  expect(scene.cms.profiles().callLegProfiles).toBe(3);
});

it.each(['before', 'after'] as const)(
  'are made once by whoever dies over it, %s each write',
  async (moment) => {
    const fresh = await BridgeScene.create();
    try {
      fresh.policies = scene.policies;
      expect(await fresh.lookDying(moment, (life) => (moment === 'after' ? 1 : life))).toBeGreaterThan(0);
      expect(fresh.cms.profiles()).toEqual({ callProfiles: 2, callLegProfiles: 5 });
    } finally {
      await fresh.destroy();
    }
  },
);
