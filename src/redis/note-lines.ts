/** Entries of timelines as they are written: with the id of the work that writes them, so that its requests are found. */
import type { TimelineEntry } from '../conference/timeline.ts';
import { workInHand } from '../work.ts';

export function noteLines(notes: readonly TimelineEntry[]): string[] {
  const { id: work } = workInHand() ?? {};
  return notes.map((note) => JSON.stringify(work === undefined ? note : { ...note, work }));
}
