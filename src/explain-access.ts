/** Who may come into a meeting and as what, and which of its rooms, or which word in its text, says so. */
import { protectionOf } from './access-rules.ts';
import { policyFor } from './conference/access.ts';
import type { Config, RoomConfig } from './config.ts';
import { type AccessBecause, type Step, step } from './meeting/explanation/step.ts';
import type { Bookings } from './meeting/room-bookings.ts';

/** Of this room alone: rooms of one meeting together have the strictest of their policies. */
export function explainAccess(config: Config, room: RoomConfig, bookings: Bookings): Step[] {
  const [booking] = bookings.values();
  if (booking === undefined) return [step('access', 'nobody-comes')];
  const asked = booking.access === undefined ? {} : { access: booking.access };
  const { access } = protectionOf(config);
  const { name, way } = policyFor({ rooms: [room.mailbox], ...asked }, access);
  const because: AccessBecause = booking.access === name ? 'asked' : room.access === name ? 'room' : 'usual';
  return [step('access', `access-${way}`, { policy: name, because })];
}
