/** Why the provider has let nobody in, in words for whoever tried; never with a code, a token or what the provider wrote. */
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { DeadlineExceeded } from '../deadline.ts';

type FaultKind = 'unreachable' | 'refused' | 'garbled';

const sentences: Readonly<Record<FaultKind, string>> = {
  unreachable: 'The provider of the sign-in does not answer. Try again in a while.',
  refused: 'The provider has not signed you in.',
  garbled: 'What the provider answered cannot be trusted, and was not believed. Try again.',
};

export class SignInFault extends Error {
  override readonly name = 'SignInFault';
  readonly kind: FaultKind;
  /** A word for the log. */
  readonly reason: string;

  constructor(kind: FaultKind, reason: string, options?: { readonly cause?: unknown }) {
    super(sentences[kind], options);
    this.kind = kind;
    this.reason = reason;
  }
}

export function signInFault(error: unknown): SignInFault {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof SignInFault) return one;
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new SignInFault('refused', wordOf(error.error));
  if (error instanceof DeadlineExceeded) return new SignInFault('unreachable', 'no-answer-in-time');
  if (error instanceof ClientError && error.code !== undefined && error.code !== 'OAUTH_TIMEOUT')
    return new SignInFault('garbled', error.code);
  return new SignInFault('unreachable', codeOf(error));
}

/** Error codes of OAuth are plain words; what is not is not shown. */
function wordOf(code: string): string {
  return /^[\w.-]{1,60}$/.test(code) ? code : 'unknown';
}

function codeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause)
    if ('code' in one && typeof one.code === 'string') return one.code;
  return error instanceof Error ? error.name : 'unknown';
}
