/** Which bodies of an organizer's event or series must say what: the master's, and those that have their own. */
import type { Meeting, PlacedConference } from '../conference/meeting.ts';
import type { Occurrence } from './notice.ts';

/** `keep`: what was said stays said (the meeting was held); `none`: nothing may be said. */
export type Wanted = PlacedConference | 'none' | 'keep';

interface Told {
  /** iCalUId of the event or series. */
  readonly uid: string;
  readonly organizer: string | undefined;
  readonly wanted: Wanted;
  /** The meetings that this body speaks of. */
  readonly meetings: readonly Meeting[];
}

export type InvitationTarget =
  /** A single event, or a series' master. */
  | ({ readonly kind: 'event' } & Told)
  /** An occurrence that differs: an exception, or one with another number than its series. */
  | ({ readonly kind: 'occurrence'; readonly originalStart: number } & Told);

/**
 * All meetings of one uid in, bodies out; the master's first. Past occurrences say nothing any more.
 * @param own original starts of occurrences that were given a body of their own: it stays one, whatever their series says
 */
export function targetsOf(
  all: readonly Meeting[],
  now: number,
  own: ReadonlySet<number> = new Set(),
): InvitationTarget[] {
  const meetings = ofPresentKind(all);
  const [first] = meetings;
  if (first === undefined) return [];
  const { uid } = first.last;
  const organizer = (meetings.find(({ booked }) => booked !== undefined) ?? first).last.organizer?.address;
  const single = meetings.find(({ last }) => last.originalStart === undefined);
  if (single !== undefined) {
    return [{ kind: 'event', uid, organizer, wanted: wantedFor(single, now), meetings: [single] }];
  }
  const ahead = meetings.filter(({ last }) => last.end > now);
  if (ahead.some((meeting) => isBeingPlaced(meeting))) {
    // Seen half done, a series would be told occurrence by occurrence; whoever is at it rings when it is done.
    return [{ kind: 'event', uid, organizer, wanted: 'keep', meetings: ahead.filter(isPlain) }];
  }
  const plain = ahead.filter(isPlain);
  const usual = usualPlacement(plain);
  // What dates that are over were told stays, unless others are to come; those without a slot are told so.
  const isOver =
    ahead.every(({ booked }) => booked === undefined) &&
    (ahead.length === 0 || meetings.some((meeting) => wantedFor(meeting, now) === 'keep'));
  const wanted = usual ?? (isOver ? 'keep' : 'none');
  const differing = ahead.filter((meeting) => {
    const { booked, last, placement } = meeting;
    if (!isPlain(meeting) || own.has(last.originalStart ?? last.start)) return true;
    // One that no room has any more is told to speak of the number that its series' master tells.
    if (booked === undefined) return usual !== undefined;
    return placement?.number !== usual?.number || placement?.cluster !== usual?.cluster;
  });
  return [
    {
      kind: 'event',
      uid,
      organizer,
      wanted,
      meetings: plain.filter((meeting) => !differing.includes(meeting)),
    },
    ...differing.map((meeting) => ({
      kind: 'occurrence' as const,
      uid,
      organizer,
      originalStart: meeting.last.originalStart ?? meeting.last.start,
      wanted: wantedFor(meeting, now),
      meetings: [meeting],
    })),
  ];
}

/**
 * A single event that was made a series, or the reverse, leaves meetings of its former kind behind, which nobody has any
 * more; but for a room that was asked to one date alone, and is not told that its series became a single event.
 */
function ofPresentKind(meetings: readonly Meeting[]): readonly Meeting[] {
  const isSingle = ({ last }: Meeting) => last.originalStart === undefined;
  const booked = meetings.filter((meeting) => meeting.booked !== undefined);
  const among = booked.length > 0 ? booked : meetings;
  const isOne = among.some(isSingle);
  return meetings.filter((meeting) => isSingle(meeting) === isOne);
}

/** When a meeting takes place, or would have. */
export function occurrenceOf({ last: { start, end, isAllDay } }: Meeting): Occurrence {
  return { start, end, ...(isAllDay === undefined ? {} : { isAllDay }) };
}

/** An exception in any room's calendar is one in the organizer's, whatever another room has heard of it. */
function isPlain({ last, bookings }: Meeting): boolean {
  const copies = [last, ...bookings.values()];
  return copies.every(({ exceptionUid }) => exceptionUid === undefined);
}

/** Booked a moment ago: it has neither got a slot nor been refused one yet. */
function isBeingPlaced({ booked, placement, unplaced, run }: Meeting): boolean {
  return booked !== undefined && placement === undefined && unplaced === undefined && run === undefined;
}

function wantedFor(meeting: Meeting, now: number): Wanted {
  const { booked, last, placement, run } = meeting;
  // A conference that people could join was held, unless it was moved; so was anything that lies behind us.
  const begun = run?.openedAt !== undefined || run?.closedAt !== undefined;
  if ((begun && run.closeReason !== 'moved') || last.end <= now) {
    return booked !== undefined && placement !== undefined && last.end > now ? placement : 'keep';
  }
  if (isBeingPlaced(meeting)) return 'keep';
  return booked === undefined || placement === undefined ? 'none' : placement;
}

/** The slot that most occurrences have. */
function usualPlacement(meetings: readonly Meeting[]): PlacedConference | undefined {
  const counts = new Map<string, { placement: PlacedConference; count: number }>();
  for (const { booked, placement } of meetings) {
    if (booked === undefined || placement === undefined) continue;
    const id = `${placement.cluster} ${placement.number}`;
    counts.set(id, { placement, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.placement;
}
