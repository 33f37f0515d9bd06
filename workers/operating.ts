/**
 * Does what operators have ordered of a conference, one order after the other. At least once; safe because whoever has the
 * conference does it, what may be repeated is a PUT or a DELETE, and before a POST whose outcome could be unknown the order
 * says where it is made, so that what came of it is looked for. Settled at once with its outcome, an order is done for good.
 */

import { hasFeature } from '../src/cluster/feature.ts';
import { setLocked, showMessage } from '../src/cms/calls.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { admit, sendToLobby, setImportance } from '../src/cms/operations/participant.ts';
import { type Layout, layouts, muteParticipants, setLayout } from '../src/cms/operations/participants.ts';
import type { Unreached } from '../src/cms/operations/reach.ts';
import { setRecording, setStreaming } from '../src/cms/operations/whole-call.ts';
import { isOver, openRun, opensAt } from '../src/conference/meeting.ts';
import {
  done,
  missed,
  type Operation,
  type Order,
  type Outcome,
  refused,
  type Single,
  together,
  type Who,
} from '../src/conference/operation/operation.ts';
import type { Run } from '../src/conference/run.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { NoCallBridge } from './call-bridges.ts';
import { dial, drop, redial, takeIn, thoseMeant } from './calling.ts';
import { close } from './closing.ts';
import { extendBy } from './ending.ts';
import { type Hand, mustBeOurs, TakenOver } from './hand.ts';
import { ensureLobby } from './lobby.ts';
import { move } from './moving.ts';
import {
  everybody,
  faultOf,
  forEach,
  isOfAnother,
  type Place,
  type Present,
  placesOf,
  refusalIn,
  those,
} from './reaching.ts';

/** Milliseconds before its start at which a conference may be opened at the earliest. */
const earliest = 7_200_000;

export async function operate(hand: Hand, order: Order): Promise<void> {
  const { deps, meeting, work } = hand;
  mustBeOurs(hand);
  const outcome = await carryOut(hand, order).catch((error: unknown) => {
    if (error instanceof TakenOver || error instanceof NoCallBridge) throw error;
    // An order that cannot be carried out for whatever reason must not be tried for ever.
    deps.log.error({ err: error, key: work.key, what: order.operation.do }, 'an operator’s order failed');
    return refused('failed', Date.now(), error instanceof Error ? error.message : String(error));
  });
  const notes = [noteOf(order, outcome)];
  if (!(await deps.operations.settle(meeting.key, order.request, outcome, work.lease, notes)))
    throw new TakenOver(work.key);
  const { do: what } = order.operation;
  deps.log.info(
    { key: work.key, what, by: order.by, outcome: outcome.state },
    'an operator’s order was settled',
  );
}

async function carryOut(hand: Hand, order: Order): Promise<Outcome> {
  const run = openRun(hand.meeting.run);
  const now = Date.now();
  const { operation } = order;
  if (operation.do === 'start') return run === undefined ? await startNow(hand) : done(now);
  const isEnded = hand.meeting.run?.closeReason === 'operator';
  // By another operator, or by whoever died before this was settled.
  if (run === undefined) return operation.do === 'end' && isEnded ? done(now) : refused('not-open', now);
  switch (operation.do) {
    case 'dial':
      return await dial(hand, order, operation);
    case 'redial':
      return await redial(hand, run, order, operation.room);
    case 'drop':
      return await drop(hand, run, await thoseMeant(hand, order, operation));
    case 'mute':
    case 'layout':
      return await forMany(hand, operation);
    case 'importance':
      return await forEach(hand, await those(hand, operation.who), ({ client, id }) =>
        setImportance(client, id, operation.importance ?? undefined),
      );
    case 'admit':
      return await forEach(hand, await thoseMeant(hand, order, operation), ({ client, id }) =>
        admit(client, id),
      );
    case 'send-to-lobby':
      return await forEach(hand, await those(hand, operation.who), ({ client, id }) =>
        sendToLobby(client, id),
      );
    case 'lock':
      return await lock(hand, run, operation.locked);
    case 'message':
      return await onCalls(hand, ({ client, call }) =>
        showMessage(client, call, operation.text, operation.seconds),
      );
    case 'record':
      return await onFirstCall(hand, ({ client, call }) => setRecording(client, call, operation.on));
    case 'stream':
      return await onFirstCall(hand, ({ client, call }) => setStreaming(client, call, operation.on));
    case 'end':
      await close(hand, 'operator');
      return done(now);
    case 'extend':
      return await extendBy(hand, run, order, operation.minutes);
    case 'move':
      return await move(hand, order, operation);
    case 'take-in':
      return await takeIn(hand, run, operation);
    default:
      return operation satisfies never;
  }
}

/** Before its time, where nobody else has its number until then. The plan opens it. */
async function startNow({ deps, meeting }: Hand): Promise<Outcome> {
  const now = Date.now();
  const { booked, placement, early } = meeting;
  if (booked === undefined || placement === undefined || isOver(meeting)) return refused('not-planned', now);
  if (opensAt(booked, early, deps.settings.setup) <= now) return done(now);
  if (booked.start - now > earliest) return refused('too-early', now);
  const { cluster, number } = placement;
  const held = await deps.slots.heldBy(cluster, meeting.key);
  const wish = held && { key: meeting.key, from: now, to: held.to };
  if (wish === undefined || (await deps.slots.stretch(cluster, number, wish)) === undefined)
    return refused('number-taken', now);
  await deps.meetings.putEarly(meeting.key, { of: booked.start, at: now });
  return done(now);
}

