/** Gives an order and waits for what came of it. The same request is one order, however often it is sent. */
import type { Outcome, Waiting } from '../answers.ts';
import { post } from '../asking.ts';

/** Milliseconds between two questions, and until one stops asking. */
const between = 700;
const patience = 90_000;

/** Works also where a page was not loaded over TLS. */
export function newRequest(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** @throws Refused; TypeError where nobody answers */
export async function order(key: string, request: string, body: object): Promise<Outcome | Waiting> {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await post<Outcome | Waiting>(`/api/meetings/${encodeURIComponent(key)}/operations`, {
      request,
      ...body,
    });
    if (answer.state !== 'waiting' || Date.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, between));
  }
}
