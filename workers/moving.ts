/**
 * Moves participants of one conference to another (`movedParticipant`, CMS 2.6; the web app since 3.2). At least once; safe
 * because before a move the order says which call it is to, so that after a death or a lost answer the moved one is looked
 * for there, for as long as the move may still be carried out, before it is made again; and followed (`following.ts`), whatever
 * has become of the other conference meanwhile.
 */
import { readCall } from '../src/cms/calls.ts';
import { type CmsFault, ignoreFault } from '../src/cms/fault.ts';
import { findMoved, findMovedAnywhere, moveParticipant, readMovable } from '../src/cms/operations/move.ts';
import { type Meeting, openRun, titleOf } from '../src/conference/meeting.ts';
import {
  type Moving,
  missed,
  type Operation,
  type Order,
  type Outcome,
  refused,
  type Single,
  together,
} from '../src/conference/operation/operation.ts';
import { afterLoss, type Destination, deliver, follow, ticketMove } from './following.ts';
import { type Hand, mustBeOurs } from './hand.ts';
import { foundUntil, mayBeLate, pause, progress } from './order-progress.ts';
import { faultOf, isOfAnother, type Present, refusalIn, those } from './reaching.ts';

type Move = Extract<Operation, { do: 'move' }>;

/** Milliseconds for which a conference that is to come is waited for to open. */
const opensWithin = 10_000;

export async function move(hand: Hand, order: Order, operation: Move): Promise<Outcome> {
  const people = await those(hand, operation.who);
  let present = order;
  const settled: Single[] = [...(order.settled ?? [])];
  const settle = async (single: Single) => {
    settled.push(single);
    present = await progress(hand, { ...present, settled });
  };
  const left = () => people.filter(({ id }) => settled.every(({ participant }) => participant !== id));
  const begun = left().find(({ id }) => id === order.moving?.participant);
  const before = begun && order.moving && (await cameOf(hand, order.moving, operation, begun));
  if (before !== undefined) await settle(before);
  const target = await targetOf(hand, order, operation);
  if ('state' in target) {
    const { refusal = 'failed', detail } = target;
    if (settled.length === 0) return target;
    return together([...settled, ...left().map(({ id }) => missed(id, refusal, detail))], Date.now());
  }
  for (const one of left()) {
    const begin = async () => {
      const { client, call } = target;
      const moving = { participant: one.id, callBridge: client.address, call, since: Date.now() };
      present = await progress(hand, { ...present, moving, settled });
      return moving;
    };
    await settle(await moveOne(hand, target, one, begin));
  }
  return together(settled, Date.now());
}

/** The conference that is meant, or why it cannot take anybody. */
async function targetOf(
  hand: Hand,
  { request, by }: Order,
  { to, number, pastLobby }: Move,
): Promise<Destination | Outcome> {
  const { deps } = hand;
  const now = Date.now();
  if (to === hand.meeting.key) return refused('same-conference', now);
  const cluster = openRun(hand.meeting.run)?.cluster;
  const planned = await deps.meetings.load(to);
  if (planned === undefined) return refused('target-unknown', now);
  const own = openRun(planned.run) ?? planned.placement;
  if (own !== undefined && own.number !== number)
    return refused(
      'another-target',
      now,
      `“${titleOf(planned)}” has the number ${own.number}, not ${number}`,
    );
  if (own !== undefined && own.cluster !== cluster) return refused('another-cluster', now);
  const meeting =
    openRun(planned.run) === undefined ? await started(hand, planned, { request, by }) : planned;
  if ('state' in meeting) return meeting;
  const run = openRun(meeting.run);
  if (run?.callBridge === undefined || run.call === undefined) return refused('target-not-open', now);
  if (run.cluster !== cluster) return refused('another-cluster', now);
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
  return { key: to, number: run.number, space: run.space, client, call: run.call };
}

/** A conference that is still to come is opened for them, if its time allows. */
async function started(
  hand: Hand,
  planned: Meeting,
  { request, by }: Pick<Order, 'request' | 'by'>,
): Promise<Meeting | Outcome> {
  const { deps } = hand;
  const { key } = planned;
  const order: Order = { request: `${request}-start`, by, at: Date.now(), operation: { do: 'start' } };
  await deliver(hand, key, order);
  const until = Date.now() + opensWithin;
  while (Date.now() < until) {
    const outcome = await deps.operations.outcome(key, order.request);
    if (outcome !== undefined && outcome.state !== 'done') return outcome;
    const meeting = outcome && (await deps.meetings.load(key));
    if (openRun(meeting?.run)?.call !== undefined && meeting !== undefined) return meeting;
    await pause();
  }
  return refused('target-not-open', Date.now());
}

