/**
 * An operator wants a conference that runs on another call bridge of its cluster. At least once; safe because where it goes
 * is written down before anything is begun there (`goesTo`): whoever takes the order up after a death goes on to the same
 * one, and by the record of the conference sees whether it is there already. The moving itself is that of a drain
 * (`recovering.ts`), which looks for its call before it makes one. Where the other one fails, the conference stays where
 * it is, and what may have been begun there is hung up (`uncleared`).
 */
import { hostOf } from '../src/cluster/discovery.ts';
import { openRun } from '../src/conference/meeting.ts';
import {
  did,
  type Operation,
  type Order,
  type Outcome,
  type Refusal,
  refused,
} from '../src/conference/operation/operation.ts';
import { callBridgesOf, type Run } from '../src/conference/run.ts';
import { NoCallBridge } from './call-bridges.ts';
import { type Hand, record } from './hand.ts';
import { progress } from './order-progress.ts';
import { moveRunning } from './recovering.ts';
import { worldOf } from './world.ts';

type MoveBridge = Extract<Operation, { do: 'move-bridge' }>;

/** Milliseconds for which one that said nothing is asked again: it may have made the call all the same. */
const patience = 15_000;

export async function moveOver(hand: Hand, run: Run, order: Order, operation: MoveBridge): Promise<Outcome> {
  const { deps } = hand;
  const now = Date.now();
  const { goesTo } = order;
  const isThere = (address: string) => callBridgesOf(run).every((one) => one === address);
  if (goesTo !== undefined && run.callBridge === goesTo) return nowOn(goesTo);
  const target = goesTo ?? addressOf(hand, run, operation.to);
  if (target === undefined)
    return refused(operation.to === undefined ? 'no-other-bridge' : 'bridge-unknown', now);
  const refusal = isThere(target) ? 'runs-there' : whyNot(hand, run, target);
  if (refusal !== undefined) return await stay(hand, run, goesTo, refused(refusal, now));
  if (goesTo === undefined) await progress(hand, { ...order, goesTo: target });
  try {
    await moveRunning(hand, target);
    return nowOn(target);
  } catch (error) {
    if (!(error instanceof NoCallBridge)) throw error;
    const present = openRun((await deps.meetings.load(hand.work.key))?.run);
    // It is there: rooms that could not be called yet are called by the plan.
    if (present === undefined || present.callBridge === target) return nowOn(target);
    const isUnclear = error.faults.some(({ sent }) => sent);
    if (isUnclear && Date.now() < order.at + patience) throw error;
    return await stay(hand, present, target, refused('bridge-down', Date.now(), error.message));
  }
}

function nowOn(address: string): Outcome {
  return did({ what: 'moved-over', callBridge: address }, Date.now());
}

/** The one that is meant, by its address or its host; else the first that is well and in service. */
function addressOf({ deps }: Hand, run: Run, to: string | undefined): string | undefined {
  const { callBridges } = deps;
  if (to === undefined) {
    const { up } = worldOf(callBridges, run.cluster);
    const able = callBridges.forStart(run.cluster, undefined).map(({ address }) => address);
    return able.find((address) => address !== run.callBridge && up.has(address));
  }
  const { clients = [] } = callBridges.cluster(run.cluster) ?? {};
  return clients.find(({ address }) => address === to || hostOf(address) === to)?.address;
}

/** Why it cannot go there as things are. */
function whyNot({ deps }: Hand, run: Run, target: string): Refusal | undefined {
  const { up } = worldOf(deps.callBridges, run.cluster);
  if (deps.callBridges.drained(target, Date.now())) return 'bridge-drained';
  if (!up.has(target)) return 'bridge-down';
  // One that does not answer cannot be emptied: it is well again, or lost and left, before long.
  return run.callBridge !== undefined && !up.has(run.callBridge) ? 'call-bridge-lost' : undefined;
}

/** What was begun at the other one is hung up as soon as that is possible; people who came in through it stay. */
async function stay(hand: Hand, run: Run, target: string | undefined, outcome: Outcome): Promise<Outcome> {
  const { callIntent, ...rest } = run;
  if (target === undefined || callIntent !== target) return outcome;
  const others = (run.uncleared ?? []).filter(({ callBridge }) => callBridge !== target);
  await record(hand, { ...rest, uncleared: [...others, { callBridge: target, call: '' }] });
  return outcome;
}
