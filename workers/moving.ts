/**
 * Moves participants of one conference to another (`movedParticipant`, CMS 2.6; the web app since 3.2). At least once; safe
 * because before a move the order says which call it is to, so that after a death or a lost answer the moved one is looked
 * for there, for as long as the move may still be carried out, before it is made again. Each is followed until they are connected:
 * who left the one conference and did not come into the other is called from there, where it is a room; who came into
 * another than was meant is put out at once.
 */

import { type MoveTrouble, moveFailed, movingScope } from '../src/cluster/ticket-meetings.ts';
import { bareAddress } from '../src/cms/call-legs.ts';
import { readCall } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { findMoved, type Movable, moveParticipant, readMovable } from '../src/cms/operations/move.ts';
import { dropParticipant } from '../src/cms/operations/participant.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import { openRun, titleOf } from '../src/conference/meeting.ts';
import {
  missed,
  type Operation,
  type Order,
  type Outcome,
  refused,
  type Single,
  together,
} from '../src/conference/operation/operation.ts';
import type { Run } from '../src/conference/run.ts';
import { type Hand, mustBeOurs, record, TakenOver } from './hand.ts';
import { faultOf, type Present, refusalIn, those } from './reaching.ts';

type Move = Extract<Operation, { do: 'move' }>;

/** Milliseconds for which a moved one is followed, and between two looks. */
const follows = 8_000;
const lookEvery = 200;
/** For which a conference that is to come is waited for to open. */
const opensWithin = 10_000;
/** For which it is looked whether a move whose answer was lost was done after all. */
const mayBeLate = 2_500;
/** S-MOVE: they survive, and they do not. */
const kept = ['mute', 'layout'];
const lost = ['presentation', 'chat'];

interface Target {
  readonly meeting: Meeting;
  readonly run: Run & { readonly callBridge: string; readonly call: string };
  readonly client: CmsClient;
}

export async function move(hand: Hand, order: Order, operation: Move): Promise<Outcome> {
  const target = await targetOf(hand, order, operation);
  if ('state' in target) return target;
  let present = order;
  const settled: Single[] = [...(order.settled ?? [])];
  for (const one of await those(hand, operation.who)) {
    if (settled.some(({ participant }) => participant === one.id)) continue;
    const { moving } = present;
    const single = await moveOne(hand, target, one, {
      begun: moving?.participant === one.id ? moving : undefined,
      begin: async () => {
        const { callBridge, call } = target.run;
        const next = { participant: one.id, callBridge, call, since: Date.now() };
        present = await progress(hand, { ...present, moving: next, settled });
      },
    });
    settled.push(single);
    present = await progress(hand, { ...present, settled });
  }
  return together(settled, Date.now());
}

async function progress({ deps, meeting, work }: Hand, order: Order): Promise<Order> {
  if (!(await deps.operations.progress(meeting.key, order, work.lease))) throw new TakenOver(work.key);
  return order;
}

/** The conference that is meant, or why it cannot take anybody. */
async function targetOf(
  hand: Hand,
  { request, by }: Order,
  { to, number, pastLobby }: Move,
): Promise<Target | Outcome> {
  const { deps } = hand;
  const now = Date.now();
  if (to === hand.meeting.key) return refused('same-conference', now);
  const planned = await deps.meetings.load(to);
  if (planned === undefined) return refused('target-unknown', now);
  const own = (openRun(planned.run) ?? planned.placement)?.number;
  if (own !== undefined && own !== number)
    return refused('another-target', now, `“${titleOf(planned)}” has the number ${own}, not ${number}`);
  const meeting =
    openRun(planned.run) === undefined ? await started(hand, planned, { request, by }) : planned;
  if ('state' in meeting) return meeting;
  const run = openRun(meeting.run);
  if (run?.callBridge === undefined || run.call === undefined) return refused('target-not-open', now);
  if (run.hosts !== undefined && pastLobby !== true) return refused('lobby', now);
  const client = deps.callBridges.client(run.cluster, run.callBridge);
  if (client === undefined) return refused('target-not-open', now);
  try {
    const { isLocked } = await readCall(client, run.call);
    if (isLocked === true) return refused('target-locked', now);
  } catch (error) {
    const fault = faultOf(error);
    return refused(fault.kind === 'absent' ? 'target-not-open' : refusalIn(fault), now, fault.message);
  }
  return { meeting, run: { ...run, callBridge: run.callBridge, call: run.call }, client };
}

/** A conference that is still to come is opened for them, if its time allows. */
async function started(
  { deps }: Hand,
  planned: Meeting,
  { request, by }: Pick<Order, 'request' | 'by'>,
): Promise<Meeting | Outcome> {
  const { key } = planned;
  const order: Order = { request: `${request}-start`, by, at: Date.now(), operation: { do: 'start' } };
  await deps.operations.order(key, order);
  await deps.ring([{ key, at: Date.now() }]);
  const until = Date.now() + opensWithin;
  while (Date.now() < until) {
    const outcome = await deps.operations.outcome(key, order.request);
    if (outcome !== undefined && outcome.state !== 'done') return outcome;
    const meeting = outcome && (await deps.meetings.load(key));
    if (openRun(meeting?.run)?.call !== undefined && meeting !== undefined) return meeting;
    await pause(lookEvery);
  }
  return refused('target-not-open', Date.now());
}

