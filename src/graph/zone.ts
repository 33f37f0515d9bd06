/** Graph's dates, times and time zone names as instants; what cannot be understood is undefined, never a guess. */
import { findIana } from 'windows-iana';

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2})?(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * The instant (epoch milliseconds) of Graph's `dateTime`, with up to seven fractional digits. Its own offset wins;
 * without one it is wall time in `zone`, a Windows or an IANA name.
 */
export function instantOf(dateTime: unknown, zone?: unknown): number | undefined {
  const parts = typeof dateTime === 'string' ? MOMENT.exec(dateTime) : null;
  if (parts === null) return undefined;
  const [, date, minutes = '00:00', seconds = ':00', fraction = '', offset] = parts;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const wall = `${date}T${minutes}${seconds}.${milliseconds}`;
  const instant = Date.parse(`${wall}${offset?.toUpperCase() ?? 'Z'}`);
  if (Number.isNaN(instant)) return undefined;
  return offset === undefined ? fromWallTime(instant, ianaZone(zone)) : instant;
}

/** The instant at which the day of `dateTime` begins in `zone`; the time of day is left out of account. */
export function midnightOf(dateTime: unknown, zone: unknown): number | undefined {
  return typeof dateTime === 'string' ? instantOf(dateTime.slice(0, 10), zone) : undefined;
}

/** Whether a zone's name says where its clock stands: not so `tzone://Microsoft/Custom` or `Customized Time Zone`. */
export function isKnownZone(name: string): boolean {
  return resolved(name) !== undefined;
}

/** The IANA name of a Windows or an IANA zone; undefined for a name that nobody can resolve. */
export function ianaName(name: unknown): string | undefined {
  return typeof name === 'string' ? resolved(name) : undefined;
}

/** UTC for every name that nobody can resolve. */
function ianaZone(name: unknown): string {
  return ianaName(name) ?? 'UTC';
}

const zones = new Map<string, string | undefined>();

function resolved(name: string): string | undefined {
  // Names come from whoever invites the room: no more of them are kept than there are zones.
  if (zones.size > 1_000) zones.clear();
  if (!zones.has(name)) zones.set(name, resolve(name));
  return zones.get(name);
}

function resolve(name: string): string | undefined {
  const iana = findIana(name)[0] ?? name;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: iana }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** In a gap of the clock the hour after it, of a doubled hour the first. */
function fromWallTime(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const early = wall - offsetAt(wall - 86_400_000, zone);
  const late = wall - offsetAt(wall + 86_400_000, zone);
  for (const instant of [Math.min(early, late), Math.max(early, late)]) {
    if (instant + offsetAt(instant, zone) === wall) return instant;
  }
  return early;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that the zone's clock is ahead of UTC at the instant. */
function offsetAt(instant: number, zone: string): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone, clock);
  }
  const part = Object.fromEntries(
    clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
