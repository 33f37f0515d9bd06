/**
 * Looks at what the bridge has of a conference that is open, and puts right what is wrong with it. At least once; safe
 * because what was found is written down before it is acted upon, opening a space is the same done twice, and a call is
 * looked for before it is made. What the findings mean is decided by `assess`.
 */
import { isLegTo, listCallLegs, readCallLeg } from '../src/cms/call-legs.ts';
import { type CallSummary, listCalls, readCall } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { readSpace } from '../src/cms/spaces.ts';
import { readStatus } from '../src/cms/system.ts';
import { assess, type Found, type LegFound } from '../src/conference/assessment.ts';
import { openRun } from '../src/conference/meeting.ts';
import { type DialledRoom, isIn, type Run, type Uncleared } from '../src/conference/run.ts';
import { isLeftover, isNews, nameOn, passcodeOn, peopleIn } from '../src/conference/seen.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { answeredAt } from './answering.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { endLateDial } from './late-dials.ts';
import { placeOf, putOpenAgain } from './slot-access.ts';
import { deleteOneCall, findCall, makeCall } from './steps.ts';
import { worldOf } from './world.ts';

/** Until a call bridge is tried again whose old call could not be ended, in milliseconds. */
const clearAgain = 15_000;

/** Reads the bridge, and writes down what it means. @throws CmsFault when its own call bridge does not answer */
export async function check(hand: Hand): Promise<undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return;
  const able = cluster.clients.filter(
    ({ address }) => address === run.callBridge || deps.callBridges.health(address)?.state === 'up',
  );
  const { seen } = meeting;
  const found = await look(able, run, seen !== undefined && isNews(run, seen) ? (seen.emptied ?? []) : []);
  const { run: next, notes } = assess(await withAnswers(hand, run, found), found);
  const saved = await record(hand, next, notes);
  if (next.amiss !== undefined || notes.length > 0)
    deps.log.warn({ key: hand.work.key, amiss: next.amiss, notes }, 'a conference differed on the bridge');
  if (worldOf(deps.callBridges, run.cluster).lost.size === 0) await endLeftovers(able, saved, found);
}

/** Rooms that have come and gone since they were dialled had answered. */
async function withAnswers(hand: Hand, run: Run, { legs }: Found): Promise<Run> {
  const rooms = Object.entries(run.rooms).map(async ([name, room]): Promise<[string, DialledRoom]> => {
    if (legs.has(name) || !isIn(room) || room.connectedAt !== undefined) return [name, room];
    const connectedAt = await answeredAt(hand, room);
    return [name, connectedAt === undefined ? room : { ...room, connectedAt }];
  });
  return { ...run, rooms: Object.fromEntries(await Promise.all(rooms)) };
}

async function look(clients: readonly CmsClient[], run: Run, emptied: readonly string[]): Promise<Found> {
  const at = Date.now();
  const asked: string[] = [];
  const calls: (CallSummary & { readonly callBridge: string })[] = [];
  const legs = new Map<string, LegFound>();
  let own: CmsClient | undefined;
  await Promise.all(
    clients.map(async (client) => {
      const callBridge = client.address;
      if (callBridge === run.callBridge) own = client;
      try {
        const listed = await listCalls(client, { coSpace: run.space });
        for (const [room, leg] of await legsOf(client, listed, run)) {
          // It may be in twice (`lateOn`): the leg that is known goes before any other.
          if (!legs.has(room) || run.rooms[room]?.leg === leg.leg) legs.set(room, leg);
        }
        calls.push(...listed.map((call) => ({ ...call, callBridge })));
        asked.push(callBridge);
      } catch (error) {
        // Of one where it does not run now, nothing is known then.
        if (!(error instanceof CmsFault) || callBridge === run.callBridge) throw error;
      }
    }),
  );
  const found = { at, asked, calls: calls.map(({ callBridge, id }) => ({ callBridge, call: id })), legs };
  if (own === undefined) return found;
  const space = await readSpace(own, run.space).then(
    ({ name, passcode = '', nonMemberAccess }) => ({ open: nonMemberAccess, name, passcode }),
    (error: unknown) => {
      if (error instanceof CmsFault && error.kind === 'absent') return null;
      throw error;
    },
  );
  const callBridge = own.address;
  if (run.call === undefined || calls.some(({ id }) => id === run.call)) return { ...found, space };
  const asks = Date.now();
  const { uptimeSeconds } = await readStatus(own);
  return {
    ...{ ...found, space, emptied: emptied.includes(callBridge) },
    ...(uptimeSeconds === undefined ? {} : { upSince: asks - uptimeSeconds * 1_000 }),
  };
}

