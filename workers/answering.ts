/**
 * Rooms whose leg is gone before anybody had looked at it: what the call bridges told of their people says whether they
 * had been in. Where nothing was told, or not yet, nobody has answered as far as we know.
 */
import { clockTolerance } from '../src/cluster/ticket-call-bridge.ts';
import { bareAddress } from '../src/cms/call-legs.ts';
import type { DialledRoom } from '../src/conference/run.ts';
import type { Hand } from './hand.ts';

/** When the dial was answered, epoch ms; undefined where it was not, as far as is known. */
export async function answeredAt({ deps, work }: Hand, room: DialledRoom): Promise<number | undefined> {
  const address = bareAddress(room.sip);
  const since = (room.dialledAt ?? 0) - clockTolerance;
  const calls = await deps.attendance.ofMeeting(work.key);
  const theirs = calls
    .flatMap(({ attendees }) => attendees)
    .filter((one) => one.id === room.leg || (one.address === address && one.since >= since))
    .flatMap(({ connectedAt }) => connectedAt ?? []);
  return theirs.length === 0 ? undefined : Math.max(...theirs);
}
