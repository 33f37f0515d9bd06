/** What somebody, or a restart, did to a conference on the bridge, as the worker finds it and deals with it. */
import { afterEach, describe, expect, it } from 'vitest';
import { detailOf } from '../../src/conference/view.ts';
import { number, OneConference, passcode, sips } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

const huddle = 'huddle@example.com';

/** The census sees that something is not as recorded, and whoever is rung looks closer. */
async function sweep(): Promise<void> {
  expect(await one.census()).toEqual(['uid']);
  await one.bring();
}

/** Nothing is left to be said or done. */
async function isAtRest(): Promise<void> {
  const before = await one.told();
  expect(await one.census()).toEqual([]);
  await one.bring();
  expect(await one.told()).toEqual(before);
}

const deleteCall = (name: string) => {
  const bridge = one.cms.bridge(name);
  return one.asAdministrator('DELETE', `calls/${bridge.calls()[0]?.id}`, name);
};
const changeSpace = (form: Record<string, string>) =>
  one.asAdministrator('PUT', `coSpaces/${one.cms.space(number)?.id}`, 'cms1', form);

describe('what somebody does on the bridge on purpose stands', () => {
  it('a call that is ended is not begun again, until somebody needs it', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await deleteCall('cms1');
    await sweep();
    expect(await one.words()).toEqual(['changed-on-bridge']);
    expect(one.runsOn).toEqual([]);
    await isAtRest();
    // Dialling in works until the end.
    const ann = cms.join(number, { name: 'Ann', passcode });
    expect(ann).toMatchObject({ joined: true });
    await sweep();
    expect(await one.run()).toMatchObject({ call: cms.bridge(0).calls()[0]?.id });
    cms.leave(ann.joined ? ann.participant : '');
    await sweep();
    await isAtRest();
    expect(await one.words()).toEqual(['changed-on-bridge']);
    // Somebody wants a room to be in.
    const run = await one.run();
    const { [huddle]: _, ...rooms } = run.rooms;
    await one.save({ ...run, rooms });
    await one.bring();
    expect(one.dials).toEqual([1, 2]);
    expect(one.runsOn).toEqual(['cms1']);
  });

  it('a participant that is dropped is not called again', async () => {
    one = await OneConference.inFull();
    const { rooms } = await one.run();
    await one.asAdministrator('DELETE', `callLegs/${rooms[huddle]?.leg}`, 'cms1');
    await sweep();
    expect(await one.told()).toContainEqual({ what: 'changed-on-bridge', change: 'room-left', room: huddle });
    await isAtRest();
    expect(one.dials).toEqual([1, 1]);
  });

  it.for([
    ['whose coming was heard of is not called again', true],
    ['that nobody has heard of was called in vain', false],
  ] as const)('a room that is gone before anybody looks, and %s', async ([, isHeard]) => {
    one = await OneConference.begin();
    await one.bring();
    await one.answered();
    if (isHeard) await one.hear();
    one.cms.hangUp(sips[1]);
    const run = await one.run();
    const dialledBefore = Object.entries(run.rooms).map(([room, { dialledAt = 0, ...rest }]) => [
      room,
      { ...rest, dialledAt: dialledAt - 7_000 },
    ]);
    await one.save({ ...run, rooms: Object.fromEntries(dialledBefore) });
    await one.bring();
    expect(await one.words()).toEqual([isHeard ? 'changed-on-bridge' : 'dial-failed']);
    expect((await one.run()).rooms[huddle]?.state).toBe(isHeard ? 'dialled' : 'failed');
    expect(one.dials).toEqual([1, 1]);
    if (isHeard) await isAtRest();
  });

  it('another name and another passcode hold, also where it is brought up elsewhere', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await changeSpace({ name: 'Ours', passcode: '1234' });
    await sweep();
    expect(await one.told()).toEqual(
      expect.arrayContaining([
        { what: 'changed-on-bridge', change: 'renamed' },
        { what: 'changed-on-bridge', change: 'passcode' },
      ]),
    );
    await isAtRest();
    expect(detailOf(await one.meeting(), [], [])).toMatchObject({ passcode: '1234' });
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    expect(cms.space(number)).toMatchObject({ name: 'Ours', passcode: '1234', nonMemberAccess: true });
    expect(one.runsOn).toEqual(['cms2']);
  });
});