async function moveOne(
  hand: Hand,
  target: Destination,
  one: Present,
  begin: () => Promise<Moving>,
): Promise<Single> {
  let moving: Moving | undefined;
  let name = one.attendee?.name;
  try {
    const source = await readMovable(one.client, one.id);
    if (source === undefined) return missed(one.id, 'nobody');
    name ??= source.name;
    if (source.call !== undefined && source.call === target.call) return missed(one.id, 'same-conference');
    if (await isOfAnother(hand, one)) return missed(one.id, 'nobody');
    if (!source.canMove) return missed(one.id, 'cannot-be-moved');
    moving = await begin();
    mustBeOurs(hand);
    const now = await moveParticipant(target.client, target.call, one.id);
    return await follow(hand, target, one, now);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.sent && moving !== undefined)
      return await afterDoubt(hand, target, one, { moving, fault, name });
    const refusal = refusalIn(fault);
    // The call bridge of the target knows them no more than we do.
    if (refusal === 'nobody') {
      const isGone = (await readMovable(one.client, one.id).catch(ignoreFault)) === undefined;
      return isGone ? missed(one.id, 'nobody') : await afterNothing(hand, target, one, fault);
    }
    return missed(one.id, refusal === 'remote' ? 'cannot-be-moved' : refusal, fault.message);
  }
}

/** The answer was lost: they are there, or still here, or in neither. */
async function afterDoubt(
  hand: Hand,
  target: Destination,
  one: Present,
  how: { readonly moving: Moving; readonly fault: CmsFault; readonly name: string | undefined },
): Promise<Single> {
  const { moving, fault, name } = how;
  const came = await whatCame(hand, target, one, moving, name);
  if (came === 'here') return await afterNothing(hand, target, one, fault);
  return came === 'unknown' ? missed(one.id, 'failed', fault.message) : came;
}

/** They are where they were. */
async function afterNothing(
  hand: Hand,
  target: Destination,
  one: Present,
  { message }: CmsFault,
): Promise<Single> {
  await ticketMove(hand, target, one, 'participant-not-moved');
  return missed(one.id, 'not-moved', message);
}

/** What somebody who died had begun, who may not have come to make the move: then it is to be made. */
async function cameOf(hand: Hand, moving: Moving, { to, number }: Move, one: Present) {
  const cluster = openRun(hand.meeting.run)?.cluster ?? '';
  const client = hand.deps.callBridges.client(cluster, moving.callBridge);
  if (client === undefined) return undefined;
  const { run } = (await hand.deps.meetings.load(to)) ?? {};
  const destination = { key: to, number, space: run?.space, client, call: moving.call };
  const came = await whatCame(hand, destination, one, moving, one.attendee?.name);
  return came === 'here' || came === 'unknown' ? undefined : came;
}

/**
 * Until it cannot be carried out late any more, for a second move would make two of one.
 * @returns `here` where they were not moved, `unknown` where nobody can say
 */
async function whatCame(
  hand: Hand,
  destination: Destination,
  one: Present,
  { since }: Moving,
  name: string | undefined,
): Promise<Single | 'here' | 'unknown'> {
  const { client, call } = destination;
  const now = await foundUntil(since + mayBeLate, () => findMoved(client, call, one.id).catch(ignoreFault));
  if (now !== undefined) return await follow(hand, destination, one, now);
  try {
    if ((await readMovable(one.client, one.id)) !== undefined) return 'here';
  } catch (error) {
    faultOf(error);
    return 'unknown';
  }
  const astray = name === undefined ? undefined : await findAstray(hand, one, name);
  return astray === undefined
    ? await afterLoss(hand, destination, one)
    : await follow(hand, destination, one, astray);
}

/** Where they may have come that was not meant. */
async function findAstray(
  { deps, meeting }: Hand,
  { id }: Present,
  name: string,
): Promise<string | undefined> {
  const clients = deps.callBridges.able(openRun(meeting.run)?.cluster ?? '');
  const found = await Promise.all(
    clients.map((client) => findMovedAnywhere(client, name, id).catch(ignoreFault)),
  );
  return found.find((one) => one !== undefined);
}
