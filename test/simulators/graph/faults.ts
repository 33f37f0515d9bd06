/** Faults of single requests: each strikes the requests it matches, as often as it says. */

export interface Fault {
  /**
   * - `status`: answers `status` (default 503) instead of doing anything
   * - `html`: answers 502 (or `status`) with a proxy's HTML page
   * - `hang`: never answers, and does nothing
   * - `hang-after`: does what it should and never answers
   * - `delay`: takes `delay` ms longer
   * - `drop-before`: the connection is cut before the request has an effect
   * - `drop-after`: the connection is cut after the request had its effect
   * - `half-body`: does what it should, and the connection is cut in the midst of the answer's body
   * - `gone`: a delta link is answered 410 SyncStateNotFound
   */
  readonly kind:
    | 'status'
    | 'html'
    | 'hang'
    | 'hang-after'
    | 'delay'
    | 'drop-before'
    | 'drop-after'
    | 'half-body'
    | 'gone';
  readonly status?: number;
  /** The error's code in the answer. */
  readonly code?: string;
  /** Sent as it stands: seconds or an HTTP date. */
  readonly retryAfter?: number | string;
  readonly delay?: number;
  /** For `gone`: a Location header names the address to begin anew. */
  readonly location?: boolean;
  readonly method?: string;
  /** Matched against path and query as sent. */
  readonly path?: RegExp;
  readonly mailbox?: string;
  /** Default 1. */
  readonly times?: number;
  /**
   * Called when it strikes, with the port from which the request came: after the request had its effect where the kind
   * lets it have one, and before anything is answered.
   */
  readonly struck?: (port: number) => void;
}

export class Faults {
  readonly #active: { readonly fault: Fault; left: number }[] = [];

  /** Adds a fault; the answer takes it back. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 };
    this.#active.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  clear(): void {
    this.#active.length = 0;
  }

  /** The faults that strike this request: every delay and the first of the others. */
  strike(request: { method: string; path: string; mailbox: string | undefined }): Fault[] {
    const struck: Fault[] = [];
    for (const entry of this.#active) {
      const { fault } = entry;
      const applies =
        entry.left > 0 &&
        (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
        (fault.path === undefined ||
          new RegExp(fault.path.source, fault.path.flags.replace(/[gy]/g, '')).test(request.path)) &&
        (fault.mailbox === undefined || fault.mailbox.toLowerCase() === request.mailbox) &&
        (fault.kind !== 'gone' || /delta.*\$(skip|delta)token=/i.test(request.path)) &&
        (fault.kind === 'delay' || struck.every((other) => other.kind === 'delay'));
      if (!applies) continue;
      entry.left--;
      struck.push(fault);
    }
    return struck;
  }
}
