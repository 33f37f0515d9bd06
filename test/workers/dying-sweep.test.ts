/** A cluster's worker that dies at each write of its sweep: the next one finishes it, and nothing is made or ended twice. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BridgeScene, base, type Fate, hour } from './bridge-scene.ts';

let scene: BridgeScene;
beforeEach(async () => {
  scene = await BridgeScene.create();
});
afterEach(() => scene.destroy());

const nth = (i: number) => String(base + i);
const ways: readonly (readonly [string, Fate['moment'], (life: number) => number])[] = [
  ['before each write, one further in each life', 'before', (life) => life],
  ['after each write, before it hears of it', 'after', (life) => life],
];

for (const [how, moment, write] of ways) {
  it(`what people have changed is put right though it dies ${how}`, { timeout: 120_000 }, async () => {
    const client = scene.client(0);
    const put = (i: number, form: [string, string | boolean][]) =>
      client.put(`coSpaces/${scene.space(nth(i))}`, form);
    const running = await scene.book('running@x', nth(4));
    const run = await scene.open(running);
    await put(0, [['name', 'The canteen']]);
    await put(1, [['nonMemberAccess', true]]);
    scene.cms.removeSpace(scene.space(nth(2)));
    await client.post('calls', [['coSpace', scene.space(nth(3))]]);
    const { callProfile, callLegProfile } = await scene.bridges.clusterStatus('emea');
    await client.put(`callProfiles/${callProfile}`, [['participantLimit', 3]]);
    await client.delete(`callLegProfiles/${callLegProfile}`);

    expect(await scene.lookDying(moment, write)).toBeGreaterThan(2);
    // A life more, for what a dead one had found and not told.
    await scene.look();
    const profiles = await scene.bridges.clusterStatus('emea');
    for (const i of [0, 1, 2, 3]) {
      expect(scene.cms.space(nth(i))).toMatchObject({
        ...{ name: `Slot_${nth(i)}`, nonMemberAccess: false, passcode: '' },
        ...{ callProfile: profiles.callProfile, callLegProfile: profiles.callLegProfile },
      });
    }
    expect(scene.cms.spaces()).toHaveLength(5);
    expect(scene.cms.profiles()).toEqual({ callProfiles: 1, callLegProfiles: 1 });
    expect((await client.get(`callProfiles/${callProfile}`)).text('participantLimit')).toBe('1000');
    const calls = scene.cms.bridges.flatMap((bridge) => bridge.calls()).map(({ id }) => id);
    expect(calls, 'what runs was left alone').toEqual([run.call]);
    expect(scene.cms.space(nth(4))).toMatchObject({ name: 'running@x', nonMemberAccess: true });
    const known = await scene.bridges.spaces('emea');
    for (const { uri = '', id } of scene.cms.spaces()) expect(known.get(uri)).toBe(id);
  });

  it(`a range that begins elsewhere is made and the former one taken away though it dies ${how}`, {
    timeout: 120_000,
  }, async () => {
    const moved = { base: 9000, quantity: 23 };
    await scene.book('later@x', nth(1), { from: 48 * hour });
    expect(await scene.lookDying(moment, write, moved)).toBeGreaterThan(2);
    await scene.look(moved);
    const wanted = [nth(1), ...Array.from({ length: 23 }, (_, i) => String(9000 + i))];
    expect(
      scene.cms
        .spaces()
        .map(({ uri }) => uri)
        .sort(),
    ).toEqual(wanted);
    expect([...(await scene.bridges.spaces('emea')).keys()].sort()).toEqual(wanted);
  });

  it(`a call of a former meeting is ended once though it dies ${how}`, { timeout: 120_000 }, async () => {
    const space = scene.space(nth(0));
    const call = await scene.client(0).post('calls', [['coSpace', space]]);
    const mark = { number: nth(0), callBridge: scene.client(0).address, space, call, why: 'away' as const };
    await scene.slots.markUnclean('emea', [{ ...mark, since: Date.now() }]);
    expect(await scene.lookDying(moment, write)).toBeGreaterThan(0);
    expect(scene.cms.bridge(0).calls()).toEqual([]);
    expect(await scene.slots.unclean('emea')).toEqual([]);
  });
}
