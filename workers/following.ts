/**
 * Follows somebody who was moved until they are connected in the conference that was meant, and gone from where they were:
 * as long as both are there a second move would make two of them. Who left the one and did not come into the other is called
 * from there, where it is somebody that we call; who came into another than was meant is put out at once. At least once; safe
 * because to put out twice is as good as once, and what is told to the other conference has a request of its own.
 */
import { type MoveTrouble, moveFailed, movingScope } from '../src/cluster/ticket-meetings.ts';
import { bareAddress } from '../src/cms/call-legs.ts';
import { readCall } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { type Movable, readMovable } from '../src/cms/operations/move.ts';
import { dropParticipant } from '../src/cms/operations/participant.ts';
import { refusalOf } from '../src/cms/operations/refusal.ts';
import { openRun } from '../src/conference/meeting.ts';
import { missed, type Order, type Single } from '../src/conference/operation/operation.ts';
import { type Hand, record } from './hand.ts';
import { foundUntil, pause } from './order-progress.ts';
import { faultOf, type Present } from './reaching.ts';

/** The call of another conference. */
export interface Destination {
  /** Of its meeting. */
  readonly key: string;
  readonly number: string;
  readonly space: string | undefined;
  readonly client: CmsClient;
  readonly call: string;
}

/** Milliseconds for which a moved one is followed. */
const follows = 8_000;
/** For which one whose id was told is waited for where nobody knows it. */
const appearsWithin = 1_000;
/** For which they may still be where they were when they are nowhere else. */
const leavesWithin = 2_000;
/** For which they are called back where no call bridge answers: its own may have to be taken for lost first. */
const calledBackFor = 180_000;
/** S-MOVE: they survive, and they do not. */
const kept = ['mute', 'layout'];
const lost = ['presentation', 'chat'];

/** @param now the id that they have since the move */
export async function follow(
  hand: Hand,
  destination: Destination,
  one: Present,
  now: string,
): Promise<Single> {
  const began = Date.now();
  const isLate = () => Date.now() > began + follows;
  let isSeen = false;
  for (;;) {
    const found = await whereIs(hand, destination, now);
    if (found === 'nowhere') {
      if (isSeen || Date.now() > began + appearsWithin) return await afterLoss(hand, destination, one, now);
    } else if (found !== 'unknown') {
      isSeen = true;
      const isMeant = await isInConference(destination, found);
      if (isMeant === false) {
        await ticketMove(hand, destination, one, 'participant-in-wrong-meeting');
        if ((await putOut(hand, found.client, now)) || isLate())
          return await calledBack(hand, destination, one, { ...missed(one.id, 'wrong-conference'), now });
      } else if (isMeant && !comes(found)) {
        if (await isGone(hand, one)) break;
        if (isLate()) {
          await putOut(hand, one.client, one.id);
          break;
        }
      }
    }
    if (isLate()) return await afterLoss(hand, destination, one, now);
    await pause();
  }
  // What a move before this one had come to is made good.
  await hand.deps.tickets.settle(movingScope(hand.meeting.key, one.id), [], Date.now());
  await tellRecords(hand, destination, one, now);
  return { participant: one.id, now, kept, lost };
}

/** They left the one conference and are not in the other. */
export async function afterLoss(
  hand: Hand,
  destination: Destination,
  one: Present,
  now?: string,
): Promise<Single> {
  await ticketMove(hand, destination, one, 'participant-lost-in-move');
  const single = { ...missed(one.id, 'not-connected'), ...(now === undefined ? {} : { now }) };
  return await calledBack(hand, destination, one, single);
}

type Found = Movable & { readonly client: CmsClient };

/** Of the call bridges of the cluster the one that was asked first, for the others may know them too. */
async function whereIs(
  hand: Hand,
  { client }: Destination,
  id: string,
): Promise<Found | 'nowhere' | 'unknown'> {
  const asked = await readMovable(client, id).catch((error: unknown) => {
    faultOf(error);
    return 'unknown' as const;
  });
  if (asked === 'unknown') return asked;
  if (asked !== undefined) return { ...asked, client };
  const found = await Promise.all(
    others(hand, client).map(async (other) => {
      const there = await readMovable(other, id).catch(ignoreFault);
      return there && { ...there, client: other };
    }),
  );
  return found.find((one) => one !== undefined) ?? 'nowhere';
}

