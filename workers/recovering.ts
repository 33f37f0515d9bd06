/**
 * Brings a conference up on another call bridge of its cluster: because its own was lost with everybody in it, or because
 * an operator wants it emptied. At least once; safe because
 * - the space is shared, and opening it is the same done twice; the number and the passcode stay;
 * - before the call is made the record says where (`callIntent`), and a call that is there already is taken;
 * - rooms are `intended` before they are dialled, and looked for before they are dialled again;
 * - the old call is written down as `uncleared` together with the new one, before a room is dialled.
 *
 * Nothing is begun on suspicion. That a call bridge does not answer us may mean that
 * - one of our processes is cut off: the others still reach it, and it is not `lost` (`CallBridges.isLost`);
 * - all of us are cut off from it, or only its web service is away, while people talk on it. Its peers know: either a
 *   peer takes part in the conference and still lists its people, or it raises no alarm about it. An alarm may come late,
 *   so one that is missing buys a few seconds and no more; then a call is made on a peer, in which the bridges of one
 *   cluster find each other, and everybody whom the lost one still has shows in it. Who shows there is not called again;
 * - we are cut off from the whole cluster: then nobody is there on whom to act, and nothing is done.
 */

import { sameParty } from '../src/cms/call-legs.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { toBeDialled } from '../src/conference/assessment.ts';
import { openRun } from '../src/conference/meeting.ts';
import {
  callBridgesOf,
  type DialledRoom,
  isIn,
  type Loss,
  type Run,
  type Uncleared,
} from '../src/conference/run.ts';
import { nameOn, passcodeOn, peopleIn } from '../src/conference/seen.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { Cluster } from './call-bridges.ts';
import { dialNow, intendedRooms } from './dialling.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { placeOf, putOpenAgain } from './slot-access.ts';
import { findCall, makeCall } from './steps.ts';
import { worldOf } from './world.ts';

/** How long after its last answer a call bridge is given for its peers to raise an alarm about it, in milliseconds. */
const patience = 8_000;
const askAgain = 1_000;
/** Until the call bridges of one conference know of one another's people. */
const findEachOther = 1_500;

/** Its call bridge is lost: on the next one it is opened, and the rooms that were in are dialled again. */
export async function recover(hand: Hand): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return undefined;
  const { lost } = worldOf(deps.callBridges, run.cluster);
  const from = callBridgesOf(run).find((address) => lost.has(address));
  if (from === undefined) return undefined;
  const loss = lossOf(hand, run, from);
  const { isGone, people } = await deps.witnesses.ask(run.cluster, from, run.space);
  if (people.length > 0) return await leaveAlone(hand, run, loss);
  if (!isGone && now < loss.since + patience) return now + askAgain;
  const targets = deps.callBridges
    .forStart(run.cluster, undefined)
    .filter(({ address }) => !lost.has(address));
  const others = deps.callBridges.inOrder(run.cluster).filter(({ address }) => !lost.has(address));
  const notes = run.lost === undefined ? [lostNote(hand, loss)] : [];
  const taken = await bringUp(hand, await record(hand, { ...run, lost: loss }, notes), {
    cluster,
    from: lost,
    targets: targets.length > 0 ? targets : others,
  });
  if (!isGone) await new Promise((resolve) => setTimeout(resolve, findEachOther));
  const there =
    taken.call === undefined
      ? []
      : await deps.witnesses.inCall(taken.client, taken.call, { cluster: run.cluster, lost: from });
  if (there.some(({ isThere }) => isThere)) return await leaveAlone(hand, taken.run, loss);
  return await settle(hand, taken, {
    from: lost,
    isHere: (room) => there.find(({ person }) => sameParty(person.address, room.sip))?.person.id,
    note: {
      at: Date.now(),
      what: 'recovered',
      callBridge: taken.client.address,
      after: Math.round(Date.now() - loss.since),
    },
  });
}

/**
 * Moves a conference that runs to another call bridge, which is `to` or the first that takes starts: rooms are dialled
 * there, then the old call is ended. Who has dialled in is dropped and must dial again, so this is for an operator to time.
 * @throws NoCallBridge when none can take it: then it stays where it is
 */
export async function moveRunning(hand: Hand, to?: string): Promise<number | undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return undefined;
  const { leaving: unwanted, up } = worldOf(deps.callBridges, run.cluster);
  const isLeft = (address: string) => up.has(address) && (to !== undefined || unwanted.has(address));
  const from = new Set(callBridgesOf(run).filter(isLeft));
  if (to !== undefined) from.delete(to);
  if (from.size === 0) return undefined;
  const able = deps.callBridges.forStart(run.cluster, to).filter(({ address }) => !from.has(address));
  const targets = to === undefined ? able : able.filter(({ address }) => address === to);
  const taken = await bringUp(hand, run, { cluster, from, targets });
  return await settle(hand, taken, {
    ...{ from, isHere: () => undefined, left: true },
    note: { at: Date.now(), what: 'moved-over', callBridge: taken.client.address },
  });
}

/** None is there that could take its place: said once, and looked for again. */
export async function noteLost(hand: Hand): Promise<undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  if (run === undefined) return;
  const { lost } = worldOf(deps.callBridges, run.cluster);
  const from = callBridgesOf(run).find((address) => lost.has(address));
  if (from === undefined) return;
  const loss = lossOf(hand, run, from);
  await record(hand, { ...run, lost: loss }, [lostNote(hand, loss)]);
  deps.log.error(
    { key: hand.work.key, callBridge: from },
    'a conference has lost its call bridge, and none can take its place',
  );
}

