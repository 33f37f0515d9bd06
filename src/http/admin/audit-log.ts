/**
 * `GET /api/audit-log`, the newest first, and `/api/audit-log.csv`, all of it. Everything that is asked for by another
 * method than GET is written down, what was refused for want of a right too.
 */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { iso } from '../../conference/view.ts';
import { auditPage, auditQuery } from '../api/audit-log.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { csvLine } from './csv.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

interface Entry {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly what: string;
  readonly about: Readonly<Record<string, string>>;
  readonly said: Readonly<Record<string, unknown>>;
  readonly outcome: string;
}

export interface AuditPorts {
  audit(entry: Omit<Entry, 'id' | 'at'>): Promise<void>;
  /** The newest first; those before that id. */
  listAudit(before: string | undefined, limit: number): Promise<readonly Entry[]>;
}

type Deps = AuditPorts & { readonly log: HttpLog };

export function auditLogRoute({ listAudit, log }: Deps): Route {
  return {
    url: '/api/audit-log',
    needs: 'administrator',
    described: { summary: 'Who did what, the newest first.', query: auditQuery, gives: auditPage },
    answer: async (request): Promise<z.infer<typeof auditPage>> => {
      const { before, limit } = readQuery(request, auditQuery);
      const found = await fromRedis(log, () => listAudit(before, limit));
      return {
        entries: found.map((entry) => ({ ...entry, at: iso(entry.at) })),
        next: found.length < limit ? null : (found.at(-1)?.id ?? null),
      };
    },
  };
}

const atOnce = 1_000;

/** Written out as it is read: a year of it may be more than should be held at once. */
export function auditCsvRoute({ listAudit, log }: Deps): Route {
  return {
    url: '/api/audit-log.csv',
    needs: 'administrator',
    answer: async (_request, reply) => {
      const first = await fromRedis(log, () => listAudit(undefined, atOnce));
      async function* lines() {
        yield csvLine(['at', 'by', 'what', 'about', 'said', 'outcome']);
        for (let page = first; page.length > 0; ) {
          for (const { at, by, what, about, said, outcome } of page)
            yield csvLine([iso(at), by, what, JSON.stringify(about), JSON.stringify(said), outcome]);
          page = page.length < atOnce ? [] : await listAudit(page.at(-1)?.id, atOnce);
        }
      }
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit-log.csv"')
        .send(Readable.from(lines()));
    },
  };
}

/** Bytes of what was said that are kept. */
const mostSaid = 2_000;

/** What is written down of a request and what came of it. */
export function auditEntry(request: FastifyRequest, what: string, outcome: string): Omit<Entry, 'id' | 'at'> {
  const { by, request: _, ...said } = (request.body ?? {}) as Record<string, unknown>;
  const text = JSON.stringify(said);
  return {
    by: request.asker?.name ?? (typeof by === 'string' ? by : 'somebody on this machine'),
    what,
    about: (request.params ?? {}) as Record<string, string>,
    said: text.length > mostSaid ? { cut: text.slice(0, mostSaid) } : said,
    outcome,
  };
}

/** The outcome of what a route gave or threw; undefined where it was nothing that anybody did. */
export function outcomeOf(given: unknown): string | undefined {
  if (given instanceof Problem)
    return given.status === 403 || given.status === 409 ? String(given.status) : undefined;
  if (given instanceof Error) return undefined;
  const { state } = (given ?? {}) as { state?: unknown };
  return typeof state === 'string' ? state : 'done';
}
