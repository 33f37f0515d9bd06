/** The program that a contender runs in: the same conferences at the same second, started in another way. */
import { readFileSync } from 'node:fs';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import {
  type Ask,
  asker,
  type BridgeLogin,
  type Conference,
  inThree,
  poolTo,
  type Request,
  warmUp,
} from './three-requests.ts';

export type Way = 'tms' | 'bare' | 'bullmq';

export interface ContenderOrder {
  readonly way: Way;
  readonly bridge: BridgeLogin;
  readonly ca: string;
  readonly connections: number;
  readonly meetings: readonly Conference[];
  /** Epoch ms at which all of them are due. */
  readonly due: number;
  readonly redisUrl: string;
  /** File of the recorded sequence. */
  readonly trace: string;
}

interface Recorded {
  readonly method: Request['method'];
  readonly path: string;
  readonly status: number;
  readonly requestForm?: readonly (readonly [string, string])[];
}

/** What TMS sends, in the order in which it was recorded, with this conference's names in place of the recorded ones. */
function asTms(trace: string): (ask: Ask, conference: Conference) => Promise<void> {
  const { steps } = JSON.parse(readFileSync(trace, 'utf8')) as {
    steps: { step: string; exchanges: Recorded[] }[];
  };
  const recorded = steps.find(({ step }) => step === 'start')?.exchanges ?? [];
  const opening = recorded.find(({ method }) => method === 'PUT');
  const recordedSpace = opening?.path.split('/').at(-1) ?? '';
  return async (ask, { space, title, sip }) => {
    let call = '';
    for (const { method, path, status, requestForm } of recorded) {
      const dials = /\/calllegs$/i.test(path) && method === 'POST';
      if (dials && sip === undefined) continue;
      const values: Record<string, string> = { name: title, coSpace: space, remoteParty: sip ?? '' };
      const id = await ask({
        method,
        path: path.replace(recordedSpace, space).replace(/(?<=\/calls\/)[^/]+/, call),
        anonymous: status === 401,
        ...(requestForm && { form: requestForm.map(([name, value]) => [name, values[name] ?? value]) }),
      });
      if (method === 'POST' && path.endsWith('/calls')) call = id;
    }
  };
}

async function allAt(
  due: number,
  step: (conference: Conference) => Promise<void>,
  all: readonly Conference[],
) {
  await Promise.all(
    all.map(async (conference) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
      await step(conference);
    }),
  );
}

/** A delayed job for each conference, due at its second, which does what `inThree` does. */
async function asJobs({ redisUrl, meetings, due }: ContenderOrder, ask: Ask): Promise<void> {
  const connect = () => new Redis(redisUrl, { maxRetriesPerRequest: null });
  const connections = [connect(), connect()] as const;
  const queue = new Queue<Conference>('bench', { connection: connections[0] });
  let left = meetings.length;
  let finish: (error?: Error) => void = () => {};
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const worker = new Worker<Conference>(
    'bench',
    async ({ data }) => {
      await inThree(ask, data);
      left -= 1;
      if (left === 0) finish();
    },
    { connection: connections[1], concurrency: 200 },
  );
  worker.on('failed', (_, error) => finish(error));
  worker.on('error', finish);
  await queue.addBulk(
    meetings.map((data) => ({ name: 'start', data, opts: { delay: Math.max(0, due - Date.now()) } })),
  );
  try {
    await finished;
  } finally {
    await worker.close();
    await queue.close();
    for (const connection of connections) connection.disconnect();
  }
}

async function start(order: ContenderOrder): Promise<void> {
  const { way, bridge, ca, connections, due, meetings, trace } = order;
  const pool = poolTo(bridge.url, connections, ca);
  const ask = asker(pool, bridge);
  try {
    await warmUp(ask, connections);
    if (way === 'bullmq') await asJobs(order, ask);
    else if (way === 'bare') await allAt(due, (conference) => inThree(ask, conference), meetings);
    else {
      const replay = asTms(trace);
      await allAt(due, (conference) => replay(ask, conference), meetings);
    }
  } finally {
    await pool.destroy();
  }
}

process.on('message', (order: ContenderOrder) => {
  start(order).then(
    () => process.send?.({ value: undefined }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
