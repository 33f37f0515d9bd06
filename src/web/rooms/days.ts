/** Days as the calendar of whoever looks has them: one in which clocks are changed is longer or shorter than others. */

/** The beginning of the day that an instant lies in; epoch ms. */
export function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The beginning of a day, so many days later. */
export function laterDay(day: number, days: number): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** As the field of a date has it, `2026-11-27`. */
export function dayText(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @returns undefined for what is no day */
export function dayOf(text: string): number | undefined {
  const [year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(year, month - 1, date).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** What begins on each day, in the order in which it is given. */
export function byDay<T extends { readonly start: string }>(all: readonly T[]): ReadonlyMap<number, T[]> {
  const days = new Map<number, T[]>();
  for (const one of all) {
    const day = midnight(Date.parse(one.start));
    const ofDay = days.get(day);
    if (ofDay === undefined) days.set(day, [one]);
    else ofDay.push(one);
  }
  return days;
}
