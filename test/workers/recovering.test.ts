/** A conference whose call bridge is lost, comes back, or is to be left, as the worker deals with it. */
import { afterEach, describe, expect, it } from 'vitest';
import { number, OneConference, passcode, sips } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

const join = (name: string, bridge?: string) =>
  one.cms.join(number, { name, passcode, ...(bridge === undefined ? {} : { bridge }) });

describe('a call bridge is lost', () => {
  it('is left for the next one: the same number, and who was in is called again, once', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    expect(join('Ann', 'cms1')).toMatchObject({ joined: true });
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    expect(one.runsOn).toEqual(['cms2']);
    expect(one.dials).toEqual([2, 2]);
    expect(await one.run()).toMatchObject({
      callBridge: cms.bridge(1).url,
      uncleared: [{ callBridge: cms.bridge(0).url }],
    });
    expect(await one.words()).toEqual(['bridge-lost', 'recovered', 'dialled', 'dialled']);
    expect(await one.counted('roombridge_recoveries_total')).toBe(1);
    expect(join('Ann')).toMatchObject({ joined: true });
    await one.bring();
    expect(one.dials).toEqual([2, 2]);

    await cms.bridge(0).restart();
    await one.regain('cms1');
    await one.bring();
    expect((await one.run()).uncleared).toEqual([]);
    expect(one.runsOn).toEqual(['cms2']);
    expect(one.dials).toEqual([2, 2]);
  });

  it('a room that had hung up before is not called again', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
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

  it('a room that was taken off meanwhile is not called again, and keeps nothing there', async () => {
    one = await OneConference.inFull();
    await one.takeOff('huddle@example.com');
    await one.cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    expect(one.dials).toEqual([2, 1]);
    expect(Object.keys((await one.run()).rooms)).toEqual(['boardroom@example.com']);
    expect(await one.words()).toEqual(['bridge-lost', 'recovered', 'dialled']);
  });

  it('and the next one too: on to the third, or back to the first', async () => {
    one = await OneConference.inFull(['cms1', 'cms2', 'cms3']);
    const { cms } = one;
    for (const [lost, next] of [
      ['cms1', 'cms2'],
      ['cms2', 'cms3'],
    ] as const) {
      await cms.bridge(lost).kill();
      await one.lose(lost);
      await one.bring();
      expect(one.runsOn).toEqual([next]);
    }
    expect(one.dials).toEqual([3, 3]);
    await cms.bridge('cms1').restart();
    await one.regain('cms1');
    await one.bring();
    await cms.bridge('cms3').kill();
    await one.lose('cms3');
    await one.bring();
    expect(one.runsOn).toEqual(['cms1']);
    expect(one.dials).toEqual([4, 4]);
    const recovered = (await one.told()).filter(({ what }) => what === 'recovered');
    expect(recovered.map(({ callBridge }) => callBridge)).toEqual(
      ['cms2', 'cms3', 'cms1'].map((name) => cms.bridge(name).url),
    );
  });

  it('with nobody to take its place it is waited for, and the conference brought up there again', async () => {
    one = await OneConference.inFull(['cms1']);
    const { cms } = one;
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    await one.bring();
    expect(await one.words()).toEqual(['bridge-lost']);
    await one.census();
    expect(await one.tickets()).toEqual(['meetings-off-the-air']);
    await cms.bridge(0).restart();
    await one.regain('cms1');
    await one.bring();
    await one.census();
    expect(await one.tickets()).toEqual([]);
    expect(await one.words()).toEqual(['bridge-lost', 'reopened', 'dialled', 'dialled']);
    expect(one.dials).toEqual([2, 2]);
    expect((await one.run()).lost).toBeUndefined();
    expect(join('Ann')).toMatchObject({ joined: true });
  });

  it('in our eyes only: its people stay, nobody is called, and it is as before when we see it again', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    const [first] = cms.bridge(0).calls();
    cms.bridge(0).setFault({ kind: 'refuse' });
    await one.lose('cms1');
    const run = await one.bringUntil(({ lost }) => lost?.witnessedAt !== undefined, 30_000);
    expect(run).toMatchObject({ callBridge: cms.bridge(0).url, call: first?.id });
    expect(one.dials).toEqual([1, 1]);
    expect(cms.bridge(0).legs()).toHaveLength(2);
    // Where a call was made to look, it is part of the same conference.
    const correlators = cms.bridges
      .flatMap((bridge) => bridge.calls())
      .map(({ callCorrelator }) => callCorrelator);
    expect(new Set(correlators)).toEqual(new Set([first?.callCorrelator]));

    await cms.bridge(0).clearFault('refuse');
    await one.regain('cms1');
    await one.bring();
    await one.bring();
    expect((await one.run()).lost).toBeUndefined();
    expect(one.runsOn).toEqual(['cms1']);
    expect(one.dials).toEqual([1, 1]);
    expect((await one.words()).filter((word) => word !== 'bridge-lost')).toEqual([]);
  });

  it('nothing of its cluster answers: nothing is done', async () => {
    one = await OneConference.inFull();
    for (const bridge of one.cms.bridges) bridge.setFault({ kind: 'refuse' });
    await one.lose('cms1');
    await one.lose('cms2');
    await one.bring();
    expect(await one.words()).toEqual(['bridge-lost']);
    expect(one.dials).toEqual([1, 1]);
    for (const bridge of one.cms.bridges) await bridge.clearFault('refuse');
    await one.regain('cms1');
    await one.regain('cms2');
    await one.bring();
    expect(await one.words()).toEqual(['bridge-lost']);
    expect(one.runsOn).toEqual(['cms1']);
    expect(one.dials).toEqual([1, 1]);
  });

  it('a room that has come in again by itself is not called', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await cms.bridge(0).kill();
    cms.join(number, { name: 'Board room', passcode, uri: sips[0], bridge: 'cms2' });
    await one.lose('cms1');
    await one.bring();
    expect(one.dials).toEqual([1, 2]);
    expect(one.runsOn).toEqual(['cms2']);
    expect(cms.bridge(1).calls()).toHaveLength(1);
  });

  it('a call bridge that had only a room of it is lost: that room is called from where the call is', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    const run = await one.run();
    const moved = cms.join(number, { name: 'Huddle', passcode, uri: sips[1], bridge: 'cms2' });
    cms.leave(run.rooms['huddle@example.com']?.leg ?? '');
    expect(moved).toMatchObject({ joined: true });
    await one.census();
    await one.bring();
    expect((await one.run()).rooms['huddle@example.com']).toMatchObject({ callBridge: cms.bridge(1).url });
    await cms.bridge(1).kill();
    await one.lose('cms2');
    await one.bring();
    expect(one.dials).toEqual([1, 2]);
    expect(await one.run()).toMatchObject({ callBridge: cms.bridge(0).url, call: run.call });
    expect(one.runsOn).toEqual(['cms1']);
  });
});

