/** `GET /api/meetings`: the meetings that overlap a window, by start, a page at a time. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { badCursor, readMeetingQuery } from './meeting-query.ts';
import { fromRedis, type Route } from './route.ts';

/** A port throws it for an `after` that it cannot read; the client gets 400. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

export function meetingsRoute(deps: AdminListenerDeps): Route {
  const now = deps.now ?? Date.now;
  return {
    url: '/api/meetings',
    answer: async (request) => {
      const url = request.raw.url ?? '';
      const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';
      const query = readMeetingQuery(search, now());
      return fromRedis(deps.log, async () => {
        try {
          return await deps.listMeetings(query);
        } catch (error) {
          throw error instanceof BadCursor ? badCursor() : error;
        }
      });
    },
  };
}
