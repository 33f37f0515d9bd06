/** Conferences that are in hand of a process when it is killed are taken over by another one because its line is closed. */
import { it } from 'vitest';
import { processesKey } from '../../src/redis/heartbeat.ts';
import { inSeconds } from '../world/graph-side.ts';
import { callsOf, dialsOf, roomsNamed, words } from '../world/roll-call.ts';
import { organizer } from '../world/world.ts';
import { Scene } from './scene.ts';

it('conferences that a process was at when it was killed are held once, though its sign never ends', {
  timeout: 240_000,
}, async ({ expect }) => {
  const names = ['red', 'green', 'blue', 'white', 'black', 'grey'];
  const scene = await Scene.create('another worker', { rooms: roomsNamed(...names) });
  try {
    const { graph, cms } = scene.world;
    const { redis } = scene.redis;
    await scene.start();
    const signs = async () => await redis.keys('roombridge:process:*');
    await expect.poll(signs, { timeout: 60_000 }).toHaveLength(2);
    const [start, end] = [inSeconds(8), inSeconds(900)];
    const events = names.map((name) =>
      graph.outlook.book({ organizer, rooms: [`${name}@example.com`], subject: name, start, end }),
    );
    await scene.killAtCms({ method: 'POST', path: /\/calls$/i }, 'unanswered');
    // Who lives beats, and its sign is as short as ever.
    for (const sign of await signs()) await redis.pexpire(sign, 3_600_000);
    for (const event of events) {
      const open = await scene.world.meetingThat(
        scene.witness,
        event.iCalUId,
        (meeting) => words(meeting).includes('dialled'),
        60_000,
      );
      expect.soft(callsOf(cms, open.number ?? ''), `calls of ${open.title}`).toHaveLength(1);
      expect.soft(dialsOf(cms, open.title), `dials of ${open.title}`).toHaveLength(1);
      expect.soft(words(open).filter((what) => what === 'opened')).toHaveLength(1);
    }
    await expect.poll(signs, { timeout: 30_000 }).toHaveLength(1);
    expect(await redis.scard(processesKey)).toBe(1);
  } finally {
    await scene.destroy();
  }
});