/** The legs of its rooms; whether somebody has answered is asked where it is not known yet. */
async function legsOf(
  client: CmsClient,
  calls: readonly CallSummary[],
  run: Run,
): Promise<[room: string, leg: LegFound][]> {
  const listed = (await Promise.all(calls.map(({ id }) => listCallLegs(client, id)))).flat();
  const of = ({ leg, sip }: DialledRoom) =>
    listed.find(({ id }) => id === leg) ?? listed.find((one) => isLegTo(one, sip));
  const found = Object.entries(run.rooms).map(async ([name, room]): Promise<[string, LegFound][]> => {
    const leg = of(room);
    if (leg === undefined) return [];
    const callBridge = client.address;
    if (room.connectedAt !== undefined) return [[name, { leg: leg.id, callBridge, connected: true }]];
    const connected = await isConnected(client, leg.id);
    return connected === undefined ? [] : [[name, { leg: leg.id, callBridge, connected }]];
  });
  return (await Promise.all(found)).flat();
}

/** Undefined when the leg is gone. */
async function isConnected(client: CmsClient, leg: string): Promise<boolean | undefined> {
  try {
    const { state } = await readCallLeg(client, leg);
    return state !== 'initial' && state !== 'ringing';
  } catch (error) {
    if (error instanceof CmsFault && error.kind === 'absent') return undefined;
    throw error;
  }
}

/** Calls of ours in which nobody is, on call bridges on which it does not run: left behind by a step to another one. */
async function endLeftovers(clients: readonly CmsClient[], run: Run, { calls }: Found): Promise<void> {
  await Promise.all(
    calls.map(async ({ callBridge, call }) => {
      const client = clients.find(({ address }) => address === callBridge);
      if (client === undefined) return;
      if (!isLeftover(run, { callBridge, call, people: 0 })) return;
      try {
        const { numCallLegs, numParticipantsLocal } = await readCall(client, call);
        if ((numParticipantsLocal ?? numCallLegs) === 0) await deleteOneCall(client, call);
      } catch (error) {
        // The next census sees it again.
        if (!(error instanceof CmsFault)) throw error;
      }
    }),
  );
}

/**
 * Whether rooms that were dialled have answered, and whether a call bridge has dialled one late that another has dialled
 * since. One whose leg is gone was busy, did not answer, or refused.
 */
export async function lookAtLegs(hand: Hand, rooms: readonly string[]): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  if (run === undefined) return;
  const notes: TimelineEntry[] = [];
  const looked = await Promise.all(
    rooms.map(async (name): Promise<[string, DialledRoom][]> => {
      const room = run.rooms[name];
      const client = deps.callBridges.client(run.cluster, room?.callBridge ?? run.callBridge ?? '');
      if (room?.leg === undefined || client === undefined || !isIn(room)) return [];
      try {
        const late = await endLateDial(hand, run, room);
        if (late.endedOn !== undefined)
          notes.push({ at: now, what: 'hung-up', room: name, callBridge: late.endedOn });
        const looked = { ...late.room, lookedAt: now };
        if (room.connectedAt !== undefined) return [[name, looked]];
        const connected = await isConnected(client, room.leg);
        if (connected === true) return [[name, { ...looked, connectedAt: now }]];
        if (connected === false) return [[name, looked]];
        const connectedAt = await answeredAt(hand, room);
        if (connectedAt !== undefined) {
          notes.push({ at: now, what: 'changed-on-bridge', change: 'room-left', room: name });
          return [[name, { ...looked, connectedAt, endedAt: now }]];
        }
        notes.push({
          at: now,
          what: 'dial-failed',
          room: name,
          reason: 'it was busy, did not answer, or refused',
        });
        const { leg: _, ...rest } = room;
        return [[name, { ...rest, state: 'failed', failedAt: now }]];
      } catch (error) {
        // No answer is no answer of the room's.
        if (!(error instanceof CmsFault)) throw error;
        return [[name, { ...room, lookedAt: now }]];
      }
    }),
  );
  await record(hand, { ...run, rooms: { ...run.rooms, ...Object.fromEntries(looked.flat()) } }, notes);
}

