/** Who may come into a meeting and as what, and which of its rooms, or which word in its text, says so. */
import { protectionOf } from './access-rules.ts';
import { policyFor } from './conference/access.ts';
import type { Config, RoomConfig } from './config.ts';
import type { Bookings } from './meeting/room-bookings.ts';

const means = {
  open: 'all who come are alike',
  'separate-numbers': 'hosts dial a number of their own, guests wait for them',
  'two-pins': 'hosts enter a passcode of their own, guests wait for them',
  'host-pin': 'hosts enter a passcode, guests enter none and wait for them',
  'host-member': 'the organizer is the host, signed in to the bridge; guests wait',
} as const;

/** Of this room alone: rooms of one meeting together have the strictest of their policies. */
export function tellAccess(config: Config, room: RoomConfig, bookings: Bookings): string[] {
  const [booking] = bookings.values();
  if (booking === undefined) return ['nobody comes in'];
  const asked = booking.access === undefined ? {} : { access: booking.access };
  const { access } = protectionOf(config);
  const { name, way } = policyFor({ rooms: [room.mailbox], ...asked }, access);
  const why =
    booking.access === name
      ? 'a word or a category of it asks for that'
      : room.access === name
        ? 'rooms[].access says so'
        : 'conference.access says so';
  return [`${name}: ${means[way]}; ${why}`];
}
