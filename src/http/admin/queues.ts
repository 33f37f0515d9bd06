/** `/queues`: bull-board over the queues, which fetches nothing from elsewhere and shows in no foreign frame. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../problem.ts';
import { type Auditing, refusalOf } from './route.ts';

const path = '/queues';

/** Its pages, which it would look for beside its own code. */
const uiBasePath = dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));

/** Milliseconds; BullMQ waits for a lost Redis without end, an administrator does not. */
const patience = 5_000;

/** The page asks for a font of Google's, which a server room may not reach and need not tell. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'";

export function addQueues(instance: FastifyInstance, queues: readonly Queue[], audit: Auditing): void {
  const adapter = new FastifyAdapter().setBasePath(path);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: { uiBasePath, uiConfig: { boardTitle: 'Roombridge' } },
  });
  instance.register((scope, _options, done) => {
    scope.addHook('onRoute', (route) => {
      route.handlerTimeout = patience;
      route.config = { ...route.config, needs: 'administrator' };
    });
    scope.addHook('onRequest', async ({ asker }, reply) => {
      // The adapter has an error handler of its own.
      const refusal = refusalOf(asker, 'administrator');
      if (refusal !== undefined) return sendProblem(reply, refusal);
      reply.header('content-security-policy', policy).header('x-content-type-options', 'nosniff');
      return undefined;
    });
    scope.addHook('onResponse', async (request, { statusCode }) => {
      if (request.method === 'GET' || request.method === 'HEAD' || statusCode >= 400) return;
      await audit(request, `${request.method} ${request.routeOptions.url ?? path}`, undefined);
    });
    scope.register(adapter.registerPlugin(), { prefix: path });
    done();
  });
}
