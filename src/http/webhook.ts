/**
 * One POST to somebody else's server, signed so that they know it is us and when; made once, never repeated here, and never
 * sent on to where the answer points.
 */
import { createHmac } from 'node:crypto';
import { type Dispatcher, fetch } from 'undici';

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly dispatcher: Dispatcher;
}

export type Posted =
  | { readonly kind: 'taken' }
  /** They want to hear nothing more (410). */
  | { readonly kind: 'gone' }
  /** The reason is a status, an error code of the connection or `deadline`. */
  | { readonly kind: 'failed'; readonly reason: string };

const deadline = 10_000;

/** @param now epoch ms */
export async function postSigned(
  { url, secret, dispatcher }: Webhook,
  content: unknown,
  now: number,
): Promise<Posted> {
  const body = JSON.stringify(content);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'roombridge',
        'roombridge-signature': signature(secret, body, now),
      },
      body,
      dispatcher,
      signal: AbortSignal.timeout(deadline),
    });
    // What they say beside it is nobody's; a connection that is to be used again must be free of it.
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'taken' };
    return answer.status === 410 ? { kind: 'gone' } : { kind: 'failed', reason: `status ${answer.status}` };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

/** As Stripe signs: the time is part of what is signed, so that what was recorded cannot be played again later. */
function signature(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Never a message: it may have the address in it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'deadline';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
