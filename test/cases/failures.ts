/** What a scripted Graph answers instead of what was asked for. */
import type { Reply } from '../graph/recorded-server.ts';
import { refusal } from './items.ts';

/** What is answered instead, `times` times (1), to requests whose `METHOD path` the pattern finds. */
export interface Failure {
  readonly match: string;
  readonly times?: number;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** As it is, whatever it is. */
  readonly body?: string;
  readonly location?: boolean;
  /** Done, but the answer is lost. */
  readonly lost?: boolean;
  readonly drop?: boolean;
}

export class Failures {
  #all: { readonly failure: Failure; left: number }[] = [];

  add(failure: Failure): void {
    this.#all.push({ failure, left: failure.times ?? 1 });
  }

  clear(): void {
    this.#all = [];
  }

  /** The one that strikes this request; it is one time less then. */
  next(request: string): Failure | undefined {
    const found = this.#all.find(({ failure, left }) => left > 0 && new RegExp(failure.match).test(request));
    if (found !== undefined) found.left -= 1;
    return found?.failure;
  }
}

const day = 86_400_000;

/** `url` is the request's own, which a `Location` leads back to for a fresh window. */
export function answerOf(failure: Failure, url: string, now: number): Reply {
  const { status = 503, code = 'UnknownError', message = 'said so by the case', body } = failure;
  if (failure.drop || failure.lost) return { drop: true };
  const window = new URLSearchParams({
    startDateTime: new Date(now - day).toISOString(),
    endDateTime: new Date(now + 180 * day).toISOString(),
  });
  const headers = {
    ...(failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }),
    ...(failure.location ? { location: `${url}?${window}` } : {}),
    ...(body?.startsWith('<') ? { 'content-type': 'text/html' } : {}),
  };
  return { ...(body === undefined ? refusal(status, code, message) : { status, body }), headers };
}
