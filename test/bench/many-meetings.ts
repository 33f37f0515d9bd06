/** Meetings of a large company over half a year, the same in every run, as its rooms and organizers would have said them. */
import type { PlacedConference } from '../../src/conference/meeting.ts';
import type { Booked, RoomBooking } from '../../src/meeting/booking.ts';
import type { MeetingStore } from '../../src/redis/meetings.ts';

export interface OneMeeting {
  readonly mailbox: string;
  readonly booking: RoomBooking;
  readonly merged: Booked;
  readonly placement: PlacedConference;
}

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;
/** Days before and after the present in which they are. */
export const past = 30;
export const future = 150;

const cities = ['Berlin', 'Lyon', 'Zürich', 'Łódź', 'Graz', 'Nantes', 'Köln', 'Bergen', '東京', 'Porto'];
const trees = ['Ahorn', 'Birke', 'Chêne', 'Douglasie', 'Erle', 'Frêne', 'Ginkgo', 'Hêtre', 'Ilex', 'Jasmin'];
const given = [
  'anna',
  'bruno',
  'clara',
  'david',
  'emma',
  'felix',
  'greta',
  'hugo',
  'ines',
  'jules',
  'kenji',
  'lea',
];
const family = ['maier', 'dupont', 'rossi', 'novak', 'tanaka', 'berg', 'lopez', 'weber', 'martin', 'yilmaz'];
const kinds = [
  'Planning',
  'Review',
  'Jour fixe',
  'Réunion',
  'Besprechung',
  'Standup',
  'Workshop',
  'Interview',
];
const about = [
  'budget',
  'Einkauf',
  'ventes',
  'Qualität',
  'sécurité',
  'Werk',
  'roadmap',
  '会議',
  'Kunden',
  'équipe',
];
const projects = Array.from(
  { length: 3_000 },
  (_, n) => `${syllable(n)}${syllable(n * 7 + 3)}${syllable(n * 13 + 5)}`,
);

function syllable(n: number): string {
  return `${'bdfgklmnprstvz'[n % 14]}${'aeiou'[Math.floor(n / 14) % 5]}`;
}

export const rooms = Array.from({ length: 2_000 }, (_, n) => ({
  mailbox: `room-${n}@rooms.example.com`,
  name: `${cities[n % cities.length]} ${Math.floor(n / 100) + 1}.${n % 100} ${trees[n % 7]}`,
}));

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two of three belong to series, whose occurrences have everything in common but their times. */
export function* manyMeetings(count: number, now: number): Generator<OneMeeting> {
  const chance = random(1);
  const pick = <T>(all: readonly T[]) => all[Math.floor(chance() * all.length)] as T;
  const today = Math.floor(now / day) * day;
  for (let made = 0, event = 0; made < count; event += 1) {
    const times = chance() < 0.1 ? 1 + Math.floor(chance() * 24) : 1;
    const uid = `040000008200E00074C5B7101A82E00800000000${event.toString(16).toUpperCase().padStart(72, '0')}`;
    const room = pick(rooms);
    const address = `${pick(given)}.${pick(family)}${Math.floor(chance() * 160)}@example.com`;
    const title = `${pick(kinds)} ${pick(about)} ${pick(projects)}${event === 77 ? ' Xylophon' : ''}`;
    const length = (1 + Math.floor(chance() * 4)) * 30 * minute;
    const first =
      today +
      Math.floor(chance() * (past + future) - past) * day +
      (7 * 60 + Math.floor(chance() * 44) * 15) * minute;
    for (let n = 0; n < times && made < count; n += 1, made += 1) {
      const start = first + n * 7 * day;
      const key = times === 1 ? uid : `${uid}@${new Date(start).toISOString().replace('.000Z', 'Z')}`;
      const said = {
        ...{ key, uid, start, end: start + length, title, organizer: { name: address, address } },
        isPrivate: chance() < 0.03 && event !== 77,
        ...(times === 1 ? {} : { originalStart: start }),
      };
      yield {
        mailbox: room.mailbox,
        booking: { ...said, eventId: `AAMkAG${uid.slice(-60)}${n}`, timesSince: now },
        merged: { ...said, rooms: [room.mailbox] },
        placement: {
          ...{ cluster: 'emea', number: String(80_991_000 + Math.floor(chance() * 2_000)) },
          ...{ passcode: '271828', secret: `secret-${uid.slice(-12)}` },
        },
      };
    }
  }
}

export async function write(
  meetings: MeetingStore,
  { mailbox, booking, merged, placement }: OneMeeting,
): Promise<void> {
  const { key, title, isPrivate } = booking;
  await meetings.putBooking(mailbox, key, booking, merged, [{ at: booking.timesSince, what: 'booked' }]);
  await meetings.putOrganizerCopy(key, { subject: title, isPrivate });
  await meetings.putPlacement(key, placement, undefined, [{ at: booking.timesSince, what: 'reserved' }]);
}
