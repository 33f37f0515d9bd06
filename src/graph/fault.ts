/** The one error that leaves this folder: what went wrong with Graph or its sign-in, in kinds the rest of the house knows. */
import type { FaultKind } from '../cluster/fault.ts';

/**
 * Beside the kinds that every remote system has:
 * - `stale`: the object was changed by somebody else since we read it (If-Match, 412)
 * - `reset`: the delta token is gone; only a round without a token helps
 */
export type GraphFaultKind = FaultKind | 'stale' | 'reset';

export interface GraphFaultDetails {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly requestId?: string | undefined;
  readonly sent?: boolean | undefined;
  readonly existing?: string | undefined;
  readonly cause?: unknown;
}

export class GraphFault extends Error {
  override readonly name = 'GraphFault';
  readonly kind: GraphFaultKind;
  /** HTTP status; undefined where nothing was answered. */
  readonly status: number | undefined;
  /** Graph's error code, an `AADSTS…` number, a socket's error code, or a word of ours (`deadline`, `duplicate`, `foreign-link`). */
  readonly code: string | undefined;
  /** Milliseconds that the other side asks us to stay away. */
  readonly retryAfter: number | undefined;
  /** What Microsoft's support asks for. */
  readonly requestId: string | undefined;
  /** True where a write may have taken effect all the same. */
  readonly sent: boolean;
  /** The id of the object that is in the way (`duplicate`), where the answer names it. */
  readonly existing: string | undefined;

  constructor(kind: GraphFaultKind, message: string, details: GraphFaultDetails = {}) {
    super(bounded(message), details.cause === undefined ? {} : { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
    this.sent = details.sent ?? false;
    this.existing = details.existing;
  }
}

/** Characters; it may quote what others wrote. */
const longest = 500;

function bounded(message: string): string {
  return message
    .slice(0, longest)
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[\uD800-\uDBFF]$/, '');
}
