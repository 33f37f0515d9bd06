/** How far an operator's order is: written down, so that whoever takes it up after a death goes on from there. */
import type { Order } from '../src/conference/operation/operation.ts';
import { type Hand, TakenOver } from './hand.ts';

/** Milliseconds after it was begun for which a request may still be carried out: what its answer is given, and as long again. */
export const mayBeLate = 4_500;
const lookEvery = 200;

export async function progress({ deps, meeting, work }: Hand, order: Order): Promise<Order> {
  if (!(await deps.operations.progress(meeting.key, order, work.lease))) throw new TakenOver(work.key);
  return order;
}

/** Looks at least once, and time and again until something is found or that instant (epoch ms) is past. */
export async function foundUntil<T>(
  until: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > until) return found;
    await pause();
  }
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookEvery));
}
