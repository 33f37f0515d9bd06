/** A meeting whose process dies while it is given another place: one number in the end, and nothing held for nobody. */
import { it } from 'vitest';
import { SlotStore } from '../../src/redis/slots.ts';
import { inSeconds } from '../world/graph-side.ts';
import { apacBase, type MeetingJson, organizer, until } from '../world/world.ts';
import { Scene } from './scene.ts';

/** What Redis is not told any more. */
const writes = [
  { name: 'the new place', pattern: /"rehomed"/ },
  { name: 'the old slot, held for itself', pattern: /moved:80991000:/ },
  { name: 'what was left', pattern: /"state":"held"/ },
];

it.concurrent.for(writes)(
  'a meeting has one place though its process dies in the middle of the change, before it writes $name',
  { timeout: 240_000 },
  async ({ pattern }, { expect }) => {
    const scene = await Scene.create('the same process, restarted', {
      apac: ['cms3'],
      conference: { preflight: '30s', extension: { times: 0 } },
    });
    try {
      const { graph, cms, apac } = scene.world;
      await scene.start();
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['boardroom@example.com'], subject: 'One place' },
        ...{ start: inSeconds(60), end: inSeconds(90) },
      });
      const that = (isAsWished: (meeting: MeetingJson) => boolean, timeout = 100_000) =>
        scene.world.meetingThat(scene.witness, event.iCalUId, isAsWished, timeout);
      const { key } = await that(({ number }) => number !== null);
      const count = ({ timeline = [] }: MeetingJson, what: string) =>
        timeline.filter((entry) => entry.what === what).length;
      const killed = scene.killAtWrite(pattern);
      for (const bridge of cms.bridges) await bridge.kill();
      await killed;
      await scene.recover();
      const moved = await that(({ cluster }) => cluster === 'apac');
      expect(moved.number).toBe(String(apacBase));
      const open = await that((meeting) => count(meeting, 'dialled') === 1);
      expect(count(open, 'rehomed')).toBe(1);
      const slots = new SlotStore(scene.redis.redis);
      expect(await slots.heldBy('apac', key)).toMatchObject({ number: String(apacBase) });
      expect(await slots.heldBy('emea', key)).toBeUndefined();
      expect(await slots.count('emea')).toBe(1);
      for (const bridge of cms.bridges) await bridge.restart();
      await that((meeting) => count(meeting, 'released') === 1);
      await until(
        async () => (await slots.count('emea')) + (await slots.count('apac')) === 0 || undefined,
        60_000,
      );
      expect(apac.events.filter(({ kind }) => kind === 'callStarted')).toHaveLength(1);
      expect(cms.events.filter(({ kind }) => kind === 'callStarted')).toHaveLength(0);
    } finally {
      await scene.destroy();
    }
  },
);
