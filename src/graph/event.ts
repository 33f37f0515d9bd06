/** Reads Graph's event resources permissively: only the fields we use, and an unusable item is reported, never thrown. */
import type { Asking } from '../meeting/asking.ts';
import type {
  CalendarChange,
  CalendarEvent,
  RoomResponse,
  Sensitivity,
  ShowAs,
} from '../meeting/calendar-event.ts';
import { seriesOf } from '../meeting/global-object-id.ts';
import { askedIn, isWiped, numberToldIn, onlineMeetingOf } from './event-text.ts';
import { objectOf, oneOf, text, type Wire } from './wire-value.ts';
import { ianaName, instantOf, isKnownZone, midnightOf } from './zone.ts';

export { objectOf, oneOf, text } from './wire-value.ts';

export interface Unusable {
  readonly kind: 'unusable';
  readonly id?: string;
  /** For the log. */
  readonly why: string;
}

/** Zone names of all-day series masters by their id: bare occurrences say neither that they are all-day nor where. */
export type AllDaySeries = ReadonlyMap<string, string>;

/** How a room's entries are read. */
export interface EventReading {
  /** All-day series that came before. */
  readonly allDay?: AllDaySeries;
  /** IANA zone of days whose own zone nobody can resolve; UTC unless given. */
  readonly zone?: string;
  /** Whether text is looked through for what it asks for, and for links of online meetings. */
  readonly text?: Asking;
}

export const EVENT_FIELDS =
  'id,type,iCalUId,seriesMasterId,originalStart,start,end,isAllDay,originalStartTimeZone,subject,organizer,isOrganizer,responseStatus,isCancelled,sensitivity,showAs,categories,location,locations,body,isOnlineMeeting,onlineMeeting,lastModifiedDateTime,changeKey';

/** The items of delta; the list is as long as both results together. */
export function readItems(
  items: readonly unknown[],
  reading: EventReading = {},
): { changes: CalendarChange[]; unusable: Unusable[] } {
  const allDay = new Map([...(reading.allDay ?? []), ...allDaySeries(items, reading)]);
  const changes: CalendarChange[] = [];
  const unusable: Unusable[] = [];
  for (const item of items) {
    const change = readItem(item, { ...reading, allDay });
    if (change.kind === 'unusable') unusable.push(change);
    else changes.push(change);
  }
  return { changes, unusable };
}

/** Ids of series that items belong to whose masters are not among the items. */
export function absentMasters(items: readonly unknown[]): Set<string> {
  const wires = items.map(objectOf).filter((wire) => wire['@removed'] === undefined);
  const here = new Set(wires.map(({ id }) => id));
  return new Set(wires.flatMap((wire) => text(wire.seriesMasterId) ?? []).filter((id) => !here.has(id)));
}

function readItem(item: unknown, reading: EventReading): CalendarChange | Unusable {
  const wire = objectOf(item);
  const id = text(wire.id);
  if (wire['@removed'] !== undefined && id !== undefined) return { kind: 'removed', id };
  const seriesMasterId = text(wire.seriesMasterId);
  const bare = wire.type === undefined && wire.iCalUId === undefined;
  if (seriesMasterId !== undefined && (wire.type === 'occurrence' || bare)) {
    const zone = wire.isAllDay === true ? zoneOf(wire, reading) : reading.allDay?.get(seriesMasterId);
    const span = spanOf(wire, zone);
    if (id === undefined || span === undefined) return unusable(id, 'an occurrence without an id or a time');
    return { kind: 'occurrence', id, seriesMasterId, ...span };
  }
  const event = readEvent(item, reading);
  return 'kind' in event ? event : { kind: 'event', event };
}

/** A whole event. Without an `iCalUId` its id stands in, so that it is at least a meeting of its own. */
export function readEvent(item: unknown, reading: EventReading = {}): CalendarEvent | Unusable {
  const wire = objectOf(item);
  const id = text(wire.id);
  if (id === undefined) return unusable(undefined, 'no id');
  const isAllDay = wire.isAllDay === true;
  const allDayZone = isAllDay ? zoneOf(wire, reading) : undefined;
  const span = spanOf(wire, allDayZone);
  if (span === undefined) return unusable(id, 'no start and end that can be read');
  if (span.end < span.start) return unusable(id, 'it ends before it starts');
  const seriesMasterId = text(wire.seriesMasterId);
  const originalStart = originalStartOf(wire, reading.allDay?.get(seriesMasterId ?? '') ?? allDayZone);
  const organizer = organizerOf(wire.organizer);
  const type = oneOf(TYPES, wire.type) ?? 'singleInstance';
  return {
    id,
    type,
    iCalUId: text(wire.iCalUId) ?? id,
    ...(seriesMasterId === undefined ? {} : { seriesMasterId }),
    ...(originalStart === undefined ? {} : { originalStart }),
    ...span,
    isAllDay,
    ...(allDayZone !== undefined && type === 'seriesMaster' ? { allDayZone } : {}),
    ...(type === 'singleInstance' && !isAllDay ? seriesZoneOf(wire) : {}),
    subject: text(wire.subject) ?? '',
    ...(organizer === undefined ? {} : { organizer }),
    isOrganizer: wire.isOrganizer === true,
    response: oneOf(RESPONSES, objectOf(wire.responseStatus).response) ?? 'none',
    isCancelled: wire.isCancelled === true,
    sensitivity: sensitivityOf(wire.sensitivity),
    ...marksOf(wire, reading),
  };
}

