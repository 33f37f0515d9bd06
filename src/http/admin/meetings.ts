/** `GET /api/meetings`: the meetings that overlap a window, by start, a page at a time. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { meetingsPage } from '../api/meetings.ts';
import { badCursor, meetingsQuery, readMeetingQuery } from './meeting-query.ts';
import { fromRedis, type Route } from './route.ts';

/** A port throws it for an `after` that it cannot read; the client gets 400. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

export function meetingsRoute(deps: AdminListenerDeps): Route {
  const now = deps.now ?? Date.now;
  return {
    url: '/api/meetings',
    needs: 'viewer',
    described: {
      summary: 'Meetings that overlap a window, by start, a page at a time.',
      query: meetingsQuery,
      gives: meetingsPage,
    },
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
