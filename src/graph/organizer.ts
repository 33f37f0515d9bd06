/** The organizer's copy by what is known of it already: its id, its series, or the iCalUId of a single occurrence. */
import { seriesOf } from '../meeting/global-object-id.ts';
import type { GraphClient } from './client.ts';
import { objectOf, text, timesOf } from './event.ts';
import {
  etagOf,
  eventPath,
  findOrganizerEvent,
  ORGANIZER_FIELDS,
  type OrganizerEvent,
  organizerEvent,
  PREFER,
  readAll,
} from './events.ts';
import { GraphFault } from './fault.ts';
import { instantOf } from './zone.ts';

const day = 86_400_000;
const month = 31 * day;

/** @throws GraphFault; `absent` when the mailbox holds no such event any more */
export async function readOrganizerEvent(
  graph: GraphClient,
  organizer: string,
  id: string,
): Promise<OrganizerEvent> {
  const query = { $select: ORGANIZER_FIELDS };
  const path = eventPath(organizer, id);
  const { body } = await graph.send({ method: 'GET', mailbox: organizer, path, query, prefer: PREFER });
  return organizerEvent(objectOf(body));
}

/** An occurrence as the organizer has it; its body only where few were asked for. */
export interface OrganizerInstance {
  readonly id: string;
  readonly etag: string;
  /** It has a body of its own. */
  readonly isException: boolean;
  /** Epoch ms; undefined where they cannot be read. */
  readonly times?: { readonly start: number; readonly end: number };
  readonly event?: OrganizerEvent;
}

/**
 * The organizer's occurrences that take place, by their original start; those within a day of the window are all there.
 * @throws GraphFault; `absent` when the series is gone
 */
export async function readOrganizerInstances(
  graph: GraphClient,
  organizer: string,
  masterId: string,
  window: { readonly from: number; readonly to: number },
): Promise<Map<number, OrganizerInstance>> {
  const isShort = window.to - window.from < 3 * day;
  const found = await readAll(graph, organizer, `${eventPath(organizer, masterId)}/instances`, {
    startDateTime: new Date(window.from - day).toISOString(),
    endDateTime: new Date(window.to + day).toISOString(),
    $select: isShort
      ? ORGANIZER_FIELDS
      : 'id,type,originalStart,start,end,isAllDay,originalStartTimeZone,isCancelled,changeKey',
    $top: '100',
  });
  const instances = new Map<number, OrganizerInstance>();
  // Another occurrence may have been moved to this very time: what it says it was outranks where it is.
  for (const wire of found.toSorted((a, b) => rank(a) - rank(b))) {
    const start = objectOf(wire.start);
    const stood = instantOf(wire.originalStart, 'UTC') ?? instantOf(start.dateTime, start.timeZone);
    const id = text(wire.id);
    if (stood === undefined || id === undefined || wire.isCancelled === true || instances.has(stood))
      continue;
    const times = timesOf(wire);
    instances.set(stood, {
      ...(times === undefined ? {} : { times }),
      id,
      etag: etagOf(wire),
      isException: wire.type === 'exception',
      ...(isShort ? { event: organizerEvent(wire) } : {}),
    });
  }
  return instances;
}

/** The next date of a series, and who has accepted it, by address in lower case. */
export interface NextDate {
  /** Epoch ms. */
  readonly start: number;
  readonly accepted: ReadonlySet<string>;
}

/** Graph answers no longer window of a calendar. */
const years = 1_800 * day;

/**
 * What a series of the organizer's holds next; undefined where it is over, or goes on in years.
 * @throws GraphFault; `absent` when the series is gone
 */
export async function readNextDate(
  graph: GraphClient,
  organizer: string,
  masterId: string,
  now: number,
): Promise<NextDate | undefined> {
  const { body } = await graph.send({
    method: 'GET',
    mailbox: organizer,
    path: `${eventPath(organizer, masterId)}/instances`,
    query: {
      startDateTime: new Date(now).toISOString(),
      endDateTime: new Date(now + years).toISOString(),
      $select: 'id,start,end,isAllDay,originalStartTimeZone,isCancelled,attendees',
      $top: '50',
    },
    prefer: PREFER,
  });
  const { value } = objectOf(body);
  if (!Array.isArray(value)) throw new GraphFault('garbled', `a list of ${organizer}'s events has no items`);
  const dates = value.map(objectOf).flatMap((wire) => {
    const times = timesOf(wire);
    const isNext = times !== undefined && times.end > now && wire.isCancelled !== true;
    return isNext ? [{ start: times.start, accepted: acceptedIn(wire.attendees) }] : [];
  });
  return dates.toSorted((a, b) => a.start - b.start)[0];
}

function acceptedIn(attendees: unknown): Set<string> {
  const all = Array.isArray(attendees) ? attendees.map(objectOf) : [];
  const accepted = all.filter(({ status }) => objectOf(status).response === 'accepted');
  return new Set(
    accepted.flatMap(({ emailAddress }) => text(objectOf(emailAddress).address)?.toLowerCase() ?? []),
  );
}

function rank(wire: Readonly<Record<string, unknown>>): number {
  return text(wire.originalStart) === undefined ? 1 : 0;
}

/**
 * The organizer's copy of what a room was asked to: a single event, a series, or one occurrence of a series, whose
 * iCalUId the organizer's mailbox does not find by itself.
 * @throws GraphFault; `absent` when there is no such mailbox in the tenant
 */
export async function findOrganizerCopy(
  graph: GraphClient,
  organizer: string,
  iCalUId: string,
): Promise<OrganizerEvent | undefined> {
  const whole = await findOrganizerEvent(graph, organizer, iCalUId);
  const series = seriesOf(iCalUId);
  if (whole !== undefined || series === undefined) return whole;
  const master = await findOrganizerEvent(graph, organizer, series.iCalUId);
  if (master === undefined) return undefined;
  // It may have been moved since by weeks; its name is the day on which its series has it.
  const found = await readAll(graph, organizer, `${eventPath(organizer, master.id)}/instances`, {
    startDateTime: new Date(series.day - month).toISOString(),
    endDateTime: new Date(series.day + month).toISOString(),
    $select: 'id,iCalUId',
    $top: '100',
  });
  const id = text(found.find((wire) => text(wire.iCalUId) === iCalUId)?.id);
  return id === undefined ? undefined : await readOrganizerEvent(graph, organizer, id);
}

/** Whether the event or the mailbox is simply not there. */
export async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof GraphFault && error.kind === 'absent') return undefined;
    throw error;
  }
}
