/** `GET /api/reports`, as a table `/api/reports.csv` and `.xlsx`: the figures of days, and of the rooms of each day. */
import { Readable } from 'node:stream';
import { setImmediate as letOthers } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { zoneNamed } from '../../conference/report/day.ts';
import { addRooms, type RoomSums } from '../../conference/report/sums.ts';
import {
  isRange,
  type ReportDay,
  reportAnswer,
  reportQuery,
  roomSumsAnswer,
  roomSumsQuery,
} from '../api/reports.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { csvLine } from './csv.ts';
import { reportSheets } from './report-sheets.ts';
import { dayRows, type Row, roomRows } from './report-tables.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

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
      const query = readQuery(request, reportQuery);
      const { zone, days } = await daysOf(query, deps);
      return { zone, days: query.by === 'room' ? days : days.map(withoutRooms) };
    },
  };
}

/** How often each room was used over all of the days: there may be thousands of rooms, and of days there are many. */
export function reportRoomsRoute(deps: Deps): Route {
  return {
    url: '/api/reports/rooms',
    needs: 'viewer',
    described: {
      summary: 'What became of the meetings of each room, over all of the days.',
      query: roomSumsQuery,
      gives: roomSumsAnswer,
    },
    answer: async (request): Promise<z.infer<typeof roomSumsAnswer>> => {
      const { zone, days } = await daysOf(readQuery(request, roomSumsQuery), deps);
      const how = (state: ReportDay['state']) => days.filter((day) => day.state === state).length;
      return {
        ...{ zone, unknown: how('unknown'), pending: how('pending'), soFar: how('so-far') },
        rooms: await sumsOf(days),
      };
    },
  };
}

/** One line a day, or one a day and room; a day without figures is a line that says why. */
export function reportsCsvRoute(deps: Deps): Route {
  return {
    url: '/api/reports.csv',
    needs: 'viewer',
    answer: async (request, reply) => {
      const query = readQuery(request, reportQuery);
      const { days } = await daysOf(query, deps);
      const rows = query.by === 'room' ? roomRows(days) : dayRows(days);
      const lines = Readable.from(linesOf(rows));
      return attached(reply, 'text/csv; charset=utf-8', 'csv', query).send(lines);
    },
  };
}

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A sheet of days, one of rooms (of each day where `by=room` is asked), one of clusters, one of call bridges. */
export function reportsXlsxRoute(deps: Deps): Route {
  return {
    url: '/api/reports.xlsx',
    needs: 'viewer',
    answer: async (request, reply) => {
      const query = readQuery(request, reportQuery);
      const { zone, days } = await daysOf(query, deps);
      const sheets = reportSheets(days, zone, query.by === 'room' ? undefined : await sumsOf(days));
      // What packs it is loaded when somebody wants it.
      const { workbook } = await import('./workbook.ts');
      return attached(reply, workbookType, 'xlsx', query).send(workbook(sheets));
    },
  };
}

function attached(
  reply: FastifyReply,
  type: string,
  ending: 'csv' | 'xlsx',
  { from, to }: z.output<typeof roomSumsQuery>,
): FastifyReply {
  return reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="reports-${from}-${to}.${ending}"`);
}

function* linesOf(rows: Iterable<Row>) {
  for (const row of rows) yield csvLine(row);
}

/** By mailbox. A day may have thousands of rooms: whatever waits is done between two. */
async function sumsOf(days: readonly ReportDay[]) {
  const sums: RoomSums = new Map();
  for (const { figures } of days) {
    addRooms(sums, figures?.rooms ?? []);
    await letOthers();
  }
  return [...sums.values()].sort((a, b) => (a.mailbox < b.mailbox ? -1 : 1));
}

async function daysOf(query: z.output<typeof roomSumsQuery>, { listReportDays, log }: Deps) {
  const { from, to } = query;
  if (!isRange(query)) throw new Problem(400, 'to: expected from or a day after it, 92 days in all', 'to');
  const zone = zoneNamed(query.zone) ?? query.zone;
  return { zone, days: await fromRedis(log, () => listReportDays(from, to, zone)) };
}

function withoutRooms(day: ReportDay): ReportDay {
  if (day.figures === null) return day;
  const { rooms: _, ...figures } = day.figures;
  return { ...day, figures };
}
