/**
 * Who is in a conference: as the live picture has it where that is of this moment and has somebody in, else read from all
 * call bridges of its cluster. Reading changes nothing.
 */
import { bareAddress } from '../src/cms/call-legs.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { listParticipants, readConnection } from '../src/cms/participants.ts';
import { readCallProfile, readSystemCallProfile } from '../src/cms/profiles.ts';
import { isDoubted, sourceOf } from '../src/conference/attendance/source.ts';
import {
  type Addresses,
  type Presence,
  presenceOf,
  type RoomPolicy,
  roomsInDoubt,
  type Seat,
} from '../src/conference/presence.ts';
import type { AttendanceStore } from '../src/redis/attendance.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { type CallBridges, NoCallBridge } from './call-bridges.ts';

/** Milliseconds for which the addresses of a cluster's recorders are taken as known. */
const recordersKnownFor = 300_000;

/** A seat with the call bridge that it is connected to, if that one has answered. */
interface Found extends Seat {
  readonly owner?: CmsClient;
}

export interface PresenceDeps {
  readonly callBridges: CallBridges;
  readonly bridges: BridgeStore;
  readonly attendance: AttendanceStore;
  /** SIP addresses of rooms' endpoints. */
  readonly rooms: Iterable<string>;
  /** SIP addresses that are nobody. */
  readonly ignored: Iterable<string>;
}

export class PresenceReader {
  readonly #deps: PresenceDeps;
  readonly #rooms: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #recorders = new Map<string, { readonly at: number; readonly addresses: readonly string[] }>();

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    this.#rooms = new Set([...deps.rooms].map(bareAddress));
    this.#ignored = new Set([...deps.ignored].map(bareAddress));
  }

  /**
   * As the call bridges that answer know it. Each knows the people of its own calls only: before nobody is taken to be in,
   * one that did not answer is asked once more; and where one of its `homes` (addresses of call bridges on which something
   * of it runs) stays silent, not to know is no reason to put people out. @throws NoCallBridge when none answers
   */
  async look(
    { key, cluster, space }: { readonly key: string; readonly cluster: string; readonly space: string },
    policy: RoomPolicy,
    homes: ReadonlySet<string>,
  ): Promise<Presence> {
    const { callBridges } = this.#deps;
    const pictured = await this.#pictured(key, cluster, policy, homes);
    if (pictured?.isHeld) return pictured;
    const found: Found[] = [];
    let silent = callBridges.inOrder(cluster);
    let answered = 0;
    for (let tries = 1; tries <= 2 && silent.length > 0 && found.length === 0; tries += 1) {
      const seats = await Promise.allSettled(silent.map((client) => seatsOn(client, space)));
      found.push(...seats.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
      answered += seats.filter(({ status }) => status === 'fulfilled').length;
      silent = silent.filter((_, index) => seats[index]?.status === 'rejected');
    }
    if (answered === 0) {
      // Asking one after the other says it in the one error that everybody understands.
      found.push(...(await callBridges.attempt(cluster, undefined, (client) => seatsOn(client, space))));
    }
    const silentHome = silent.find(({ address }) => homes.has(address))?.address;
    if (found.length === 0) return orUnknown({ people: 0, rooms: 0, isHeld: false }, silentHome);
    const addresses = await this.#addresses(cluster);
    const doubted = new Set(roomsInDoubt(found, addresses, policy).map(({ id }) => id));
    const seats = await Promise.all(known(found).map(withState));
    return orUnknown(presenceOf(seats, addresses, policy), silentHome);

    async function withState(seat: Found): Promise<Seat> {
      if (!doubted.has(seat.id) || seat.owner === undefined) return seat;
      try {
        const connection = await readConnection(seat.owner, seat.id);
        return { ...seat, ...(connection ?? { isConnected: false }) };
      } catch (error) {
        // Not to know is no reason to take nobody to be there.
        if (error instanceof CmsFault) return seat;
        throw error;
      }
    }
  }

  /**
   * That somebody is in is believed of the picture; that nobody is, never. Undefined where it is not known what is now on
   * one of the call bridges that have something of the conference.
   */
  async #pictured(
    key: string,
    cluster: string,
    policy: RoomPolicy,
    homes: ReadonlySet<string>,
  ): Promise<Presence | undefined> {
    const { attendance } = this.#deps;
    const [sources, calls] = await Promise.all([attendance.sources(), attendance.ofMeeting(key)]);
    const now = Date.now();
    const states = [...homes].map((address) => sources.get(address) ?? {});
    if (states.some(isDoubted)) return undefined;
    const ways = states.map((state) => sourceOf(state, now).source);
    if (ways.length === 0 || ways.some((way) => way !== 'events' && way !== 'records')) return undefined;
    const inside = calls.flatMap(({ address, attendees }) => (homes.has(address) ? attendees : []));
    const seats = inside.flatMap(({ id, address = '', leftAt, connectedAt, isAudioMuted }): Seat[] =>
      leftAt !== undefined || connectedAt === undefined
        ? []
        : [
            {
              id,
              address,
              isConnected: true,
              ...(isAudioMuted === undefined ? {} : { isMuted: isAudioMuted }),
            },
          ],
    );
    const presence = presenceOf(seats, await this.#addresses(cluster), policy);
    // Records do not tell who is muted.
    return presence.people > 0 || ways.every((way) => way === 'events') ? presence : undefined;
  }

  async #addresses(cluster: string): Promise<Addresses> {
    const recorders = await this.#recordersOf(cluster);
    return { rooms: this.#rooms, nobodies: new Set([...this.#ignored, ...recorders]) };
  }

  /** What the call profiles name as recorder and streamer; those of older releases are no participants at all. */
  async #recordersOf(cluster: string): Promise<readonly string[]> {
    const before = this.#recorders.get(cluster);
    if (before !== undefined && Date.now() < before.at + recordersKnownFor) return before.addresses;
    const { callProfile } = await this.#deps.bridges.clusterStatus(cluster);
    try {
      const addresses = await this.#deps.callBridges.attempt(cluster, undefined, (client) =>
        recordersIn(client, callProfile),
      );
      this.#recorders.set(cluster, { at: Date.now(), addresses });
      return addresses;
    } catch (error) {
      if (error instanceof NoCallBridge) return before?.addresses ?? [];
      throw error;
    }
  }
}

