/** Dialling the rooms of a conference, all at once, and hanging up those that are no longer booked. */
import { configuredAddress } from '../src/cluster/discovery.ts';
import { sameParty } from '../src/cms/call-legs.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { listParticipants } from '../src/cms/participants.ts';
import type { PlanSettings } from '../src/conference/plan.ts';
import { roomsToDial } from '../src/conference/rooms.ts';
import type { DialledRoom, Run } from '../src/conference/run.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { NoCallBridge, speaksAgainst } from './call-bridges.ts';
import { type Hand, isRepeated, leaving, mustBeOurs, record } from './hand.ts';
import { dialRoom, findCall, findLeg, findRoom, hangUpLeg, makeCall } from './steps.ts';

/** Until the call bridges of one conference know of one another's people, in milliseconds. */
const findEachOther = 1_500;

type Rooms = Record<string, DialledRoom>;

/** What the record says of rooms that are about to be dialled. */
export function intendedRooms(rooms: readonly string[], run: Run, settings: PlanSettings): Rooms {
  return Object.fromEntries(
    roomsToDial(rooms, run, settings, Date.now()).map((room) => {
      const before = run.rooms[room];
      const sip = settings.sip.get(room) ?? '';
      // What no call bridge has taken was no try.
      if (before?.state === 'intended') return [room, { ...before, sip }];
      return [room, { sip, state: 'intended' as const, tries: (before?.tries ?? 0) + 1 }];
    }),
  );
}

/** Dials rooms of an open conference; of those that may have been dialled already the bridges are asked first. */
export async function dialRooms(hand: Hand, rooms: readonly string[]): Promise<number | undefined> {
  const { deps, meeting } = hand;
  const run = meeting.run?.call === undefined ? await withCall(hand) : meeting.run;
  if (run?.call === undefined || run.callBridge === undefined) return;
  const unclear = new Map<string, string>();
  for (const room of rooms) {
    const { state, lateOn = run.callBridge, callBridge = lateOn } = run.rooms[room] ?? {};
    if (state === 'intended') unclear.set(room, callBridge);
  }
  const present = { ...run.rooms, ...(await cameIn(hand, run, rooms)) };
  const left = rooms.filter((room) => present[room]?.state !== 'dialled');
  const intended = Object.entries(intendedRooms(left, { ...run, rooms: present }, deps.settings)).map(
    ([room, is]) => [room, unclear.has(room) ? { ...is, lateOn: unclear.get(room) ?? '' } : is] as const,
  );
  const next = { ...run, rooms: { ...present, ...Object.fromEntries(intended) } };
  return await dialNow(hand, await record(hand, next), left, unclear);
}

/** Rooms whose dial came to nothing and who have come in by themselves meanwhile: they are not called again. */
async function cameIn(hand: Hand, run: Run, rooms: readonly string[]): Promise<Rooms> {
  const failed = rooms.filter((room) => run.rooms[room]?.state === 'failed');
  const client = hand.deps.callBridges.client(run.cluster, run.callBridge ?? '');
  if (failed.length === 0 || run.call === undefined || client === undefined) return {};
  const people = await listParticipants(client, run.call).catch((error: unknown) => {
    if (error instanceof CmsFault) return [];
    throw error;
  });
  const cluster = hand.deps.callBridges.cluster(run.cluster);
  const discovery = (await hand.deps.discoveries.all()).get(run.cluster);
  const found = failed.flatMap((name): [string, DialledRoom][] => {
    const room = run.rooms[name];
    const person = people.find(({ address }) => room !== undefined && sameParty(address, room.sip));
    if (room === undefined || person === undefined) return [];
    const peer =
      cluster && discovery && person.callBridge !== undefined
        ? configuredAddress(cluster.config, discovery, { id: person.callBridge })
        : undefined;
    const connectedAt = Date.now();
    return [
      [
        name,
        { sip: room.sip, state: 'dialled', callBridge: peer ?? client.address, leg: person.id, connectedAt },
      ],
    ];
  });
  return Object.fromEntries(found);
}

/** Somebody had ended its call on the bridge; now somebody needs one. */
async function withCall(hand: Hand): Promise<Run | undefined> {
  const { deps, meeting } = hand;
  if (meeting.run === undefined) return undefined;
  let run = meeting.run;
  return await deps.callBridges.attempt(
    run.cluster,
    run.callIntent ?? run.callBridge,
    async (client) => {
      if (run.callIntent !== client.address) run = await record(hand, { ...run, callIntent: client.address });
      mustBeOurs(hand);
      const call = (await findCall(client, run.space)) ?? (await makeCall(client, run.space));
      const { callIntent: _, callEnded: __, ...rest } = run;
      return await record(hand, { ...rest, callBridge: client.address, call });
    },
    leaving(hand, 'dial'),
  );
}

/**
 * Dials rooms that the record already calls intended, in parallel, and writes down what came of it. One that may have been
 * dialled on a call bridge that does not say so (`unclear`: room -> its address) is looked for before it is dialled: on that
 * one, or on the next, whose call is part of the same conference. Where nobody can say, it stays intended.
 * @throws NoCallBridge when some were taken by no call bridge
 */
