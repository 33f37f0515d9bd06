/** Closing a conference: locked before anybody is hung up, then the call deleted wherever there is one. */
import type { CallSummary } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import type { CloseReason, Run } from '../src/conference/run.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { Unclean } from '../src/redis/slots.ts';
import { NoCallBridge, speaksAgainst } from './call-bridges.ts';
import { clearCallBridge } from './clearing.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { successorOf } from './handover.ts';
import { lockWith } from './slot-access.ts';
import { deleteCalls, deleteOneCall } from './steps.ts';

/** How long until a call bridge is tried again that could not be reached when it had to hang up. */
const clearAgain = 15_000;

export async function close(hand: Hand, reason: CloseReason): Promise<undefined> {
  const { deps, meeting, work } = hand;
  // A run that was closed is the past's: its slot may be another meeting's by now.
  const run = meeting.run?.closedAt === undefined ? (meeting.run ?? neverRun(hand)) : neverRun(hand);
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return;
  const uncleared: { callBridge: string; call: string }[] = [];
  const notes: TimelineEntry[] = [];
  const marks = (await deps.slots.unclean(run.cluster)).filter(({ number }) => number === run.number);
  const successor = await successorOf(hand, run);
  if (successor !== undefined) {
    // The space is another's now; of the calls in it only one that is not theirs is ours to delete.
    const { callBridge, call } = run;
    if (callBridge !== undefined && call !== undefined && call !== successor.call)
      uncleared.push({ callBridge, call });
  } else if (run.space !== '') {
    mustBeOurs(hand);
    const locked = (client: CmsClient) => lockWith(deps, client, cluster.config, run);
    try {
      await deps.callBridges.attempt(run.cluster, run.callBridge, locked, leaving(hand, 'close'));
    } catch (error) {
      // One that never opened is over, although no call bridge can be told now; see `finishClearing`.
      if (!(error instanceof NoCallBridge) || run.openedAt !== undefined) throw error;
    }
    mustBeOurs(hand);
    await Promise.all(
      cluster.clients.map(async (client) => {
        const call = client.address === run.callBridge ? (run.call ?? '') : '';
        try {
          if (await hangUpOn(hand, run, client)) await seenEmpty(hand, run, marks, client.address);
          else uncleared.push({ callBridge: client.address, call });
        } catch (error) {
          if (!(error instanceof CmsFault) || !speaksAgainst(error)) throw error;
          uncleared.push({ callBridge: client.address, call });
          const { callBridge, message: reason } = error;
          notes.push({ at: Date.now(), what: 'retrying', step: 'delete', callBridge, reason });
        }
      }),
    );
  }
  const { tries: _, callIntent: __, ...rest } = run;
  const end = meeting.booked?.end ?? run.end;
  const closedAt = Date.now();
  // Before it is written down: a death in between leaves one mark too many, never one too few.
  const { number, space } = run;
  const unclean = uncleared.map((one) => ({ ...one, number, space, since: closedAt, why: 'away' as const }));
  await deps.slots.markUnclean(run.cluster, unclean);
  const closed: Run = { ...rest, end, closedAt, closeReason: reason, uncleared };
  await record(hand, closed, [...notes, { at: Date.now(), what: 'closed', reason }]);
  deps.metrics.closed.inc({ reason });
  deps.log.info({ key: work.key, number: run.number, reason }, 'conference closed');
  if (reason === 'never-started') await deps.happened(meeting.last.uid, reason);
  if (reason === 'limit') await deps.happened(meeting.last.uid, 'ended-at-limit');
}

/**
 * Deletes the conference's calls on one call bridge.
 * @returns whether it is known that none is left; where the next meeting has begun in the slot, whose a call is is seen
 *   later, by how long it lasts (`clearing.ts`)
 */
async function hangUpOn(hand: Hand, run: Run, client: CmsClient): Promise<boolean> {
  const isEmpty = await deleteCalls(client, run.space, {}, (calls) => ownOf(hand, run, calls));
  return isEmpty && (await successorOf(hand, run)) === undefined;
}

/**
 * Of calls that were just listed: all, unless the next meeting has begun in the slot, which it writes down before it makes a
 * call; then the one that is known.
 */
async function ownOf(hand: Hand, run: Run, calls: readonly CallSummary[]): Promise<readonly CallSummary[]> {
  if (calls.length === 0 || (await successorOf(hand, run)) === undefined) return calls;
  return calls.filter(({ id }) => id === run.call);
}

async function seenEmpty({ deps }: Hand, run: Run, marks: readonly Unclean[], callBridge: string) {
  const own = marks.filter((mark) => mark.callBridge === callBridge && mark.number === run.number);
  await Promise.all(own.map((mark) => deps.slots.seenEmpty(run.cluster, mark)));
}

/** A conference that no call bridge took until its end. */
function neverRun({ meeting, deps }: Hand): Run | undefined {
  const { booked, placement } = meeting;
  if (booked === undefined || placement === undefined) return undefined;
  deps.log.error({ key: meeting.key }, 'conference was never started');
  return { ...placement, space: '', name: '', end: booked.end, rooms: {} };
}

/** Call bridges that were away: hangs up what they may still have of ours, or gives that up. */
export async function finishClearing(hand: Hand, how?: 'give-up'): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const { run } = meeting;
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return;
  const left: { callBridge: string; call: string }[] = [];
  const marks = await deps.slots.unclean(run.cluster);
  const notes: TimelineEntry[] = [];
  for (const { callBridge, call } of run.uncleared ?? []) {
    const client = deps.callBridges.client(run.cluster, callBridge);
    if (client === undefined) continue;
    try {
      if (how === undefined) {
        // As long as nobody else has the slot, every call of its space is ours; afterwards only the one we know.
        if (!(await heldByAnother(hand, run))) {
          if (run.openedAt === undefined) await lockWith(deps, client, cluster.config, run);
          if (await hangUpOn(hand, run, client)) await seenEmpty(hand, run, marks, callBridge);
        } else {
          if (call !== '') await deleteOneCall(client, call);
          await clearCallBridge(deps, cluster, client);
        }
      } else notes.push({ at: now, what: 'call-left-behind', callBridge });
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
      left.push({ callBridge, call });
    }
  }
  await record(hand, { ...run, uncleared: left }, notes);
  return left.length > 0 ? now + clearAgain : undefined;
}

async function heldByAnother({ deps, meeting, now }: Hand, run: Run): Promise<boolean> {
  const holder = await deps.slots.holderAt(run.cluster, run.number, now);
  return holder !== undefined && holder !== meeting.key;
}
