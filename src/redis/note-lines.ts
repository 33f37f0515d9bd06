/** Entries of timelines as they are written: with the id of the work that writes them, so that its requests are found. */
import type { ChainableCommander } from 'ioredis';
import type { TimelineEntry } from '../conference/timeline.ts';
import type { Placement } from '../slot/slot.ts';
import { workInHand } from '../work.ts';

export function noteLines(notes: readonly TimelineEntry[]): string[] {
  const { id: work } = workInHand() ?? {};
  return notes.map((note) => JSON.stringify(work === undefined ? note : { ...note, work }));
}

/** Where a slot was reserved: by which mark all that the meeting needs is traced, if it is. What was there before goes on. */
export function keepTrace(
  write: ChainableCommander,
  meeting: string,
  slot: Placement | undefined,
  notes: readonly TimelineEntry[],
): void {
  if (slot === undefined || !notes.some(({ what }) => what === 'reserved')) return;
  const mark = workInHand()?.trace?.reserved(slot);
  if (mark !== undefined) write.hsetnx(meeting, 'trace', mark);
}
