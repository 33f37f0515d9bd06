/** Calendar items as Graph's JSON: the full event and the bare occurrence of delta. */
import type { Prefer } from './call.ts';
import { type Item, type Location, type Response, wireId } from './item.ts';
import type { Recurrence } from './recurrence.ts';
import { wallOf, wallText } from './zones.ts';

const NEVER = '0001-01-01T00:00:00Z';

type Json = Record<string, unknown>;

export function etagOf(item: Item): string {
  return `W/"${item.changeKey}"`;
}

/** An event with all its properties, null where unset. */
export function fullEvent(item: Item, prefer: Prefer): Json {
  const text = plainText(item);
  return {
    '@odata.etag': etagOf(item),
    id: wireId(item.id, prefer.immutableIds),
    createdDateTime: instantText(item.created),
    lastModifiedDateTime: instantText(item.modified),
    changeKey: item.changeKey,
    categories: item.categories,
    transactionId: item.transactionId ?? null,
    originalStartTimeZone: item.timeZone,
    originalEndTimeZone: item.timeZone,
    iCalUId: item.iCalUId,
    reminderMinutesBeforeStart: 15,
    isReminderOn: item.isOrganizer,
    hasAttachments: false,
    subject: item.subject,
    bodyPreview: text.slice(0, 255),
    importance: 'normal',
    sensitivity: item.sensitivity,
    ...(item.originalStart === undefined ? {} : { originalStart: secondsText(item.originalStart) }),
    isAllDay: item.isAllDay,
    isCancelled: item.isCancelled,
    isOrganizer: item.isOrganizer,
    responseRequested: true,
    seriesMasterId:
      item.seriesMasterId === undefined ? null : wireId(item.seriesMasterId, prefer.immutableIds),
    showAs: item.showAs,
    type: item.type,
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(item.id)}&exvsurl=1&path=/calendar/item`,
    onlineMeetingUrl: null,
    isOnlineMeeting: item.joinUrl !== undefined,
    onlineMeetingProvider: item.joinUrl === undefined ? 'unknown' : 'teamsForBusiness',
    allowNewTimeProposals: true,
    occurrenceId: null,
    isDraft: false,
    hideAttendees: false,
    responseStatus: answer(item.response.response, item.response.time),
    body: prefer.textBodies
      ? { contentType: 'text', content: text }
      : { contentType: item.body.contentType, content: item.body.content },
    start: dateTime(item.start, item, prefer),
    end: dateTime(item.end, item, prefer),
    location: place(item.location),
    locations: item.location.displayName ? [place(item.location)] : [],
    recurrence: item.recurrence ? recurrence(item.recurrence, item.timeZone) : null,
    attendees: item.attendees.map((attendee) => ({
      type: attendee.type,
      status: answer(attendee.response, attendee.time),
      emailAddress: { name: attendee.name, address: attendee.address },
    })),
    organizer: { emailAddress: { name: item.organizer.name, address: item.organizer.address } },
    onlineMeeting: item.joinUrl === undefined ? null : { joinUrl: item.joinUrl },
  };
}

/** An occurrence as delta sends it: its time and its master, nothing else. */
export function bareOccurrence(item: Item, prefer: Prefer): Json {
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': etagOf(item),
    id: wireId(item.id, prefer.immutableIds),
    type: item.type,
    seriesMasterId: wireId(item.seriesMasterId ?? '', prefer.immutableIds),
    start: dateTime(item.start, item, prefer),
    end: dateTime(item.end, item, prefer),
  };
}

export function tombstone(id: string, prefer: Prefer): Json {
  return {
    '@odata.type': '#microsoft.graph.event',
    id: wireId(id, prefer.immutableIds),
    '@removed': { reason: 'deleted' },
  };
}

/** Keeps what `$select` names and what is `expanded`; the etag and the id always come. */
export function selected(event: Json, select: string | undefined, expanded: readonly string[] = []): Json {
  if (!select) return event;
  const names = new Set([...select.split(','), ...expanded].map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(event).filter(
      ([name]) => name.startsWith('@') || name === 'id' || names.has(name.toLowerCase()),
    ),
  );
}

/** `2026-11-20T10:00:00.1230000Z`, as Graph writes instants of its own. */
export function instantText(instant: number): string {
  return `${wallText(instant)}Z`;
}

function secondsText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** The midnight of an all-day event stays midnight in any zone. */
function dateTime(instant: number, item: Item, prefer: Prefer): Json {
  const wall = item.isAllDay ? instant : wallOf(instant, prefer.timeZone);
  return { dateTime: wallText(wall), timeZone: prefer.timeZone };
}

function answer(response: Response, time: number): Json {
  return { response, time: time === 0 ? NEVER : instantText(time) };
}

/** Who is picked from the directory has an address there; what is typed is only a name. */
function place(location: Location): Json {
  const { displayName, locationUri } = location;
  return {
    locationType: locationUri === undefined ? 'default' : 'conferenceRoom',
    ...location,
    uniqueId: locationUri ?? (displayName || null),
    uniqueIdType: locationUri !== undefined ? 'directory' : displayName ? 'private' : 'unknown',
  };
}

function recurrence({ pattern, range }: Recurrence, timeZone: string): Json {
  return {
    pattern: {
      type: pattern.type,
      interval: pattern.interval,
      month: pattern.month ?? 0,
      dayOfMonth: pattern.dayOfMonth ?? 0,
      ...(pattern.daysOfWeek ? { daysOfWeek: pattern.daysOfWeek } : {}),
      firstDayOfWeek: pattern.firstDayOfWeek ?? 'sunday',
      index: pattern.index ?? 'first',
    },
    range: {
      type: range.type,
      startDate: range.startDate,
      endDate: range.type === 'endDate' ? range.endDate : '0001-01-01',
      recurrenceTimeZone: range.recurrenceTimeZone ?? timeZone,
      numberOfOccurrences: range.type === 'numbered' ? range.numberOfOccurrences : 0,
    },
  };
}

function plainText(item: Item): string {
  if (item.body.contentType === 'text') return item.body.content;
  return item.body.content
    .replace(/<(head|style|script)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<(br|\/p|\/div|\/tr)\b[^>]*>/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .trim();
}
