/** Turns an answer that is not a success into a GraphFault, from its status, its headers and Graph's error codes. */
import { GraphFault, type GraphFaultKind } from '../fault.ts';
import type { Answer } from './exchange.ts';

const RESET = /^(syncstatenotfound|syncstateinvalid|resyncrequired)/i;
const CHANGED_MEANWHILE = /^errorirresolvableconflict$/i;
const THROTTLED = /^(applicationthrottled|toomanyrequests|errorserverbusy)$/i;

/** `doing` names the request in the message, e.g. `GET /v1.0/subscriptions`. */
export function refusal(answer: Answer, doing: string): GraphFault {
  const { status, headers } = answer;
  const { codes, message } = errorIn(answer.text);
  const kind = kindOf(status, codes, answer.text);
  const said =
    codes.length > 0 ? `${codes[0]}${message === undefined ? '' : `: ${message}`}` : 'no reason given';
  return new GraphFault(
    kind,
    `${doing} was answered ${status} (${kind === 'garbled' ? 'not by Graph' : said})`,
    {
      status,
      code: codes[0],
      retryAfter: kind === 'busy' ? retryAfter(headers) : undefined,
      requestId: headers.get('request-id') ?? undefined,
      // A gateway that gave up, or a server that failed half-way, may have done the work.
      sent: status >= 500 && status !== 501 && status !== 503,
    },
  );
}

function kindOf(status: number, codes: readonly string[], text: string): GraphFaultKind {
  const says = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  if (status === 429 || status === 503 || status === 504 || says(THROTTLED)) return 'busy';
  if (status >= 400 && status < 500 && says(RESET)) return 'reset';
  if (status === 410) return 'reset';
  // Anything on the way can answer HTML with any status; only Graph's own word makes a thing absent or refused.
  if (codes.length === 0 && text.trim() !== '') return 'garbled';
  if (status === 412 || says(CHANGED_MEANWHILE)) return 'stale';
  if (status === 404) return 'absent';
  if (status >= 400 && status < 500) return 'refused';
  if (status === 501) return 'refused';
  return codes.length > 0 ? 'busy' : 'garbled';
}

function errorIn(text: string): { codes: string[]; message?: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { codes: [] };
  }
  const codes: string[] = [];
  let message: string | undefined;
  // Graph nests the precise code: error.code, error.innerError.code, and so on down, with two spellings. The
  // sign-in service has OAuth's flat form.
  let level = member(body, 'error');
  if (typeof level === 'string') {
    const words = member(body, 'error_description');
    return typeof words === 'string' ? { codes: [level], message: words } : { codes: [level] };
  }
  for (let depth = 0; depth < 5 && level !== undefined; depth += 1) {
    const code = member(level, 'code');
    if (typeof code === 'string' && code !== '') codes.push(code);
    const words = member(level, 'message');
    if (message === undefined && typeof words === 'string' && words !== '') message = words;
    level = member(level, 'innerError') ?? member(level, 'innererror');
  }
  return message === undefined ? { codes } : { codes, message };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Milliseconds: longer than any that Graph is known to give. */
const longestWait = 3_600_000;

/** Milliseconds; a date is measured against the answer's own Date, so that a wrong clock here does no harm. */
export function retryAfter(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(longestWait, Math.ceil(Number(value) * 1000));
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const sent = Date.parse(headers.get('date') ?? '');
  return Math.min(longestWait, Math.max(0, until - (Number.isNaN(sent) ? Date.now() : sent)));
}
