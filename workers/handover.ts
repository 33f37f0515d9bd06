/** A slot passes from one conference to the next: who had it before is out before anybody else is let in. */
import { CmsFault } from '../src/cms/fault.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import type { Run } from '../src/conference/run.ts';
import { slotIndex } from '../src/slot/slot.ts';
import type { Hand } from './hand.ts';
import { deleteCalls } from './steps.ts';

/** Milliseconds that a start waits for the end before it; with the start itself it stays below three seconds. */
const patience = 2_400;
const lookEvery = 25;

/**
 * Before a conference is opened. The one before ends at the instant at which this one begins where there are no margins,
 * and its end takes a moment; where it takes too long, its people are put out from here.
 */
export async function takeOverSlot({ deps, meeting }: Hand): Promise<void> {
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  const index = cluster && slotIndex(cluster.config.numbers, placement.number);
  if (booked === undefined || placement === undefined || cluster === undefined || index === undefined) return;
  const from = booked.start - deps.conference.setup;
  const key = await deps.slots.heldBefore(cluster.config.name, index, from);
  if (key === undefined || key === meeting.key) return;
  const runOf = async () => runIn(await deps.meetings.load(key), placement);
  const deadline = Date.now() + patience;
  let before = await runOf();
  while (before !== undefined && before.closedAt === undefined && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    before = await runOf();
  }
  if (before === undefined || before.space === '') return;
  if (before.closedAt !== undefined && (before.uncleared ?? []).length === 0) return;
  const { space } = before;
  const able = cluster.clients.filter(({ address }) => deps.callBridges.health(address)?.state !== 'down');
  await Promise.all(able.map((client) => deleteCalls(client, space).catch(ignoreFault)));
}

/** Before a conference is closed: the one that has begun in its slot since, which must not be closed with it. */
export async function successorOf({ deps, meeting, now }: Hand, run: Run): Promise<Run | undefined> {
  const cluster = deps.callBridges.cluster(run.cluster);
  const index = cluster && slotIndex(cluster.config.numbers, run.number);
  if (index === undefined) return undefined;
  const holder = await deps.slots.holderAt(run.cluster, index, now);
  if (holder === undefined || holder === meeting.key) return undefined;
  const successor = runIn(await deps.meetings.load(holder), run);
  return successor?.closedAt === undefined ? successor : undefined;
}

/** The meeting's run, if it is one in this slot. */
function runIn(
  meeting: Meeting | undefined,
  { cluster, number }: { readonly cluster: string; readonly number: string },
): Run | undefined {
  const run = meeting?.run;
  return run?.cluster === cluster && run.number === number ? run : undefined;
}

/** The next call bridge, and the end before when its turn comes, see to it. */
function ignoreFault(error: unknown): void {
  if (!(error instanceof CmsFault)) throw error;
}
