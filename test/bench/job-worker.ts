/** The program that a plain BullMQ worker runs in: it starts conferences as jobs tell it, until it is killed. */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { asker, type BridgeLogin, type Conference, inThree, poolTo, warmUp } from './three-requests.ts';

export interface JobWorkerOrder {
  readonly bridge: BridgeLogin;
  readonly ca: string;
  readonly connections: number;
  readonly redisUrl: string;
  readonly queue: string;
}

process.on('message', async ({ bridge, ca, connections, redisUrl, queue }: JobWorkerOrder) => {
  const ask = asker(poolTo(bridge.url, connections, ca), bridge);
  await warmUp(ask, connections);
  // All else is as BullMQ has it by default: a job whose worker has died is found after half a minute or more.
  const worker = new Worker<Conference>(queue, ({ data }) => inThree(ask, data), {
    connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
    concurrency: 200,
  });
  await worker.waitUntilReady();
  process.send?.({ value: undefined });
});
process.on('disconnect', () => process.exit());