function others({ deps, meeting }: Hand, client: CmsClient): CmsClient[] {
  const cluster = openRun(meeting.run)?.cluster ?? '';
  return deps.callBridges.able(cluster).filter(({ address }) => address !== client.address);
}

/** Of somebody whom a third call bridge has it may not be said: they are there. */
function comes({ state }: Found): boolean {
  return state === 'initial' || state === 'ringing';
}

/** A conference has a call on each call bridge that takes part, and they share its space; undefined where it is not said. */
async function isInConference(
  { client, call, space }: Destination,
  found: Found,
): Promise<boolean | undefined> {
  if (found.call === undefined) return undefined;
  if (found.client === client && found.call === call) return true;
  const there = await readCall(found.client, found.call).catch(ignoreFault);
  return there && space !== undefined && there.coSpace === space;
}

/** Whoever knows them need not have them. @returns whether it was done */
async function putOut(hand: Hand, client: CmsClient, id: string): Promise<boolean> {
  for (const one of [client, ...others(hand, client)]) {
    try {
      await dropParticipant(one, id);
      return true;
    } catch (error) {
      if (refusalOf(faultOf(error)) !== 'remote') return false;
    }
  }
  return false;
}

/** Where their call bridge is down, too: nobody of before is left there. */
async function isGone({ deps }: Hand, { client, id }: Present): Promise<boolean> {
  try {
    return (await readMovable(client, id)) === undefined;
  } catch (error) {
    faultOf(error);
    return deps.callBridges.health(client.address)?.state === 'down';
  }
}

/** Whom we have called is called again, from the conference that they were on the way to. */
async function calledBack(hand: Hand, to: Destination, one: Present, single: Single): Promise<Single> {
  const isLeft = await foundUntil(
    Date.now() + leavesWithin,
    async () => (await isGone(hand, one)) || undefined,
  );
  if (!isLeft) return single;
  const room = roomOf(hand, one);
  const called = one.attendee?.direction === 'outgoing' ? one.attendee.address : undefined;
  const address = room === undefined ? called : hand.meeting.run?.rooms[room]?.sip;
  if (room !== undefined) await leaveRoom(hand, room);
  if (address !== undefined && address !== '') {
    const order = { request: `${one.id}-after-loss`, by: 'roombridge', at: Date.now() };
    const until = Date.now() + calledBackFor;
    await deliver(hand, to.key, { ...order, operation: { do: 'dial', address, until } });
  }
  return single;
}

/** The room's leg is the other conference's now; this one does not call it back. */
async function tellRecords(hand: Hand, to: Destination, one: Present, now: string): Promise<void> {
  const room = roomOf(hand, one);
  if (room !== undefined) await leaveRoom(hand, room);
  const order = { request: `${now}-moved-in`, by: 'roombridge', at: Date.now() };
  const sip = room === undefined ? undefined : hand.meeting.run?.rooms[room]?.sip;
  const operation = {
    ...({ do: 'take-in', participant: now, from: hand.meeting.key } as const),
    callBridge: to.client.address,
    ...(room === undefined || sip === undefined ? {} : { room, sip }),
  };
  await deliver(hand, to.key, { ...order, operation });
}

/** Orders it of another conference, and rings for it. */
export async function deliver({ deps }: Hand, key: string, order: Order): Promise<void> {
  await deps.operations.order(key, order);
  await deps.ring([{ key, at: Date.now() }]);
}

function roomOf({ meeting: { run } }: Hand, { id, attendee }: Present): string | undefined {
  const rooms = Object.entries(run?.rooms ?? {});
  const found = rooms.find(([, { leg, sip }]) => leg === id || attendee?.address === bareAddress(sip));
  return found?.[0];
}

async function leaveRoom(hand: Hand, room: string): Promise<void> {
  const fresh = await hand.deps.meetings.load(hand.meeting.key);
  const run = openRun(fresh?.run);
  const known = run?.rooms[room];
  if (run === undefined || known === undefined) return;
  await record(hand, { ...run, rooms: { ...run.rooms, [room]: { ...known, endedAt: Date.now() } } });
}

/** Closed when the conference that they were in is over. */
export async function ticketMove(
  { deps, meeting }: Hand,
  { number }: Destination,
  { id }: Present,
  code: MoveTrouble,
): Promise<void> {
  const condition = moveFailed(code, meeting.key, id, number);
  await deps.tickets.settle(movingScope(meeting.key, id), [condition], Date.now());
}