interface Taken {
  readonly run: Run;
  readonly client: CmsClient;
  readonly space: string;
  /** Undefined where nobody needs one: somebody had ended it. */
  readonly call: string | undefined;
}

/** The space open and the call there, on the first of these call bridges that can. */
async function bringUp(
  hand: Hand,
  run: Run,
  how: {
    readonly cluster: Cluster;
    readonly from: ReadonlySet<string>;
    readonly targets: readonly CmsClient[];
  },
): Promise<Taken> {
  const { deps } = hand;
  const { cluster, from, targets } = how;
  const first = targets.find(({ address }) => address === run.callIntent || address === run.callBridge);
  const ordered = first === undefined ? targets : [first, ...targets.filter((target) => target !== first)];
  let present = run;
  return await deps.callBridges.attempt(
    run.cluster,
    undefined,
    async (client) => {
      // Only rooms were on the lost call bridge: the call itself is well.
      const stays = client.address === run.callBridge && !from.has(client.address);
      if (!stays && present.callIntent !== client.address)
        present = await record(hand, { ...present, callIntent: client.address });
      mustBeOurs(hand);
      const fields = { name: nameOn(run), passcode: passcodeOn(run), secret: run.secret };
      const space = await putOpenAgain(deps, client, cluster.config, placeOf(hand, run), fields);
      if (run.call === undefined) return { run: present, client, space, call: undefined };
      if (stays) return { run: present, client, space, call: run.call };
      // People who dialled in again meanwhile may have begun one.
      const found = await findCall(client, space);
      mustBeOurs(hand);
      return { run: present, client, space, call: found ?? (await makeCall(client, space)) };
    },
    leaving(hand, 'recover'),
    ordered,
  );
}

/** Writes down where it is now, and dials the rooms that were in. */
async function settle(
  hand: Hand,
  { run, client, space, call }: Taken,
  how: {
    readonly from: ReadonlySet<string>;
    /** The id of the leg of a room that is in the new call already. */
    readonly isHere: (room: DialledRoom) => string | undefined;
    readonly note: TimelineEntry;
    readonly left?: true;
  },
): Promise<number | undefined> {
  const { deps, meeting } = hand;
  const { callIntent: _, lost: __, tries: ___, amiss: ____, call: _____, ...rest } = run;
  const booked = meeting.booked?.rooms ?? [];
  const rooms: Record<string, DialledRoom> = {};
  for (const [name, room] of Object.entries(run.rooms)) {
    const wasThere = isIn(room) && how.from.has(room.callBridge ?? run.callBridge ?? '');
    const leg = wasThere ? how.isHere(room) : undefined;
    if (leg !== undefined) {
      rooms[name] = { ...room, callBridge: client.address, leg, connectedAt: Date.now() };
    } else if (!wasThere) rooms[name] = room;
    // One that was taken off meanwhile is gone with what it was on: it would keep the conference there for ever.
    else if (booked.includes(name)) rooms[name] = toBeDialled(room);
  }
  // One that was intended before may have been dialled already: it is looked for first, as ever.
  const gone = Object.keys(rooms).filter(
    (room) => rooms[room]?.state === 'intended' && run.rooms[room]?.state !== 'intended',
  );
  const old = [...how.from].map((callBridge): Uncleared => {
    const known = callBridge === run.callBridge ? (run.call ?? '') : '';
    return { callBridge, call: known, ...(how.left === undefined ? {} : { left: how.left }) };
  });
  const uncleared = [
    ...(run.uncleared ?? []).filter((one) => one.call !== call && !how.from.has(one.callBridge)),
    ...old.filter(({ callBridge }) => callBridgesOf(run).includes(callBridge)),
  ];
  const moved: Run = {
    ...rest,
    ...(call === undefined ? {} : { call }),
    ...{ callBridge: client.address, space, rooms, uncleared, recoveredAt: Date.now() },
    thrownOut: peopleIn(run, meeting.seen),
  };
  const intended = intendedRooms(gone, moved, deps.settings);
  const next = await record(hand, { ...moved, rooms: { ...rooms, ...intended } }, [how.note]);
  const { what, at: ____1, ...details } = how.note;
  if (what === 'recovered') deps.metrics.recoveries.inc({ cluster: run.cluster });
  deps.log.warn({ key: hand.work.key, ...details }, `conference ${what}`);
  const due = Object.keys(intended);
  return due.length > 0 && next.call !== undefined ? await dialNow(hand, next, due) : undefined;
}

/** Its peers have its people with them: nothing is begun, and they are asked again in a while. */
async function leaveAlone(hand: Hand, run: Run, loss: Loss): Promise<undefined> {
  const { callIntent: _, ...rest } = run;
  const reason = 'it does not answer us, but its people are in: other call bridges have them with them';
  const note = { at: Date.now(), what: 'bridge-lost' as const, callBridge: loss.callBridge, reason };
  await record(
    hand,
    { ...rest, lost: { ...loss, witnessedAt: Date.now() } },
    run.lost?.witnessedAt === undefined ? [note] : [],
  );
}

function lossOf({ deps, now }: Hand, run: Run, callBridge: string): Loss {
  if (run.lost?.callBridge === callBridge) return run.lost;
  const health = deps.callBridges.health(callBridge);
  return { callBridge, since: Math.round(health?.answeredAt ?? health?.since ?? now) };
}

function lostNote({ deps, now }: Hand, { callBridge }: Loss): TimelineEntry {
  const reason = deps.callBridges.health(callBridge)?.why ?? 'it does not answer';
  return { at: now, what: 'bridge-lost', callBridge, reason };
}
