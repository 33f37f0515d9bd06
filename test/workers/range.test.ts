/** A range that is grown, shrunk or moved while meetings have slots of it, look by look. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BridgeScene, base, hour } from './bridge-scene.ts';

let scene: BridgeScene;
beforeEach(async () => {
  scene = await BridgeScene.create(3);
  scene.cms.clearLog();
});
afterEach(() => scene.destroy());

const row = (from: number, quantity: number) => Array.from({ length: quantity }, (_, i) => String(from + i));
const stands = () =>
  scene.cms
    .spaces()
    .map(({ uri }) => uri)
    .sort();
const mapped = async () => [...(await scene.bridges.spaces('emea')).keys()].sort();
const bulkFrom = () =>
  scene.cms.log
    .filter(({ method, path }) => method === 'POST' && /BulkParameterSets$/i.test(path))
    .map(({ form }) => new Map(form).get('startIndex'));
const moved = { base: 9000, quantity: 25 };

it('that grows makes what is new and touches nothing that stands', async () => {
  const ids = row(base, 3).map((number) => scene.space(number));
  await scene.look({ base, quantity: 30 });
  expect(stands()).toEqual(row(base, 30));
  expect(row(base, 3).map((number) => scene.space(number))).toEqual(ids);
  expect(bulkFrom(), 'only what is new').toEqual([String(base + 3)]);
  scene.cms.clearLog();
  await scene.look({ base: base - 2, quantity: 32 });
  expect(stands()).toEqual(row(base - 2, 32));
  expect(bulkFrom(), 'single ones are made one by one').toEqual([]);
});

it('that moves keeps what is reserved, also what runs or was deleted, and takes the rest away', async () => {
  const running = await scene.book('running@x', String(base));
  await scene.open(running);
  await scene.book('later@x', String(base + 1), { from: 48 * hour });
  await scene.book('latest@x', String(base + 2), { from: 48 * hour });
  scene.cms.removeSpace(scene.space(String(base + 2)));
  await scene.look(moved);
  expect(stands()).toEqual([...row(base, 3), ...row(9000, 25)]);
  expect(await mapped()).toEqual(stands());
  expect(bulkFrom()).toEqual(['9000']);
  expect(scene.cms.space(String(base))?.name, 'nobody has touched what runs').toBe('running@x');

  await scene.slots.release('emea', ['later@x']);
  await scene.look(moved);
  expect(stands()).toEqual([String(base), String(base + 2), ...row(9000, 25)]);
  expect(await mapped()).toEqual(stands());
});

it('that moves takes nothing away with a call in it, nor while a call bridge cannot be asked', async () => {
  const call = await scene.client(1).post('calls', [['coSpace', scene.space(String(base + 1))]]);
  await scene.cms.bridge(1).kill();
  await scene.look(moved);
  expect(stands()).toEqual([...row(base, 3), ...row(9000, 25)]);
  await scene.cms.bridge(1).restart();
  // The restart has ended it.
  expect(call).toBeDefined();
  const again = await scene.client(1).post('calls', [['coSpace', scene.space(String(base + 1))]]);
  for (const name of ['Ann', 'Bob']) {
    await scene.client(0).put(`coSpaces/${scene.space(String(base + 1))}`, [['nonMemberAccess', true]]);
    scene.cms.join(String(base + 1), { name, bridge: 1 });
  }
  await scene.look(moved);
  expect(stands()).toEqual([String(base + 1), ...row(9000, 25)]);
  expect(
    scene.cms
      .bridge(1)
      .calls()
      .map(({ id }) => id),
  ).toEqual([again]);
});

it('that moves leaves alone what is not ours: another name, another profile, or never known to us', async () => {
  const callProfile = await scene.client(0).post('callProfiles', [['participantLimit', 7]]);
  await scene.look();
  // Outside the range from the next look on: what is changed after the last look inside it is not put right any more.
  const stranger = scene.cms.addSpace({
    name: 'Slot_7777',
    uri: '7777',
    callId: '7777',
    nonMemberAccess: 'false',
  });
  await scene.bridges.putSpaces('emea', new Map([[String(base), scene.space(String(base))]]));
  await scene.client(0).put(`coSpaces/${scene.space(String(base + 1))}`, [['callProfile', callProfile]]);
  await scene.look(moved);
  expect(scene.cms.space(stranger)).toBeDefined();
  expect(stands()).toEqual(['7777', ...row(base + 1, 2), ...row(9000, 25)]);
});

it('whose memory was lost finds what runs outside of it again, and holds nothing for it', async () => {
  const running = await scene.book('running@x', String(base));
  const run = await scene.open(running);
  await scene.redis.redis.flushall();
  await scene.look(moved);
  const found = await scene.bridges.found('emea', run.secret);
  expect(found).toMatchObject({ number: String(base), space: run.space });
  expect(await scene.slots.count('emea')).toBe(0);
  await scene.look(moved);
  expect(scene.cms.space(String(base))).toMatchObject({ name: 'running@x', nonMemberAccess: true });
  expect(scene.cms.bridge(0).calls()).toHaveLength(1);
});
