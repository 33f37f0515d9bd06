/** A call bridge that is lost in mid-meeting: the conference is brought up on the next one, and people are called again. */
import { expect, test } from 'vitest';
import { callsOf, dialsTo, noted } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { organizer, type Product, type World } from '../world/world.ts';

const rooms = ['boardroom', 'huddle'].map((name) => ({
  mailbox: `${name}@example.com`,
  sip: `${name}@video.example.com`,
}));
const sips = rooms.map(({ sip }) => sip);

/** A meeting in both rooms, with both of them in. */
async function inBothRooms(world: World, product: Product, subject: string) {
  const { iCalUId } = world.graph.outlook.book({
    ...{ organizer, rooms: rooms.map(({ mailbox }) => mailbox), subject },
    start: inSeconds(4),
    end: inSeconds(600),
  });
  const meeting = await world.meetingThat(
    product,
    iCalUId,
    (one) => noted(one, 'dialled').length === 2,
    40_000,
  );
  await world.cms.waitFor(
    () => world.cms.bridges.flatMap((b) => b.legs()).filter((l) => l.state === 'connected').length === 2,
  );
  return { ...meeting, number: meeting.number ?? '' };
}

test(
  'the conference is recovered with its number, its rooms called again and its people let in',
  () =>
    inWorld({ rooms }, async (world, product) => {
      const { cms } = world;
      const { key, number, passcode } = await inBothRooms(world, product, 'Budget');
      const ann = cms.join(number, { name: 'Ann', passcode: passcode ?? '', bridge: 'cms1' });
      expect(ann).toMatchObject({ joined: true });
      await cms.bridge(0).kill();
      const recovered = await world.meetingThat(
        product,
        key,
        (one) => noted(one, 'dialled').length === 4,
        40_000,
      );
      expect(recovered).toMatchObject({ state: 'open', number, callBridge: cms.bridge(1).url });
      expect(sips.map((sip) => dialsTo(cms, sip))).toEqual([2, 2]);
      expect(callsOf(cms, number).map(({ bridge }) => bridge)).toEqual(['cms1', 'cms2']);
      expect(noted(recovered, 'bridge-lost')).toHaveLength(1);
      expect(noted(recovered, 'recovered')).toMatchObject([{ callBridge: cms.bridge(1).url }]);
      const again = cms.join(number, { name: 'Ann', passcode: passcode ?? '' });
      expect(again).toMatchObject({ joined: true });
    }),
  120_000,
);
