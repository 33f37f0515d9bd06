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
  return ofMeeting(deps, '/api/meetings/:key/participants', (key, query) => {
    const [other] = Object.keys(query).filter((name) => name !== 'watch');
    if (other !== undefined)
      throw new Problem(400, `${other.slice(0, 60)}: unknown; the parameter is watch`, other);
    const { watch = 'false' } = query;
    if (watch !== 'true' && watch !== 'false')
      throw new Problem(400, 'watch: expected true or false', 'watch');
    return deps.getParticipants(key, watch === 'true');
  });
}

function ofMeeting(
  { log }: AdminListenerDeps,
  url: string,
  read: (key: string, query: Readonly<Record<string, unknown>>) => Promise<object | undefined>,
): Route {
  return {
    url,
    answer: async (request) => {
      const { key } = request.params as { key: string };
      const query = request.query as Readonly<Record<string, unknown>>;
      const found = await fromRedis(log, async () => (key === '' ? undefined : read(key, query)));
      if (found === undefined) throw new Problem(404, 'No meeting has this key.');
      return found;
    },
  };
}
