/**
 * `GET /api/meetings/<key, percent-encoded>`: one meeting with all that is known of it; and below it `/participants`: who is
 * in its conference, or was.
 */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route } from './route.ts';

export function meetingRoute(deps: AdminListenerDeps): Route {
  return ofMeeting(deps, '/api/meetings/:key', (key) => deps.getMeeting(key));
}

export function participantsRoute(deps: AdminListenerDeps): Route {
  return ofMeeting(deps, '/api/meetings/:key/participants', (key) => deps.getParticipants(key));
}

function ofMeeting(
  { log }: AdminListenerDeps,
  url: string,
  read: (key: string) => Promise<object | undefined>,
): Route {
  return {
    url,
    answer: async (request) => {
      const { key } = request.params as { key: string };
      const found = await fromRedis(log, async () => (key === '' ? undefined : read(key)));
      if (found === undefined) throw new Problem(404, 'No meeting has this key.');
      return found;
    },
  };
}
