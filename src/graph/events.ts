/** Single events: a room's entry read whole, the organizer's own copy found and its body written. */
import type { CalendarEvent } from '../meeting/calendar-event.ts';
import { type GraphClient, segment } from './client.ts';
import { EVENT_FIELDS, objectOf, oneOf, sensitivityOf, text, timesOf } from './event.ts';
import { GraphFault } from './fault.ts';
import { Trail } from './trail.ts';

/** Exactly as Graph gave it: a block of ours is put in or taken out without touching another byte. */
export interface EventBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** The event in its organizer's mailbox. */
export interface OrganizerEvent
  extends Pick<CalendarEvent, 'id' | 'subject' | 'sensitivity' | 'type' | 'isCancelled'> {
  /** For `If-Match`. */
  readonly etag: string;
  readonly body: EventBody;
  /** Epoch ms; of a series those of its first occurrence. Undefined where they cannot be read. */
  readonly times?: { readonly start: number; readonly end: number };
}

export const PREFER = ['IdType="ImmutableId"', 'outlook.timezone="UTC"'];
export const ORGANIZER_FIELDS =
  'id,subject,body,sensitivity,type,isCancelled,isOrganizer,iCalUId,seriesMasterId,changeKey,start,end,isAllDay,originalStartTimeZone,originalStart';

/**
 * A whole entry as Graph has it, for `readItems`.
 * @throws GraphFault; `absent` when the event is gone
 */
export async function readEventItem(graph: GraphClient, mailbox: string, id: string): Promise<unknown> {
  const path = eventPath(mailbox, id);
  const query = { $select: EVENT_FIELDS };
  return (await graph.send({ method: 'GET', mailbox, path, query, prefer: PREFER })).body;
}

/**
 * The entry of a mailbox with this iCalUId as Graph has it, for `readItems`; undefined when there is none.
 * @throws GraphFault
 */
export async function findEventItem(graph: GraphClient, mailbox: string, iCalUId: string): Promise<unknown> {
  const [found] = await readAll(graph, mailbox, `/users/${segment(mailbox)}/events`, {
    $filter: `iCalUId eq '${iCalUId.replaceAll("'", "''")}'`,
    $select: EVENT_FIELDS,
  });
  return found;
}

/**
 * The instances that a series has in a window (epoch ms), for `readItems`.
 * @throws GraphFault; `absent` when the series is gone
 */
export async function readInstances(
  graph: GraphClient,
  mailbox: string,
  masterId: string,
  window: { readonly from: number; readonly to: number },
): Promise<readonly unknown[]> {
  return await readAll(graph, mailbox, `${eventPath(mailbox, masterId)}/instances`, {
    startDateTime: new Date(window.from).toISOString(),
    endDateTime: new Date(window.to).toISOString(),
    $select: EVENT_FIELDS,
    $top: '200',
  });
}

/**
 * The organizer's copy of a single event or a series, undefined when the mailbox has none.
 * @throws GraphFault; `absent` when there is no such mailbox in the tenant
 */
export async function findOrganizerEvent(
  graph: GraphClient,
  organizer: string,
  iCalUId: string,
): Promise<OrganizerEvent | undefined> {
  const found = await readAll(graph, organizer, `/users/${segment(organizer)}/events`, {
    $filter: `iCalUId eq '${iCalUId.replaceAll("'", "''")}'`,
    $select: ORGANIZER_FIELDS,
  });
  const whole = found.filter((wire) => wire.type !== 'occurrence' && wire.type !== 'exception');
  const among = whole.length > 0 ? whole : found;
  const chosen = among.find((wire) => wire.isOrganizer === true) ?? among[0];
  return chosen === undefined ? undefined : organizerEvent(chosen);
}

/**
 * Replaces the body if the event is still what `etag` says; Exchange then mails the attendees.
 * @throws GraphFault; `stale` when it was changed meanwhile: read it again
 */
export async function writeBody(
  graph: GraphClient,
  organizer: string,
  eventId: string,
  etag: string,
  body: EventBody,
): Promise<{ etag: string }> {
  const answer = await graph.send({
    method: 'PATCH',
    mailbox: organizer,
    path: eventPath(organizer, eventId),
    prefer: PREFER,
    ifMatch: etag,
    body: { body },
  });
  return { etag: etagOf(objectOf(answer.body)) };
}

/** A list with all its pages. */
export async function readAll(
  graph: GraphClient,
  mailbox: string,
  path: string,
  query: Record<string, string>,
): Promise<Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = [];
  let page = objectOf((await graph.send({ method: 'GET', mailbox, path, query, prefer: PREFER })).body);
  for (const trail = new Trail(); ; ) {
    if (!Array.isArray(page.value))
      throw new GraphFault('garbled', `a list of ${mailbox}'s events has no items`);
    for (const one of page.value) found.push(objectOf(one));
    const link = text(page['@odata.nextLink']);
    if (link === undefined || !trail.isNew(link)) return found;
    page = objectOf((await graph.send({ method: 'GET', mailbox, path: link, prefer: PREFER })).body);
  }
}

export function organizerEvent(wire: Readonly<Record<string, unknown>>): OrganizerEvent {
  const id = text(wire.id);
  const body = objectOf(wire.body);
  const contentType = oneOf(['html', 'text'] as const, String(body.contentType).toLowerCase());
  if (id === undefined || contentType === undefined || typeof body.content !== 'string') {
    throw new GraphFault('garbled', 'an organizer event without an id or a body');
  }
  const times = timesOf(wire);
  return {
    ...(times === undefined ? {} : { times }),
    id,
    etag: etagOf(wire),
    subject: text(wire.subject) ?? '',
    sensitivity: sensitivityOf(wire.sensitivity),
    type: oneOf(['seriesMaster', 'exception', 'occurrence'] as const, wire.type) ?? 'singleInstance',
    isCancelled: wire.isCancelled === true,
    body: { contentType, content: body.content },
  };
}

export function etagOf(wire: Readonly<Record<string, unknown>>): string {
  const etag = text(wire['@odata.etag']);
  if (etag !== undefined) return etag;
  const changeKey = text(wire.changeKey);
  if (changeKey !== undefined) return `W/"${changeKey}"`;
  throw new GraphFault('garbled', 'an event without an etag', { sent: true });
}

export function eventPath(mailbox: string, id: string): string {
  return `/users/${segment(mailbox)}/events/${segment(id)}`;
}
