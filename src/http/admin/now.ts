/** `GET /api/now`, `/api/timeline` and `/api/starts`: what the page of the present shows. */
import type { z } from 'zod';
import { nowAnswer, startsAnswer, startsQuery, timelineAnswer, timelineQuery } from '../api/now.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

export interface NowPorts {
  getNow(): Promise<z.infer<typeof nowAnswer>>;
  /** Epoch ms. */
  listBars(
    mailboxes: readonly string[],
    from: number,
    to: number,
  ): Promise<z.infer<typeof timelineAnswer>['bars']>;
  listStarts(limit: number): Promise<z.infer<typeof startsAnswer>['starts']>;
}

type Deps = NowPorts & { readonly log: HttpLog };

const mostRooms = 100;
const longestWindow = 32 * 86_400_000;

export function nowRoute({ getNow, log }: Deps): Route {
  return {
    url: '/api/now',
    needs: 'viewer',
    described: { summary: 'How everything stands, and which rooms there are.', gives: nowAnswer },
    answer: () => fromRedis(log, getNow),
  };
}

export function timelineRoute({ listBars, log }: Deps): Route {
  return {
    url: '/api/timeline',
    needs: 'viewer',
    described: { summary: 'The meetings of some rooms.', query: timelineQuery, gives: timelineAnswer },
    answer: async (request) => {
      const query = readQuery(request, timelineQuery);
      const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
      if (to <= from || to - from > longestWindow)
        throw new Problem(400, 'to: expected a time after from, 32 days after it at most', 'to');
      const rooms = [...new Set(query.rooms.toLowerCase().split(','))].filter((one) => one !== '');
      if (rooms.length > mostRooms) throw new Problem(400, `rooms: expected ${mostRooms} at most`, 'rooms');
      return { bars: await fromRedis(log, () => listBars(rooms, from, to)) };
    },
  };
}

export function startsRoute({ listStarts, log }: Deps): Route {
  return {
    url: '/api/starts',
    needs: 'viewer',
    described: { summary: 'What opens next, with its look ahead.', query: startsQuery, gives: startsAnswer },
    answer: async (request) => {
      const { limit } = readQuery(request, startsQuery);
      return { starts: await fromRedis(log, () => listStarts(limit)) };
    },
  };
}
