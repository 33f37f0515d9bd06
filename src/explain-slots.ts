/** Which number a booking has, or would get: a look at the reservations that reserves nothing. */
import type { Redis } from 'ioredis';
import { stateOf } from './conference/meeting.ts';
import type { Config } from './config.ts';
import type { Bookings } from './meeting/room-bookings.ts';
import { MeetingStore } from './redis/meetings.ts';
import { SlotStore } from './redis/slots.ts';
import { heldInterval, type Interval, numbersOf } from './slot/slot.ts';

export async function tellSlots(
  { config, redis }: { readonly config: Config; readonly redis: Redis | undefined },
  bookings: Bookings,
): Promise<string[]> {
  if (bookings.size === 0) return ['none is needed'];
  if (redis === undefined) return ['Redis cannot be reached: what is reserved is not known'];
  const meetings = await new MeetingStore(redis).loadMany([...bookings.keys()]);
  const placed = meetings.filter(({ placement }) => placement !== undefined);
  const numbers = new Map<string, number>();
  for (const { placement } of placed) {
    const name = `${placement?.number} on ${placement?.cluster}`;
    numbers.set(name, (numbers.get(name) ?? 0) + 1);
  }
  const has = [...numbers].map(
    ([name, count]) =>
      `${name} is reserved${bookings.size > 1 ? ` for ${count} of ${bookings.size} dates` : ''}`,
  );
  const why = meetings
    .filter(({ placement }) => placement === undefined)
    .map((meeting) => stateOf(meeting).reason);
  const missing = [...bookings].filter(([key]) => !placed.some((meeting) => meeting.key === key));
  if (missing.length === 0) return has;
  const wanted = missing.map(([, booking]) => heldInterval(booking, config.conference));
  return [
    ...has,
    ...new Set(why.map((reason) => `without a number: ${reason}`)),
    await wouldGet(config, redis, wanted),
  ];
}

/** The lowest slot that is free for all of them, in the order of the clusters; nothing is held by looking. */
async function wouldGet(config: Config, redis: Redis, wanted: readonly Interval[]): Promise<string> {
  const slots = new SlotStore(redis);
  for (const { name, numbers } of config.clusters) {
    const blocked = await slots.blocked(name);
    for (const number of numbersOf(numbers)) {
      if (blocked.has(number)) continue;
      const held = await slots.ofSlot(name, number);
      const isFree = wanted.every(({ from, to }) =>
        held.every((other) => other.to <= from || other.from >= to),
      );
      if (isFree) return `${number} on ${name} is free and would be reserved`;
    }
  }
  return wanted.length > 1
    ? 'no number is free for all dates: each would be tried alone'
    : 'no number of any cluster is free then; it is placed as soon as one is';
}
