/** A conference is locked before anybody is put out, and put out everybody is, on every call bridge. */
import { expect, test } from 'vitest';
import {
  asked,
  callsOf,
  deleting,
  dialsTo,
  fieldOf,
  locking,
  noted,
  opening,
  seenAs,
} from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { organizer, type World } from '../world/world.ts';

const names = ['boardroom', 'huddle', 'atrium', 'cellar', 'loft'];
const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;
const rooms = names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) }));
const never = { conference: { extension: { times: 0 } } };

function book(world: World, booked: readonly string[], start: Date, end: Date, subject = 'Weekly') {
  return world.graph.outlook.book({ ...{ organizer, rooms: booked.map(mailboxOf), subject }, start, end });
}

function running(world: World, bridge?: string) {
  const bridges = bridge === undefined ? world.cms.bridges : [world.cms.bridge(bridge)];
  return bridges.flatMap((one) => one.calls());
}

test.concurrent('the space is locked, then the call is deleted on each call bridge that has one', () =>
  inWorld({ rooms, ...never, callBridges: ['cms1', 'cms2', 'cms3'] }, async (world, product) => {
    const { cms } = world;
    const start = inSeconds(3);
    const end = inSeconds(9);
    const event = book(world, ['boardroom'], start, end);
    const open = await world.meetingThat(
      product,
      event.iCalUId,
      (meeting) => noted(meeting, 'dialled').length === 1,
    );
    const number = open.number ?? '';
    const before = cms.space(number);
    for (const bridge of ['cms1', 'cms3']) {
      const joined = cms.join(number, { name: `By ${bridge}`, passcode: open.passcode ?? '', bridge });
      expect(joined).toMatchObject({ joined: true });
    }
    const calls = callsOf(cms, number);
    expect(calls.map(({ bridge }) => bridge)).toEqual(['cms1', 'cms3']);

    const closed = await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'closed', 25_000);
    const [lock, ...others] = asked(cms, locking(cms, number));
    expect(others).toEqual([]);
    expect(lock?.at).toBeGreaterThanOrEqual(end.getTime());
    expect((lock?.at ?? 0) - end.getTime()).toBeLessThan(3_000);
    expect(lock?.form).toEqual([
      ['nonMemberAccess', 'false'],
      ['passcode', ''],
      ['name', `TMS_Scheduled_Meeting_${number}`],
      ['regenerateSecret', 'true'],
    ]);
    for (const { call, bridge } of calls) {
      const [deleted, again] = asked(cms, deleting(call ?? ''));
      expect(again).toBeUndefined();
      expect(deleted).toMatchObject({ bridge, status: 200 });
      expect(deleted?.at).toBeGreaterThan(lock?.at ?? Number.POSITIVE_INFINITY);
    }
    expect(running(world)).toEqual([]);
    expect(cms.bridges.flatMap((bridge) => bridge.legs())).toEqual([]);
    const after = cms.space(number);
    expect(after).toMatchObject({
      name: `TMS_Scheduled_Meeting_${number}`,
      ...{ passcode: '', nonMemberAccess: false, callId: number, uri: number },
    });
    expect(after?.secret).not.toBe(before?.secret);
    expect(after?.secret).toBeTruthy();
    expect(cms.join(number, { name: 'Too late' })).toEqual({ joined: false, reason: 'locked' });
    expect(closed).toMatchObject({ reason: 'limit', end: end.toISOString() });
    await world.meetingThat(product, event.iCalUId, (meeting) => noted(meeting, 'released').length === 1);
  }));

test.concurrent('rooms come and go and the title changes while it runs, and nobody else notices', () =>
  inWorld({ rooms, ...never }, async (world, product) => {
    const { cms, graph } = world;
    const start = inSeconds(2);
    const event = book(world, ['boardroom', 'huddle'], start, inSeconds(600));
    const that = (what: string, times: number) =>
      world.meetingThat(product, event.iCalUId, (meeting) => noted(meeting, what).length === times, 20_000);
    const { number: given } = await that('dialled', 2);
    const number = given ?? '';
    const before = cms.space(number);

    graph.outlook.update(event, { rooms: ['boardroom', 'huddle', 'atrium'].map(mailboxOf) });
    await that('dialled', 3);
    graph.outlook.update(event, { rooms: ['boardroom', 'atrium'].map(mailboxOf) });
    const [hungUp] = noted(await that('hung-up', 1), 'hung-up');
    expect(hungUp?.room).toBe(mailboxOf('huddle'));
    const inCall = cms.bridges.flatMap((bridge) => bridge.legs()).map(({ remoteParty }) => remoteParty);
    expect(inCall.sort()).toEqual(['atrium', 'boardroom'].map(sipOf));

    graph.outlook.update(event, { subject: 'Renamed' });
    await that('renamed', 1);
    expect(cms.space(number)).toEqual({ ...before, name: 'Renamed' });
    graph.outlook.declineByRoom(mailboxOf('boardroom'), event.iCalUId);
    const left = await that('hung-up', 2);
    expect(left).toMatchObject({ state: 'open', number, rooms: [mailboxOf('atrium')], title: 'Renamed' });
    // Booked again, it is dialled again.
    graph.outlook.acceptByRoom(mailboxOf('boardroom'), event.iCalUId);
    await that('dialled', 4);
    expect(names.map((name) => dialsTo(cms, sipOf(name)))).toEqual([2, 1, 1, 0, 0]);
    expect(callsOf(cms, number)).toHaveLength(1);
    expect(asked(cms, locking(cms, number))).toEqual([]);
  }));

