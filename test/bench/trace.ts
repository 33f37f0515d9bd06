/** What the main thread of a page has done for each of its frames, from what Chromium traces. */

/** As Chromium writes them; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread's own time. */
  readonly tdur?: number;
}

/**
 * Milliseconds of the thread's own time in all that it did from each frame to the next.
 * @param mark what the page has marked, by which its main thread is known; frames before it are left out
 */
export function framesIn(events: readonly TraceEvent[], mark: string): number[] {
  const marked = events.find(({ name }) => name === mark);
  if (marked === undefined) throw new Error('the page has left no mark in the trace');
  const own = events.filter(
    ({ pid, tid, ts }) => pid === marked.pid && tid === marked.tid && ts >= marked.ts,
  );
  const tasks = own.filter(({ name, ph }) => name === 'RunTask' && ph === 'X').sort((a, b) => a.ts - b.ts);
  const begins = own
    .filter(({ name }) => name === 'FireAnimationFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const frames: number[] = [];
  let next = 0;
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    // A frame is of the task in which its callbacks run.
    if ((begins[next] ?? Number.POSITIVE_INFINITY) <= ts + dur) {
      frames.push(0);
      while ((begins[next] ?? Number.POSITIVE_INFINITY) <= ts + dur) next += 1;
    }
    if (frames.length > 0) frames.push((frames.pop() ?? 0) + tdur / 1_000);
  }
  // The last one may have been cut off.
  return frames.slice(0, -1);
}
