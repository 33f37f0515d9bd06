/** How it is known who is on a call bridge, and since when that may be out of date. */
import type { RecordsState } from './ordering.ts';

/** Epoch ms. */
export interface SourceState {
  readonly records?: RecordsState;
  /** When its records were last found to be all here. */
  readonly recordsAt?: number;
  /** When its events were last known to come, for all of our calls. */
  readonly eventsAt?: number;
  /** When the last look at all of our calls began. */
  readonly lookedAt?: number;
  /** When it was last found to have started anew. */
  readonly restartedAt?: number;
  /** When something was last found to be missing, so that a look is due. */
  readonly doubtedAt?: number;
}

/** Whether something may be missing that no look has found since. */
export function isDoubted({ doubtedAt, lookedAt = 0 }: SourceState): boolean {
  return doubtedAt !== undefined && doubtedAt >= lookedAt;
}

/**
 * The first that holds; `ended` where nothing runs there any more, `lost` where nobody knows and the conference has been
 * brought up elsewhere.
 */
export type Source = 'events' | 'records' | 'polling' | 'none' | 'ended' | 'lost';

/** Milliseconds for which each way of knowing is good: a little more than the time between two signs of it. */
const good = { events: 3_000, records: 8_000, polling: 12_000 };

export function sourceOf(
  { eventsAt, recordsAt, lookedAt }: SourceState,
  now: number,
): { readonly source: Source; readonly asOf: number | undefined } {
  if (now - (eventsAt ?? 0) < good.events) return { source: 'events', asOf: eventsAt };
  if (now - (recordsAt ?? 0) < good.records) return { source: 'records', asOf: recordsAt };
  const asOf = Math.max(eventsAt ?? 0, recordsAt ?? 0, lookedAt ?? 0) || undefined;
  return { source: now - (lookedAt ?? 0) < good.polling ? 'polling' : 'none', asOf };
}
