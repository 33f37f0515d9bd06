/** What a page's main thread has done is put down to the frame that it was done for, or that came before it. */
import { expect, it } from 'vitest';
import { framesIn, type TraceEvent } from './trace.ts';

const event = (name: string, ts: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  ...{ name, ts, ph: 'X', pid: 1, tid: 1 },
  ...more,
});
const task = (ts: number, dur: number, tdur: number) => event('RunTask', ts, { dur, tdur });

it('counts the own time of all tasks from one frame to the next, of the marked thread only', () => {
  const events = [
    task(0, 50, 50),
    event('bench', 100, { ph: 'R' }),
    event('FireAnimationFrame', 1_010),
    task(1_000, 900, 700),
    event('RunTask', 1_500, { dur: 90, tdur: 90, tid: 2 }),
    task(3_000, 400, 300),
    // Two callbacks of one frame.
    event('FireAnimationFrame', 5_010),
    event('FireAnimationFrame', 5_020),
    task(5_000, 2_000, 2_000),
    event('FireAnimationFrame', 9_010),
    task(9_000, 100, 100),
  ];
  expect(framesIn(events, 'bench')).toEqual([1, 2]);
});

it('knows no main thread without its mark', () => {
  expect(() => framesIn([task(0, 1, 1)], 'bench')).toThrow(/no mark/);
});
