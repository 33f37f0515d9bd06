/** On which days a series takes place, by Graph's patterns and ranges. */
import { dayFromText, dayOf, instantOf, wallOf } from './zones.ts';

const DAY = 86_400_000;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

export interface RecurrencePattern {
  readonly type:
    | 'daily'
    | 'weekly'
    | 'absoluteMonthly'
    | 'relativeMonthly'
    | 'absoluteYearly'
    | 'relativeYearly';
  readonly interval: number;
  readonly month?: number;
  readonly dayOfMonth?: number;
  readonly daysOfWeek?: readonly Weekday[];
  readonly firstDayOfWeek?: Weekday;
  readonly index?: (typeof INDEXES)[number];
}

export interface RecurrenceRange {
  readonly type: 'endDate' | 'noEnd' | 'numbered';
  /** `yyyy-MM-dd`. */
  readonly startDate: string;
  readonly endDate?: string;
  readonly recurrenceTimeZone?: string;
  readonly numberOfOccurrences?: number;
}

export interface Recurrence {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
}

/** What Exchange would refuse about a recurrence, or undefined. */
export function faultOf({ pattern, range }: Recurrence): string | undefined {
  if (!Number.isInteger(pattern.interval) || pattern.interval < 1) return 'interval must be 1 or more';
  const relative = pattern.type === 'relativeMonthly' || pattern.type === 'relativeYearly';
  if ((pattern.type === 'weekly' || relative) && !pattern.daysOfWeek?.length) return 'daysOfWeek is required';
  if (pattern.daysOfWeek?.some((day) => !WEEKDAYS.includes(day))) return 'daysOfWeek holds an unknown day';
  if (pattern.type.startsWith('absolute') && !(pattern.dayOfMonth && pattern.dayOfMonth <= 31)) {
    return 'dayOfMonth is required';
  }
  if (pattern.type.endsWith('Yearly') && !(pattern.month && pattern.month <= 12)) return 'month is required';
  if (Number.isNaN(dayFromText(range.startDate))) return 'startDate must be a date';
  if (range.type === 'endDate' && !(dayFromText(range.endDate ?? '') >= dayFromText(range.startDate))) {
    return 'endDate must not be before startDate';
  }
  if (range.type === 'numbered' && !(Number(range.numberOfOccurrences) >= 1)) {
    return 'numberOfOccurrences must be 1 or more';
  }
  return undefined;
}

/**
 * The starts of a series that lie in [from, to), in order, before exceptions and cancellations.
 * `wallTime` is the time of day in ms, `zone` the zone it is meant in.
 */
export function startsOf(
  recurrence: Recurrence,
  wallTime: number,
  zone: string,
  from: number,
  to: number,
): number[] {
  return daysOf(recurrence, dayOf(wallOf(from, zone)) - 1, dayOf(wallOf(to, zone)) + 1)
    .map((day) => instantOf(day * DAY + wallTime, zone))
    .filter((start) => start >= from && start < to);
}

/** Of a series with a number of occurrences: the days found so far, and the day from which to look on. */
const counted = new WeakMap<Recurrence, { readonly days: number[]; next: number }>();

/** Days in [from, to]. Its cost is that of the days asked for; only what has a number is counted from its first day, once. */
function daysOf(recurrence: Recurrence, from: number, to: number): number[] {
  const { pattern, range } = recurrence;
  const first = dayFromText(range.startDate);
  const matches = matcher(pattern, first);
  if (range.type === 'numbered') {
    const count = counted.get(recurrence) ?? { days: [], next: first };
    counted.set(recurrence, count);
    for (; count.next <= to && count.days.length < (range.numberOfOccurrences ?? 0); count.next++) {
      if (matches(count.next)) count.days.push(count.next);
    }
    return count.days.filter((day) => day >= from && day <= to);
  }
  const last = range.type === 'endDate' ? dayFromText(range.endDate ?? '') : Number.POSITIVE_INFINITY;
  const days: number[] = [];
  for (let day = Math.max(first, from); day <= Math.min(last, to); day++) if (matches(day)) days.push(day);
  return days;
}

function matcher(pattern: RecurrencePattern, first: number): (day: number) => boolean {
  const start = calendar(first);
  const days = new Set((pattern.daysOfWeek ?? []).map((name) => WEEKDAYS.indexOf(name)));
  const months = (day: number) => {
    const at = calendar(day);
    return (at.year - start.year) * 12 + at.month - start.month;
  };
  const absolute = (day: number) => {
    const at = calendar(day);
    return at.date === Math.min(pattern.dayOfMonth ?? 0, at.length);
  };
  const relative = (day: number) => isNth(day, days, pattern.index ?? 'first');
  const inYear = (day: number) => {
    const at = calendar(day);
    return at.month + 1 === pattern.month && (at.year - start.year) % pattern.interval === 0;
  };
  switch (pattern.type) {
    case 'daily':
      return (day) => (day - first) % pattern.interval === 0;
    case 'weekly': {
      const weekStart = WEEKDAYS.indexOf(pattern.firstDayOfWeek ?? 'sunday');
      const week = (day: number) => Math.floor((day + 4 - weekStart) / 7);
      return (day) => days.has(weekday(day)) && (week(day) - week(first)) % pattern.interval === 0;
    }
    case 'absoluteMonthly':
      return (day) => months(day) % pattern.interval === 0 && absolute(day);
    case 'relativeMonthly':
      return (day) => months(day) % pattern.interval === 0 && relative(day);
    case 'absoluteYearly':
      return (day) => inYear(day) && absolute(day);
    case 'relativeYearly':
      return (day) => inYear(day) && relative(day);
    default:
      return pattern.type satisfies never;
  }
}

/** Whether a day is the first, second … of the days of its month that fall on one of `days`. */
function isNth(day: number, days: ReadonlySet<number>, index: (typeof INDEXES)[number]): boolean {
  if (!days.has(weekday(day))) return false;
  const { date, length } = calendar(day);
  const count = (from: number, to: number) => {
    let found = 0;
    for (let other = from; other <= to; other++) if (days.has(weekday(other))) found++;
    return found;
  };
  if (index === 'last') return count(day + 1, day + length - date) === 0;
  return count(day - date + 1, day) === INDEXES.indexOf(index) + 1;
}

/** 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function calendar(day: number): { year: number; month: number; date: number; length: number } {
  const at = new Date(day * DAY);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { year, month, date: at.getUTCDate(), length: new Date(Date.UTC(year, month + 1, 0)).getUTCDate() };
}