/** Opens it again where the bridge has lost it, or where nobody can come in any more. */
export async function reopen(hand: Hand): Promise<undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run?.amiss === undefined || cluster === undefined) return;
  const { amiss, unlocked = 0, ...rest } = run;
  // Where it was only locked, its call goes on; where somebody had ended that, it is not for us to begin one.
  const needsCall = run.call === undefined && amiss !== 'locked' && run.callEnded === undefined;
  const thrownOut = peopleIn(run, meeting.seen);
  let present: Run = run;
  await deps.callBridges.attempt(
    run.cluster,
    run.callIntent ?? run.callBridge,
    async (client) => {
      if (needsCall && present.callIntent !== client.address)
        present = await record(hand, { ...present, callIntent: client.address });
      mustBeOurs(hand);
      const fields = { name: nameOn(run), passcode: passcodeOn(run), secret: run.secret };
      const space = await putOpenAgain(deps, client, cluster.config, placeOf(hand, run), fields);
      mustBeOurs(hand);
      const made = needsCall
        ? ((await findCall(client, space)) ?? (await makeCall(client, space)))
        : undefined;
      const { callIntent: _, ...kept } = rest;
      const callBridge = made === undefined ? run.callBridge : client.address;
      await record(
        hand,
        {
          ...{ ...kept, space },
          ...(callBridge === undefined ? {} : { callBridge }),
          ...(made === undefined ? {} : { call: made, recoveredAt: Date.now(), thrownOut }),
          ...(amiss === 'locked' ? { unlocked: unlocked + 1 } : unlocked > 0 ? { unlocked } : {}),
        },
        [{ at: Date.now(), what: 'reopened', callBridge: client.address, reason: amiss }],
      );
    },
    leaving(hand, 'reopen'),
  );
}

/**
 * A call bridge that was lost is back: the call that it may still have is ended, unless it is part of the conference. That
 * it is where both have the same correlator and people have come in through it: they are with the others.
 */
export async function clearStale(hand: Hand): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  if (run === undefined) return undefined;
  const { up } = worldOf(deps.callBridges, run.cluster);
  const left: Uncleared[] = [];
  const notes: TimelineEntry[] = [];
  let failed = false;
  for (const one of run.uncleared ?? []) {
    const client = deps.callBridges.client(run.cluster, one.callBridge);
    if (client === undefined) continue;
    if (!up.has(one.callBridge)) {
      left.push(one);
      continue;
    }
    try {
      if (await endStale(hand, run, one, client))
        notes.push({ at: now, what: 'stale-call-ended', callBridge: one.callBridge });
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      left.push(one);
      failed = true;
    }
  }
  await record(hand, { ...run, uncleared: left }, notes);
  return failed ? now + clearAgain : undefined;
}

/** @returns whether anything was ended */
async function endStale(hand: Hand, run: Run, one: Uncleared, client: CmsClient): Promise<boolean> {
  const calls = (await listCalls(client, { coSpace: run.space })).filter(
    ({ id }) => id !== run.call && (one.left === true || one.call === '' || id === one.call),
  );
  if (calls.length === 0) return false;
  const home = hand.deps.callBridges.client(run.cluster, run.callBridge ?? '');
  const living = home === undefined ? [] : await listCalls(home, { coSpace: run.space });
  const correlator = living.find(({ id }) => id === run.call)?.callCorrelator;
  let ended = false;
  for (const call of calls) {
    const isPart = correlator !== undefined && call.callCorrelator === correlator;
    if (isPart && one.left !== true) {
      const { numCallLegs, numParticipantsLocal } = await readCall(client, call.id);
      if ((numParticipantsLocal ?? numCallLegs ?? 0) > 0) continue;
    }
    mustBeOurs(hand);
    await deleteOneCall(client, call.id);
    ended = true;
  }
  return ended;
}
