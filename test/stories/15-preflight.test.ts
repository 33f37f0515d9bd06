/** What a start needs is looked at ahead of it; what fails is put right in peace, or the meeting moves. */
import { describe, expect, test } from 'vitest';
import { bridgeClient } from '../world/bridge-client.ts';
import { callsOf, dialsTo, noted, seenAs } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { Operator } from '../world/operator.ts';
import {
  apacBase,
  base,
  type MeetingJson,
  organizer,
  type Product,
  until,
  type World,
} from '../world/world.ts';

const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;
const roomsOf = (...names: readonly string[]) =>
  names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) }));

/** From the look to the start there is time for everything that a loaded machine does slowly. */
const conference = { preflight: '30s', setup: '0s', teardown: '4s', lead: '2s', passcode: 'random' };

function booking(world: World, product: Product, room: string, inS: number, lasts = 600) {
  const start = inSeconds(inS);
  const end = new Date(start.getTime() + lasts * 1_000);
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [mailboxOf(room)], subject: `In the ${room}`, start, end },
  });
  const that = (isAsWished: (meeting: MeetingJson) => boolean, timeout = 90_000) =>
    world.meetingThat(product, event.iCalUId, isAsWished, timeout);
  const told = (text: string) =>
    until(
      async () => world.graph.outlook.event(organizer, event)?.body.content.includes(text) || undefined,
      30_000,
      () => `${text} is not in ${world.graph.outlook.event(organizer, event)?.body.content}`,
    );
  return { event, start, end, that, told };
}

const numbered = (booked: ReturnType<typeof booking>) => booked.that(({ number }) => number !== null);
const placeholder = (number: string) => `TMS_Scheduled_Meeting_${number}`;

