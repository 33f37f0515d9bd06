/** The running product tells of a call bridge that is down, and of its return, though it dies and ends in between. */
import { expect, it } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { Receiver, secret } from '../workers/receiver.ts';
import { inWorld } from '../world/in-world.ts';

const severities = ['critical', 'warning'];

it('a webhook and a mailbox hear of what opens and closes', { timeout: 300_000 }, async () => {
  const redis = await startRedis();
  const receiver = await Receiver.open();
  const tickets = {
    tell: [
      { url: receiver.url, secret, severities },
      { mail: ['ops@example.com'], from: 'ann@example.com', severities },
    ],
  };
  try {
    await inWorld({ redisUrl: redis.url, config: { tickets } }, async (world, product) => {
      const address = world.cms.bridge('cms1').url;
      const subjects = () => world.graph.mails.map(({ subject }) => subject);
      receiver.answering = 503;
      await world.cms.bridge('cms1').kill();
      await expect.poll(() => receiver.heard, { timeout: 90_000 }).toContain(`opened ${address}`);
      const title = `A call bridge does not answer (${address})`;
      await expect.poll(subjects, { timeout: 30_000 }).toEqual([`[Roombridge] warning: ${title}`]);

      product.kill('SIGKILL');
      await product.ended;
      receiver.answering = 204;
      receiver.received.length = 0;
      const heir = await world.start();
      await expect.poll(() => receiver.heard, { timeout: 60_000 }).toEqual([`opened ${address}`]);

      // A receiver that does not answer holds up no end.
      receiver.answering = 'silent';
      await world.cms.bridge('cms1').restart();
      const heard = [`opened ${address}`, `closed ${address}`];
      await expect.poll(() => receiver.heard, { timeout: 90_000 }).toEqual(heard);
      const asked = performance.now();
      heir.kill('SIGTERM');
      expect(await heir.ended).toBe(0);
      expect(performance.now() - asked).toBeLessThan(5_000);
      receiver.answering = 204;
      await world.start();
      await expect.poll(() => receiver.heard, { timeout: 60_000 }).toEqual([...heard, heard[1]]);
      expect(receiver.received[2]?.id).toBe(receiver.received[1]?.id);
      await expect
        .poll(subjects, { timeout: 30_000 })
        .toEqual([`[Roombridge] warning: ${title}`, `[Roombridge] closed: ${title}`]);
    });
  } finally {
    await receiver.close();
    await redis.close();
  }
});
