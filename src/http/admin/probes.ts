/** What monitoring asks: does the event loop turn, can this process take work, how is everything, in figures too. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { healthAnswer } from '../api/rooms.ts';
import { within } from '../deadline.ts';
import { fromRedis, type Route } from './route.ts';

/** Milliseconds; an orchestrator's probe seldom waits longer than a few seconds. */
const readyPatience = 2_000;

/** Touches nothing but the event loop. */
export function liveRoute(): Route {
  return { url: '/live', needs: 'anyone', head: true, answer: async () => ({ status: 'live' }) };
}

/** 503 while this process cannot take work, and while it cannot be told whether it can. */
export function readyRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/ready',
    needs: 'anyone',
    head: true,
    answer: async (_request, reply) => {
      const ready = await within(readyPatience, () => deps.ready()).catch(() => false);
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unready' });
    },
  };
}

/** 200 however ill the dependencies are: the answer tells which. */
export function healthRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/health',
    needs: 'viewer',
    described: { summary: 'How everything is that this depends on.', gives: healthAnswer },
    answer: () => fromRedis(deps.log, () => deps.health()),
  };
}

export function metricsRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/metrics',
    needs: 'viewer',
    head: true,
    answer: async (_request, reply) => {
      const { contentType, body } = await fromRedis(deps.log, () => deps.metrics());
      return reply.header('content-type', contentType).send(body);
    },
  };
}
