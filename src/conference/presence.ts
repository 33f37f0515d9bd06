/** Who of those connected to a conference is somebody: people always, rooms by policy, recorders never. */

/** One that is connected, as the call bridges know them together. */
export interface Seat {
  /** The same on whichever call bridge. */
  readonly id: string;
  /** Without scheme, in lower case; empty where the bridge does not say. */
  readonly address: string;
  /** False while it rings; undefined where it was not asked. */
  readonly isConnected?: boolean;
  readonly isMuted?: boolean;
}

/**
 * What rooms' endpoints count for while no people are in. `count`: as much as people. `ignore-muted`: not when all of them
 * are muted. `ignore-alone`: nor when there is only one, which has nobody to talk with. Nobody can tell from here an empty
 * room from one in which people wait for others, and to end it on people is worse than to hold an empty room for as long
 * as extensions are permitted: so only the muted are ignored unless it is wished otherwise.
 */
export const roomPolicies = ['ignore-muted', 'ignore-alone', 'count'] as const;
export type RoomPolicy = (typeof roomPolicies)[number];

export interface Addresses {
  /** Of rooms' endpoints. */
  readonly rooms: ReadonlySet<string>;
  /** Of recorders, streamers and the like. */
  readonly nobodies: ReadonlySet<string>;
}

export interface Presence {
  /** Seats that are people's, as far as anybody can tell. */
  readonly people: number;
  readonly rooms: number;
  /** Whether that holds the conference. */
  readonly isHeld: boolean;
  /** Address of a call bridge that has not said who is in, which alone is why it is held. */
  readonly silent?: string;
}

/** Each seat once, without those that are nobody's. */
function taken(seats: readonly Seat[], { nobodies }: Addresses): Seat[] {
  const once = new Map(seats.map((seat) => [seat.id, seat]));
  return [...once.values()].filter(({ address }) => !nobodies.has(address));
}

/** The rooms whose state has to be asked before anybody can tell; none where people are in, or it is clear without. */
export function roomsInDoubt(
  seats: readonly Seat[],
  addresses: Addresses,
  policy: RoomPolicy,
): readonly Seat[] {
  const known = taken(seats, addresses);
  if (known.some(({ address }) => !addresses.rooms.has(address))) return [];
  return policy === 'ignore-alone' && known.length < 2 ? [] : known;
}

export function presenceOf(seats: readonly Seat[], addresses: Addresses, policy: RoomPolicy): Presence {
  const known = taken(seats, addresses).filter(({ isConnected }) => isConnected !== false);
  const rooms = known.filter(({ address }) => addresses.rooms.has(address));
  const people = known.length - rooms.length;
  const isHeld = people > 0 || isHeldByRooms(rooms, policy);
  return { people, rooms: rooms.length, isHeld };
}

function isHeldByRooms(rooms: readonly Seat[], policy: RoomPolicy): boolean {
  if (policy === 'count') return rooms.length > 0;
  const enough = policy === 'ignore-alone' ? 2 : 1;
  return rooms.length >= enough && rooms.some(({ isMuted }) => isMuted !== true);
}
