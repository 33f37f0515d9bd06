/**
 * Which settings of a room's mailbox its calendar betrays, by what is held of it and of its organizers' own copies. Graph
 * does not tell them: what nothing betrays is known to nobody but Exchange, and to `roombridge check`, which looks closer.
 */
import { betrayed, type Compared } from './check-mailbox.ts';
import { powerShellText, showProcessing } from './check-powershell.ts';
import type { Meeting } from './conference/meeting.ts';
import type { HeldRoot } from './meeting/room-bookings.ts';

/** Of Set-CalendarProcessing, as it should be. */
const wanted = {
  AutomateProcessing: 'AutoAccept',
  DeleteSubject: '$false',
  AddOrganizerToSubject: '$false',
  DeleteComments: '$false',
  RemovePrivateProperty: '$false',
  ProcessExternalMeetingMessages: '$true',
} as const;

export interface RoomSetting {
  readonly name: keyof typeof wanted;
  readonly state: 'well' | 'betrays' | 'not-known';
  /** Exchange Online PowerShell: what mends it, or shows what it is; null where it is well. */
  readonly command: string | null;
}

interface Held {
  readonly mailbox: string;
  /** Mailboxes of all rooms: by their domains it is known who is of the tenant. */
  readonly rooms: readonly string[];
  readonly roots: Iterable<HeldRoot>;
  /** Of these roots, by their keys. */
  readonly meetings: ReadonlyMap<string, Meeting>;
  /** Epoch ms. */
  readonly now: number;
}

export function settingsOf({ mailbox, rooms, roots, meetings, now }: Held): RoomSetting[] {
  const held = [...roots].flatMap((one) => entriesOf(one, meetings));
  const entries = held.map(({ entry }) => entry);
  const compared = held.flatMap(({ entry, copy }) => (copy === undefined ? [] : [{ entry, copy }]));
  const { habits, bookings, waiting } = betrayed(entries, compared, now);
  const accepted = entries.filter(({ event }) => event.response === 'accepted' && !event.isOrganizer);
  const domains = new Set(rooms.map(domainOf));
  const has = (does: boolean, isWell: boolean) => (does ? 'betrays' : isWell ? 'well' : 'not-known');
  const titles = compared.some(({ copy }) => !copy.isPrivate);
  const states: Record<RoomSetting['name'], RoomSetting['state']> = {
    AutomateProcessing: has(waiting > 0, bookings > 0),
    DeleteSubject: has(habits.has('replaces-titles') || habits.has('deletes-titles'), titles),
    AddOrganizerToSubject: has(habits.has('replaces-titles') || habits.has('adds-organizers'), titles),
    DeleteComments: has(
      accepted.some(({ event }) => event.isWiped === true),
      accepted.some(({ event }) => event.toldNumber !== undefined),
    ),
    RemovePrivateProperty: has(
      habits.has('clears-private'),
      compared.some(({ entry, copy }) => copy.isPrivate && entry.event.sensitivity !== 'normal'),
    ),
    // A room that does not take them has none, as one that nobody from outside has booked.
    ProcessExternalMeetingMessages: has(
      false,
      accepted.some(({ event }) => !domains.has(domainOf(event.organizer?.address ?? mailbox))),
    ),
  };
  const identity = powerShellText(mailbox, 'bare');
  return (Object.keys(wanted) as RoomSetting['name'][]).map((name) => {
    const state = states[name];
    const set = `Set-CalendarProcessing -Identity ${identity} -${name} ${wanted[name]}`;
    const show = showProcessing.replaceAll('$_', () => identity);
    return { name, state, command: { well: null, betrays: set, 'not-known': show }[state] };
  });
}

/** What is held of a root, with the organizer's own copy beside the entry that it is of. */
function entriesOf({ root, bookings }: HeldRoot, meetings: ReadonlyMap<string, Meeting>) {
  const events =
    root === undefined ? [] : [...(root.event === undefined ? [] : [root.event]), ...root.exceptions];
  return events.map((event) => {
    const changed = event.changedAt === undefined ? {} : { changed: event.changedAt };
    const entry = { event, hasText: false, ...changed };
    const own = [...bookings.values()].find(({ eventId }) => eventId === event.id);
    const copy = own && meetings.get(own.key)?.organizerCopy;
    return { entry, copy: typeof copy === 'object' ? ownCopy(copy, event.subject) : undefined };
  });
}

/** Its text is not kept. Of a private one neither is the subject, which then says nothing of the room's. */
function ownCopy(copy: { subject: string; isPrivate: boolean }, subject: string): Compared['copy'] {
  return { ...copy, ...(copy.isPrivate ? { subject } : {}), hasText: false };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
