/** Faults that a bridge can be given; the first that matches a request is applied to it. */

export type FaultKind =
  /** Nobody listens: connections are refused and open ones are cut. Not counted by `times`. */
  | 'refuse'
  /** Open connections are cut, and with every new one the TLS handshake fails. Not counted by `times`. */
  | 'tls'
  /** The request is taken and nothing is done or answered. */
  | 'hang'
  /** The request is performed, the headers of the answer come, its body never does. */
  | 'hang-body'
  /** The request is performed and never answered; the connection stays. */
  | 'hang-answer'
  /** The request is performed at once and answered `ms` later. */
  | 'slow'
  /** The request waits for `ms`, is then performed, whether or not the client is still there, and answered. */
  | 'late'
  /** 503, nothing done. */
  | 'busy'
  /** 500 (or `status`) with an empty body, nothing done. */
  | 'error'
  /** 400 with `reason` (default databaseNotReady) in failureDetails, nothing done. */
  | 'failure'
  /** 200 with an HTML page, nothing done. */
  | 'html'
  /** The request is performed, then the connection is cut. */
  | 'lost-answer'
  /** The connection is cut before anything is done. */
  | 'drop-request'
  /** 401, nothing done. */
  | 'unauthorized'
  /** The database takes no writes: 500 with databaseNotReady for spaces, profiles and bulk objects. */
  | 'read-only'
  /** The request is performed and answered with XML that ends in the middle. */
  | 'half-answer';

export interface Fault {
  kind: FaultKind;
  /** Which requests it concerns; absent parts match all. `form` is tested on the body as sent. */
  match?: { method?: RegExp | string; path?: RegExp; form?: RegExp };
  /** Number of requests after which it is over; absent: until cleared. */
  times?: number;
  /** Milliseconds, for `slow` and `late` (default 1,000). */
  ms?: number;
  /** For `error`. */
  status?: number;
  /** For `failure`. */
  reason?: string;
  /**
   * For `hang`, `hang-answer` and `slow`: called with the port from which the request came, after it was performed
   * (which `hang` never does) and before it is answered (which only `slow` is).
   */
  struck?: (port: number) => void;
}

export interface Seen {
  method: string;
  path: string;
  body: string;
}

const SHARED = /^\/api\/v1\/(cospace|callprofile|calllegprofile|callbridge)/i;

export class Faults {
  #active: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  drop(fault: Fault): void {
    this.#active = this.#active.filter((entry) => entry.fault !== fault);
  }

  clear(kind?: FaultKind): void {
    this.#active = kind === undefined ? [] : this.#active.filter(({ fault }) => fault.kind !== kind);
  }

  has(kind: FaultKind): boolean {
    return this.#active.some(({ fault }) => fault.kind === kind);
  }

  /** The delay of all matching `slow` faults and the first other fault that matches; counts them down. */
  take(request: Seen): { delay: number; fault?: Fault; struck: NonNullable<Fault['struck']>[] } {
    const struck: NonNullable<Fault['struck']>[] = [];
    if (this.#active.length === 0) return { delay: 0, struck };
    let delay = 0;
    let chosen: Fault | undefined;
    for (const entry of this.#active) {
      const { fault } = entry;
      if (fault.kind === 'refuse' || fault.kind === 'tls' || (chosen !== undefined && fault.kind !== 'slow'))
        continue;
      if (!concerns(fault, request)) continue;
      entry.left -= 1;
      if (fault.struck !== undefined) struck.push(fault.struck);
      if (fault.kind === 'slow') delay += fault.ms ?? 1_000;
      else chosen = fault;
    }
    this.#active = this.#active.filter(({ left }) => left > 0);
    return chosen === undefined ? { delay, struck } : { delay, fault: chosen, struck };
  }
}

function concerns(fault: Fault, request: Seen): boolean {
  if (fault.kind === 'read-only' && (request.method === 'GET' || !SHARED.test(request.path))) return false;
  const { method, path, form } = fault.match ?? {};
  if (
    typeof method === 'string'
      ? method.toUpperCase() !== request.method
      : method && !finds(method, request.method)
  ) {
    return false;
  }
  if (path && !finds(path, request.path)) return false;
  return !form || finds(form, request.body);
}

/** Unlike `test`, not led astray by the memory of a `g` pattern. */
function finds(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}
