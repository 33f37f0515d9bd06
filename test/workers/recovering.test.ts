/** A conference whose call bridge is lost, comes back, or is to be left, as the worker deals with it. */
import { afterEach, describe, expect, it } from 'vitest';
import { number, OneConference, passcode, sips } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

/** Open, with both rooms in and known to be. */
async function inFull(names?: string[], options?: Parameters<typeof OneConference.begin>[1]) {
  one = await OneConference.begin(names, options);
  await one.bring();
  await one.answered();
  await one.bringUntil(({ rooms }) => Object.values(rooms).every((room) => room.connectedAt !== undefined));
  return one;
}

describe('a call bridge is lost', () => {
  it('is left for the next one: the same number, and who was in is called again, once', async () => {
    const { cms } = await inFull();
    const ann = cms.join(number, { name: 'Ann', passcode, bridge: 'cms1' });
    expect(ann).toMatchObject({ joined: true });
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    expect(one.runsOn).toEqual(['cms2']);
    expect(one.dials).toEqual([2, 2]);
    expect(await one.run()).toMatchObject({
      callBridge: cms.bridge(1).url,
      uncleared: [{ callBridge: cms.bridge(0).url }],
    });
    const said = (await one.told()).map(({ what }) => what);
    expect(said).toEqual(['opened', 'dialled', 'dialled', 'bridge-lost', 'recovered', 'dialled', 'dialled']);
    expect(cms.join(number, { name: 'Ann', passcode })).toMatchObject({ joined: true });
    await one.bring();
    expect(one.dials).toEqual([2, 2]);
  });

  it('a room that had hung up before is not called again', async () => {
    const { cms } = await inFull();
    cms.hangUp(sips[1]);
    expect(await one.census()).toEqual(['uid']);
    await one.bring();
    expect(await one.told()).toContainEqual({
      what: 'changed-on-bridge',
      change: 'room-left',
      room: 'huddle@example.com',
    });
    expect(await one.census()).toEqual([]);
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    expect(one.dials).toEqual([2, 1]);
  });
});
