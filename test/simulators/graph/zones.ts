/** Wall clock to instant and back, for IANA zones and the few Windows names that bookings here may carry. */

const DAY = 86_400_000;

const WINDOWS_NAMES: Readonly<Record<string, string>> = {
  UTC: 'UTC',
  'W. Europe Standard Time': 'Europe/Berlin',
  'GMT Standard Time': 'Europe/London',
  'Romance Standard Time': 'Europe/Paris',
  'Central European Standard Time': 'Europe/Warsaw',
  'GTB Standard Time': 'Europe/Bucharest',
  'Turkey Standard Time': 'Europe/Istanbul',
  'Eastern Standard Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Mountain Standard Time': 'America/Denver',
  'Pacific Standard Time': 'America/Los_Angeles',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'Arabian Standard Time': 'Asia/Dubai',
  'Egypt Standard Time': 'Africa/Cairo',
  'India Standard Time': 'Asia/Kolkata',
  'China Standard Time': 'Asia/Shanghai',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'Lord Howe Standard Time': 'Australia/Lord_Howe',
  'New Zealand Standard Time': 'Pacific/Auckland',
};

const formats = new Map<string, Intl.DateTimeFormat>();
/** Custom zones, and whatever else nobody here can read. */
const unknown = new Set<string>();
/** By zone and day (UTC): the offset in ms of that whole day, or undefined where it changes on it. */
const offsets = new Map<string, Map<number, number | undefined>>();

/** The IANA name behind `name`, or undefined where this simulator knows no such zone. */
export function zoneOf(name: string): string | undefined {
  const zone = WINDOWS_NAMES[name] ?? name;
  if (formats.has(zone)) return zone;
  if (unknown.has(zone)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
    return zone;
  } catch {
    unknown.add(zone);
    return undefined;
  }
}

/** What a clock in the zone shows, as if it were UTC; unknown zones read as UTC. */
export function wallOf(instant: number, zoneName: string): number {
  const zone = zoneOf(zoneName);
  const format = zone === undefined || zone === 'UTC' ? undefined : formats.get(zone);
  if (!format) return instant;
  const days = offsets.get(zone ?? '') ?? new Map<number, number | undefined>();
  offsets.set(zone ?? '', days);
  const day = dayOf(instant);
  if (!days.has(day)) {
    const offset = shownBy(format, day * DAY) - day * DAY;
    days.set(day, offset === shownBy(format, (day + 1) * DAY) - (day + 1) * DAY ? offset : undefined);
  }
  const offset = days.get(day);
  return offset === undefined ? shownBy(format, instant) : instant + offset;
}

function shownBy(format: Intl.DateTimeFormat, instant: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const seconds = Date.UTC(
    part.year ?? 0,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  );
  return seconds + (((instant % 1000) + 1000) % 1000);
}

/** The instant at which a clock in the zone shows `wall`; in the hour that spring skips, the hour after it. */
export function instantOf(wall: number, zoneName: string): number {
  const offsetAt = (instant: number) => wallOf(instant, zoneName) - instant;
  const first = wall - offsetAt(wall);
  const second = wall - offsetAt(first);
  if (wallOf(second, zoneName) === wall) return second;
  return wall - Math.min(offsetAt(first), offsetAt(second));
}

/** Days since 1970 of a wall clock value. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY);
}

/** `yyyy-MM-dd` of a day number. */
export function dateText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The day number of `yyyy-MM-dd`, NaN where it is none. */
export function dayFromText(text: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / DAY : Number.NaN;
}

/** The wall clock value of `yyyy-MM-ddTHH:mm:ss[.fffffff]` without offset, NaN where it is none. */
export function wallFromText(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(\.\d{1,7})?)?)?$/.exec(text);
  if (!match) return Number.NaN;
  return Date.parse(
    `${match[1]}T${match[2] ?? '00:00'}:${match[3] ?? '00'}${(match[4] ?? '.0').slice(0, 4)}Z`,
  );
}

/** `yyyy-MM-ddTHH:mm:ss.fffffff` of a wall clock value, as Exchange writes it. */
export function wallText(wall: number): string {
  return `${new Date(wall).toISOString().slice(0, 23)}0000`;
}