export async function dialNow(
  hand: Hand,
  run: Run,
  rooms: readonly string[],
  unclear: Map<string, string> = new Map(),
): Promise<undefined> {
  const { deps } = hand;
  let present = run;
  let left = rooms;
  const outcome: Rooms = {};
  const late = new Map(
    rooms.flatMap((room): [string, string][] => {
      const { lateOn } = run.rooms[room] ?? {};
      return lateOn === undefined ? [] : [[room, lateOn]];
    }),
  );
  const dialledSince = new Set(rooms.filter((room) => hand.meeting.run?.rooms[room]?.lateOn !== undefined));
  const notes: TimelineEntry[] = [];
  const faults: CmsFault[] = [];
  const leave = (fault: CmsFault) => {
    faults.push(fault);
    leaving(hand, 'dial')(fault);
  };
  const profile = await profileOfRooms(hand, run);
  for (const client of deps.callBridges.inOrder(run.cluster, run.callBridge)) {
    const lost: string[] = [];
    mustBeOurs(hand);
    try {
      if (client.address !== present.callBridge) {
        // Who was at it before may have died with the call made.
        const call = (await findCall(client, run.space)) ?? (await makeCall(client, run.space));
        const mayRing = left.map((room) => [room, mayRingOn(present, room, unclear, late)] as const);
        const rooms = { ...present.rooms, ...Object.fromEntries(mayRing) };
        present = await record(hand, { ...present, callBridge: client.address, call, rooms });
        if (left.some((room) => unclear.has(room))) await pause(findEachOther);
      }
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      leave(error);
      continue;
    }
    const call = present.call ?? '';
    await Promise.all(
      left.map(async (room) => {
        const { sip } = present.rooms[room] ?? { sip: '' };
        mustBeOurs(hand);
        try {
          const found = unclear.has(room) ? await findRoom(client, call, sip) : undefined;
          const before = late.get(room) ?? unclear.get(room);
          const silent = () => late.set(room, client.address);
          const leg = found?.leg ?? (await dialRoom(client, call, sip, silent, profile));
          const callBridge = (found?.isElsewhere && unclear.get(room)) || client.address;
          // Where one may come late and another may have been dialled since, nobody can say which of them was found.
          const isLate = before !== undefined && (found === undefined || dialledSince.has(room));
          const lateOn = isLate ? { lateOn: before } : {};
          outcome[room] = {
            ...{ sip, state: 'dialled', callBridge, leg, dialledAt: Date.now() },
            ...triesOf(present, room),
            ...lateOn,
          };
          notes.push(dialled(room, callBridge));
        } catch (error) {
          if (!(error instanceof CmsFault)) throw error;
          const { message: reason } = error;
          if (error.sent) unclear.set(room, client.address);
          if (speaksAgainst(error) || error.withheld || error.kind === 'absent') {
            lost.push(room);
            leave(error);
          } else outcome[room] = { sip, state: 'failed', failedAt: Date.now(), ...triesOf(present, room) };
          if (!isRepeated(hand)) notes.push({ at: Date.now(), what: 'dial-failed', room, reason });
        }
      }),
    );
    left = lost;
    if (left.length === 0) break;
  }
  for (const room of left) outcome[room] = mayRingOn(present, room, unclear, late);
  await record(hand, { ...present, rooms: { ...present.rooms, ...outcome } }, notes);
  if (left.length > 0) throw new NoCallBridge(run.cluster, faults, 'dial');
  return undefined;
}

/** Of rooms that are hosts: what they have in place of their space's. Known since the conference was opened. */
async function profileOfRooms({ deps }: Hand, { cluster, hosts }: Run): Promise<string | undefined> {
  if (hosts === undefined || deps.policies.get(hosts.policy)?.rooms === 'guest') return undefined;
  const { accessProfiles = {} } = await deps.bridges.clusterStatus(cluster);
  return accessProfiles[hosts.policy]?.hosts;
}

/** Intended still, with where it may have been dialled, or may be: whoever takes over looks there. */
function mayRingOn(
  { rooms }: Run,
  room: string,
  unclear: ReadonlyMap<string, string>,
  late: ReadonlyMap<string, string>,
): DialledRoom {
  const callBridge = unclear.get(room);
  const lateOn = late.get(room);
  const { callBridge: _, lateOn: __, ...intended } = rooms[room] ?? { sip: '', state: 'intended' };
  return {
    ...intended,
    ...(callBridge === undefined ? {} : { callBridge }),
    ...(lateOn === undefined ? {} : { lateOn }),
  };
}

function triesOf(run: Run, room: string): { tries?: number } {
  const tries = run.rooms[room]?.tries;
  return tries === undefined ? {} : { tries };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function dialled(room: string, callBridge: string): TimelineEntry {
  return { at: Date.now(), what: 'dialled', room, callBridge };
}

/** Hangs up rooms that are no longer booked. */
export async function hangUpRooms(hand: Hand, rooms: readonly string[]): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const { run } = meeting;
  if (run === undefined) return;
  const left: Rooms = { ...run.rooms };
  const notes: TimelineEntry[] = [];
  for (const room of rooms) {
    const { leg, callBridge, sip } = run.rooms[room] ?? { sip: '' };
    const client = deps.callBridges.client(run.cluster, callBridge ?? run.callBridge ?? '');
    if (client !== undefined) {
      const found = leg ?? (run.call === undefined ? undefined : await findLeg(client, run.call, sip));
      if (found !== undefined) await hangUpLeg(client, found);
    }
    delete left[room];
    notes.push({ at: now, what: 'hung-up', room });
  }
  await record(hand, { ...run, rooms: left }, notes);
}
