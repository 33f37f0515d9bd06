/** A few of a room's entries with what shows how its mailbox treats bookings: subjects, texts, flags, answers. */
import type { CalendarEvent } from '../meeting/calendar-event.ts';
import { type GraphClient, segment } from './client.ts';
import { readEvent } from './event.ts';
import { GraphFault } from './fault.ts';
import { objectOf, text } from './wire-value.ts';
import { instantOf } from './zone.ts';

export interface SurveyedEntry {
  readonly event: CalendarEvent;
  readonly hasText: boolean;
  /** Epoch milliseconds; undefined where the entry does not say. */
  readonly changed?: number;
}

const FIELDS =
  'id,type,iCalUId,seriesMasterId,originalStart,start,end,isAllDay,originalStartTimeZone,subject,organizer,isOrganizer,' +
  'responseStatus,isCancelled,sensitivity,showAs,bodyPreview,lastModifiedDateTime';

/**
 * The first `most` entries of a window (epoch milliseconds), in one request; what cannot be read is left out.
 * @throws GraphFault
 */
export async function surveyCalendar(
  graph: GraphClient,
  mailbox: string,
  window: { readonly from: number; readonly to: number },
  most: number,
): Promise<SurveyedEntry[]> {
  const { body } = await graph.send({
    method: 'GET',
    mailbox,
    path: `/users/${segment(mailbox)}/calendarView`,
    query: {
      startDateTime: new Date(window.from).toISOString(),
      endDateTime: new Date(window.to).toISOString(),
      $top: String(most),
      $select: FIELDS,
    },
    prefer: ['IdType="ImmutableId"', 'outlook.timezone="UTC"'],
  });
  const items = objectOf(body).value;
  if (!Array.isArray(items)) throw new GraphFault('garbled', `the calendar of ${mailbox} has no items`);
  return items.slice(0, most).flatMap((item: unknown) => {
    const event = readEvent(item);
    if ('kind' in event) return [];
    const wire = objectOf(item);
    const changed = instantOf(wire.lastModifiedDateTime, 'UTC');
    const hasText = (text(wire.bodyPreview) ?? '').trim() !== '';
    return [{ event, hasText, ...(changed === undefined ? {} : { changed }) }];
  });
}

/**
 * The iCalUId that a series has in every mailbox; each of its instances has another one.
 * @throws GraphFault; `absent` when the series is gone
 */
export async function readSeriesUid(
  graph: GraphClient,
  mailbox: string,
  masterId: string,
): Promise<string | undefined> {
  const path = `/users/${segment(mailbox)}/events/${segment(masterId)}`;
  const query = { $select: 'iCalUId' };
  const prefer = ['IdType="ImmutableId"'];
  return text(objectOf((await graph.send({ method: 'GET', mailbox, path, query, prefer })).body).iCalUId);
}
