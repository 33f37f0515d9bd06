/** Times as a reader says them: in the reader's language and zone, with the zone's name and western digits. */
import type { Occurrence, Reader } from '../notice.ts';

/** No zone is further ahead of UTC than 14 h, and nearly none further behind than 10 h. */
const furthestAhead = 14 * 3_600_000;
const oneDay = 24 * 3_600_000;
const day: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  calendar: 'gregory',
  numberingSystem: 'latn',
};
const moment: Intl.DateTimeFormatOptions = {
  ...day,
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
};

/** One instant (epoch ms), such as `Tue, 3 Mar 2026, 10:00 CET`. */
export function sayInstant(instant: number, reader: Reader): string {
  return tidy(formatter(reader, moment).format(instant));
}

/** From start to end; an all-day event by its dates alone. */
export function sayTime({ start, end, isAllDay = false }: Occurrence, reader: Reader): string {
  if (isAllDay) {
    const own = formatter(reader, day);
    if (own.format(start) !== own.format(start - 1)) {
      return tidy(own.formatRange(start, Math.max(start, end - 1)));
    }
    // When a day begins in another zone, UTC is from 14 h short of that day to 10 h into it.
    const first = start + furthestAhead - 1;
    const last = Math.max(first, end + furthestAhead - 1 - oneDay);
    return tidy(formatter(reader, day, 'UTC').formatRange(first, last));
  }
  const format = formatter(reader, moment);
  const until = Math.max(start, end);
  // A range names one zone only; over the change of the clocks each end needs its own.
  if (zoneAt(start, format) !== zoneAt(until, format)) {
    return tidy(`${format.format(start)} – ${format.format(until)}`);
  }
  return tidy(format.formatRange(start, until));
}

function zoneAt(instant: number, format: Intl.DateTimeFormat): string | undefined {
  return format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value;
}

/** Making one takes longer than all the rest of a text; there is one per language, zone and kind. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  reader: Reader,
  options: Intl.DateTimeFormatOptions,
  timeZone = reader.timeZone,
): Intl.DateTimeFormat {
  const locale = localeOf(reader);
  const key = `${locale} ${timeZone} ${options === day}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = makeFormatter(locale, timeZone, options);
  if (made.resolvedOptions().timeZone === timeZone) formatters.set(key, made);
  return made;
}

function makeFormatter(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone });
  } catch (error) {
    // A zone that nobody knows must not keep a message back: UTC is said, and said to be it.
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  }
}

/** English is written in two ways, and the zone says which one the reader is likely to expect. */
function localeOf({ language, timeZone }: Reader): string {
  if (language !== 'en') return language;
  return /^(America|US|Pacific\/Honolulu)\b/.test(timeZone) ? 'en-US' : 'en-GB';
}

/** Narrow spaces are boxes in some fonts, and editors change them. */
function tidy(text: string): string {
  return text.replace(/[\u2009\u202f\u00a0]/g, ' ').replace(/[\u200e\u200f\u061c]/g, '');
}
