/** The figures of rooms over several days. */
import type { RoomFigures } from './figures.ts';

/** By mailbox. */
export type RoomSums = Map<string, RoomFigures>;

/** Puts the rooms of one more day to those of the days before. */
export function addRooms(sums: RoomSums, rooms: readonly RoomFigures[]): void {
  for (const room of rooms) {
    const { mailbox } = room;
    const before = sums.get(mailbox);
    sums.set(mailbox, before === undefined ? room : bothOf(before, room));
  }
}

function bothOf(one: RoomFigures, other: RoomFigures): RoomFigures {
  return {
    mailbox: one.mailbox,
    booked: one.booked + other.booked,
    held: one.held + other.held,
    noShows: one.noShows + other.noShows,
    cancelled: one.cancelled + other.cancelled,
    minutes: one.minutes + other.minutes,
  };
}
