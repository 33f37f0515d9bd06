/** What the organizer of one event or series was told, when and how: news is only what differs from it. */
import type { Reader } from './notice.ts';
import type { Standing } from './standing.ts';

export type Way = 'event' | 'mail' | 'reply';

/** One entry per iCalUId; all instants are epoch ms. */
export interface Ledger {
  /** The organizer's own event or series, by its immutable id. */
  readonly event?: OrganizersEvent;
  /** The last word. Free times that it names stay as they were told while it holds. */
  readonly told?: Telling;
  /** When an operator last had it told again in the organizer's event. */
  readonly againAt?: number;
  /** Bodies of occurrences that have their own, by their original start. */
  readonly bodies?: Readonly<Record<string, ToldBody>>;
  /** What happened in a conference and was told, by `Moment.id`. */
  readonly moments?: readonly string[];
  /** Bad news that may pass, since when. */
  readonly bad?: { readonly fingerprint: string; readonly since: number };
  /** Occurrences that lost their room, since when it is these. */
  readonly gone?: { readonly of: readonly number[]; readonly since: number };
  /** Of a series of which nothing is booked ahead as far as rooms are read. */
  readonly rest?: Rest;
  /** Since when the organizer, whose calendar can be read, does not have the event. */
  readonly missingSince?: number;
  /** Of a message that was about to be sent and of which nothing is known since. */
  readonly intent?: Intent;
  /** Why the organizer's event cannot be written, and for which standing that was found. */
  readonly refused?: {
    readonly reason: string;
    /** It can be read all the same. */
    readonly isReadable: boolean;
    readonly fingerprint: string;
    readonly at: number;
  };
  /** The same of all ways. */
  readonly untold?: { readonly reason: string; readonly fingerprint: string; readonly at: number };
  /** When the last messages were sent. */
  readonly sentAt?: readonly number[];
}

export interface Rest {
  /** Of the version of the organizer's event that was looked at. */
  readonly etag: string;
  /** When its next date begins, if one of its rooms still takes part: then it has its number again. */
  readonly next?: number;
}

export interface OrganizersEvent {
  readonly id: string;
  /** Of the version whose body says this; empty where none is known. */
  readonly etag: string;
  readonly standing?: Standing;
}

export interface Telling {
  readonly way: Way;
  readonly at: number;
  readonly standing: Standing;
  readonly reader: Reader;
}

export interface ToldBody {
  readonly id: string;
  readonly etag: string;
  readonly standing: Standing;
}

export interface Intent {
  readonly way: 'mail' | 'reply';
  /** By which a mail is known in the sender's Sent Items. */
  readonly mark: string;
  /** The room that is to answer, and when it had answered before. */
  readonly room?: { readonly mailbox: string; readonly eventId: string; readonly answeredAt: string };
  readonly at: number;
  /** What is told once it is known to be sent. */
  readonly telling?: Telling;
  readonly moments: readonly string[];
  /** For the timeline. */
  readonly facts: string;
}

/** So many messages in an hour about one event; what else becomes true meanwhile is told together afterwards. */
const mostAnHour = 6;
const hour = 3_600_000;

/** When the next message about it may be sent. */
export function messageAllowedAt({ sentAt = [] }: Ledger, now: number): number {
  const recent = sentAt.filter((at) => at > now - hour);
  const first = recent.at(-mostAnHour);
  return first === undefined ? now : first + hour;
}

export function withMessageSent(ledger: Ledger, at: number): Ledger {
  return { ...ledger, sentAt: [...(ledger.sentAt ?? []).filter((sent) => sent > at - hour), at] };
}
