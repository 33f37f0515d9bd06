/** Days by the calendar of a time zone, as the instants between which they lie. */

export interface Day {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Epoch ms; the first instant that has this date there. */
  readonly from: number;
  /** Exclusive: where the next date begins. A day that its zone has skipped is empty. */
  readonly to: number;
}

const utcDay = 86_400_000;
/** Zones are ahead of UTC by 14 hours at most, and behind by 12. */
const ahead = 14 * 3_600_000;
const behind = 12 * 3_600_000;
/** Zones have changed at full minutes for as long as there are conferences. */
const step = 60_000;

/** The IANA name by which a zone is known, whatever its case; undefined for what is none, such as `+02:00`. */
export function zoneNamed(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** How many days there are from one date to the other, both of them counted; less than one where they are in disorder. */
export function daysFrom(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / utcDay + 1;
}

/** Every day from one date to the other, both of them too. */
export function daysBetween(from: string, to: string, zone: string): Day[] {
  const dateAt = datesOf(zone);
  const dates = Array.from({ length: Math.max(0, daysFrom(from, to)) + 1 }, (_, i) =>
    dateOf(Date.parse(from) + i * utcDay),
  );
  const begins = dates.map((date) => beginOf(date, dateAt));
  return dates.slice(0, -1).map((date, i) => ({ date, from: begins[i] ?? 0, to: begins[i + 1] ?? 0 }));
}

/** The date that a zone has at an instant (epoch ms). */
export function dateIn(zone: string, at: number): string {
  return datesOf(zone)(at);
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function datesOf(zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en', {
    ...({ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn' } as const),
    ...({ year: 'numeric', month: '2-digit', day: '2-digit' } as const),
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
}

/** Dates never go back, so that the first instant of one is found by halves. */
function beginOf(date: string, dateAt: (at: number) => string): number {
  const midnight = Date.parse(date);
  let before = midnight - ahead - step;
  let after = midnight + behind;
  while (after - before > step) {
    const middle = before + Math.floor((after - before) / step / 2) * step;
    if (dateAt(middle) < date) before = middle;
    else after = middle;
  }
  return after;
}
