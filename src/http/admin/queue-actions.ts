/** `GET /api/queues`, `/api/queues/<name>/failing`, and `POST /api/queues/<name>/actions`: the work that waits, in our words. */
import type { z } from 'zod';
import { iso } from '../../conference/view.ts';
import { queueNames } from '../../queues.ts';
import { acted, failingList, queueAction, queueList } from '../api/queues.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readBody } from './route.ts';

export interface QueuePorts {
  listQueues(): Promise<z.infer<typeof queueList>['queues']>;
  /** Undefined for no such queue. `since` in epoch ms. */
  listFailing(name: string): Promise<
    | readonly {
        readonly key: string;
        readonly since: number;
        readonly times: number;
        readonly why: string;
      }[]
    | undefined
  >;
  /** Whether there was anything to do; undefined for no such queue. */
  actOnQueue(name: string, action: z.output<typeof queueAction>): Promise<boolean | undefined>;
}

type Deps = QueuePorts & { readonly log: HttpLog };

const noQueue = () => new Problem(404, `No queue has this name; there are ${queueNames.join(', ')}.`);

export function queuesRoute({ listQueues, log }: Deps): Route {
  return {
    url: '/api/queues',
    needs: 'viewer',
    described: { summary: 'What waits to be done.', gives: queueList },
    answer: async () => ({ queues: await fromRedis(log, listQueues) }),
  };
}

export function failingRoute({ listFailing, log }: Deps): Route {
  return {
    url: '/api/queues/:name/failing',
    needs: 'viewer',
    described: { summary: 'What has failed, and is tried again.', gives: failingList },
    answer: async (request) => {
      const { name } = request.params as { name: string };
      const found = await fromRedis(log, () => listFailing(name));
      if (found === undefined) throw noQueue();
      return { failing: found.map((one) => ({ ...one, since: iso(one.since) })) };
    },
  };
}

export function queueActionRoute({ actOnQueue, log }: Deps): Route {
  return {
    url: '/api/queues/:name/actions',
    method: 'POST',
    needs: 'administrator',
    described: {
      summary:
        'Pause or resume a queue, try something again now, or drop it until somebody asks for it again.',
      body: queueAction,
      gives: acted,
    },
    answer: async (request) => {
      const { name } = request.params as { name: string };
      const action = readBody(request, queueAction);
      const done = await fromRedis(log, () => actOnQueue(name, action));
      if (done === undefined) throw noQueue();
      return { done };
    },
  };
}
