/** Telling the organizer, killed in the middle of the write: the block is written once, and taken out once. */
import { it } from 'vitest';
import { bodyWrites, inSeconds } from '../world/graph-side.ts';
import { organizer } from '../world/world.ts';
import { cases, Scene, soon } from './scene.ts';

const mark = 'id="roombridge-joining"';

it.concurrent.for(cases)(
  'an invitation is written and removed once though its process dies over it ($moment, $successor)',
  { timeout: 120_000 },
  async ({ successor, moment }, { expect }) => {
    const scene = await Scene.create(successor);
    try {
      const { graph } = scene.world;
      await scene.start();
      const content = '<html><body><p>Bring your own pens.</p></body></html>';
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['boardroom@example.com'], subject: 'Pens' },
        ...{ start: inSeconds(3_600), end: inSeconds(7_200) },
        body: { contentType: 'html', content },
      });
      const body = () => graph.outlook.event(organizer, event)?.body.content ?? '';
      const patched = { method: 'PATCH', path: /\/events\//, mailbox: organizer };
      const words = async () =>
        (await scene.world.meeting(scene.witness, event.iCalUId))?.timeline?.map(({ what }) => what) ?? [];

      const atWriting = scene.killAtGraph(patched, moment);
      await atWriting;
      expect(body().includes(mark), 'written before the kill').toBe(moment !== 'before');
      await scene.recover();
      await graph.waitFor(() => body().includes(mark), soon);
      const invited = () => scene.redis.redis.zcard('roombridge:{agenda:invitation}:due');
      await expect.poll(invited, { timeout: soon }).toBe(0);
      expect.soft(body().split(mark)).toHaveLength(2);

      const atRemoval = scene.killAtGraph(patched, moment);
      graph.outlook.declineByRoom('boardroom@example.com', event.iCalUId);
      await atRemoval;
      await scene.recover();
      await graph.waitFor(() => body() === content, soon);
      await expect.poll(invited, { timeout: soon }).toBe(0);
      expect.soft(body()).toBe(content);
      // Where the request was performed and its answer lost, the log of answered requests lacks it.
      const unseen = moment === 'unanswered' ? 2 : 0;
      expect.soft(bodyWrites(graph, organizer).length + unseen, 'writes').toBe(2);
      const told = (await words()).filter((what) => what.startsWith('invitation-'));
      expect.soft(told).toEqual(['invitation-written', 'invitation-removed']);
    } finally {
      await scene.destroy();
    }
  },
);
