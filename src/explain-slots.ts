/** Which number a booking has, or would get: a look at the reservations that reserves nothing. */
import type { Redis } from 'ioredis';
import { stateOf } from './conference/meeting.ts';
import type { Config } from './config.ts';
import { type Step, step } from './meeting/explanation/step.ts';
import type { Bookings } from './meeting/room-bookings.ts';
import { MeetingStore } from './redis/meetings.ts';
import { SlotStore } from './redis/slots.ts';
import { heldInterval, type Interval, numbersOf } from './slot/slot.ts';

export async function explainSlots(
  { config, redis }: { readonly config: Config; readonly redis: Redis | undefined },
  bookings: Bookings,
): Promise<Step[]> {
  if (bookings.size === 0) return [step('slot', 'no-slot-needed')];
  if (redis === undefined) return [step('slot', 'slots-not-known')];
  const meetings = await new MeetingStore(redis).loadMany([...bookings.keys()]);
  const placed = meetings.filter(({ placement }) => placement !== undefined);
  const numbers = new Map<string, { number: string; cluster: string; count: number }>();
  for (const { placement } of placed) {
    const { number = '', cluster = '' } = placement ?? {};
    const known = numbers.get(`${number} ${cluster}`);
    numbers.set(`${number} ${cluster}`, { number, cluster, count: (known?.count ?? 0) + 1 });
  }
  const has = [...numbers.values()].map(({ number, cluster, count }) =>
    bookings.size > 1
      ? step('slot', 'reserved-for', { number, cluster, count, of: bookings.size })
      : step('slot', 'reserved', { number, cluster }),
  );
  const why = meetings
    .filter(({ placement }) => placement === undefined)
    .map((meeting) => stateOf(meeting).reason ?? '');
  const missing = [...bookings].filter(([key]) => !placed.some((meeting) => meeting.key === key));
  if (missing.length === 0) return has;
  const wanted = missing.map(([, booking]) => heldInterval(booking, config.conference));
  return [
    ...has,
    ...[...new Set(why)].map((reason) => step('slot', 'unplaced', { why: reason })),
    await wouldGet(config, redis, wanted),
  ];
}

/** The lowest slot that is free for all of them, in the order of the clusters; nothing is held by looking. */
async function wouldGet(config: Config, redis: Redis, wanted: readonly Interval[]): Promise<Step> {
  const slots = new SlotStore(redis);
  for (const { name, numbers } of config.clusters) {
    const blocked = await slots.blocked(name);
    for (const number of numbersOf(numbers)) {
      if (blocked.has(number)) continue;
      const held = await slots.ofSlot(name, number);
      const isFree = wanted.every(({ from, to }) =>
        held.every((other) => other.to <= from || other.from >= to),
      );
      if (isFree) return step('slot', 'would-get', { number, cluster: name });
    }
  }
  return step('slot', wanted.length > 1 ? 'each-alone' : 'no-slot');
}
