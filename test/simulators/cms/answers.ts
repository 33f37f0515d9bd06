/** Answers as they go out: the headers that each has, and those of a bridge that does nothing. */
import { failureBody } from './failure.ts';
import type { Fault } from './faults.ts';
import type { Answer } from './routes.ts';

export const UNAUTHORIZED: Answer = { status: 401, body: '' };
const HTML =
  '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Back soon.<br></body></html>';

/** What is answered without doing anything. */
export function cannedAnswer(fault: Fault): { answer: Answer; type?: string } | undefined {
  switch (fault.kind) {
    case 'busy':
      return { answer: { status: 503, body: '' } };
    case 'error':
      return { answer: { status: fault.status ?? 500, body: '' } };
    case 'failure':
      return { answer: { status: 400, body: failureBody([fault.reason ?? 'databaseNotReady']) } };
    case 'read-only':
      return { answer: { status: 500, body: failureBody(['databaseNotReady']) } };
    case 'html':
      return { answer: { status: 200, body: HTML }, type: 'text/html' };
    case 'unauthorized':
      return { answer: UNAUTHORIZED };
    default:
      return undefined;
  }
}

export function headersOf(answer: Answer): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    Server: 'Apache',
    'X-Frame-Options': 'DENY',
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    Vary: 'Accept-Encoding',
  };
  if (answer.location !== undefined) headers.Location = answer.location;
  if (answer.token !== undefined) headers['X-Cisco-CMS-Auth-Token'] = answer.token;
  if (answer.status === 401) headers['WWW-Authenticate'] = 'Basic realm="acano"';
  return headers;
}
