/** Where the bars of a room are drawn: as shares of the window's width, and in lanes where they overlap. */
import type { Bar } from '../answers.ts';
import { overAt } from './day.ts';

export interface Placed {
  readonly bar: Bar;
  /** Per cent of the window. */
  readonly left: number;
  readonly width: number;
  /** Of `width`, the part that is the extension; per cent of the bar. */
  readonly extension: number;
  readonly lane: number;
}

/** Lanes that a row has room for; more lie over one another in the last. */
const mostLanes = 3;

export function lanesOf(bars: readonly Bar[], from: number, to: number): { placed: Placed[]; lanes: number } {
  const ends: number[] = [];
  const placed: Placed[] = [];
  const share = (at: number) => (100 * (Math.min(to, Math.max(from, at)) - from)) / (to - from);
  for (const bar of bars) {
    const [start, end, over] = [Date.parse(bar.start), Date.parse(bar.end), overAt(bar)];
    if (start >= to || over <= from) continue;
    const free = ends.findIndex((one) => one <= start);
    const lane = Math.min(free === -1 ? ends.length : free, mostLanes - 1);
    ends[lane] = Math.max(ends[lane] ?? 0, over);
    const [left, right] = [share(start), share(over)];
    const width = right - left;
    const extension = over > end && width > 0 ? (100 * (right - Math.max(left, share(end)))) / width : 0;
    placed.push({ bar, left, width, extension, lane });
  }
  return { placed, lanes: Math.max(1, ends.length) };
}

/** Whole hours, local ones, that are written over the window; fewer where it is long. */
export function ticksOf(from: number, to: number): number[] {
  const hours = (to - from) / 3_600_000;
  const step = hours <= 8 ? 1 : hours <= 16 ? 2 : hours <= 26 ? 3 : 12;
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  const ticks: number[] = [];
  for (const at = first; at.getTime() < to; at.setHours(at.getHours() + 1)) {
    if (at.getTime() >= from && at.getHours() % step === 0) ticks.push(at.getTime());
  }
  return ticks;
}

/** The window that has now a quarter in, from a whole hour, `steps` halves of its length later. */
export function windowOf(now: number, hours: number, steps: number): { from: number; to: number } {
  const start = new Date(now - (hours * 3_600_000) / 4);
  start.setMinutes(0, 0, 0);
  const from = start.getTime() + (steps * hours * 3_600_000) / 2;
  return { from, to: from + hours * 3_600_000 };
}
