/** Whether an entry of a room's calendar is a booking for us, and which rule says so. */
import type { CalendarEvent } from './calendar-event.ts';

export const reasonsNotForUs = [
  'cancelled', // it is cancelled, or the series it belongs to
  'not-busy', // a note in the room's own calendar, such as a holiday: it blocks nothing
  'declined', // the room has declined
  'awaiting-answer', // the room has not answered, or only tentatively
  'zero-length', // it takes no time
  'never', // this room's bookings get no conference
  'other-service', // it carries another service's link, and such meetings are left alone
  'not-asked', // the room has a conference only when asked, and nothing asks
  'past', // it was over before we first saw it
  'beyond-horizon', // it lies further ahead than bookings are held
] as const;
export type ReasonNotForUs = (typeof reasonsNotForUs)[number];

export type Decision =
  | { readonly kind: 'booking' }
  | { readonly kind: 'not-for-us'; readonly reason: ReasonNotForUs };

/** What the configuration says of a room. */
export interface RoomPolicy {
  readonly conference: 'always' | 'whenAsked' | 'never';
  readonly onlineMeetings: 'also' | 'leave';
}

type Subject = Pick<
  CalendarEvent,
  'isCancelled' | 'isOrganizer' | 'response' | 'showAs' | 'start' | 'end' | 'onlineMeeting' | 'isAsked'
>;

/** A rule refuses an entry or lets it pass. */
export interface Rule {
  readonly reason: ReasonNotForUs;
  refuses(event: Subject, policy: RoomPolicy): boolean;
}

const pending: readonly CalendarEvent['response'][] = ['none', 'notResponded', 'tentativelyAccepted'];

/** In their order: the first that refuses decides. What a room has accepted counts whatever it is shown as. */
export const rules: readonly Rule[] = [
  { reason: 'cancelled', refuses: ({ isCancelled }) => isCancelled },
  { reason: 'not-busy', refuses: ({ isOrganizer, showAs }) => isOrganizer && showAs !== undefined },
  { reason: 'declined', refuses: ({ isOrganizer, response }) => !isOrganizer && response === 'declined' },
  {
    reason: 'awaiting-answer',
    refuses: ({ isOrganizer, response }) => !isOrganizer && pending.includes(response),
  },
  { reason: 'zero-length', refuses: ({ start, end }) => end <= start },
  { reason: 'never', refuses: (_, { conference }) => conference === 'never' },
  {
    reason: 'other-service',
    refuses: ({ onlineMeeting }, policy) => policy.onlineMeetings === 'leave' && onlineMeeting !== undefined,
  },
  {
    reason: 'not-asked',
    refuses: ({ isAsked }, { conference }) => conference === 'whenAsked' && isAsked !== true,
  },
];

/** By what the entry says and the configuration wants; whether its time has come or gone is asked elsewhere. */
export function decide(event: Subject, policy: RoomPolicy): Decision {
  const rule = rules.find(({ refuses }) => refuses(event, policy));
  return rule === undefined ? { kind: 'booking' } : { kind: 'not-for-us', reason: rule.reason };
}
