/** Slots that a call bridge was away from when their meeting ended: nobody of before lands in what comes after. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearCallBridge } from '../../workers/clearing.ts';
import { BridgeScene, base, hour } from './bridge-scene.ts';

let scene: BridgeScene;
beforeEach(async () => {
  scene = await BridgeScene.create();
});
afterEach(() => scene.destroy());

const number = String(base);
const [first, second] = [0, 1];
const callsOn = (bridge: number) =>
  scene.cms
    .bridge(bridge)
    .calls()
    .map(({ id }) => id);
const clear = (bridge: number) => {
  const config = scene.config();
  return clearCallBridge(scene.deps(), { config }, scene.client(bridge));
};

/** A meeting that ended while its call bridge was away. @returns its call */
async function ended(call: 'known' | 'unknown' = 'known', bridge = first): Promise<string> {
  const meeting = await scene.book('before@x', number, { from: -2 * hour, long: hour });
  const run = await scene.open(meeting, bridge);
  await scene.meetings.adoptRun(meeting.key, { ...run, closedAt: Date.now() }, []);
  await scene.slots.release('emea', [meeting.key]);
  const mark = { number, callBridge: scene.client(bridge).address, space: run.space, why: 'away' as const };
  const known = call === 'known' ? (run.call ?? '') : '';
  // The clock of a call counts whole seconds.
  await scene.slots.markUnclean('emea', [{ ...mark, call: known, since: Date.now() + 3_000 }]);
  return run.call ?? '';
}

it('a call bridge that returns gives up what it still has of meetings that are over, and nothing else is asked', async () => {
  await ended();
  scene.cms.clearLog();
  expect(await clear(second)).toEqual({ ended: [], clean: [] });
  expect(scene.cms.log).toEqual([]);
  expect(await clear(first)).toEqual({ ended: [number], clean: [number] });
  expect(callsOn(first)).toEqual([]);
  expect(await scene.slots.unclean('emea')).toEqual([]);
  scene.cms.clearLog();
  await clear(first);
  expect(scene.cms.log).toEqual([]);
});

it('one that was restarted, and has no calls any more, is clean', async () => {
  await ended();
  await scene.cms.bridge(first).kill();
  await expect(clear(first)).rejects.toMatchObject({ kind: 'unreachable' });
  expect(await scene.slots.unclean('emea')).toHaveLength(1);
  await scene.cms.bridge(first).restart();
  expect(await clear(first)).toEqual({ ended: [], clean: [number] });
});

for (const call of ['known', 'unknown'] as const)
  it(`what has the slot now goes on, on the bridge that returns too (the former call is ${call})`, async () => {
    const former = await ended(call);
    const meeting = await scene.book('after@x', number);
    const run = await scene.open(meeting, second);
    expect(callsOn(first)).toEqual([former]);
    expect(await clear(first)).toEqual({ ended: [number], clean: [number] });
    expect(callsOn(first)).toEqual([]);
    expect(callsOn(second)).toEqual([run.call]);
  });

it('a call that is the present one’s is not taken for the former one’s', async () => {
  const former = await ended();
  await scene.client(first).delete(`calls/${former}`);
  const meeting = await scene.book('after@x', number);
  const run = await scene.open(meeting, first);
  // People of the present conference may have come in over the other bridge.
  await scene.client(second).post('calls', [['coSpace', run.space]]);
  const mark = { number, callBridge: scene.client(second).address, space: run.space, why: 'away' as const };
  await scene.slots.markUnclean('emea', [{ ...mark, call: '', since: Date.now() - hour }]);
  expect(await clear(first)).toEqual({ ended: [], clean: [number] });
  expect(await clear(second)).toEqual({ ended: [], clean: [number] });
  expect(callsOn(first)).toEqual([run.call]);
  expect(callsOn(second)).toHaveLength(1);
});

it('a mark that was made since the look stays', async () => {
  await ended();
  const [seen] = await scene.slots.unclean('emea');
  if (seen === undefined) throw new Error('nothing is marked');
  await scene.slots.markUnclean('emea', [{ ...seen, since: seen.since + 1 }]);
  await scene.slots.seenEmpty('emea', seen);
  expect(await scene.slots.unclean('emea')).toEqual([{ ...seen, since: seen.since + 1 }]);
});

it('the sweep clears what is marked, too', async () => {
  await ended();
  await scene.look();
  expect(callsOn(first)).toEqual([]);
  expect(await scene.slots.unclean('emea')).toEqual([]);
});
