/** A meeting as a whole: what is booked, which slot it has, how it runs. */
import type { Booked, OrganizersTimes, RoomBooking } from '../meeting/booking.ts';
import type { Placement } from '../slot/slot.ts';
import type { Hosts } from './access.ts';
import type { LeftPlace } from './left.ts';
import type { Order } from './operation/operation.ts';
import type { Preflight } from './preflight.ts';
import type { Run } from './run.ts';
import type { Seen } from './seen.ts';

export interface Meeting {
  readonly key: string;
  /** Undefined once no room has it any more. */
  readonly booked: Booked | undefined;
  /** Mailbox -> what this room's copy says. */
  readonly bookings: ReadonlyMap<string, RoomBooking>;
  /** The last that was booked: what a cancelled meeting is listed as. */
  readonly last: Booked;
  readonly placement: PlacedConference | undefined;
  /** Why it has no placement. */
  readonly unplaced?: string;
  readonly run: Run | undefined;
  /** What the last census of what runs saw of it. */
  readonly seen?: Seen;
  /** What the organizer's own copy says, once it was looked for. */
  readonly organizerCopy?: OrganizerCopy;
  /** What is known of the looks ahead of its start. */
  readonly preflight?: Preflight;
  /** Places that it had to leave, as long as people may still come there. */
  readonly left?: readonly LeftPlace[];
  /** When the organizer's own copy has it, looked at where rooms' copies differ for long. */
  readonly organizersTimes?: OrganizersTimes;
  /** Somebody wants it open before its setup begins, as long as it begins then. */
  readonly early?: Early;
  /** What operators have ordered and is not settled yet, in the order of its ordering. */
  readonly orders?: readonly Order[];
  /** Under which mark its slot was reserved, where that was traced. */
  readonly trace?: string;
}

/** Epoch ms. */
export interface Early {
  /** The start of the meeting that is meant. */
  readonly of: number;
  readonly at: number;
}

/** When the conference of what is booked is to open; epoch ms. */
export function opensAt(
  { start }: { readonly start: number },
  early: Early | undefined,
  setup: number,
): number {
  const planned = start - setup;
  return early?.of === start ? Math.min(planned, early.at) : planned;
}

/** `unreadable`: outside the tenant or our reach, or not there. Of a private one the subject is empty. */
export type OrganizerCopy = { readonly subject: string; readonly isPrivate: boolean } | 'unreadable';

/** A slot with what protects it. */
export interface PlacedConference extends Placement {
  /** Empty for none. */
  readonly passcode: string;
  readonly secret: string;
  /** By what its hosts come in; left out where all who come are alike. */
  readonly hosts?: Hosts;
  /** Set when Outlook's end lies beyond what the slot could be held for: the conference ends here. */
  readonly cappedEnd?: number;
}

export const meetingStates = ['planned', 'open', 'closed', 'cancelled', 'unplaced'] as const;
export type MeetingState = (typeof meetingStates)[number];

/** The run, if the conference is open now. */
export function openRun(run: Run | undefined): Run | undefined {
  return run?.openedAt !== undefined && run.closedAt === undefined ? run : undefined;
}

/**
 * Whether the conference of what is booked now has been: closed, and nothing of it is left to come. One that was closed
 * because it was moved or cancelled comes again at its new time, or when it is booked again.
 */
export function isOver({ booked, run }: Pick<Meeting, 'booked' | 'run'>): boolean {
  if (run?.closedAt === undefined || run.closeReason === 'moved') return false;
  return booked === undefined || (run.end === booked.end && run.closeReason !== 'cancelled');
}

/** The state that people are shown, and why. */
export function stateOf(meeting: Meeting): { state: MeetingState; reason: string | null } {
  const { booked, placement, run } = meeting;
  if (openRun(run)) return { state: 'open', reason: null };
  if (run !== undefined && isOver(meeting)) {
    return run.closeReason === 'cancelled'
      ? { state: 'cancelled', reason: 'cancelled while it ran' }
      : { state: 'closed', reason: run.closeReason ?? null };
  }
  if (booked === undefined) return { state: 'cancelled', reason: 'no room has it any more' };
  if (placement === undefined)
    return { state: 'unplaced', reason: meeting.unplaced ?? 'its slot is just being reserved' };
  return { state: 'planned', reason: null };
}

/** What a meeting is called where nothing better may be said. */
export const neutralTitle = 'Meeting';

/** Private in any copy: rooms clear the mark by default, so the organizer's own copy counts too. */
export function isPrivate({ last, organizerCopy }: Pick<Meeting, 'last' | 'organizerCopy'>): boolean {
  return last.isPrivate || (typeof organizerCopy === 'object' && organizerCopy.isPrivate);
}

/**
 * The organizer's own subject, else the room copy's, else a neutral one. It is the neutral one wherever the meeting is
 * private or one of its rooms hides titles, and until it is known that the organizer's copy is not private.
 */
export function titleOf(meeting: Pick<Meeting, 'last' | 'organizerCopy'>): string {
  const { last, organizerCopy } = meeting;
  if (isPrivate(meeting) || last.hides !== undefined) return neutralTitle;
  // What was booked in a room's own calendar is the organizer's copy itself.
  const isOwn = last.organizer === undefined || last.rooms.includes(last.organizer.address);
  if (organizerCopy === undefined && !isOwn) return neutralTitle;
  const subject = typeof organizerCopy === 'object' ? organizerCopy.subject.trim() : '';
  return subject || last.title.trim() || neutralTitle;
}

/** The organizer's SMTP address where it may be shown. */
export function organizerShown(meeting: Pick<Meeting, 'last' | 'organizerCopy'>): string | undefined {
  const hidden = isPrivate(meeting) || meeting.last.hides === 'organizer';
  return hidden ? undefined : meeting.last.organizer?.address;
}