test.concurrent('cancelled, declined or moved while it runs, it ends at once', () =>
  inWorld({ rooms, ...never }, async (world, product) => {
    const { cms, graph } = world;
    const start = inSeconds(2);
    const [cancelled, declined, moved, postponed] = ['boardroom', 'huddle', 'atrium', 'cellar'].map((name) =>
      book(world, [name], start, inSeconds(600), `In the ${name}`),
    );
    const numbers = new Map<string, string>();
    for (const event of [cancelled, declined, moved, postponed]) {
      const open = await world.meetingThat(
        product,
        event?.iCalUId ?? '',
        (meeting) => noted(meeting, 'dialled').length === 1,
      );
      const number = open.number ?? '';
      numbers.set(event?.iCalUId ?? '', number);
      const passcode = open.passcode ?? '';
      expect(cms.join(number, { name: 'Ann', passcode })).toMatchObject({ joined: true });
    }
    if (!cancelled || !declined || !moved || !postponed) throw new Error('not booked');
    const again = inSeconds(8);
    graph.outlook.cancel(cancelled);
    graph.outlook.declineByRoom(mailboxOf('huddle'), declined.iCalUId);
    graph.outlook.update(moved, { start: again, end: inSeconds(600) });
    graph.outlook.update(postponed, { start: inSeconds(86_400), end: inSeconds(90_000) });

    for (const { iCalUId } of [cancelled, declined]) {
      const gone = await world.meetingThat(
        product,
        iCalUId,
        (meeting) => noted(meeting, 'closed').length === 1,
      );
      expect(gone).toMatchObject({ state: 'cancelled' });
      expect(noted(gone, 'closed')[0]?.reason).toBe('cancelled');
    }
    const planned = await world.meetingThat(
      product,
      postponed.iCalUId,
      (meeting) => noted(meeting, 'closed').length === 1,
    );
    expect(planned).toMatchObject({ state: 'planned', number: numbers.get(postponed.iCalUId) });
    await world.meetingThat(product, moved.iCalUId, (meeting) => noted(meeting, 'closed').length === 1);
    expect(running(world)).toEqual([]);
    for (const number of numbers.values()) {
      expect(cms.space(number)).toMatchObject({ nonMemberAccess: false, passcode: '' });
    }

    // It is held at its new time, and its room dialled for that.
    const held = await world.meetingThat(
      product,
      moved.iCalUId,
      (meeting) => noted(meeting, 'dialled').length === 2,
      20_000,
    );
    expect(held).toMatchObject({ state: 'open', number: numbers.get(moved.iCalUId) });
    const [, second] = asked(cms, opening(cms, held.number ?? ''));
    expect(second?.at).toBeGreaterThanOrEqual(again.getTime());
    expect(second && fieldOf(second, 'name')).toBe('In the atrium');
  }));

for (const how of ['unreachable', 'killed'] as const) {
  test.concurrent(`closed while a call bridge is ${how}, it has no call left when that returns`, () =>
    inWorld({ rooms, ...never }, async (world, product) => {
      const { cms } = world;
      const [away] = cms.bridges;
      if (away === undefined) throw new Error('no call bridge');
      const event = book(world, ['boardroom'], inSeconds(2), inSeconds(9));
      const open = await world.meetingThat(
        product,
        event.iCalUId,
        (meeting) => noted(meeting, 'dialled').length === 1,
      );
      const number = open.number ?? '';
      if (how === 'killed') await away.kill();
      else away.setFault({ kind: 'refuse' });
      const closed = await world.meetingThat(
        product,
        event.iCalUId,
        ({ state }) => state === 'closed',
        25_000,
      );
      expect(noted(closed, 'retrying').map(({ step, callBridge }) => [step, callBridge])).toContainEqual([
        'delete',
        away.url,
      ]);
      expect(cms.space(number)).toMatchObject({ nonMemberAccess: false, passcode: '' });
      expect(running(world, away.name)).toHaveLength(how === 'killed' ? 0 : 1);
      if (how === 'killed') await away.restart();
      else await away.clearFault('refuse');
      await seenAs(world, product, away, 'up');
      await world.meetingThat(
        product,
        event.iCalUId,
        (meeting) => noted(meeting, 'released').length === 1,
        25_000,
      );
      expect(running(world)).toEqual([]);
      expect(cms.bridges.flatMap((bridge) => bridge.legs())).toEqual([]);
    }));
}
