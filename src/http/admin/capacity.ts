/**
 * `GET /api/clusters/<name>/slots?from=&to=`: who holds which number, a page at a time; and
 * `GET /api/clusters/<name>/capacity?from=&days=&zone=`: what is taken in each quarter of an hour of some days.
 */
import type { z } from 'zod';
import { dateIn, zoneNamed } from '../../conference/report/day.ts';
import { capacityAnswer, capacityQuery, slotsAnswer, slotsQuery } from '../api/capacity.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { badCursor } from './meeting-query.ts';
import { BadCursor } from './meetings.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

/** Epoch ms. */
export interface SlotsAsked {
  readonly from: number;
  readonly to: number;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Of days, by the calendar of the zone. */
export interface CapacityAsked {
  readonly from: string;
  readonly days: number;
  readonly zone: string;
}

/** What knows no such cluster answers undefined. */
export interface CapacityPorts {
  /** Rejects with `BadCursor` for an `after` that it did not give out. */
  listSlots(cluster: string, asked: SlotsAsked): Promise<z.infer<typeof slotsAnswer> | undefined>;
  forecast(cluster: string, asked: CapacityAsked): Promise<z.infer<typeof capacityAnswer> | undefined>;
}

type Deps = CapacityPorts & { readonly log: HttpLog; readonly now?: () => number };

const longestWindow = 14 * 86_400_000;
const nobody = () => new Problem(404, 'No cluster has this name in the configuration.');

export function slotsRoute({ listSlots, log }: Deps): Route {
  return {
    url: '/api/clusters/:name/slots',
    needs: 'viewer',
    described: {
      summary: 'The numbers of a cluster that are held in a window: by which meeting, from when to when.',
      query: slotsQuery,
      gives: slotsAnswer,
    },
    answer: async (request) => {
      const { name } = request.params as { name: string };
      const { after, limit, ...window } = readQuery(request, slotsQuery);
      const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
      if (to <= from || to - from > longestWindow)
        throw new Problem(400, 'to: expected a time after from, 14 days after it at most', 'to');
      return await fromRedis(log, async () => {
        try {
          return (await listSlots(name, { from, to, after, limit })) ?? Promise.reject(nobody());
        } catch (error) {
          throw error instanceof BadCursor ? badCursor() : error;
        }
      });
    },
  };
}

export function capacityRoute({ forecast, log, now = Date.now }: Deps): Route {
  return {
    url: '/api/clusters/:name/capacity',
    needs: 'viewer',
    described: {
      summary:
        'Slots and ports of a cluster in each quarter of an hour of some days: what is taken, what there is.',
      query: capacityQuery,
      gives: capacityAnswer,
    },
    answer: async (request) => {
      const { name } = request.params as { name: string };
      const { days, ...asked } = readQuery(request, capacityQuery);
      const zone = zoneNamed(asked.zone) ?? asked.zone;
      const today = dateIn(zone, now());
      const from = asked.from ?? today;
      // What is over has given its slots back, so that nothing could be said of it; and far off not much is booked.
      if (from < today || Date.parse(from) - Date.parse(today) > 366 * 86_400_000)
        throw new Problem(400, 'from: expected today or a day of the year to come', 'from');
      const found = await fromRedis(log, () => forecast(name, { from, days, zone }));
      if (found === undefined) throw nobody();
      return found;
    },
  };
}
