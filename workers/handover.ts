/** A slot passes from one conference to the next: who had it before is out before anybody else is let in. */
import { hostOf } from '../src/cluster/discovery.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { type Meeting, opensAt } from '../src/conference/meeting.ts';
import type { Run } from '../src/conference/run.ts';
import type { Unclean } from '../src/redis/slots.ts';
import type { Cluster } from './call-bridges.ts';
import { presentRun } from './clearing.ts';
import type { Hand } from './hand.ts';
import { rehome } from './rehoming.ts';
import { deleteCalls } from './steps.ts';

/** Milliseconds that a start waits for the end before it; with the start itself it stays below three seconds. */
const patience = 2_400;
const lookEvery = 25;
/** Milliseconds for each request that clears a slot before a start. */
const clearWithin = 600;

/**
 * Before a conference is opened. The one before ends at the instant at which this one begins where there are no margins,
 * and its end takes a moment; where it takes too long, its people are put out from here.
 * @returns false when the meeting was given another slot, for people of the one before may still be in this one
 */
export async function takeOverSlot(hand: Hand): Promise<boolean> {
  const { deps, meeting } = hand;
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  if (booked === undefined || placement === undefined || cluster === undefined) return true;
  const from = opensAt(booked, meeting.early, deps.conference.setup);
  const marked = marksOf(hand, placement);
  const key = await deps.slots.heldBefore(placement.cluster, placement.number, from);
  if (key === undefined || key === meeting.key) return await clearSlot(hand, cluster, await marked);
  const runOf = async () => runIn(await deps.meetings.load(key), placement);
  const deadline = Date.now() + patience;
  let before = await runOf();
  while (before !== undefined && before.closedAt === undefined && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    before = await runOf();
  }
  const marks = await marksOf(hand, placement);
  if (before === undefined || before.closedAt !== undefined || before.space === '')
    return await clearSlot(hand, cluster, marks);
  // It may still run wherever it was, for nobody was there to close it or no call bridge to be told.
  const open = cluster.clients.map(({ address }) => stillOpen(before, address));
  return await clearSlot(hand, cluster, [...marks, ...open]);
}

function stillOpen({ number, space, callBridge, call = '' }: Run, address: string): Unclean {
  const known = address === callBridge ? call : '';
  return { callBridge: address, call: known, number, space, since: Date.now(), why: 'away' };
}

/**
 * A call bridge could not be asked when the meeting before ended: who may still be in there is put out before anybody is
 * let in. Where it cannot be reached now either, and its peers do not say that it is gone, people may be talking in there,
 * and whoever joins by that call bridge would join them. Where the meeting before ran on it that is likely: this one gets
 * another slot, although that changes its number. Else, and where no slot is free, it begins all the same, and that is
 * said; `clearCallBridge` sees to the call bridge's return.
 */
async function clearSlot(hand: Hand, cluster: Cluster, marks: readonly Unclean[]): Promise<boolean> {
  const { deps, meeting } = hand;
  // One that is down would only cost the start its time.
  const clients = deps.callBridges.able(cluster.config.name);
  const still = await Promise.all(
    marks.map(async (mark) => {
      const client = clients.find(({ address }) => address === mark.callBridge);
      const empty =
        client !== undefined &&
        (await deleteCalls(client, mark.space, { deadline: clearWithin }).catch(ignoreFault)) === true;
      if (empty) await deps.slots.seenEmpty(cluster.config.name, mark);
      return empty || (await isGone(hand, cluster, mark)) ? [] : [mark];
    }),
  );
  const unclean = still.flat();
  const ranOn = unclean.flatMap(({ call, callBridge }) => (call === '' ? [] : [hostOf(callBridge)]));
  if (ranOn.length > 0) {
    const reason = `people of the meeting before may still be in the slot, on ${ranOn.join(', ')}`;
    if (await rehome({ ...hand, now: Date.now() }, { to: 'slot', reason, atOnce: true })) return false;
  }
  const at = Date.now();
  const notes = unclean.map(({ callBridge }) => ({ at, what: 'slot-unclean' as const, callBridge }));
  if (notes.length > 0) await deps.meetings.note(meeting.key, notes);
  return true;
}

/** With everybody who was connected to it, as its peers say. */
async function isGone({ deps }: Hand, { config }: Cluster, { callBridge, space }: Unclean): Promise<boolean> {
  const { isGone, people } = await deps.witnesses.ask(config.name, callBridge, space);
  return isGone && people.length === 0;
}

async function marksOf(
  { deps }: Hand,
  { cluster, number }: { readonly cluster: string; readonly number: string },
): Promise<Unclean[]> {
  return (await deps.slots.unclean(cluster)).filter((mark) => mark.number === number);
}

/** Before a conference is closed: the one that has begun in its slot since, which must not be closed with it. */
export async function successorOf({ deps, meeting }: Hand, run: Run): Promise<Run | undefined> {
  return await presentRun(deps, run.cluster, run, meeting.key);
}

/** The meeting's run, if it is one in this slot. */
function runIn(
  meeting: Meeting | undefined,
  { cluster, number }: { readonly cluster: string; readonly number: string },
): Run | undefined {
  const run = meeting?.run;
  return run?.cluster === cluster && run.number === number ? run : undefined;
}
