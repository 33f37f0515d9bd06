/** The fields of a meeting's hash, and what they say. */
import type { Meeting } from '../conference/meeting.ts';
import type { Order } from '../conference/operation/operation.ts';
import { type Booked, mergeBookings, type OrganizersTimes, type RoomBooking } from '../meeting/booking.ts';

export const roomField = 'room:';
/** Of what an operator has ordered with this request. */
export const orderField = (request: string) => `order:${request}`;

function bookingsIn(fields: Readonly<Record<string, string>>): Map<string, RoomBooking> {
  return new Map(
    Object.entries(fields)
      .filter(([field]) => field.startsWith(roomField))
      .map(([field, json]) => [field.slice(roomField.length), JSON.parse(json)]),
  );
}

/** The first to be ordered first. */
function ordersIn(fields: Readonly<Record<string, string>>): Pick<Meeting, 'orders'> {
  const names = Object.keys(fields).filter((field) => field.startsWith(orderField('')));
  if (names.length === 0) return {};
  const orders = names.map((field) => JSON.parse(fields[field] ?? '') as Order);
  return { orders: orders.toSorted((a, b) => a.at - b.at || (a.place ?? 0) - (b.place ?? 0)) };
}

export function fromFields(key: string, fields: Readonly<Record<string, string>>): Meeting | undefined {
  const rooms = bookingsIn(fields);
  const organizersTimes =
    fields.organizersTimes === undefined
      ? undefined
      : (JSON.parse(fields.organizersTimes) as OrganizersTimes);
  const booked = mergeBookings(rooms, organizersTimes);
  const last = booked ?? (fields.last === undefined ? undefined : (JSON.parse(fields.last) as Booked));
  if (last === undefined) return undefined;
  return {
    key,
    booked,
    last,
    bookings: rooms,
    placement: fields.placement === undefined ? undefined : JSON.parse(fields.placement),
    run: fields.run === undefined ? undefined : JSON.parse(fields.run),
    ...(fields.seen === undefined ? {} : { seen: JSON.parse(fields.seen) }),
    ...(fields.unplaced === undefined ? {} : { unplaced: fields.unplaced }),
    ...(fields.organizerCopy === undefined ? {} : { organizerCopy: JSON.parse(fields.organizerCopy) }),
    ...(fields.preflight === undefined ? {} : { preflight: JSON.parse(fields.preflight) }),
    ...(fields.left === undefined ? {} : { left: JSON.parse(fields.left) }),
    ...(organizersTimes === undefined ? {} : { organizersTimes }),
    ...(fields.early === undefined ? {} : { early: JSON.parse(fields.early) }),
    ...(fields.trace === undefined ? {} : { trace: fields.trace }),
    ...ordersIn(fields),
  };
}
