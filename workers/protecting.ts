/** What protects a meeting at a place; no passcode is used again on the same number within a day. */
import { type Protection, protect } from '../src/conference/identity.ts';
import type { Meeting, PlacedConference } from '../src/conference/meeting.ts';
import { uidIn } from '../src/meeting/booking.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { Placement } from '../src/slot/slot.ts';

const day = 86_400_000;

export type Protect = (meeting: Meeting, placement: Placement) => Promise<PlacedConference>;

export function protectWith(identityKey: Buffer, protection: Protection, slots: SlotStore): Protect {
  return async (meeting, placement) => {
    const { uid, start, end } = meeting.last;
    const hours = { from: start - day, to: end + day };
    const keys = await slots.keysNear(placement.cluster, placement.number, hours);
    const others = new Set(keys.map(uidIn).filter((other) => other !== uid));
    return protect(identityKey, protection, meeting, placement, others);
  };
}
