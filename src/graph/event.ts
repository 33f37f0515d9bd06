/** Reads Graph's event resources permissively: only the fields we use, and an unusable item is reported, never thrown. */
import type { CalendarChange, CalendarEvent, RoomResponse, Sensitivity } from '../meeting/calendar-event.ts';
import { instantOf, midnightOf } from './zone.ts';

export interface Unusable {
  readonly kind: 'unusable';
  readonly id?: string;
  /** For the log. */
  readonly why: string;
}

type Wire = Readonly<Record<string, unknown>>;

/** Zone names of all-day series masters by their id: bare occurrences say neither that they are all-day nor where. */
export type AllDaySeries = ReadonlyMap<string, string>;

export const EVENT_FIELDS =
  'id,type,iCalUId,seriesMasterId,originalStart,start,end,isAllDay,originalStartTimeZone,subject,organizer,isOrganizer,responseStatus,isCancelled,sensitivity';

/** The items of delta; the list is as long as both results together. `known` are all-day series that came before. */
export function readItems(
  items: readonly unknown[],
  known: AllDaySeries = new Map(),
): { changes: CalendarChange[]; unusable: Unusable[] } {
  const series = new Map([...known, ...allDaySeries(items)]);
  const changes: CalendarChange[] = [];
  const unusable: Unusable[] = [];
  for (const item of items) {
    const change = readItem(item, series);
    if (change.kind === 'unusable') unusable.push(change);
    else changes.push(change);
  }
  return { changes, unusable };
}

function readItem(item: unknown, series: AllDaySeries): CalendarChange | Unusable {
  const wire = objectOf(item);
  const id = text(wire.id);
  if (wire['@removed'] !== undefined && id !== undefined) return { kind: 'removed', id };
  const seriesMasterId = text(wire.seriesMasterId);
  const bare = wire.type === undefined && wire.iCalUId === undefined;
  if (seriesMasterId !== undefined && (wire.type === 'occurrence' || bare)) {
    const span = spanOf(wire, wire.isAllDay === true ? zoneOf(wire) : series.get(seriesMasterId));
    if (id === undefined || span === undefined) return unusable(id, 'an occurrence without an id or a time');
    return { kind: 'occurrence', id, seriesMasterId, ...span };
  }
  const event = readEvent(item);
  return 'kind' in event ? event : { kind: 'event', event };
}

/** A whole event. Without an `iCalUId` its id stands in, so that it is at least a meeting of its own. */
export function readEvent(item: unknown): CalendarEvent | Unusable {
  const wire = objectOf(item);
  const id = text(wire.id);
  if (id === undefined) return unusable(undefined, 'no id');
  const isAllDay = wire.isAllDay === true;
  const span = spanOf(wire, isAllDay ? zoneOf(wire) : undefined);
  if (span === undefined) return unusable(id, 'no start and end that can be read');
  if (span.end < span.start) return unusable(id, 'it ends before it starts');
  const seriesMasterId = text(wire.seriesMasterId);
  const originalStart = instantOf(wire.originalStart, 'UTC');
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
    ...(isAllDay && type === 'seriesMaster' ? { allDayZone: zoneOf(wire) } : {}),
    subject: text(wire.subject) ?? '',
    ...(organizer === undefined ? {} : { organizer }),
    isOrganizer: wire.isOrganizer === true,
    response: oneOf(RESPONSES, objectOf(wire.responseStatus).response) ?? 'none',
    isCancelled: wire.isCancelled === true,
    sensitivity: sensitivityOf(wire.sensitivity),
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
const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential'];

/** A word that Microsoft adds one day is taken for private: the title stays hidden rather than be shown wrongly. */
export function sensitivityOf(value: unknown): Sensitivity {
  return oneOf(SENSITIVITIES, value) ?? (text(value) === undefined ? 'normal' : 'private');
}

function allDaySeries(items: readonly unknown[]): AllDaySeries {
  const series = new Map<string, string>();
  for (const item of items) {
    const wire = objectOf(item);
    const id = text(wire.id);
    if (id !== undefined && wire.type === 'seriesMaster' && wire.isAllDay === true)
      series.set(id, zoneOf(wire));
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

function zoneOf(wire: Wire): string {
  return text(wire.originalStartTimeZone) ?? 'UTC';
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

/** Any value as an object to look into; null, arrays and scalars hold nothing we know. */
export function objectOf(value: unknown): Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}

/** A string that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((word) => word === value);
}
