/** A call bridge that is lost in mid-meeting: the conference is brought up on the next one, and people are called again. */
import { expect, test } from 'vitest';
import { callsOf, dialsTo, noted, seenAs } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { organizer, type Product, type World } from '../world/world.ts';

const rooms = ['boardroom', 'huddle'].map((name) => ({
  mailbox: `${name}@example.com`,
  sip: `${name}@video.example.com`,
}));
const sips = rooms.map(({ sip }) => sip);

/** A meeting in both rooms, with both of them in. */
async function inBothRooms(world: World, product: Product) {
  const { cms, graph } = world;
  const event = graph.outlook.book({
    ...{ organizer, rooms: rooms.map(({ mailbox }) => mailbox), subject: 'Budget' },
    ...{ start: inSeconds(4), end: inSeconds(900) },
  });
  const wanted = (one: Parameters<typeof noted>[0]) => noted(one, 'dialled').length === 2;
  const { number, passcode } = await world.meetingThat(product, event.iCalUId, wanted, 60_000);
  await cms.waitFor(() => legsIn(world) === 2, 30_000);
  return { event, number: number ?? '', passcode: passcode ?? '' };
}

function legsIn({ cms }: World): number {
  return cms.bridges.flatMap((bridge) => bridge.legs()).filter(({ state }) => state === 'connected').length;
}

test(
  'it is recovered once for each loss, with its number, and ended for good whatever comes back',
  () =>
    inWorld({ rooms, callBridges: ['cms1', 'cms2', 'cms3'] }, async (world, product) => {
      const { cms, graph } = world;
      const { event, number, passcode } = await inBothRooms(world, product);
      expect(cms.join(number, { name: 'Ann', passcode, bridge: 'cms1' })).toMatchObject({ joined: true });
      for (const [lost, next, times] of [
        ['cms1', 'cms2', 1],
        ['cms2', 'cms3', 2],
      ] as const) {
        await cms.waitFor(() => legsIn(world) >= 2, 30_000);
        await cms.bridge(lost).kill();
        const recovered = await world.meetingThat(
          product,
          event.iCalUId,
          (one) => noted(one, 'recovered').length === times && noted(one, 'dialled').length === 2 + 2 * times,
          60_000,
        );
        expect(recovered).toMatchObject({ state: 'open', number, callBridge: cms.bridge(next).url });
        expect(noted(recovered, 'recovered').at(-1)).toMatchObject({ callBridge: cms.bridge(next).url });
        expect(sips.map((sip) => dialsTo(cms, sip))).toEqual([times + 1, times + 1]);
        expect(cms.join(number, { name: 'Ann', passcode, bridge: next })).toMatchObject({ joined: true });
      }
      expect(callsOf(cms, number).map(({ bridge }) => bridge)).toEqual(['cms1', 'cms2', 'cms3']);

      for (const name of ['cms1', 'cms2']) {
        await cms.bridge(name).restart();
        await seenAs(world, product, cms.bridge(name), 'up');
      }
      graph.outlook.cancel(event);
      await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'cancelled', 60_000);
      await cms.waitFor(() => cms.bridges.every((bridge) => bridge.calls().length === 0), 30_000);
      expect(sips.map((sip) => dialsTo(cms, sip))).toEqual([3, 3]);
    }),
  280_000,
);
