/** A meeting as a whole: what is booked, which slot it has, how it runs. */
import type { Booked, RoomBooking } from '../meeting/booking.ts';
import type { Placement } from '../slot/slot.ts';
import type { Run } from './run.ts';

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
  /** The subject of the organizer's own copy, once it was read. */
  readonly organizerSubject?: string;
}

/** A slot with what protects it. */
export interface PlacedConference extends Placement {
  /** Empty for none. */
  readonly passcode: string;
  readonly secret: string;
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

/** The organizer's own subject, else the room copy's, else a neutral one; of a private meeting always the neutral. */
export function titleOf(meeting: Pick<Meeting, 'last' | 'organizerSubject'>): string {
  if (meeting.last.isPrivate) return neutralTitle;
  return meeting.organizerSubject?.trim() || meeting.last.title.trim() || neutralTitle;
}