describe('a call bridge is to be left', () => {
  it('rooms are called from the next one, and the old call is ended though people are in it', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    expect(join('Ann', 'cms1')).toMatchObject({ joined: true });
    await one.drain('cms1');
    await one.bring();
    expect(one.runsOn).toEqual(['cms2']);
    expect(one.dials).toEqual([2, 2]);
    expect((await one.run()).uncleared).toEqual([]);
    expect(await one.words()).toEqual(['moved-over', 'dialled', 'dialled', 'stale-call-ended']);
    expect(join('Ann')).toMatchObject({ joined: true });
    expect(cms.bridge(1).legs()).toHaveLength(3);
    await one.bring();
    expect(one.dials).toEqual([2, 2]);
  });
});

describe('a worker dies in the middle of it', () => {
  it.each(['before', 'after'] as const)(
    'just %s any of its writes: another one finishes it, and nothing is done twice',
    async (when) => {
      one = await OneConference.inFull(['cms1', 'cms2', 'cms3']);
      let [from, to] = ['cms1', 'cms2'] as const as [string, string];
      let dials = 1;
      let deaths = 0;
      for (let write = 1; ; write += 1) {
        await one.cms.bridge(from).kill();
        await one.lose(from);
        const died = await one.bringToDeath(write, when);
        await one.bring();
        dials += 1;
        expect(one.runsOn, `write ${write}`).toEqual([to]);
        expect(one.dials, `write ${write}`).toEqual([dials, dials]);
        expect(one.cms.bridge(to).calls(), `write ${write}`).toHaveLength(1);
        await one.cms.bridge(from).restart();
        await one.regain(from);
        await one.answered();
        await one.known();
        await one.bring();
        if (!died) break;
        deaths += 1;
        [from, to] = [to, from];
      }
      // What is lost, where a call is made, what has come of it, and who was dialled.
      expect(deaths).toBe(4);
      const recovered = (await one.told()).filter(({ what }) => what === 'recovered');
      expect(recovered).toHaveLength(dials - 1);
    },
  );
});
