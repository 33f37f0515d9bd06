/** The sweep of a cluster's slots, look by look: what people have done on the bridge, and what becomes of it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BridgeScene, base, hour } from './bridge-scene.ts';

let scene: BridgeScene;
beforeEach(async () => {
  scene = await BridgeScene.create();
  scene.cms.clearLog();
});
afterEach(() => scene.destroy());

const nth = (i: number) => String(base + i);
const rest = (i: number) => ({ name: `Slot_${nth(i)}`, nonMemberAccess: false, passcode: '' });
const put = (number: string, form: [string, string | boolean][]) =>
  scene.client(0).put(`coSpaces/${scene.space(number)}`, form);
const changesOf = async (key: string) =>
  (await scene.meetings.timeline(key))
    .filter(({ what }) => what === 'changed-on-bridge')
    .map(({ change }) => change);

it('leaves alone what is as it should be, and reads each slot as a whole in its turn', async () => {
  await scene.look();
  await scene.look();
  expect(scene.writes()).toEqual([]);
  expect(await scene.codes()).toEqual([]);
  const read = scene.cms.log.filter(({ path }) => /coSpaces\/./i.test(path)).map(({ path }) => path);
  expect(new Set(read).size).toBe(5);
});

it('has it counted whether there is enough, once all that is booked is known', async () => {
  scene.counted.length = 0;
  scene.isRebuilt = false;
  await scene.look();
  expect(scene.counted).toEqual([]);
  scene.isRebuilt = true;
  await scene.look();
  expect(scene.counted).toEqual(['emea']);
});

it('puts right a slot that was renamed, opened or given another profile, and says so until the next look', async () => {
  await put(nth(0), [['name', 'The canteen']]);
  await put(nth(1), [
    ['nonMemberAccess', true],
    ['passcode', '1'],
  ]);
  await put(nth(2), [['callLegProfile', '']]);
  const secret = scene.cms.space(nth(1))?.secret;
  await scene.look();
  for (const i of [0, 1, 2]) expect(scene.cms.space(nth(i))).toMatchObject(rest(i));
  expect(scene.cms.space(nth(2))?.callLegProfile).toBe(scene.cms.space(nth(3))?.callLegProfile);
  expect(scene.cms.space(nth(1))?.secret, 'links that were given out are void').not.toBe(secret);
  expect(await scene.codes()).toEqual(['profile-drifted', 'slot-opened-by-others', 'slot-renamed']);
  scene.cms.clearLog();
  await scene.look();
  expect(scene.writes()).toEqual([]);
  expect(await scene.codes()).toEqual([]);
});

it('makes a slot again that was removed, and says so', async () => {
  scene.cms.removeSpace(scene.space(nth(3)));
  await scene.look();
  expect(scene.cms.space(nth(3))).toMatchObject(rest(3));
  expect(await scene.codes()).toEqual(['slot-missing']);
  await scene.look();
  expect(await scene.codes()).toEqual([]);
});

it('leaves a slot that is open with a profile of somebody else to them', async () => {
  const callProfile = await scene.client(0).post('callProfiles', [['participantLimit', 7]]);
  await put(nth(0), [
    ['name', 'Theirs'],
    ['nonMemberAccess', true],
    ['callProfile', callProfile],
  ]);
  await scene.client(0).post('calls', [['coSpace', scene.space(nth(0))]]);
  scene.cms.clearLog();
  await scene.look();
  expect(scene.writes()).toEqual([]);
  expect(await scene.codes()).toEqual(['slot-opened-by-others']);
});

it('respects what was changed on a conference that runs, says it once, and puts it right after its end', async () => {
  const meeting = await scene.book('running@x', nth(0));
  await scene.open(meeting);
  const before = await scene.book('coming@x', nth(1), { from: 30_000, long: hour });
  await put(nth(1), [['name', 'Prepared by hand']]);
  await scene.look();
  expect(await changesOf(meeting.key), 'nothing was changed yet').toEqual([]);
  expect(scene.cms.space(nth(1))?.name, 'is about to begin').toBe('Prepared by hand');
  expect(before.placement?.number).toBe(nth(1));

  await put(nth(0), [
    ['name', 'All hands'],
    ['passcode', '4711'],
    ['defaultLayout', 'speakerOnly'],
  ]);
  scene.cms.clearLog();
  await scene.look();
  await scene.look();
  expect(scene.writes()).toEqual([]);
  expect(await changesOf(meeting.key), 'name and passcode are the census’ to tell').toEqual(['layout']);
  await put(nth(0), [['callLegProfile', '']]);
  await scene.look();
  expect(await changesOf(meeting.key)).toEqual(['layout', 'call-leg-profile']);

  const run = (await scene.meetings.load(meeting.key))?.run;
  if (run === undefined) throw new Error('it does not run');
  await scene.meetings.adoptRun(meeting.key, { ...run, closedAt: Date.now(), closeReason: 'ended' }, []);
  await scene.slots.release('emea', [meeting.key]);
  await scene.look();
  expect(scene.cms.space(nth(0))).toMatchObject(rest(0));
  expect(scene.cms.space(nth(0))?.callLegProfile).toBe(scene.cms.space(nth(3))?.callLegProfile);
  const read = await scene.client(0).get(`coSpaces/${scene.space(nth(0))}`);
  expect(read.text('defaultLayout') ?? '').toBe('');
  expect(await scene.bridges.changed('emea')).toEqual(new Map());
});

it('ends a call without a meeting when nobody or one is in; two are left, said, and ended once one has gone', async () => {
  const people = ['Ann', 'Bob'];
  await scene.client(1).post('calls', [['coSpace', scene.space(nth(0))]]);
  for (const i of [1, 2]) await put(nth(i), [['nonMemberAccess', true]]);
  const alone = scene.cms.join(nth(1), { name: 'Alone' });
  const [ann] = people.map((name) => scene.cms.join(nth(2), { name, bridge: 1 }));
  expect(alone).toMatchObject({ joined: true });
  await scene.look();
  const busy = () => scene.cms.bridges.flatMap((bridge) => bridge.calls()).map(({ coSpace }) => coSpace);
  expect(busy()).toEqual([scene.space(nth(2))]);
  expect(scene.cms.space(nth(2))?.nonMemberAccess).toBe(false);
  expect(await scene.codes()).toEqual(['people-without-meeting', 'slot-opened-by-others']);
  expect(await scene.slots.unclean('emea')).toMatchObject([{ number: nth(2), why: 'people' }]);
  await scene.look();
  expect(busy(), 'left to talk').toEqual([scene.space(nth(2))]);
  if (ann?.joined) scene.cms.leave(ann.participant);
  await scene.look();
  expect(busy()).toEqual([]);
  expect(await scene.codes()).toEqual([]);
  expect(await scene.slots.unclean('emea')).toEqual([]);
});

it('puts people out whom no meeting has when the next one of their slot is near', async () => {
  await put(nth(2), [['nonMemberAccess', true]]);
  for (const name of ['Ann', 'Bob']) scene.cms.join(nth(2), { name });
  await scene.book('near@x', nth(2), { from: 300_000, long: hour });
  await scene.look();
  expect(scene.cms.bridges.flatMap((bridge) => bridge.calls())).toEqual([]);
});

it('puts right a profile that was changed, and makes one again that was removed, for every slot', async () => {
  const { callProfile, callLegProfile } = await scene.bridges.clusterStatus('emea');
  await scene.client(0).put(`callProfiles/${callProfile}`, [['participantLimit', 3]]);
  await scene.look();
  expect((await scene.client(0).get(`callProfiles/${callProfile}`)).text('participantLimit')).toBe('1000');
  expect(await scene.codes()).toEqual(['profile-drifted']);
  await scene.look();
  expect(await scene.codes()).toEqual([]);

  await scene.client(0).delete(`callLegProfiles/${callLegProfile}`);
  await scene.look();
  const now = (await scene.bridges.clusterStatus('emea')).callLegProfile;
  expect(now).not.toBe(callLegProfile);
  const used = scene.cms.spaces().map((space) => space.callLegProfile);
  expect(new Set(used)).toEqual(new Set([now]));
  expect(scene.cms.profiles()).toEqual({ callProfiles: 1, callLegProfiles: 1 });
});

it('leaves a profile to administrators that never said what we say', async () => {
  const other = await scene.client(0).post('callProfiles', [['participantLimit', 7]]);
  const status = await scene.bridges.clusterStatus('emea');
  await scene.bridges.putClusterStatus('emea', { ...status, callProfile: other, ownProfiles: [] });
  await scene.look();
  await scene.client(0).put(`callProfiles/${other}`, [['participantLimit', 8]]);
  await scene.look();
  expect((await scene.client(0).get(`callProfiles/${other}`)).text('participantLimit')).toBe('8');
});
