/** Everything that can go wrong with a call bridge arrives as a `CmsFault`: closed in kind, plain in words, free of secrets. */
import type { FaultKind } from '../cluster/fault.ts';
import type { Cause } from '../cluster/health.ts';
import { boundedText } from './cdr/fields.ts';
import { isCertificateFailure } from './connection-failure.ts';

/** `spared`: the call bridge had failed while it waited for its turn; `unwanted`: whoever asked may not any more. */
export type Withheld = 'spared' | 'unwanted';

export interface CmsFaultDetails {
  readonly kind: FaultKind;
  readonly callBridge: string;
  readonly status?: number | undefined;
  readonly reasons?: readonly string[];
  readonly sent?: boolean;
  readonly withheld?: Withheld | undefined;
  readonly cause?: unknown;
}

export class CmsFault extends Error {
  override readonly name = 'CmsFault';
  readonly kind: FaultKind;
  /** The call bridge's address. */
  readonly callBridge: string;
  /** The HTTP status, where one arrived. */
  readonly status: number | undefined;
  /** The element names inside `failureDetails`, as the bridge spelled them. */
  readonly reasons: readonly string[];
  /** A write may have reached the bridge and nobody knows whether it was done: look before repeating a POST. */
  readonly sent: boolean;
  /** We did not send it, for a reason of our own: it says nothing about the call bridge. */
  readonly withheld: Withheld | undefined;

  constructor(message: string, details: CmsFaultDetails) {
    super(boundedText(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.callBridge = details.callBridge;
    this.status = details.status;
    this.reasons = details.reasons ?? [];
    this.sent = details.sent ?? false;
    this.withheld = details.withheld;
  }
}

/**
 * What a fault says against the call bridge itself; undefined where it says nothing against it. An answer that says no to
 * one request does not; refused credentials do.
 */
export function causeOf(fault: CmsFault): Cause | undefined {
  if (fault.withheld !== undefined) return undefined;
  switch (fault.kind) {
    case 'absent':
      return undefined;
    case 'refused':
      return isSignInRefusal(fault.status) ? 'credentials' : undefined;
    case 'unreachable':
      if (isCertificateFailure(fault.cause)) return 'certificate';
      // Whoever begins an answer lives.
      return fault.status === undefined ? 'unreachable' : 'garbled';
    case 'busy':
    case 'garbled':
      return fault.kind;
    default:
      return fault.kind satisfies never;
  }
}

/** A redirect is one to the sign-in page of the web administration. */
function isSignInRefusal(status: number | undefined): boolean {
  return status === 401 || status === 403 || (status !== undefined && status >= 300 && status < 400);
}

/**
 * The kind of an answer that is no success. Its reasons go before its status: bridges give 400 and 404 for the
 * same thing.
 */
export function kindOfAnswer(status: number, reasons: readonly string[]): FaultKind {
  if (reasons.some((reason) => reason.endsWith('DoesNotExist'))) return 'absent';
  if (reasons.includes('databaseNotReady')) return 'busy';
  if (status === 503 || status === 429 || status === 408) return 'busy';
  if (reasons.length > 0) return 'refused';
  if (status === 404) return 'absent';
  return status >= 400 && status < 500 ? 'refused' : 'garbled';
}

/**
 * Whether the bridge does not know the resource itself (an older release), rather than the object in it.
 * Releases differ in the spelling, and some answer with a bare 404.
 */
export function isUnknownResource(error: unknown): boolean {
  if (!(error instanceof CmsFault)) return false;
  if (error.reasons.length === 0) return error.status === 404;
  return error.reasons.some((reason) => /^unrecogni[sz]edObject$/.test(reason));
}

/** For `catch`, where what a call bridge refuses, or does not answer, is asked again at its own time. Throws all else. */
export function ignoreFault(error: unknown): undefined {
  if (!(error instanceof CmsFault)) throw error;
  return undefined;
}

/** For `catch`, where an object that is gone is as good as undefined. Throws all else. */
export function ignoreAbsence(error: unknown): undefined {
  if (!(error instanceof CmsFault) || error.kind !== 'absent') throw error;
  return undefined;
}
