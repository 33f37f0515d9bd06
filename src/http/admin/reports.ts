/** `GET /api/reports` and `/api/reports.csv`: the figures of days, and of the rooms of each day. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { zoneNamed } from '../../conference/report/day.ts';
import { isRange, reportAnswer, type reportDay, reportQuery } from '../api/reports.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { csvLine } from './csv.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

type ReportDay = z.infer<typeof reportDay>;
type Figures = NonNullable<ReportDay['figures']>;

export interface ReportPorts {
  /** From one date to the other, both of them too, with the rooms of each; by the calendar of that zone. */
  listReportDays(from: string, to: string, zone: string): Promise<readonly ReportDay[]>;
}

type Deps = ReportPorts & { readonly log: HttpLog };

export function reportsRoute(deps: Deps): Route {
  return {
    url: '/api/reports',
    needs: 'viewer',
    described: {
      summary: 'What became of the meetings of each day.',
      query: reportQuery,
      gives: reportAnswer,
    },
    answer: async (request): Promise<z.infer<typeof reportAnswer>> => {
      const { zone, by, days } = await askedFor(request, deps);
      return { zone, days: by === 'room' ? days : days.map(withoutRooms) };
    },
  };
}

/** One line a day, or one a day and room; a day without figures is a line that says why. */
export function reportsCsvRoute(deps: Deps): Route {
  return {
    url: '/api/reports.csv',
    needs: 'viewer',
    answer: async (request, reply) => {
      const { from, to, by, days } = await askedFor(request, deps);
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="reports-${from}-${to}.csv"`)
        .send(Readable.from(by === 'room' ? roomLines(days) : dayLines(days)));
    },
  };
}

async function askedFor(request: FastifyRequest, { listReportDays, log }: Deps) {
  const query = readQuery(request, reportQuery);
  const { from, to } = query;
  if (!isRange(query)) throw new Problem(400, 'to: expected from or a day after it, 92 days in all', 'to');
  const zone = zoneNamed(query.zone) ?? query.zone;
  return { ...query, zone, days: await fromRedis(log, () => listReportDays(from, to, zone)) };
}

function withoutRooms(day: ReportDay): ReportDay {
  if (day.figures === null) return day;
  const { rooms: _, ...figures } = day.figures;
  return { ...day, figures };
}

const figureColumns: Readonly<Record<string, (figures: Figures) => number | null>> = {
  booked: ({ booked }) => booked,
  held: ({ held }) => held,
  noShows: ({ noShows }) => noShows,
  cancelled: ({ cancelled }) => cancelled,
  unplaced: ({ unplaced }) => unplaced,
  notOpened: ({ notOpened }) => notOpened,
  opened: ({ lateness }) => lateness.opened,
  latenessP50: ({ lateness }) => lateness.p50,
  latenessP99: ({ lateness }) => lateness.p99,
  latenessMax: ({ lateness }) => lateness.max,
  failovers: ({ failovers }) => failovers,
  recoveries: ({ recoveries }) => recoveries,
  rehomings: ({ rehomings }) => rehomings,
  extensions: ({ extensions }) => extensions,
  extendedMinutes: ({ extendedMinutes }) => extendedMinutes,
  mostRooms: ({ mostRooms }) => mostRooms,
};

const clusterColumns = ['conferences', 'minutes', 'mostSlots', 'slots'] as const;

function* dayLines(days: readonly ReportDay[]) {
  const clusters = [
    ...new Set(days.flatMap(({ figures }) => figures?.clusters.map(({ name }) => name) ?? [])),
  ].sort();
  const ofClusters = clusters.flatMap((name) => clusterColumns.map((column) => `${name} ${column}`));
  yield csvLine(['date', 'state', ...Object.keys(figureColumns), ...ofClusters]);
  for (const { date, state, figures } of days) {
    const cells = Object.values(figureColumns).map((of) => (figures === null ? null : of(figures)));
    const here = clusters.flatMap((name) => {
      const cluster = figures?.clusters.find((one) => one.name === name);
      return clusterColumns.map((column) => cluster?.[column] ?? null);
    });
    yield csvLine([date, state, ...cells, ...here]);
  }
}

const roomColumns = ['booked', 'held', 'noShows', 'cancelled', 'minutes'] as const;

function* roomLines(days: readonly ReportDay[]) {
  yield csvLine(['date', 'state', 'room', ...roomColumns]);
  for (const { date, state, figures } of days) {
    if (figures === null) yield csvLine([date, state, null, ...roomColumns.map(() => null)]);
    for (const room of figures?.rooms ?? [])
      yield csvLine([date, state, room.mailbox, ...roomColumns.map((column) => room[column])]);
  }
}
