/**
 * Slots that were not seen empty: what a call bridge, that was away when a meeting ended, still has of it. At least once;
 * safe because a call is deleted only where it is known to be the former meeting's, and a mark is taken away only after
 * the call bridge was seen without such a call. Killed in between, the mark stands and the next look begins anew.
 */
import { type CallSummary, deleteCall, listCalls, readCall } from '../src/cms/calls.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { ignoreAbsence } from '../src/cms/fault.ts';
import type { Run } from '../src/conference/run.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { SlotStore, Unclean } from '../src/redis/slots.ts';
import type { Cluster } from './call-bridges.ts';

export interface ClearingDeps {
  readonly slots: SlotStore;
  readonly meetings: MeetingStore;
}

/** What was found of former meetings on a call bridge, and is gone now. */
export interface Cleared {
  /** Numbers of slots that had a call of a former meeting. */
  readonly ended: readonly string[];
  /** Numbers that are known to be empty there now. */
  readonly clean: readonly string[];
}

/**
 * To be called before anything else when a call bridge has come back, and by every sweep: deletes what it still has of
 * meetings that ended while it could not be asked. What runs in these slots now is left alone, and so is what nobody has
 * marked. Where nothing is marked, nothing is asked.
 * @throws CmsFault when the call bridge does not answer
 */
export async function clearCallBridge(
  deps: ClearingDeps,
  { config: { name } }: Pick<Cluster, 'config'>,
  client: CmsClient,
  options: RequestOptions = {},
): Promise<Cleared> {
  const marks = (await deps.slots.unclean(name)).filter(({ callBridge }) => callBridge === client.address);
  if (marks.length === 0) return { ended: [], clean: [] };
  const calls = await listCalls(client, {}, options);
  const ended: string[] = [];
  const clean: string[] = [];
  for (const mark of marks) {
    const present = await presentRun(deps, name, mark);
    // Without a meeting that they could land in, they are left where they are; see `people-left.ts`.
    if (mark.why === 'people' && present === undefined) continue;
    for (const call of calls.filter(({ coSpace }) => coSpace === mark.space)) {
      if (!(await isFormer(client, call, mark, present))) continue;
      await deleteCall(client, call.id, options).catch(ignoreAbsence);
      ended.push(mark.number);
    }
    await deps.slots.seenEmpty(name, mark);
    clean.push(mark.number);
  }
  return { ended, clean };
}

/**
 * The conference that has the slot now: open, or just being opened.
 * @param besides key of a meeting that does not count
 */
export async function presentRun(
  { slots, meetings }: ClearingDeps,
  cluster: string,
  { number }: Pick<Unclean, 'number'>,
  besides?: string,
): Promise<Run | undefined> {
  const holder = await slots.holderAt(cluster, number, Date.now());
  const run = holder === undefined || holder === besides ? undefined : (await meetings.load(holder))?.run;
  return run?.closedAt === undefined && run?.cluster === cluster && run.number === number ? run : undefined;
}

/** Whether a call in the slot is the former meeting's, and not of the one that has the slot now. */
async function isFormer(
  client: CmsClient,
  { id }: CallSummary,
  mark: Unclean,
  present: Run | undefined,
): Promise<boolean> {
  if (present === undefined) return true;
  if (present.call === id) return false;
  if (mark.call !== '') return mark.call === id;
  // Its id was never known: older than the end of the former meeting, it cannot be the present one's.
  const { durationSeconds } = await readCall(client, id);
  return durationSeconds !== undefined && Date.now() - durationSeconds * 1_000 < mark.since - 1_000;
}
