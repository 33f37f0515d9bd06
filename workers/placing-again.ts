/**
 * An operator wants a meeting to have another number. At least once; safe because the place that is given up is written
 * down before (`leaves`): whoever takes the order up after a death sees by it whether that has been done, and the change
 * itself is written at once or not at all, with the slots settled afterwards by the plan (`rehoming.ts`, `leaving.ts`).
 * A meeting that has no number gets one as any other (`placing.ts`), which done twice is done once.
 */
import { signOf } from '../src/conference/left.ts';
import { isOver, type Meeting, openRun, opensAt } from '../src/conference/meeting.ts';
import {
  did,
  type Operation,
  type Order,
  type Outcome,
  refused,
} from '../src/conference/operation/operation.ts';
import { takesStart } from './cluster-looks.ts';
import { type Hand, mustBeOurs } from './hand.ts';
import { progress } from './order-progress.ts';
import { rehome } from './rehoming.ts';

type PlaceAgain = Extract<Operation, { do: 'place-again' }>;

const reason = 'an operator wanted so';

export async function placeAgain(hand: Hand, order: Order, { number }: PlaceAgain): Promise<Outcome> {
  const { deps, meeting } = hand;
  const { booked, placement, early } = meeting;
  const now = Date.now();
  // First of all: it may be open by now, or over, and have been given its other number all the same.
  if (order.leaves !== undefined && hasLeft(meeting, order.leaves)) return placedAs(meeting);
  if (booked === undefined || isOver(meeting) || booked.end <= now) return refused('is-over', now);
  if (openRun(meeting.run) !== undefined) return refused('is-running', now);
  if (number !== undefined && placement?.number !== number) return refused('another-number', now);
  if (order.leaves === undefined) await progress(hand, { ...order, leaves: signOf(placement) });
  mustBeOurs(hand);
  if (placement === undefined) {
    await deps.place(meeting.key);
    return await outcomeOf(hand, signOf(placement));
  }
  // Another number of a cluster that cannot take it would be no better.
  const isWell = takesStart(deps.callBridges, placement.cluster, opensAt(booked, early, deps.settings.setup));
  const to = isWell ? 'slot' : 'cluster';
  await rehome({ ...hand, now }, { to, reason });
  return await outcomeOf(hand, signOf(placement));
}

/** Where somebody else was quicker it has its other number, too. */
async function outcomeOf({ deps, work }: Hand, leaves: string): Promise<Outcome> {
  const present = await deps.meetings.load(work.key);
  const isDone = present !== undefined && hasLeft(present, leaves);
  return isDone ? placedAs(present) : refused('no-other-number', Date.now());
}

function placedAs({ placement }: Meeting): Outcome {
  return did({ what: 'placed', number: placement?.number ?? '' }, Date.now());
}

/** Whether it has another place than this one, or where it had none, any. */
function hasLeft({ placement }: Meeting, leaves: string): boolean {
  return placement !== undefined && signOf(placement) !== leaves;
}
