/** Errors leave as problem+json (RFC 9457), with the words we chose and never those of a library. */
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';
import type { HttpLog } from './log.ts';

/** A refusal that the client may read: `detail` is for people, `parameter` names what was wrong in the query. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly detail: string | undefined;
  readonly parameter: string | undefined;

  constructor(status: number, detail?: string, parameter?: string) {
    super(detail ?? titleOf(status));
    this.status = status;
    this.detail = detail;
    this.parameter = parameter;
  }
}

/** The JSON text of a problem; without a detail it says no more than the status does. */
export function problemBody({ status, detail, parameter }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title: titleOf(status), status, detail, parameter });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(problemBody(problem));
}

/** Turns whatever a route threw into a problem; what we did not foresee is logged whole and told as a bare 500. */
export function sendError(reply: FastifyReply, error: unknown, log: HttpLog): FastifyReply {
  if (error instanceof Problem) return sendProblem(reply, error);
  const status = (error as Partial<FastifyError> | undefined)?.statusCode ?? 500;
  if (status >= 400 && status < 500) return sendProblem(reply, new Problem(status));
  log.error({ err: error }, 'a request failed for a reason nobody foresaw');
  return sendProblem(reply, new Problem(500));
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