interface Steps {
  /** Where this move was begun before, by whoever had the conference. */
  readonly begun: Order['moving'];
  begin(): Promise<void>;
}

async function moveOne(hand: Hand, target: Target, one: Present, { begun, begin }: Steps): Promise<Single> {
  const { client, run } = target;
  try {
    const before = begun === undefined ? undefined : await doneBefore(client, begun, one.id);
    if (before !== undefined) return await follow(hand, target, one, before);
    const source = await readMovable(one.client, one.id);
    if (source === undefined)
      return begun === undefined ? missed(one.id, 'nobody') : await afterLoss(hand, target, one);
    if (source.call !== undefined && source.call === run.call) return missed(one.id, 'same-conference');
    if (!source.canMove) return missed(one.id, 'cannot-be-moved');
    await begin();
    mustBeOurs(hand);
    const now = await moveParticipant(client, run.call, one.id);
    return await follow(hand, target, one, now);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.sent) return await afterDoubt(hand, target, one, fault);
    const refusal = refusalIn(fault);
    // The call bridge of the target knows them no more than we do.
    return missed(one.id, refusal === 'nobody' ? 'not-moved' : refusal, fault.message);
  }
}

/** What somebody who died had begun: until it cannot be carried out late any more, for a second move would make two of one. */
async function doneBefore(
  client: CmsClient,
  { call, since }: NonNullable<Order['moving']>,
  participant: string,
): Promise<string | undefined> {
  for (;;) {
    const found = await findMoved(client, call, participant);
    if (found !== undefined || Date.now() > since + mayBeLate) return found;
    await pause(lookEvery);
  }
}

/** The answer was lost: they are there, or still here, or in neither. */
async function afterDoubt(hand: Hand, target: Target, one: Present, fault: CmsFault): Promise<Single> {
  const until = Date.now() + mayBeLate;
  for (;;) {
    const now = await findMoved(target.client, target.run.call, one.id).catch(orUndefined);
    if (now !== undefined) return await follow(hand, target, one, now);
    if (Date.now() > until) break;
    await pause(lookEvery);
  }
  const source = await readMovable(one.client, one.id).catch(orUndefined);
  return source === undefined
    ? await afterLoss(hand, target, one)
    : missed(one.id, 'not-moved', fault.message);
}

/** Until they are connected, in the conference that was meant. */
async function follow(hand: Hand, target: Target, one: Present, now: string): Promise<Single> {
  const until = Date.now() + follows;
  let last: Movable | undefined;
  for (;;) {
    const found = await readMovable(target.client, now).catch(orUndefined);
    last = found ?? last;
    if (found?.call !== undefined && found.call !== target.run.call) {
      await dropParticipant(target.client, now);
      await ticket(hand, target, one, 'participant-in-wrong-meeting');
      return { ...missed(one.id, 'wrong-conference'), now };
    }
    if (found?.state === 'connected' || found?.state === 'onHold') break;
    if (Date.now() > until || (last !== undefined && found === undefined))
      return await afterLoss(hand, target, one, now);
    await pause(lookEvery);
  }
  await tellRecords(hand, target, one, now);
  return { participant: one.id, now, kept, lost };
}

/** They left the one conference and are not in the other: a room is called from there, of people it is said. */
async function afterLoss(hand: Hand, target: Target, one: Present, now?: string): Promise<Single> {
  const room = roomOf(hand, one);
  await ticket(hand, target, one, 'participant-lost-in-move');
  if (room !== undefined) {
    await leaveRoom(hand, room);
    const order = { request: `${one.id}-after-loss`, by: 'roombridge', at: Date.now() };
    const { sip } = hand.meeting.run?.rooms[room] ?? { sip: '' };
    await deliver(hand, target, { ...order, operation: { do: 'dial', address: sip } });
  }
  return { ...missed(one.id, 'not-connected'), ...(now === undefined ? {} : { now }) };
}

/** The room's leg is the other conference's now; this one does not call it back. */
async function tellRecords(hand: Hand, target: Target, one: Present, now: string): Promise<void> {
  const room = roomOf(hand, one);
  if (room !== undefined) await leaveRoom(hand, room);
  const order = { request: `${now}-moved-in`, by: 'roombridge', at: Date.now() };
  const sip = room === undefined ? undefined : hand.meeting.run?.rooms[room]?.sip;
  const operation = {
    ...({ do: 'take-in', participant: now, from: hand.meeting.key } as const),
    callBridge: target.client.address,
    ...(room === undefined || sip === undefined ? {} : { room, sip }),
  };
  await deliver(hand, target, { ...order, operation });
}

async function deliver({ deps }: Hand, { meeting }: Target, order: Order): Promise<void> {
  await deps.operations.order(meeting.key, order);
  await deps.ring([{ key: meeting.key, at: Date.now() }]);
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

async function ticket(
  { deps, meeting }: Hand,
  target: Target,
  { id }: Present,
  code: MoveTrouble,
): Promise<void> {
  const { number } = target.run;
  const condition = moveFailed(code, meeting.key, id, number);
  await deps.tickets.settle(movingScope(meeting.key, id), [condition], Date.now());
}

function orUndefined(error: unknown): undefined {
  if (error instanceof CmsFault) return undefined;
  throw error;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
