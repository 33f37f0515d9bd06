/** A calendar item as a mailbox holds it, and the identifiers that Exchange derives from it. Items are never changed, only replaced. */
import { randomBytes } from 'node:crypto';
import type { Recurrence } from './recurrence.ts';
import { dateText, dayOf, instantOf, wallOf } from './zones.ts';

export type Response =
  | 'none'
  | 'organizer'
  | 'tentativelyAccepted'
  | 'accepted'
  | 'declined'
  | 'notResponded';

export interface Body {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

export interface Location {
  readonly displayName: string;
  readonly locationUri?: string;
  readonly locationEmailAddress?: string;
  readonly locationType?: string;
}

export type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';

export interface Attendee {
  readonly type: 'required' | 'optional' | 'resource';
  readonly name: string;
  readonly address: string;
  readonly response: Response;
  /** Epoch ms; 0 where there was no answer. */
  readonly time: number;
}

export interface Item {
  /** In its immutable form. */
  readonly id: string;
  readonly iCalUId: string;
  readonly type: 'singleInstance' | 'seriesMaster' | 'exception' | 'occurrence';
  readonly seriesMasterId?: string;
  /** The slot of the series this instance stands in. */
  readonly originalStart?: number;
  readonly subject: string;
  readonly body: Body;
  /** Epoch ms. Of an all-day item: midnight UTC of its first day; `end` of the day after its last. */
  readonly start: number;
  readonly end: number;
  readonly timeZone: string;
  readonly isAllDay: boolean;
  readonly sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  readonly showAs: ShowAs;
  /** Of a room's copy: what the organizer wants it to be once it is accepted. */
  readonly intendedShowAs?: ShowAs;
  readonly categories: readonly string[];
  readonly location: Location;
  readonly isCancelled: boolean;
  readonly isOrganizer: boolean;
  readonly organizer: { readonly name: string; readonly address: string };
  readonly attendees: readonly Attendee[];
  readonly response: { readonly response: Response; readonly time: number };
  readonly recurrence?: Recurrence;
  /** Of a room's copy that ends at the booking window: the series as the organizer has it. */
  readonly fullRecurrence?: Recurrence;
  /** Slots of a series that no longer take place. */
  readonly cancelledSlots: readonly number[];
  /** Undefined: no online meeting. */
  readonly joinUrl?: string;
  readonly transactionId?: string;
  readonly changeKey: string;
  readonly created: number;
  readonly modified: number;
}

const IMMUTABLE = 'AAkALg';
const REGULAR = 'AAMkAG';
const CORE = 40;

/** A new identifier in its immutable form. */
export function newId(): string {
  return `${IMMUTABLE}${randomBytes(30).toString('base64url')}=`;
}

/** The identifier of the instance of a series that stands in a slot; it stays when the instance becomes an exception. */
export function instanceId(masterId: string, slot: number): string {
  return `${masterId.slice(0, IMMUTABLE.length + CORE)}${slot.toString(36)}=`;
}

/** The master and the slot that an instance's identifier names; undefined for any other identifier. */
export function readInstanceId(id: string): { masterId: string; slot: number } | undefined {
  const end = IMMUTABLE.length + CORE;
  const slot = Number.parseInt(id.slice(end, -1), 36);
  if (id.length <= end + 1 || Number.isNaN(slot)) return undefined;
  return { masterId: `${id.slice(0, end)}=`, slot };
}

/** The identifier as a caller sees it who asked for immutable ones or did not. */
export function wireId(id: string, immutable: boolean): string {
  return immutable ? id : REGULAR + id.slice(REGULAR.length);
}

/** The immutable form of either form; undefined where it is neither. */
export function storedId(id: string): string | undefined {
  const known = id.startsWith(IMMUTABLE) || id.startsWith(REGULAR);
  return known && id.endsWith('=') && id.length > IMMUTABLE.length + CORE
    ? IMMUTABLE + id.slice(IMMUTABLE.length)
    : undefined;
}

/** A global object id in hexadecimal, with the four bytes of the instance's date empty. */
export function newICalUId(): string {
  return `040000008200E00074C5B7101A82E00800000000${randomBytes(28).toString('hex').toUpperCase()}`;
}

/** The iCalUId of one instance of a series: the master's with the date of the slot in it. */
export function instanceICalUId(master: Item, slot: number): string {
  const [year, month, day] = dateText(dayOf(wallOf(slot, seriesZone(master))))
    .split('-')
    .map(Number);
  const hex = (value: number | undefined, digits: number) =>
    (value ?? 0).toString(16).toUpperCase().padStart(digits, '0');
  return `${master.iCalUId.slice(0, 32)}${hex(year, 4)}${hex(month, 2)}${hex(day, 2)}${master.iCalUId.slice(40)}`;
}

/** The zone in which a series keeps its time of day. */
export function seriesZone(master: Item): string {
  if (master.isAllDay) return 'UTC';
  return master.recurrence?.range.recurrenceTimeZone ?? master.timeZone;
}

/** From when to when the item really takes its place: all-day items last from midnight to midnight in their own zone. */
export function spanOf(item: Item): { from: number; to: number } {
  if (!item.isAllDay) return { from: item.start, to: item.end };
  return { from: instantOf(item.start, item.timeZone), to: instantOf(item.end, item.timeZone) };
}
