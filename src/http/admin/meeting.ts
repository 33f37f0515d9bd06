/** `GET /api/meetings/<key, percent-encoded>`: one meeting with all that is known of it. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route } from './route.ts';

export function meetingRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/meetings/:key',
    answer: async (request) => {
      const { key } = request.params as { key: string };
      const meeting = await fromRedis(deps.log, async () => (key === '' ? undefined : deps.getMeeting(key)));
      if (meeting === undefined) throw new Problem(404, 'No meeting has this key.');
      return meeting;
    },
  };
}
