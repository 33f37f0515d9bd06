/** Faults that a bridge can be given; the first that matches a request is applied to it. */

/**
 * What befalls the bridge as a whole, whatever is asked. With `match` it begins with the first request that matches, which
 * is not performed; without, at once. It lasts until it is taken back: `times` does not count here.
 */
export type WholeFaultKind =
  /** Nobody listens: connections are refused and open ones are cut. */
  | 'refuse'
  /** Connections are taken, and from then on nothing is heard on them, nor on those that were open. */
  | 'black-hole'
  /** Connections are not even taken, as by a host that is switched off; open ones are cut. */
  | 'deaf'
  /** Open connections are cut, and with every new one the TLS handshake fails. */
  | 'tls'
  /** Open connections are cut, and new ones are given a certificate that nobody trusts. */
  | 'untrusted';

export type FaultKind =
  | WholeFaultKind
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
  | 'half-answer'
  /** The request is performed, and the connection cut in the middle of the answer's body. */
  | 'cut-answer'
  /** The connection is reset (RST) before anything is done. */
  | 'reset'
  /** What comes back is not even HTTP; nothing done. */
  | 'garbage';

const whole: ReadonlySet<string> = new Set([
  'refuse',
  'black-hole',
  'deaf',
  'tls',
  'untrusted',
] satisfies WholeFaultKind[]);

export function isWhole(kind: FaultKind): kind is WholeFaultKind {
  return whole.has(kind);
}

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
   * Called with the port from which the request came that it befalls, before the answer, if there is any; for `hang-answer`
   * and `slow` after it was performed.
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
  #active: { fault: Fault; left: number; begun: boolean }[] = [];

  add(fault: Fault): void {
    const begun = isWhole(fault.kind) && fault.match === undefined;
    this.#active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY, begun });
  }

  drop(fault: Fault): void {
    this.#active = this.#active.filter((entry) => entry.fault !== fault);
  }

  clear(kind?: FaultKind): void {
    this.#active = kind === undefined ? [] : this.#active.filter(({ fault }) => fault.kind !== kind);
  }

  /** Whether the bridge as a whole is so now. */
  has(kind: WholeFaultKind): boolean {
    return this.#active.some(({ fault, begun }) => begun && fault.kind === kind);
  }

  /** The delay of all matching `slow` faults and the first other fault that matches; counts them down. */
  take(request: Seen): { delay: number; fault?: Fault; struck: NonNullable<Fault['struck']>[] } {
    const struck: NonNullable<Fault['struck']>[] = [];
    if (this.#active.length === 0) return { delay: 0, struck };
    let delay = 0;
    let chosen: Fault | undefined;
    for (const entry of this.#active) {
      const { fault } = entry;
      if (entry.begun || (chosen !== undefined && fault.kind !== 'slow')) continue;
      if (!concerns(fault, request)) continue;
      if (isWhole(fault.kind)) entry.begun = true;
      else entry.left -= 1;
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
