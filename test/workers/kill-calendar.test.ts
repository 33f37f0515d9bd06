/** A room's worker that is killed in the middle of each step that writes: one subscription, one meeting, one slot. */
import { it } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { organizer } from '../world/world.ts';
import { cases, Scene, soon, successors } from './scene.ts';

const boardroom = 'boardroom@example.com';
const rooms = [boardroom, 'huddle@example.com'];

it.concurrent.for(cases)(
  'a room has one subscription though its process dies at making and renewing it ($moment, $successor)',
  { timeout: 120_000 },
  async ({ successor, moment }, { expect }) => {
    const scene = await Scene.create(successor);
    try {
      const { graph } = scene.world;
      const subscribed = () =>
        [...graph.subscriptions.values()]
          .map(({ mailbox }) => mailbox.address)
          .sort()
          .join();
      const atCreation = scene.killAtGraph({ method: 'POST', path: /\/subscriptions$/ }, moment);
      await Promise.all([scene.start(), atCreation]);
      await scene.recover();
      await graph.waitFor(() => subscribed() === rooms.join(), soon);
      const known = async () => (await scene.redis.redis.hkeys('roombridge:subscriptions')).sort();
      await expect.poll(known, { timeout: soon }).toEqual([...graph.subscriptions.keys()].sort());

      const before = new Map(graph.subscriptions);
      const id = [...before.values()].find(({ mailbox }) => mailbox.address === boardroom)?.id ?? '';
      const atRenewal = scene.killAtGraph({ method: 'PATCH', path: /\/subscriptions\// }, moment);
      graph.sendLifecycle(boardroom, 'reauthorizationRequired');
      await atRenewal;
      await scene.recover();
      const acted = async () =>
        await scene.redis.redis.hget(`roombridge:room:${boardroom}`, 'reauthorizationRequired');
      await expect.poll(acted, { timeout: soon }).toBeNull();
      expect.soft([...graph.subscriptions.keys()].sort()).toEqual([...before.keys()].sort());
      expect.soft(graph.subscriptions.get(id)?.expires).toBeGreaterThan(before.get(id)?.expires ?? 0);
      expect.soft(graph.log.some(({ method }) => method === 'DELETE')).toBe(false);
    } finally {
      await scene.destroy();
    }
  },
);

it.concurrent.for(successors)(
  'a booking becomes one meeting with one slot though its process dies between any two records (%s)',
  { timeout: 150_000 },
  async (successor, { expect }) => {
    const scene = await Scene.create(successor);
    try {
      const { graph } = scene.world;
      const { redis } = scene.redis;
      await scene.start();
      await graph.waitFor(() => graph.subscriptions.size === rooms.length, 30_000);
      // Each is the beginning of a record; what came before it stands, it and what follows is lost.
      const records: [string, RegExp][] = [
        ['the meeting', /\r\nroom:[^\r]*@example\.com\r\n/],
        ['the reservation', /\r\nroombridge:\{slots:emea\}\r\n[\s\S]*?(lowest|prefer)/],
        ['the slot of the meeting', /\r\nplacement\r\n/],
        [
          'the ring of the conference',
          /\r\nroombridge:\{agenda:conference\}:due\r\n[\s\S]*@|agenda:conference\}:rev/,
        ],
        ['the delta link', /\r\nroombridge:room:[^\r]*:sync\r\n\$\d+\r\ndeltaLink\r\n/],
      ];
      const events = [];
      for (const [subject, record] of records) {
        const killed = scene.killAtWrite(record);
        const event = graph.outlook.book({
          ...{ organizer, rooms, subject },
          start: inSeconds(3_600 * (events.length + 1)),
          end: inSeconds(3_600 * (events.length + 1) + 1_800),
        });
        events.push(event);
        await killed;
        await scene.recover();
        const planned = await scene.world.meetingThat(
          scene.witness,
          event.iCalUId,
          ({ state, rooms: booked, timeline = [] }) =>
            state === 'planned' &&
            booked.length === rooms.length &&
            timeline.some(({ what }) => what === 'invitation-written'),
          soon,
        );
        expect.soft(planned, subject).toMatchObject({ title: subject, number: '80991000' });
      }
      expect.soft(await redis.hlen('roombridge:{slots:emea}:reservations'), 'slots held').toBe(events.length);
      const listed = await scene.world.meetings(scene.witness);
      expect.soft(listed.map(({ key }) => key).sort()).toEqual(events.map(({ iCalUId }) => iCalUId).sort());
      const due = await redis.zrange('roombridge:{agenda:conference}:due', 0, -1);
      expect.soft(due.sort()).toEqual(events.map(({ iCalUId }) => iCalUId).sort());
    } finally {
      await scene.destroy();
    }
  },
);
