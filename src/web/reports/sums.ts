/** The figures of several days in one. */
import type { Report, ReportFigures } from '../answers.ts';

type Days = Report['days'];

export interface Sums {
  readonly figures: Pick<ReportFigures, Counted>;
  /** Milliseconds; null where none was opened. */
  readonly lateness: { readonly opened: number } & Readonly<Record<'p50' | 'p99' | 'max', number | null>>;
  /** Days of which figures are known. */
  readonly known: number;
  readonly unknown: number;
  readonly pending: number;
}

const counted = [
  ...['booked', 'held', 'noShows', 'cancelled', 'unplaced', 'notOpened'],
  ...['failovers', 'recoveries', 'rehomings', 'extensions', 'extendedMinutes'],
] as readonly Counted[];
type Counted =
  | ('booked' | 'held' | 'noShows' | 'cancelled' | 'unplaced' | 'notOpened')
  | ('failovers' | 'recoveries' | 'rehomings' | 'extensions' | 'extendedMinutes');

export function sumsOf(days: Days): Sums {
  const known = days.flatMap(({ figures }) => figures ?? []);
  const sum = (name: Counted) => known.reduce((total, figures) => total + figures[name], 0);
  return {
    figures: Object.fromEntries(counted.map((name) => [name, sum(name)])) as Sums['figures'],
    lateness: latenessOf(known.map(({ lateness }) => lateness)),
    known: known.length,
    unknown: days.filter(({ state }) => state === 'unknown').length,
    pending: days.filter(({ state }) => state === 'pending').length,
  };
}

/**
 * What half and 99 of a hundred were opened within, over all of the days, can be said no better than this by what is known
 * of each: the least time within which surely so many were.
 */
function latenessOf(days: readonly ReportFigures['lateness'][]): Sums['lateness'] {
  const opened = days.reduce((total, one) => total + one.opened, 0);
  const times = days
    .flatMap(({ p50, p99, max }) => [p50, p99, max])
    .filter((time) => time !== null)
    .sort((a, b) => a - b);
  const within = (share: number) =>
    times.find((time) => days.reduce((total, day) => total + surely(day, time), 0) >= opened * share) ?? null;
  return { opened, p50: within(0.5), p99: within(0.99), max: times.at(-1) ?? null };
}

/** How many of a day's at least were opened within a time. */
function surely({ opened, p50, p99, max }: ReportFigures['lateness'], time: number): number {
  if (max !== null && max <= time) return opened;
  if (p99 !== null && p99 <= time) return Math.ceil(opened * 0.99);
  return p50 !== null && p50 <= time ? Math.ceil(opened * 0.5) : 0;
}

/** The day with the most of something, the first of several; undefined where no day has any. */
export function peakOf(
  days: Days,
  of: (figures: ReportFigures) => number | null,
): { readonly date: string; readonly value: number } | undefined {
  let peak: { date: string; value: number } | undefined;
  for (const { date, figures } of days) {
    const value = figures === null ? null : of(figures);
    if (value !== null && value > (peak?.value ?? 0)) peak = { date, value };
  }
  return peak;
}