/** Whoever comes waits only where the profile of the conference says that its lock means everybody. */
async function lock(hand: Hand, run: Run, locked: boolean): Promise<Outcome> {
  const { deps } = hand;
  const { callProfile, accessProfiles = {} } = await deps.bridges.clusterStatus(run.cluster);
  const profile = accessProfiles[run.hosts?.policy ?? '']?.call ?? callProfile;
  return await onCalls(hand, async ({ client, call }) => {
    const release = deps.callBridges.health(client.address)?.softwareVersion;
    if (locked && !hasFeature(release, 'lock-mode')) throw tooOld(client.address, release);
    if (locked && profile !== undefined) await ensureLobby(client, release, profile);
    await setLocked(client, call, locked);
  });
}

function tooOld(callBridge: string, release = 'unknown'): CmsFault {
  const message = `${callBridge} has release ${release}: a lobby for everybody needs 2.9`;
  return new CmsFault(message, { kind: 'refused', callBridge, reasons: ['invalidOperation'] });
}

/** In bulk where that is possible, on each call bridge for those who are connected to it. */
async function forMany(
  hand: Hand,
  operation: Extract<Operation, { do: 'mute' | 'layout' }>,
): Promise<Outcome> {
  const change = async ({ client, call }: Place, who: Who): Promise<Unreached[]> => {
    if (operation.do === 'mute') return await muteParticipants(client, call, who, operation);
    const layout = layouts.find((one) => one === operation.layout) as Layout;
    return await setLayout(client, call, who, layout);
  };
  const found = operation.who === 'all' ? await everybody(hand) : await those(hand, operation.who);
  const areOthers = await Promise.all(found.map((one) => isOfAnother(hand, one)));
  const others = found.filter((_, i) => areOthers[i]).map(({ id }) => missed(id, 'nobody'));
  const present = found.filter((_, i) => !areOthers[i]);
  // Where nobody is known to be in, whoever is gets it all the same.
  if (operation.who === 'all' && present.length === 0)
    return await onCalls(hand, (place) => change(place, 'all'));
  const places = operation.who === 'all' ? await placesOf(hand) : uniquePlaces(present);
  const singles = await Promise.all(
    places.map(async (place): Promise<Single[]> => {
      const own = present.filter(({ client, call }) => client === place.client && call === place.call);
      const ids = own.map(({ id }) => id);
      try {
        const unreached = await change(place, operation.who === 'all' ? 'all' : ids);
        const why = new Map(unreached.map(({ id, because }) => [id, because]));
        return ids.map((id) => {
          const because = why.get(id);
          return because === undefined
            ? { participant: id }
            : missed(id, because === 'gone' ? 'nobody' : because);
        });
      } catch (error) {
        const fault = faultOf(error);
        return ids.map((id) => missed(id, refusalIn(fault), fault.message));
      }
    }),
  );
  return together([...singles.flat(), ...others], Date.now());
}

function uniquePlaces(present: readonly Present[]): Place[] {
  return [...new Map(present.map((one) => [`${one.client.address} ${one.call}`, one])).values()];
}

/** On every call bridge that has a part of the conference. */
async function onCalls(hand: Hand, change: (place: Place) => Promise<unknown>): Promise<Outcome> {
  const places = await placesOf(hand);
  return await onEach(places, change);
}

/** What is done for the whole conference wherever it is done. */
async function onFirstCall(hand: Hand, change: (place: Place) => Promise<unknown>): Promise<Outcome> {
  return await onEach((await placesOf(hand)).slice(0, 1), change);
}

async function onEach(
  places: readonly Place[],
  change: (place: Place) => Promise<unknown>,
): Promise<Outcome> {
  if (places.length === 0) return refused('call-bridge-lost', Date.now());
  const faults = await Promise.all(places.map((place) => change(place).then(() => undefined, faultOf)));
  const fault = faults.find((one) => one !== undefined);
  return fault === undefined ? done(Date.now()) : refused(refusalIn(fault), Date.now(), fault.message);
}

function noteOf({ by, operation }: Order, { state, refusal, participants = [] }: Outcome): TimelineEntry {
  if (operation.do === 'take-in') {
    const { participant, from } = operation;
    return { at: Date.now(), what: 'moved-in', participant, from };
  }
  const [first] = participants;
  return {
    ...{ at: Date.now(), what: 'operated', do: operation.do, by, outcome: state },
    ...(refusal === undefined ? {} : { reason: refusal }),
    ...('room' in operation ? { room: operation.room } : {}),
    ...flagsOf(operation),
    ...(participants.length === 1 && first ? { participant: first.participant } : {}),
    ...(participants.length > 1 ? { participants: participants.length } : {}),
    ...(operation.do === 'move' ? { to: operation.to } : {}),
  };
}

/** What an order sets or takes back, without which its word does not say which of them it did. */
function flagsOf(operation: Order['operation']): Readonly<Record<string, string>> {
  const flags = Object.entries(operation).filter(([, value]) => typeof value === 'boolean');
  return Object.fromEntries(flags.map(([name, value]) => [name, String(value)]));
}
