/**
 * Slots in a world without bridges: no conference is ever opened, so a slot is given back where the conference worker
 * would give it back: when its meeting is cancelled, and after its end. The sweep is the calendar's share of the
 * bridge worker's.
 */
import type { Config } from '../../src/config.ts';
import type { MeetingStore } from '../../src/redis/meetings.ts';
import type { SlotStore } from '../../src/redis/slots.ts';
import type { Bookings } from '../../workers/bookings.ts';

export interface UnopenedDeps {
  readonly config: Config;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly bookings: Bookings;
  now(): number;
  allRoomsRead(): Promise<boolean>;
}

/** How long a meeting stays listed, as the bridge worker has it. */
const retention = 30 * 86_400_000;

export async function bringSlot(deps: UnopenedDeps, key: string): Promise<number | undefined> {
  const meeting = await deps.meetings.load(key);
  if (meeting?.placement === undefined) return undefined;
  const { booked, placement, last } = meeting;
  const until = booked === undefined ? deps.now() : booked.end + deps.config.conference.teardown;
  if (deps.now() < until) return until;
  await deps.slots.release(placement.cluster, [key]);
  const { cluster, number } = placement;
  await deps.meetings.putPlacement(key, undefined, undefined, [
    { at: deps.now(), what: 'released', cluster, number },
  ]);
  await deps.bookings.invite([last.uid]);
  await deps.bookings.placeUnplaced();
  return undefined;
}

export async function sweepSlots(deps: UnopenedDeps): Promise<number> {
  if (await deps.allRoomsRead()) {
    await deps.bookings.placeUnplaced();
    await deps.meetings.forget(deps.now() - retention);
  }
  return deps.now() + deps.config.calendar.sweep;
}
