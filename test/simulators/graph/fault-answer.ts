/** What a caller gets where a fault strikes in place of the API. */
import type { Fault } from './faults.ts';
import { GraphRefusal, type Reply } from './reply.ts';

const PROXY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/** Faults with which a request has its effect all the same. */
const performed: readonly Fault['kind'][] = ['delay', 'drop-after', 'hang-after', 'half-body', 'gone'];

/** `isApi` is false for requests of the sign-in, which words its errors in another way. */
export function insteadOf(faults: readonly Fault[], isApi: boolean): Reply | 'cut' | 'hang' | undefined {
  const fault = faults.find(({ kind }) => !performed.includes(kind));
  if (!fault) return undefined;
  const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
  const status = fault.status ?? (fault.kind === 'html' ? 502 : 503);
  switch (fault.kind) {
    case 'drop-before':
      return 'cut';
    case 'hang':
      return 'hang';
    case 'html':
      return { status, headers: { ...headers, 'Content-Type': 'text/html' }, body: PROXY_PAGE };
    default:
      if (isApi)
        throw new GraphRefusal(
          status,
          fault.code ?? codeOf(status),
          'The request could not be served.',
          headers,
        );
      return {
        status,
        headers,
        body: {
          error: fault.code ?? 'temporarily_unavailable',
          error_description: 'AADSTS90033: A transient error has occurred. Please try again.',
          error_codes: [90033],
        },
      };
  }
}

function codeOf(status: number): string {
  const codes: Record<number, string> = {
    401: 'InvalidAuthenticationToken',
    403: 'ErrorAccessDenied',
    404: 'ErrorItemNotFound',
    412: 'ErrorIrresolvableConflict',
    429: 'ApplicationThrottled',
    503: 'ServiceUnavailable',
    504: 'GatewayTimeout',
  };
  return codes[status] ?? 'generalException';
}
