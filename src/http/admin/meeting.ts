/**
 * `GET /api/meetings/<key, percent-encoded>`: one meeting with all that is known of it; and below it `/participants`: who is
 * in its conference, or was; and `/invitation`: what everybody who is invited reads.
 */
import { z } from 'zod';
import type { AdminListenerDeps } from '../admin-listener.ts';
import { invitation } from '../api/invitation.ts';
import { meetingDetail } from '../api/meetings.ts';
import { picture } from '../api/participants.ts';
import { Problem } from '../problem.ts';
import { type Described, fromRedis, type Route } from './route.ts';

export function meetingRoute(deps: AdminListenerDeps): Route {
  const described = { summary: 'One meeting with everything that happened to it.', gives: meetingDetail };
  return ofMeeting(deps, '/api/meetings/:key', described, (key) => deps.getMeeting(key));
}

export function invitationRoute(deps: AdminListenerDeps): Route {
  const described = {
    summary: 'The invitation of a meeting as its organizer was told it last, and what was sent about it.',
    gives: invitation,
  };
  return ofMeeting(deps, '/api/meetings/:key/invitation', described, (key) => deps.getInvitation(key));
}

export function participantsRoute(deps: AdminListenerDeps): Route {
  const described = {
    summary: "Who is in a meeting's conference, or was.",
    query: z.object({
      watch: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Somebody looks: quality is told too.' }),
    }),
    gives: picture,
  };
  return ofMeeting(deps, '/api/meetings/:key/participants', described, (key, query) => {
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
  described: Described,
  read: (key: string, query: Readonly<Record<string, unknown>>) => Promise<object | undefined>,
): Route {
  return {
    ...{ url, described, needs: 'viewer' },
    answer: async (request) => {
      const { key } = request.params as { key: string };
      const query = request.query as Readonly<Record<string, unknown>>;
      const found = await fromRedis(log, async () => (key === '' ? undefined : read(key, query)));
      if (found === undefined) throw new Problem(404, 'No meeting has this key.');
      return found;
    },
  };
}
