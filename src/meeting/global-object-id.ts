/** The iCalUIds that Exchange makes: global object ids ([MS-OXOCAL] 2.2.1.27), in which an occurrence is told from its series. */

const day = 86_400_000;

/**
 * The iCalUId of the series of an occurrence, and its day (epoch ms, UTC): 16 bytes that say what it is, then year, month
 * and day of the occurrence, which are zero in the series' own, then what makes it unique. Undefined for anything else.
 */
export function seriesOf(iCalUId: string): { readonly iCalUId: string; readonly day: number } | undefined {
  const [, head, year = '', of = '', on = '', tail] =
    /^(040000008200E00074C5B7101A82E008)(.{4})(.{2})(.{2})([0-9A-F]+)$/i.exec(iCalUId) ?? [];
  if (head === undefined || /^0+$/.test(year + of + on)) return undefined;
  const [y, m, d] = [year, of, on].map((hex) => Number.parseInt(hex, 16));
  const at = Date.UTC(y ?? 0, (m ?? 1) - 1, d);
  return Number.isNaN(at) ? undefined : { iCalUId: `${head}00000000${tail}`, day: at };
}

/**
 * When the occurrence of that day stood at first: of the starts that are known of its series, the one on that day; where
 * none is known, its own start, on that day: one that was moved is told from its series all the same, and finds its place
 * when more is known.
 * @param zone IANA name of the series' zone, whose day it is; without one it may be a day of any zone
 */
export function startOn(dayOfSeries: number, start: number, known: readonly number[], zone?: string): number {
  if (zone !== undefined) {
    // As many days on or back, by the clock of that zone, as it was moved by: no start of another day is taken for it.
    const unmoved = start + dayOfSeries - dayIn(zone, start);
    const onDay = known.filter((at) => dayIn(zone, at) === dayOfSeries);
    return onDay.includes(unmoved) ? unmoved : (onDay[0] ?? unmoved);
  }
  const noon = dayOfSeries + day / 2;
  const isNear = (at: number) => Math.abs(at - noon) <= day + day / 12;
  const near = known.filter(isNear).sort((a, b) => Math.abs(a - noon) - Math.abs(b - noon));
  if (isNear(start) && (near.length === 0 || near.includes(start))) return start;
  return near[0] ?? dayOfSeries + (start % day);
}

/** The date that a zone's calendar shows at the instant, as midnight UTC. */
function dayIn(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
    .formatToParts(at)
    .map(({ type, value }) => [type, Number(value)]);
  const { year = 0, month = 1, day: date = 1 } = Object.fromEntries(parts) as Record<string, number>;
  return Date.UTC(year, month - 1, date);
}
