/** Dialling the rooms of a conference, all at once, and hanging up those that are no longer booked. */
import { CmsFault } from '../src/cms/fault.ts';
import type { PlanSettings } from '../src/conference/plan.ts';
import { roomsToDial } from '../src/conference/rooms.ts';
import type { DialledRoom, Run } from '../src/conference/run.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { speaksAgainst } from './call-bridges.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { dialRoom, findCall, findLeg, hangUpLeg, makeCall } from './steps.ts';

/** Milliseconds until a call is asked for again that no call bridge could make. */
const noCallAgain = 5_000;

/** How often a look for a leg that may be there is repeated before the room is dialled all the same. */
const lookTries = 2;

type Rooms = Record<string, DialledRoom>;

/** What the record says of rooms that are about to be dialled. */
export function intendedRooms(rooms: readonly string[], run: Run, settings: PlanSettings): Rooms {
  return Object.fromEntries(
    roomsToDial(rooms, run, settings, Date.now()).map((room) => {
      const tries = (run.rooms[room]?.tries ?? 0) + 1;
      return [room, { sip: settings.sip.get(room) ?? '', state: 'intended' as const, tries }];
    }),
  );
}

/** Dials rooms of an open conference; of those that may have been dialled already the bridge is asked first. */
export async function dialRooms(hand: Hand, rooms: readonly string[]): Promise<number | undefined> {
  const { deps, meeting } = hand;
  let run = meeting.run?.call === undefined ? await withCall(hand) : meeting.run;
  if (run?.call === undefined || run.callBridge === undefined) return;
  const client = deps.callBridges.client(run.cluster, run.callBridge);
  const unclear = rooms.filter((room) => run?.rooms[room]?.state === 'intended');
  if (client !== undefined && unclear.length > 0) {
    const { call, callBridge } = run;
    const found: Rooms = {};
    for (const room of unclear) {
      const sip = run.rooms[room]?.sip ?? '';
      const leg = await findLeg(client, call, sip).catch((error: unknown) => {
        // Not to know is no reason to call twice, until the bridge has had its chances.
        if ((meeting.run?.tries ?? 0) < lookTries) throw error;
        return undefined;
      });
      if (leg !== undefined) {
        found[room] = {
          sip,
          state: 'dialled',
          callBridge,
          leg,
          dialledAt: Date.now(),
          ...triesOf(run, room),
        };
      }
    }
    const notes = Object.keys(found).map((room) => dialled(room, callBridge));
    run = await record(hand, { ...run, rooms: { ...run.rooms, ...found } }, notes);
  }
  const left = rooms.filter((room) => run?.rooms[room]?.state !== 'dialled');
  if (left.length === 0) return undefined;
  run = await record(hand, { ...run, rooms: { ...run.rooms, ...intendedRooms(left, run, deps.settings) } });
  return await dialNow(hand, run, left);
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

/** Dials rooms that the record already calls intended, in parallel, and writes down what came of it. */
export async function dialNow(hand: Hand, run: Run, rooms: readonly string[]): Promise<number | undefined> {
  const { deps } = hand;
  let present = run;
  let left = rooms;
  const outcome: Rooms = {};
  const notes: TimelineEntry[] = [];
  for (const client of deps.callBridges.inOrder(run.cluster, run.callBridge)) {
    const lost: string[] = [];
    mustBeOurs(hand);
    try {
      if (client.address !== present.callBridge) {
        present = { ...present, callBridge: client.address, call: await makeCall(client, run.space) };
      }
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      leaving(hand, 'dial')(error);
      continue;
    }
    const call = present.call ?? '';
    await Promise.all(
      left.map(async (room) => {
        const { sip } = present.rooms[room] ?? { sip: '' };
        mustBeOurs(hand);
        try {
          const leg = await dialRoom(client, call, sip);
          const callBridge = client.address;
          const dialledAt = Date.now();
          outcome[room] = { sip, state: 'dialled', callBridge, leg, dialledAt, ...triesOf(present, room) };
          notes.push(dialled(room, client.address));
        } catch (error) {
          if (!(error instanceof CmsFault)) throw error;
          if (speaksAgainst(error) || error.withheld || error.kind === 'absent') {
            lost.push(room);
            leaving(hand, 'dial')(error);
          }
          outcome[room] = { sip, state: 'failed', failedAt: Date.now(), ...triesOf(present, room) };
          notes.push({ at: Date.now(), what: 'dial-failed', room, reason: error.message });
        }
      }),
    );
    left = lost;
    if (left.length === 0) break;
  }
  await record(hand, { ...present, rooms: { ...present.rooms, ...outcome } }, notes);
  // Those for which no call bridge could make a call are still intended.
  return left.some((room) => outcome[room] === undefined) ? Date.now() + noCallAgain : undefined;
}

function triesOf(run: Run, room: string): { tries?: number } {
  const tries = run.rooms[room]?.tries;
  return tries === undefined ? {} : { tries };
}

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
