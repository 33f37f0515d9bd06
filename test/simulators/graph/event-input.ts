/** An event in a request's JSON as an edit; what Exchange would refuse is refused. */
import type { Body, Location } from './item.ts';
import type { Edit, Invitee } from './organizing.ts';
import type { Recurrence } from './recurrence.ts';
import { badRequest } from './reply.ts';
import { instantOf, wallFromText, zoneOf } from './zones.ts';

type Json = Readonly<Record<string, unknown>>;

/** `wasAllDay` says how times are read where the JSON does not. */
export function readEdit(json: Json, wasAllDay: boolean): Edit {
  const isAllDay = typeof json.isAllDay === 'boolean' ? json.isAllDay : undefined;
  const start = readTime(json.start, isAllDay ?? wasAllDay);
  const end = readTime(json.end, isAllDay ?? wasAllDay);
  const sensitivity = oneOf(json.sensitivity, ['normal', 'personal', 'private', 'confidential'] as const);
  const showAs = oneOf(json.showAs, ['free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const);
  const body = object(json.body);
  const location =
    object(json.location) ?? object(Array.isArray(json.locations) ? json.locations[0] : undefined);
  return {
    ...(typeof json.subject === 'string' ? { subject: json.subject } : {}),
    ...(body ? { body: readBody(body) } : {}),
    ...(isAllDay === undefined ? {} : { isAllDay }),
    ...(start ? { start: start.instant, timeZone: start.zone } : {}),
    ...(end ? { end: end.instant } : {}),
    ...(sensitivity ? { sensitivity } : {}),
    ...(showAs ? { showAs } : {}),
    ...(Array.isArray(json.categories) ? { categories: json.categories.map(String) } : {}),
    ...(location ? { location: readLocation(location) } : {}),
    ...(Array.isArray(json.attendees) ? { attendees: json.attendees.map(readInvitee) } : {}),
    ...(json.recurrence === null ? { recurrence: null } : {}),
    ...(object(json.recurrence) ? { recurrence: readRecurrence(object(json.recurrence) ?? {}) } : {}),
    ...(typeof json.transactionId === 'string' ? { transactionId: json.transactionId } : {}),
  };
}

function readBody(json: Json): Body {
  const kind = String(json.contentType ?? 'text').toLowerCase();
  if (kind !== 'html' && kind !== 'text') throw badRequest(`Unknown body type '${kind}'.`, 'RequestBodyRead');
  return { contentType: kind, content: String(json.content ?? '') };
}

function readLocation(json: Json): Location {
  const names = ['locationUri', 'locationEmailAddress', 'locationType'] as const;
  const given = names.flatMap((name) => (typeof json[name] === 'string' ? [[name, json[name]]] : []));
  return { displayName: String(json.displayName ?? ''), ...Object.fromEntries(given) };
}

function readTime(value: unknown, allDay: boolean): { instant: number; zone: string } | undefined {
  const json = object(value);
  if (!json) return undefined;
  const zone = String(json.timeZone ?? 'UTC');
  if (!zoneOf(zone))
    throw badRequest(`The time zone '${zone}' is not supported.`, 'TimeZoneNotSupportedException');
  const text = String(json.dateTime ?? '');
  const wall = wallFromText(text.replace(/Z$/, ''));
  if (Number.isNaN(wall))
    throw badRequest(`'${text}' is no date and time.`, 'ErrorPropertyValidationFailure');
  return { instant: allDay || text.endsWith('Z') ? wall : instantOf(wall, zone), zone };
}

function readInvitee(value: unknown): Invitee {
  const json = object(value) ?? {};
  const email = object(json.emailAddress) ?? {};
  const type = oneOf(json.type, ['required', 'optional', 'resource'] as const);
  if (typeof email.address !== 'string')
    throw badRequest('An attendee has no address.', 'ErrorInvalidRecipients');
  return {
    address: email.address,
    ...(typeof email.name === 'string' ? { name: email.name } : {}),
    ...(type ? { type } : {}),
  };
}

/** Its values are checked when the series is stored. */
function readRecurrence(json: Json): Recurrence {
  const [pattern, range] = [object(json.pattern), object(json.range)];
  if (!pattern || !range)
    throw badRequest('A recurrence needs a pattern and a range.', 'ErrorInvalidRequest');
  return { pattern, range } as unknown as Recurrence;
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  if (value === undefined || value === null) return undefined;
  const found = allowed.find((name) => name.toLowerCase() === String(value).toLowerCase());
  if (!found) throw badRequest(`'${value}' is none of ${allowed.join(', ')}.`, 'ErrorInvalidRequest');
  return found;
}
