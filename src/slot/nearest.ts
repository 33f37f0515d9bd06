/** Other times that people might take instead of the one they wanted, the nearest first. */
import type { Interval } from './slot.ts';

const quarter = 900_000;
const hour = 3_600_000;
const day = 24 * hour;
/** People meet at these hours; a meeting that was wanted at another one may also stay near it. */
const opens = 7;
const closes = 19;
const near = 2 * hour;
const daysAhead = 14;

/**
 * Starts on quarters of an hour around the wanted one on its day, then around the same time on each of the next fourteen
 * days; none in the past and none at which somebody who has to be there (`busy`) is taken. `end` is exclusive.
 */
export function otherTimes(
  wanted: { readonly start: number; readonly end: number },
  {
    now,
    timeZone,
    busy,
  }: { readonly now: number; readonly timeZone: string; readonly busy: readonly Interval[] },
): { start: number; end: number }[] {
  const length = wanted.end - wanted.start;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const times: { start: number; end: number }[] = [];
  for (let days = 0; days <= daysAhead; days += 1) {
    for (let steps = days === 0 ? 1 : 0; steps <= (days === 0 ? 48 : 16); steps += 1) {
      for (const offset of steps === 0 ? [0] : [steps * quarter, -steps * quarter]) {
        const start = wanted.start + days * day + offset;
        const end = start + length;
        const at = Number(format.format(start));
        const fits = Math.abs(offset) <= near || (at >= opens && at < closes);
        if (fits && start > now && !busy.some(({ from, to }) => from < end && to > start))
          times.push({ start, end });
      }
    }
  }
  return times;
}
