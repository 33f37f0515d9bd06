/** A conference starts at its second, with two requests and one for each room. */
import { expect, test } from 'vitest';
import { asked, calling, callsOf, dialling, dialsTo, fieldOf, noted, opening } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { organizer, type World } from '../world/world.ts';

const names = ['boardroom', 'huddle', 'atrium', 'cellar', 'loft', 'attic'];
const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;
const rooms = [
  ...names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) })),
  { mailbox: mailboxOf('silent') },
];

function book(world: World, booked: readonly string[], start: Date, seconds = 600, subject = 'Weekly') {
  return world.graph.outlook.book({
    ...{ organizer, rooms: booked.map(mailboxOf), subject },
    ...{ start, end: new Date(start.getTime() + seconds * 1_000) },
  });
}

test.concurrent('a start is one PUT, one POST and one POST a room, at its second, signed in at first', () =>
  inWorld({ rooms }, async (world, product) => {
    const { cms } = world;
    const start = inSeconds(8);
    const event = book(world, ['boardroom', 'huddle', 'atrium'], start, 600, 'Übung & <Tee>');
    const { number: given } = await world.meetingThat(
      product,
      event.iCalUId,
      ({ number }) => number !== null,
    );
    const number = given ?? '';
    const open = await world.meetingThat(
      product,
      event.iCalUId,
      (meeting) => noted(meeting, 'dialled').length === 3,
    );
    expect(open).toMatchObject({ state: 'open', title: 'Übung & <Tee>', callBridge: cms.bridge(0).url });
    const space = cms.space(number);
    const call = callsOf(cms, number)[0]?.call;

    const since = start.getTime() - 2_000;
    const done = cms.log.filter(({ at, path }) => at >= since && !/system\/status$/.test(path));
    const dialled = (name: string) => [
      'POST',
      expect.stringMatching(new RegExp(`/calls/${call}/callLegs$`, 'i')),
      [['remoteParty', sipOf(name)]],
    ];
    const told = done.map(({ method, path, form }) => [method, path, form]);
    expect(told.slice(0, 2)).toEqual([
      [
        'PUT',
        `/api/v1/coSpaces/${space?.id}`,
        [
          ['nonMemberAccess', 'true'],
          ['passcode', open.passcode],
          ['name', 'Übung & <Tee>'],
          ['secret', expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)],
        ],
      ],
      ['POST', '/api/v1/calls', [['coSpace', space?.id]]],
    ]);
    expect(told.slice(2)).toHaveLength(3);
    expect(told.slice(2)).toEqual(expect.arrayContaining(['boardroom', 'huddle', 'atrium'].map(dialled)));
    expect(done.every(({ bridge, status }) => bridge === 'cms1' && status === 200)).toBe(true);
    for (const { at } of done) expect(at).toBeGreaterThanOrEqual(start.getTime());
    expect((done[0]?.at ?? 0) - start.getTime()).toBeLessThan(1_000);
    expect(cms.log.filter(({ status }) => status === 401)).toEqual([]);
    expect([...cms.ignoredParameters]).toEqual([]);

    // With its passcode and not without.
    expect(open.passcode).toMatch(/^\d{6}$/);
    expect(cms.join(number, { name: 'Stranger' })).toEqual({ joined: false, reason: 'incorrectPasscode' });
    expect(cms.join(number, { name: 'Ann', passcode: open.passcode ?? '' })).toMatchObject({ joined: true });
  }));

test.concurrent('a start opens one connection for all its requests at most', () =>
  inWorld({ rooms }, async (world, product) => {
    const [bridge] = world.cms.bridges;
    const opened: number[] = [];
    // A probe may be under way at one instant, not at all of them.
    for (const name of ['boardroom', 'huddle', 'atrium']) {
      const start = inSeconds(5);
      const event = book(world, [name], start);
      await world.cms.waitFor(
        () => (bridge?.requests ?? 0) > 0 && Date.now() > start.getTime() - 1_500,
        20_000,
      );
      const before = bridge?.connectionsOpened ?? 0;
      await world.meetingThat(product, event.iCalUId, (meeting) => noted(meeting, 'dialled').length === 1);
      opened.push((bridge?.connectionsOpened ?? 0) - before);
    }
    expect(Math.min(...opened)).toBeLessThanOrEqual(1);
  }));

test.concurrent('the space is open from the set-up on, the rooms are dialled all at once at the start', () =>
  inWorld(
    { rooms, latency: 300, conference: { setup: '4s', teardown: '1s', lead: '0s', passcode: 'none' } },
    async (world, product) => {
      const { cms } = world;
      const start = inSeconds(11);
      const event = book(world, names, start);
      const due = start.getTime() - 4_000;
      const planned = await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
      const number = planned.number ?? '';
      expect(cms.join(number, { name: 'Too early' })).toEqual({ joined: false, reason: 'locked' });
      await cms.waitFor(() => callsOf(cms, number).length > 0, 20_000);
      expect(cms.join(number, { name: 'Early bird' })).toMatchObject({ joined: true });
      await world.meetingThat(
        product,
        event.iCalUId,
        (meeting) => noted(meeting, 'dialled').length === names.length,
        30_000,
      );

      const [put, another] = asked(cms, opening(cms, number));
      const [post] = asked(cms, calling(cms, number));
      expect(another).toBeUndefined();
      expect(put && fieldOf(put, 'passcode')).toBe('');
      expect((await world.meeting(product, event.iCalUId))?.passcode).toBeNull();
      for (const request of [put, post]) {
        expect(request?.at).toBeGreaterThanOrEqual(due);
        expect(request?.at).toBeLessThan(due + 2_000);
      }
      const dials = names.flatMap((name) => asked(cms, dialling(sipOf(name))));
      expect(dials).toHaveLength(names.length);
      const times = dials.map(({ at }) => at);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(start.getTime());
      expect(Math.min(...times) - start.getTime()).toBeLessThan(1_000);
      expect(Math.max(...times) - Math.min(...times), 'none waits for the answer of another').toBeLessThan(
        300,
      );
    },
  ));

test.concurrent('a late booking starts at once, and a room that has no address is not dialled', () =>
  inWorld({ rooms, quantity: 5 }, async (world, product) => {
    const { cms } = world;
    const bookedAt = Date.now();
    const begun = new Date(Math.floor(bookedAt / 1_000) * 1_000 - 60_000);
    const late = book(world, ['boardroom', 'huddle'], begun);
    const silent = book(world, ['silent'], begun);
    const over = book(world, ['atrium'], new Date(begun.getTime() - 600_000), 300, 'Over already');
    const open = await world.meetingThat(
      product,
      late.iCalUId,
      (meeting) => noted(meeting, 'dialled').length === 2,
    );
    const quiet = await world.meetingThat(product, silent.iCalUId, ({ state }) => state === 'open');
    const [call] = callsOf(cms, open.number ?? '');
    expect((call?.at ?? 0) - bookedAt).toBeLessThan(8_000);
    expect(noted(open, 'opened')[0]).toMatchObject({ callBridge: cms.bridge(0).url });
    expect([...names, 'silent'].map((name) => dialsTo(cms, sipOf(name)))).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(callsOf(cms, quiet.number ?? '')).toHaveLength(1);
    expect(await world.meeting(product, over.iCalUId)).toBeUndefined();
  }));
