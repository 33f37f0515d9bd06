/** Which days a report is of: so many until today, or from one to another. Days are those of the reader's calendar. */

export const lengths = [7, 30, 90] as const;
type Length = (typeof lengths)[number];
const usual: Length = 30;
/** As many as the API tells of at once. */
const most = 92;

export interface Period {
  /** `YYYY-MM-DD`, both of them too. */
  readonly from: string;
  readonly to: string;
  /** Undefined where somebody has chosen the days. */
  readonly length: Length | undefined;
}

/** As it stands in the address. @param today as `dateAt` says it */
export function periodOf(search: URLSearchParams, today: string): Period {
  const from = search.get('from');
  const to = search.get('to');
  if (from !== null && to !== null) return { from, to, length: undefined };
  const length = lengths.find((one) => String(one) === search.get('days')) ?? usual;
  return { from: daysLater(today, 1 - length), to: today, length };
}

/** Whether it has days, and not too many. */
export function isRange({ from, to }: Pick<Period, 'from' | 'to'>): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  return days >= 1 && days <= most;
}

/** The day that the reader's calendar has at an instant. */
export function dateAt(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function daysLater(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** An instant that has this date where the reader is, for saying it in words. */
export function instantOf(date: string): number {
  return new Date(`${date}T12:00:00`).getTime();
}

export function zoneOfReader(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** Days for which meetings are listed after they began; their figures are kept for longer. */
const listedFor = 30;

/** Where the meetings behind a figure are found; undefined where they are not listed any more. */
export function meetingsOf(
  from: string,
  to: string,
  more: { readonly room?: string; readonly state?: string } = {},
): string | undefined {
  if (to < daysLater(dateAt(Date.now()), -listedFor)) return undefined;
  return `/meetings?${new URLSearchParams({ from, to, ...more })}`;
}