describe.concurrent('ahead of a start', () => {
  test(
    'a slot that was deleted is made again, one that was opened is locked, one that is occupied is left',
    () =>
      inWorld(
        { rooms: roomsOf('deleted', 'opened', 'occupied', 'well', 'profiles', 'method'), conference },
        async (world, product) => {
          const { cms } = world;
          const names = ['deleted', 'opened', 'occupied', 'well', 'profiles', 'method'] as const;
          const all = names.map((name) => [name, booking(world, product, name, 60)] as const);
          const of = Object.fromEntries(all) as Record<(typeof names)[number], ReturnType<typeof booking>>;
          const numberOf = new Map<string, string>();
          for (const [name, booked] of all) numberOf.set(name, (await numbered(booked)).number ?? '');
          const spaceOf = (name: string) => cms.space(numberOf.get(name) ?? '');
          const admin = bridgeClient(world, cms.bridge(0));

          // The sweeps after a start put right the same things: they are over when the time of the looks begins.
          const looksBegin = of.deleted.start.getTime() - 30_000;
          await until(async () => Date.now() > looksBegin - 6_000 || undefined, 60_000);
          cms.removeSpace(spaceOf('deleted')?.id ?? '');
          await admin('PUT', `coSpaces/${spaceOf('opened')?.id}`, {
            nonMemberAccess: 'true',
            name: 'Mine now',
          });
          await admin('PUT', `coSpaces/${spaceOf('occupied')?.id}`, { nonMemberAccess: 'true' });
          expect(cms.join(numberOf.get('occupied') ?? '', { name: 'Eve' })).toMatchObject({ joined: true });
          await admin('PUT', `coSpaces/${spaceOf('profiles')?.id}`, { callProfile: '', callLegProfile: '' });
          const wayIn = { uri: 'way.in', callId: '4711', passcode: '1' };
          await admin('POST', `coSpaces/${spaceOf('method')?.id}/accessMethods`, wayIn);

          const [deleted, opened, occupied, profiles, method] = await Promise.all(
            (['deleted', 'opened', 'occupied', 'profiles', 'method'] as const).map((name) =>
              of[name].that((meeting) => noted(meeting, 'preflight-failed').length > 0),
            ),
          );
          expect(noted(deleted as MeetingJson, 'preflight-failed')).toMatchObject([{ check: 'slot' }]);
          expect(noted(opened as MeetingJson, 'preflight-failed')).toMatchObject([{ check: 'slot' }]);
          expect(noted(profiles as MeetingJson, 'preflight-failed')).toMatchObject([{ check: 'profiles' }]);
          expect(noted(method as MeetingJson, 'preflight-failed')).toMatchObject([{ check: 'profiles' }]);
          await until(async () => spaceOf('method')?.accessMethods.length === 0 || undefined, 15_000);
          expect(occupied?.number).toBe(numberOf.get('occupied'));

          // What can be put right in place keeps its number; nobody is told anything.
          await until(async () => spaceOf('deleted')?.nonMemberAccess === false || undefined, 15_000);
          await until(
            async () => spaceOf('opened')?.name === placeholder(numberOf.get('opened') ?? '') || undefined,
            15_000,
          );
          expect(spaceOf('opened')).toMatchObject({ nonMemberAccess: false });

          // Somebody is in: the meeting gets another number of the same cluster, in time, and its organizer is told.
          const moved = await of.occupied.that((meeting) => noted(meeting, 'rehomed').length > 0);
          const old = numberOf.get('occupied') ?? '';
          expect(moved.cluster).toBe('emea');
          expect(moved.number).not.toBe(old);
          expect(noted(moved, 'rehomed')).toMatchObject([
            { from: `emea ${old}`, cluster: 'emea', number: moved.number },
          ]);
          await of.occupied.told(moved.number ?? '');

          for (const [name, booked] of all) {
            const open = await booked.that((meeting) => noted(meeting, 'dialled').length === 1);
            expect(Number(noted(open, 'opened')[0]?.late), `${name} is open in time`).toBeLessThan(3_000);
            expect(open.number, name).toBe(name === 'occupied' ? moved.number : numberOf.get(name));
            expect(callsOf(cms, open.number ?? '').length, name).toBe(1);
            expect(noted(open, 'rehomed').length, name).toBe(name === 'occupied' ? 1 : 0);
          }
          // Who was in the old one is put out when its sign goes up, and nobody else comes in there.
          await until(
            async () => spaceOf('occupied')?.name.includes(moved.number ?? '-') || undefined,
            15_000,
          );
          expect(spaceOf('occupied')).toMatchObject({ nonMemberAccess: false });
          const well = await of.well.that(() => true);
          expect(noted(well, 'preflight-failed')).toEqual([]);
          const looks = cms.log.filter(
            ({ method, path, at }) =>
              method === 'GET' &&
              path.toLowerCase().endsWith(`/cospaces/${spaceOf('well')?.id}`) &&
              at < of.well.start.getTime(),
          );
          expect(looks.length, 'one GET for one meeting').toBe(1);
        },
      ),
    240_000,
  );

  test(
    'a cluster that is dead is left for the next, with the number, the invitation and the sign of it',
    () =>
      inWorld(
        {
          rooms: roomsOf('board', 'next'),
          callBridges: ['cms1', 'cms2'],
          apac: ['cms3', 'cms4'],
          conference,
        },
        async (world, product) => {
          const { cms, apac } = world;
          const board = booking(world, product, 'board', 48, 20);
          const { number: old = '' } = await numbered(board);
          expect(old).toBe(String(base));
          await board.told(String(base));
          for (const bridge of cms.bridges) await bridge.kill();

          const moved = await board.that(({ cluster }) => cluster === 'apac');
          expect(Date.now(), 'in peace').toBeLessThan(board.start.getTime() - 4_000);
          expect(moved).toMatchObject({ number: String(apacBase), uri: `${apacBase}@apac.example.com` });
          expect(noted(moved, 'preflight-failed')).toMatchObject([{ check: 'call-bridge' }]);
          expect(noted(moved, 'rehomed')).toMatchObject([
            { from: `emea ${old}`, cluster: 'apac', number: String(apacBase) },
          ]);
          await board.told(`${apacBase}@apac.example.com`);

          // It comes back before the start: the meeting stays where it is, and the old number says where that is.
          for (const bridge of cms.bridges) await bridge.restart();
          for (const bridge of cms.bridges) await seenAs(world, product, bridge, 'up');
          const open = await board.that((meeting) => noted(meeting, 'dialled').length === 1);
          expect(open).toMatchObject({ cluster: 'apac', number: String(apacBase), state: 'open' });
          expect(noted(open, 'rehomed')).toHaveLength(1);
          expect(callsOf(apac, String(apacBase))).toHaveLength(1);
          expect(callsOf(cms, String(old))).toHaveLength(0);
          expect(dialsTo(apac, sipOf('board'))).toBe(1);
          expect(dialsTo(cms, sipOf('board'))).toBe(0);
          const space = () => cms.space(String(old));
          await until(
            async () => space()?.name.includes(`${apacBase}@apac.example.com`) || undefined,
            15_000,
          );
          expect(space()).toMatchObject({ nonMemberAccess: false, passcode: '' });
          expect(space()?.name).not.toContain('board');

          // Nobody else gets the old number while people may dial it; afterwards it is free and nameless.
          const next = booking(world, product, 'next', 2);
          expect((await numbered(next)).number).not.toBe(old);
          // A room that hangs up before it was seen in would be called again.
          world.graph.outlook.cancel(board.event);
          await board.that((meeting) => noted(meeting, 'closed').length === 1, 60_000);
          await until(async () => space()?.name === placeholder(String(old)) || undefined, 40_000);
          await board.that((meeting) => noted(meeting, 'released').length === 1, 60_000);
        },
      ),
    240_000,
  );

  test(
    'a call bridge that is dead is only spoken of where another has the same number',
    () =>
      inWorld({ rooms: roomsOf('board'), apac: ['cms3'], conference }, async (world, product) => {
        const { cms } = world;
        const board = booking(world, product, 'board', 40);
        const { number } = await numbered(board);
        await cms.bridge(0).kill();
        const warned = await board.that((meeting) => noted(meeting, 'preflight-failed').length > 0);
        expect(noted(warned, 'preflight-failed')).toMatchObject([{ check: 'call-bridge' }]);
        const open = await board.that((meeting) => noted(meeting, 'dialled').length === 1);
        expect(open).toMatchObject({ number, cluster: 'emea', callBridge: cms.bridge(1).url });
        expect(noted(open, 'rehomed')).toEqual([]);
        expect(noted(open, 'failed-over')).toEqual([]);
      }),
    240_000,
  );

  test(
    'a cluster that is full is left for the next, and one that has no other keeps its number and starts',
    () =>
      inWorld(
        { rooms: roomsOf('board', 'huddle'), callBridges: ['cms1'], apac: ['cms3'], conference },
        async (world, product) => {
          const { cms, apac } = world;
          const board = booking(world, product, 'board', 45);
          expect(await numbered(board)).toMatchObject({ cluster: 'emea' });
          await fill(world, 'emea');
          const moved = await board.that(({ cluster }) => cluster === 'apac');
          expect(noted(moved, 'preflight-failed')).toMatchObject([
            { check: 'capacity', reason: expect.stringMatching(/ has a load of 50 of 50$/) },
          ]);
          await board.told(`${apacBase}@apac.example.com`);
          const away = await board.that((meeting) => noted(meeting, 'dialled').length === 1);
          expect(dialsTo(apac, sipOf('board'))).toBe(1);
          expect(callsOf(cms, String(base))).toHaveLength(0);

          // Now both are: a start that a call bridge may refuse is better than none. What a look ahead has been told serves
          // others for half a minute, so that this one's is later than the one above.
          await fill(world, 'apac');
          const huddle = booking(world, product, 'huddle', 50);
          const { number } = await numbered(huddle);
          const open = await huddle.that((meeting) => noted(meeting, 'dialled').length === 1);
          expect(open).toMatchObject({ number, state: 'open' });

          // Nobody can be moved from the one to the other.
          const olga = new Operator(world, product);
          const { id = '' } = olga.seated().find(({ uri }) => uri === sipOf('huddle')) ?? {};
          expect(await olga.move(open, [id], away)).toMatchObject({
            ...{ state: 'refused', refusal: 'another-cluster' },
          });
          expect(olga.numbersOf(sipOf('huddle'))).toEqual([number]);
        },
      ),
    240_000,
  );
});

/** Two people talk, and the limit is what that takes. */
async function fill(world: World, place: 'emea' | 'apac'): Promise<void> {
  const cluster = place === 'emea' ? world.cms : world.apac;
  cluster.addSpace({ name: 'Town hall', uri: '1234', callId: '1234' });
  for (const name of ['Ann', 'Bob']) expect(cluster.join('1234', { name })).toMatchObject({ joined: true });
  const ask = bridgeClient(world, cluster.bridge(0));
  await ask('PUT', 'system/configuration/cluster', { loadLimit: '50' });
}
