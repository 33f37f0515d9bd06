/** How high a value stands in a chart. */

export interface Scale {
  /** From 0, at the bottom, to 1. */
  share(value: number): number;
  /** Values that have a line, the lowest first. */
  readonly ticks: readonly number[];
}

/** Of counts: from nothing to a round number that is no less than the highest. */
export function countScale(highest: number): Scale {
  const top = roundAbove(Math.max(1, highest));
  return { share: (value) => value / top, ticks: top % 2 === 0 ? [0, top / 2, top] : [0, top] };
}

function roundAbove(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 10].find((one) => one * ten >= value) ?? 10) * ten;
}

/** Milliseconds that are said in round words. */
const times = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000];

/** Of times: most are some milliseconds and a few are minutes, so that each line stands for many times the one below. */
export function timeScale(highest: number): Scale {
  const found = times.findIndex((one) => one >= highest);
  const ticks = times.slice(0, Math.max(2, found < 0 ? times.length : found) + 1);
  const top = Math.log10(ticks.at(-1) ?? 1);
  return { share: (value) => Math.min(1, Math.log10(Math.max(1, value)) / top), ticks };
}
