/** What a timeline says twice of the same second is shown once, with how often it was said, in whatever work. */
import type { TimelineEntry } from '../answers.ts';

export function eachOnce(timeline: readonly TimelineEntry[]) {
  const found = new Map<string, { readonly entry: TimelineEntry; readonly place: number; times: number }>();
  for (const [place, entry] of timeline.entries()) {
    const { work: _, ...said } = entry;
    const same = JSON.stringify({ ...said, at: entry.at.slice(0, 19) });
    const known = found.get(same);
    if (known === undefined) found.set(same, { entry, place, times: 1 });
    else known.times += 1;
  }
  return [...found.values()];
}
