/** Takes an operator's order, and waits a moment for what comes of it. */
import type { Operation, Outcome } from './conference/operation/operation.ts';
import type { OperationStore } from './redis/operations.ts';

export interface OrderingDeps {
  readonly operations: OperationStore;
  ring(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
}

export interface Ordering {
  readonly request: string;
  readonly by: string;
  readonly operation: Operation;
}

/** Milliseconds that an outcome is waited for. */
const patience = 4_500;
const lookEvery = 50;

/** @returns `waiting` where it is not settled yet: asked again with the same request, it says what came of it */
export async function orderOperation(
  { operations, ring }: OrderingDeps,
  key: string,
  { request, by, operation }: Ordering,
): Promise<Outcome | 'waiting' | 'absent' | 'another'> {
  const now = Date.now();
  const said = await operations.order(key, { request, by, at: now, operation });
  if (said !== 'ordered') return said;
  await ring([{ key, at: now }]);
  while (Date.now() < now + patience) {
    const outcome = await operations.outcome(key, request);
    if (outcome !== undefined) return outcome;
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
  return 'waiting';
}