async function recordersIn(client: CmsClient, ours: string | undefined): Promise<string[]> {
  const general = await readSystemCallProfile(client).catch(ifRefused);
  const ids = [ours, general].filter((id) => id !== undefined);
  const profiles = await Promise.all(
    [...new Set(ids)].map((id) => readCallProfile(client, id).catch(ifRefused)),
  );
  return profiles.flatMap((profile) =>
    [profile?.fields.sipRecorderUri, profile?.fields.sipStreamerUri].flatMap((uri) =>
      uri ? [bareAddress(uri)] : [],
    ),
  );
}

/** A profile that is gone, or a resource that the release does not know, names no recorder. */
function ifRefused(error: unknown): undefined {
  if (error instanceof CmsFault && (error.kind === 'absent' || error.kind === 'refused')) return undefined;
  throw error;
}

/** Nobody was seen, but the call bridge that would know has not said so. */
function orUnknown(presence: Presence, silentHome: string | undefined): Presence {
  if (presence.isHeld || silentHome === undefined) return presence;
  return { ...presence, isHeld: true, silent: silentHome };
}

/** One seat for each id: that of the call bridge which it is connected to, where it has answered. */
function known(found: readonly Found[]): Found[] {
  const seats = new Map<string, Found>();
  for (const seat of found) if (!seats.has(seat.id) || seat.owner !== undefined) seats.set(seat.id, seat);
  return [...seats.values()];
}

async function seatsOn(client: CmsClient, space: string): Promise<Found[]> {
  const calls = await listCalls(client, { coSpace: space });
  const people = await Promise.all(
    calls.map(({ id }) =>
      listParticipants(client, id).catch((error: unknown) => {
        if (error instanceof CmsFault && error.kind === 'absent') return [];
        throw error;
      }),
    ),
  );
  return people.flat().map(({ id, address, callBridge }) => ({
    id,
    address,
    ...(callBridge === undefined ? { owner: client } : {}),
  }));
}