describe('what nobody can have meant is put right', () => {
  it('a call bridge that was started anew has lost it: opened again, and who was in is called', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await cms.bridge(0).kill();
    await cms.bridge(0).restart();
    await sweep();
    expect(await one.words()).toEqual(['reopened', 'dialled', 'dialled']);
    expect(await one.told()).toContainEqual({
      ...{ what: 'reopened', callBridge: cms.bridge(0).url, reason: 'restarted' },
    });
    expect(one.dials).toEqual([2, 2]);
    expect(cms.bridge(0).calls()).toHaveLength(1);
    await one.answered();
    await isAtRest();
  });

  it('a space that is locked is opened, twice; whoever locks it a third time means it', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    for (let times = 1; times <= 2; times += 1) {
      await changeSpace({ nonMemberAccess: 'false' });
      await sweepOfSpaces();
      expect(cms.space(number)?.nonMemberAccess).toBe(true);
    }
    await changeSpace({ nonMemberAccess: 'false' });
    await sweepOfSpaces();
    expect(cms.space(number)?.nonMemberAccess).toBe(false);
    expect(await one.words()).toEqual(['reopened', 'reopened', 'changed-on-bridge']);
    expect(one.dials).toEqual([1, 1]);
    expect(one.runsOn).toEqual(['cms1']);
  });

  it('a space that is deleted is made again with its number, and who was in is called', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    cms.removeSpace(cms.space(number)?.id ?? '');
    await sweep();
    expect(cms.space(number)).toMatchObject({ nonMemberAccess: true, passcode, name: 'Meeting' });
    expect(await one.words()).toEqual(['reopened', 'dialled', 'dialled']);
    expect(one.dials).toEqual([2, 2]);
  });

  it('two halves of a conference become one when the call bridge is back', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await cms.bridge(0).isolate();
    await one.lose('cms1');
    await one.bring();
    expect(one.runsOn).toEqual(['cms1', 'cms2']);
    await cms.bridge(0).rejoin();
    await one.regain('cms1');
    await one.bring();
    expect(one.runsOn).toEqual(['cms2']);
    expect((await one.words()).at(-1)).toBe('stale-call-ended');
    expect((await one.run()).uncleared).toEqual([]);
    expect(one.dials).toEqual([2, 2]);
  });

  it('a call of the same conference through which people came in is left alone', async () => {
    one = await OneConference.inFull();
    const { cms } = one;
    await cms.bridge(0).kill();
    await one.lose('cms1');
    await one.bring();
    await cms.bridge(0).restart();
    const ann = cms.join(number, { name: 'Ann', passcode, bridge: 'cms1' });
    expect(ann).toMatchObject({ joined: true });
    await one.regain('cms1');
    await one.bring();
    await one.census();
    await one.bring();
    expect(one.runsOn).toEqual(['cms1', 'cms2']);
    expect(cms.bridge(0).participants()).toHaveLength(3);
  });
});

describe('a room that was never in', () => {
  it('is called again after growing pauses, until it answers', async () => {
    let busy = true;
    one = await OneConference.begin(['cms1'], {
      dialOutcome: (uri) => (busy && uri === sips[1] ? 'busy' : 'answers'),
    });
    const failed = await one.bringUntil(({ rooms }) => rooms[huddle]?.state === 'failed');
    expect(failed.rooms[huddle]).toMatchObject({ tries: 1 });
    expect(one.dials).toEqual([1, 1]);
    busy = false;
    const run = await one.bringUntil(({ rooms }) => rooms[huddle]?.connectedAt !== undefined);
    expect(run.rooms[huddle]).toMatchObject({ state: 'dialled', tries: 2 });
    expect(one.dials).toEqual([1, 2]);
    const told = await one.told();
    expect(told.filter(({ what }) => what === 'dial-failed')).toMatchObject([{ room: huddle }]);
  });
});

/** The next census that reads the spaces. */
async function sweepOfSpaces(): Promise<void> {
  await one.forgetSeen();
  await sweep();
}

describe('a dial that is carried out after it was given up', () => {
  const legsTo = (sip: string) =>
    one.cms.bridges.flatMap((bridge) => bridge.legs().filter(({ remoteParty }) => remoteParty === sip));

  it('is hung up, and the one that took its place goes on', async () => {
    one = await OneConference.begin();
    const match = { method: 'POST', path: /callLegs$/ };
    one.cms.bridge('cms1').setFault({ kind: 'late', ms: 4_000, times: 1, match });
    const begun = Date.now();
    await one.bring();
    const late = Object.values((await one.run()).rooms).filter(({ lateOn }) => lateOn !== undefined);
    expect(late).toHaveLength(1);
    const sip = late[0]?.sip ?? '';
    await one.cms.waitFor(() => legsTo(sip).length === 2, 10_000);
    expect(Date.now() - begun).toBeGreaterThan(3_900);
    await one.bringUntil(({ rooms }) => Object.values(rooms).every(({ lateOn }) => lateOn === undefined));
    expect(legsTo(sip)).toHaveLength(1);
    const run = await one.run();
    expect(Object.values(run.rooms).map(({ leg }) => leg)).toContain(legsTo(sip)[0]?.id);
    expect((await one.told()).filter(({ what }) => what === 'hung-up')).toHaveLength(1);
  });
});