/** What an ordinary entry has none of. */
function marksOf(wire: Wire, { text: looked }: EventReading) {
  const showAs = oneOf(NOT_BUSY, wire.showAs);
  const changedAt = instantOf(wire.lastModifiedDateTime, 'UTC');
  const toldNumber = numberToldIn(wire);
  const changeKey = text(wire.changeKey) ?? text(wire['@odata.etag']);
  const onlineMeeting = looked === undefined ? undefined : onlineMeetingOf(wire);
  return {
    ...(showAs === undefined ? {} : { showAs }),
    ...(looked === undefined ? {} : askedIn(wire, looked)),
    ...(onlineMeeting === undefined ? {} : { onlineMeeting }),
    ...(looked !== undefined && isWiped(wire) ? { isWiped: true as const } : {}),
    ...(toldNumber === undefined ? {} : { toldNumber }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(changeKey === undefined ? {} : { changeKey }),
  };
}

const TYPES = ['singleInstance', 'seriesMaster', 'exception', 'occurrence'] as const;
const RESPONSES: readonly RoomResponse[] = [
  'none',
  'organizer',
  'tentativelyAccepted',
  'accepted',
  'declined',
  'notResponded',
];
const NOT_BUSY: readonly ShowAs[] = ['free', 'tentative', 'oof', 'workingElsewhere'];
const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential'];

/** A word that Microsoft adds one day is taken for private: the title stays hidden rather than be shown wrongly. */
export function sensitivityOf(value: unknown): Sensitivity {
  return oneOf(SENSITIVITIES, value) ?? (text(value) === undefined ? 'normal' : 'private');
}

function allDaySeries(items: readonly unknown[], reading: EventReading): AllDaySeries {
  const series = new Map<string, string>();
  for (const item of items) {
    const wire = objectOf(item);
    const id = text(wire.id);
    if (id !== undefined && wire.type === 'seriesMaster' && wire.isAllDay === true)
      series.set(id, zoneOf(wire, reading));
  }
  return series;
}

/** An all-day event is a run of days on its creator's calendar; asked for in UTC, Graph still names those days. */
function spanOf(wire: Wire, allDayZone: string | undefined): { start: number; end: number } | undefined {
  const [from, to] = [objectOf(wire.start), objectOf(wire.end)];
  const [start, end] =
    allDayZone === undefined
      ? [instantOf(from.dateTime, from.timeZone), instantOf(to.dateTime, to.timeZone)]
      : [midnightOf(from.dateTime, allDayZone), midnightOf(to.dateTime, allDayZone)];
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** When an entry takes place, epoch ms; days without a zone that is known are days in UTC. */
export function timesOf(wire: Wire): { start: number; end: number } | undefined {
  return spanOf(wire, wire.isAllDay === true ? zoneOf(wire, {}) : undefined);
}

function zoneOf(wire: Wire, { zone = 'UTC' }: EventReading): string {
  const own = text(wire.originalStartTimeZone);
  return own !== undefined && isKnownZone(own) ? own : zone;
}

/** Of an all-day exception Graph may say the day, as midnight UTC, or the instant at which that day begins. */
function originalStartOf(wire: Wire, allDayZone: string | undefined): number | undefined {
  const instant = instantOf(wire.originalStart, 'UTC');
  // A room that was asked to one day of an all-day series is told the day by the iCalUId alone.
  const named = instant === undefined ? seriesOf(text(wire.iCalUId) ?? '') : undefined;
  if (named !== undefined && allDayZone !== undefined && text(wire.seriesMasterId) === undefined) {
    return midnightOf(new Date(named.day).toISOString(), allDayZone);
  }
  const isDay = allDayZone !== undefined && instant !== undefined && instant % 86_400_000 === 0;
  return isDay ? midnightOf(wire.originalStart, allDayZone) : instant;
}

/** Of a room that was asked to one date of a series alone. */
function seriesZoneOf(wire: Wire): { seriesZone?: string } {
  if (seriesOf(text(wire.iCalUId) ?? '') === undefined) return {};
  const seriesZone = ianaName(wire.originalStartTimeZone);
  return seriesZone === undefined ? {} : { seriesZone };
}

function organizerOf(value: unknown): CalendarEvent['organizer'] {
  const { name, address } = objectOf(objectOf(value).emailAddress);
  return text(address) === undefined && text(name) === undefined
    ? undefined
    : { name: text(name) ?? '', address: text(address) ?? '' };
}

function unusable(id: string | undefined, why: string): Unusable {
  return id === undefined ? { kind: 'unusable', why } : { kind: 'unusable', id, why };
}
