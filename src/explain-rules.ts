/** Each rule about bookings in words: what it asks, and what it says of one entry. */
import type { CalendarEvent } from './meeting/calendar-event.ts';
import { type ReasonNotForUs, type RoomPolicy, rules } from './meeting/decision.ts';

type Told = Record<
  Exclude<ReasonNotForUs, 'past' | 'beyond-horizon'>,
  readonly [passes: string, refuses: string]
>;

const sentences: Told = {
  cancelled: ['it is not cancelled', 'it is cancelled'],
  'not-busy': [
    'it blocks its time, or the room was invited to it',
    "it is a note in the room's own calendar",
  ],
  declined: ['the room has not declined', 'the room has declined'],
  'awaiting-answer': [
    'the room has accepted, or is the organizer',
    'the room has not answered, or tentatively',
  ],
  'zero-length': ['it takes some time', 'it takes no time'],
  never: ['the room may have conferences', 'rooms[].conference is never'],
  'other-service': [
    'no other service keeps us away',
    'it has an online meeting, and conference.onlineMeetings is leave',
  ],
  'not-asked': [
    'a conference is asked for, or need not be',
    'rooms[].conference is whenAsked, and no word or category of conference.askedBy stands in it',
  ],
};

/** The rules up to the one that decides. */
export function tellRules(event: CalendarEvent, policy: RoomPolicy): string[] {
  const lines: string[] = [];
  for (const { reason, refuses } of rules) {
    const [passes, refused] = sentences[reason as keyof Told];
    if (refuses(event, policy)) return [...lines, `no   ${refused}: no conference (${reason})`];
    lines.push(`yes  ${passes}`);
  }
  return [...lines, 'so it is a booking that gets a conference'];
}
