/** A calendar entry as a mailbox holds it, free of Graph's wire format. All instants are epoch milliseconds (UTC). */
import type { OnlineService } from './asking.ts';

export type RoomResponse =
  | 'none'
  | 'organizer'
  | 'tentativelyAccepted'
  | 'accepted'
  | 'declined'
  | 'notResponded';

export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** What does not block the time. */
export type ShowAs = 'free' | 'tentative' | 'oof' | 'workingElsewhere';

/** A whole entry: a single event, a series master, or an exception of a series. */
export interface CalendarEvent {
  readonly id: string;
  readonly type: 'singleInstance' | 'seriesMaster' | 'exception' | 'occurrence';
  /** Same in every mailbox's copy; of an exception it is the exception's own. */
  readonly iCalUId: string;
  readonly seriesMasterId?: string;
  /** The instant that an exception replaces. */
  readonly originalStart?: number;
  readonly start: number;
  readonly end: number;
  readonly isAllDay: boolean;
  /** Of an all-day series: the zone whose days it fills; its occurrences do not say it themselves. */
  readonly allDayZone?: string;
  /** IANA name; of a single occurrence that stands by itself: the zone whose day its iCalUId tells. */
  readonly seriesZone?: string;
  readonly subject: string;
  readonly organizer?: { readonly name: string; readonly address: string };
  /** True where this mailbox is the organizer's own (a booking made directly in the room's calendar). */
  readonly isOrganizer: boolean;
  readonly response: RoomResponse;
  readonly isCancelled: boolean;
  readonly sensitivity: Sensitivity;
  /** Undefined: busy. */
  readonly showAs?: ShowAs;
  /** Whether a configured word or category stands in it; its text itself is not kept. */
  readonly isAsked?: true;
  /** The policy of access that it asks for, by a configured word or category. */
  readonly access?: string;
  /** The service whose link it carries. */
  readonly onlineMeeting?: OnlineService;
  /** The mailbox has taken its text away and put the organizer's name in the subject's place. */
  readonly isWiped?: true;
  /** The number that our block in its text tells. */
  readonly toldNumber?: string;
  /** When it was last changed. */
  readonly changedAt?: number;
  /** Another whenever anything of it changed. */
  readonly changeKey?: string;
}

/** An occurrence as delta sends it: nothing but its time and its master. */
export interface PlainOccurrence {
  readonly id: string;
  readonly seriesMasterId: string;
  readonly start: number;
  readonly end: number;
}

/** One item of a delta round. */
export type CalendarChange =
  | { readonly kind: 'removed'; readonly id: string }
  | ({ readonly kind: 'occurrence' } & PlainOccurrence)
  | { readonly kind: 'event'; readonly event: CalendarEvent };
