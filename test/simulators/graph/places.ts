/** Places: the rooms and room lists of the tenant as its directory shows them, which need not be what mailboxes there are. */
import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import { pageOf } from './odata.ts';
import { GraphRefusal, type Reply } from './reply.ts';
import { selected } from './wire.ts';

export interface PlaceRoom {
  readonly displayName: string;
  /** Missing of rooms whose mailbox Places does not know yet. */
  readonly emailAddress?: string;
  /** Documented as a number, and seen as a string. */
  readonly capacity?: number | string;
  readonly building?: string;
  readonly floorNumber?: number;
  readonly floorLabel?: string;
  readonly phone?: string;
  readonly videoDeviceName?: string;
  readonly tags?: readonly string[];
}

export interface PlaceList {
  readonly displayName: string;
  readonly emailAddress: string;
  /** Addresses of the rooms in it. */
  readonly rooms: readonly string[];
}

const PAGE = 100;

export class Places {
  readonly #base: () => string;
  readonly #rooms: (PlaceRoom & { readonly id: string })[] = [];
  readonly #lists: (PlaceList & { readonly id: string })[] = [];

  constructor(base: () => string) {
    this.#base = base;
  }

  addRoom(room: PlaceRoom): void {
    this.#rooms.push({ id: randomUUID(), ...room });
  }

  addList(list: PlaceList): void {
    this.#lists.push({ id: randomUUID(), ...list });
  }

  /** Undefined where the path, below `/v1.0`, is none of Places. */
  answer(call: Call, pathname: string): Reply | undefined {
    if (call.method !== 'GET') return undefined;
    const [, first, cast, rooms] =
      /^\/places\/([^/]+)(?:\/(microsoft\.graph\.roomlist)\/(rooms))?$/i.exec(pathname) ?? [];
    if (first === undefined) return undefined;
    if (cast && rooms) return this.#roomsOf(call, decodeURIComponent(first));
    switch (first.toLowerCase()) {
      case 'microsoft.graph.room':
        return this.#page(call, 'places/microsoft.graph.room', this.#rooms.map(wireRoom));
      case 'microsoft.graph.roomlist':
        return this.#page(call, 'places/microsoft.graph.roomList', this.#lists.map(wireList));
      default:
        return undefined;
    }
  }

  #roomsOf(call: Call, address: string): Reply {
    const list = this.#lists.find((one) => one.emailAddress.toLowerCase() === address.toLowerCase());
    if (!list) throw new GraphRefusal(404, 'ResourceNotFound', `Resource '${address}' does not exist.`);
    const within = new Set(list.rooms.map((room) => room.toLowerCase()));
    const rooms = this.#rooms.filter((room) => within.has(room.emailAddress?.toLowerCase() ?? ''));
    return this.#page(call, `places('${address}')/microsoft.graph.roomList/rooms`, rooms.map(wireRoom));
  }

  #page(call: Call, name: string, all: readonly Record<string, unknown>[]): Reply {
    const { items, link } = pageOf(all, call, this.#base(), { size: PAGE, max: 1_000 });
    const value = items.map((item) => selected(item, call.query.get('$select')));
    return {
      status: 200,
      body: { '@odata.context': `${this.#base()}/v1.0/$metadata#${name}`, ...link, value },
    };
  }
}

function wireRoom(room: PlaceRoom & { readonly id: string }): Record<string, unknown> {
  return {
    nickname: room.displayName,
    label: null,
    building: null,
    floorNumber: null,
    floorLabel: null,
    capacity: null,
    bookingType: 'standard',
    phone: '',
    isWheelChairAccessible: false,
    audioDeviceName: null,
    videoDeviceName: null,
    displayDeviceName: null,
    tags: [],
    ...room,
  };
}

function wireList({
  id,
  displayName,
  emailAddress,
}: PlaceList & { readonly id: string }): Record<string, unknown> {
  return { id, displayName, emailAddress, phone: '', address: null, geoCoordinates: null };
}
