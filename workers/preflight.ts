/**
 * The look ahead of a start: what fails then is put right in peace, or the meeting gets another place. At least once;
 * safe because a look changes nothing, what is repaired was found broken a moment before, and a look is written down when
 * its verdict was carried out: killed in between, the meeting is looked at again.
 */
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { closeSpace, readSpace, type Space, setProfiles } from '../src/cms/spaces.ts';
import {
  type Found,
  isNoted,
  judge,
  knownOf,
  recordOf,
  type SlotFound,
  type Stage,
  type Verdict,
} from '../src/conference/preflight.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { ClusterStatus } from '../src/redis/bridges.ts';
import { placeholderName } from '../src/slot/slot.ts';
import { type Cluster, NoCallBridge } from './call-bridges.ts';
import { behindAll } from './cluster-looks.ts';
import { type Hand, mustBeOurs, TakenOver } from './hand.ts';
import { rehome } from './rehoming.ts';
import { clearAccess, placeOf, prepareAccess } from './slot-access.ts';
import { makeAgain } from './steps.ts';

export async function lookAhead(hand: Hand, stage: Stage): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  const { ahead } = deps.settings;
  if (booked === undefined || cluster === undefined || ahead === undefined) return;
  const known = knownOf(meeting, booked.start);
  const found = await look(hand, cluster, stage);
  let verdict = judge(found, stage, known, now, ahead);
  let notes: TimelineEntry[] = [];
  if (verdict.trouble !== undefined) {
    const { what: check, reason } = verdict.trouble;
    deps.log.warn({ key: meeting.key, stage, check, reason }, 'something is not as a start needs it');
    if (!isNoted(known, verdict.trouble)) notes = [{ at: now, what: 'preflight-failed', check, reason }];
  }
  if (verdict.do === 'repair') verdict = await repair(hand, cluster, verdict);
  if (verdict.do === 'move') {
    if (notes.length > 0) await deps.meetings.note(meeting.key, notes);
    notes = [];
    const { what, reason } = verdict.trouble;
    // What was moved is looked at anew where it is now.
    if (await rehome(hand, { to: verdict.to, reason, together: what === 'drained' })) return;
  }
  if (verdict.do === 'pass' || verdict.do === 'repair') await prepareHosts(hand, cluster);
  const record = recordOf({ ...meeting, booked }, stage, verdict, now);
  if (record === undefined) return;
  if (!(await deps.places.savePreflight(meeting.key, record, hand.work.lease, notes)))
    throw new TakenOver(meeting.key);
}

/**
 * What hosts come in by is put on the slot as soon as the meeting before is over there, so that the start need not. Where
 * that fails, it is the start that does it.
 */
async function prepareHosts(hand: Hand, { config }: Cluster): Promise<void> {
  const { deps, meeting, now } = hand;
  const { placement, key } = meeting;
  if (placement === undefined) return;
  const { number, hosts } = placement;
  const { name } = config;
  // Most meetings have nothing to prepare: for them this is one question to Redis.
  if (hosts === undefined && (await deps.bridges.slotAccess(name, number)) === undefined) return;
  const [known, holder] = await Promise.all([
    deps.bridges.space(name, number),
    deps.slots.holderAt(name, number, now),
  ]);
  if (known === undefined) return;
  const isOthers = holder !== undefined && holder !== key;
  if (isOthers && (await deps.meetings.load(holder))?.run?.closedAt === undefined) return;
  const place = placeOf(hand, { ...placement, space: known });
  mustBeOurs(hand);
  try {
    const prepare = (client: CmsClient) => prepareAccess(deps, client, place, behindAll);
    await deps.callBridges.attempt(name, undefined, prepare);
  } catch (error) {
    if (!(error instanceof CmsFault) && !(error instanceof NoCallBridge)) throw error;
    deps.log.warn({ key, reason: error.message }, 'hosts cannot be given their access ahead of the start');
  }
}

/** At the lead nothing is asked of a call bridge: the starts of that minute have them for themselves. */
async function look(hand: Hand, { config }: Cluster, stage: Stage): Promise<Found> {
  const { deps, meeting, now } = hand;
  const openAt = Math.max(now, (meeting.booked?.start ?? now) - deps.settings.setup);
  const callBridges = config.callBridges.map(({ address }) => {
    const health = deps.callBridges.health(address);
    return {
      address,
      isDown: health?.state === 'down',
      isDrained: deps.callBridges.drained(address, openAt),
      why: health?.why,
    };
  });
  const usable = callBridges.some(({ isDown, isDrained }) => !isDown && !isDrained);
  if (stage !== 'early' || !usable) return { callBridges, slot: { is: 'unknown' } };
  const full = await deps.looks.lackOfRoom(config.name, meeting.booked?.start ?? now);
  return { callBridges, full, slot: await lookAtSlot(hand, config) };
}

/** One GET; what runs on the cluster was asked for all meetings together. */
async function lookAtSlot({ deps, meeting, now }: Hand, config: Cluster['config']): Promise<SlotFound> {
  const number = meeting.placement?.number ?? '';
  const { name } = config;
  const known = await deps.bridges.space(name, number);
  if (known === undefined) return { is: 'absent', reason: `the space of ${number} is not known` };
  let space: Space;
  try {
    space = await deps.callBridges.attempt(name, undefined, (client) => readOrAbsent(client, known));
  } catch (error) {
    if (error instanceof Absent) return { is: 'absent', reason: `the space of ${number} was deleted` };
    return unlessFault(error);
  }
  if (space.uri !== number || space.callId !== number) {
    return { is: 'absent', reason: `the space of ${number} has another number now` };
  }
  // While another meeting has the slot, what is open and who is in are theirs.
  const holder = await deps.slots.holderAt(name, number, now);
  if (holder !== undefined && holder !== meeting.key)
    return profilesOf(space, await deps.bridges.clusterStatus(name));
  const mark = (await deps.slots.unclean(name)).find((one) => one.number === number);
  if (mark !== undefined) {
    return {
      is: 'occupied',
      reason: `people of a former meeting may still be in ${number} on ${mark.callBridge}`,
    };
  }
  if ((await deps.looks.busySpaces(name)).has(known) && (await isBusy(deps, name, known))) {
    return { is: 'occupied', reason: `somebody is in ${number}` };
  }
  if (space.nonMemberAccess) return { is: 'open', reason: `${number} was opened` };
  if (space.name !== placeholderName(config.slotName, number)) {
    return { is: 'open', reason: `${number} was renamed to "${space.name}"` };
  }
  if ((space.accessMethods ?? 0) > 0 && (await deps.bridges.slotAccess(name, number)) === undefined) {
    return { is: 'profiles', reason: 'its space has an access method of nobody that we know' };
  }
  return profilesOf(space, await deps.bridges.clusterStatus(name));
}

function profilesOf(space: Space, { callProfile, callLegProfile }: ClusterStatus): SlotFound {
  const isOurs =
    (callProfile === undefined || space.callProfile === callProfile) &&
    (callLegProfile === undefined || space.callLegProfile === callLegProfile);
  return isOurs ? { is: 'well' } : { is: 'profiles', reason: 'its space has other profiles' };
}

class Absent extends Error {
  override readonly name = 'Absent';
}

/** That the space is gone is an answer, which no other call bridge would give differently. */
async function readOrAbsent(client: CmsClient, space: string): Promise<Space> {
  try {
    return await readSpace(client, space, behindAll);
  } catch (error) {
    if (error instanceof CmsFault && error.kind === 'absent') throw new Absent(error.message);
    throw error;
  }
}

/** Asked again for this one: the meeting before it may have ended since all were asked. */
async function isBusy(deps: Hand['deps'], cluster: string, space: string): Promise<boolean> {
  const lists = await Promise.all(
    deps.callBridges
      .able(cluster)
      .map((client) => listCalls(client, { coSpace: space }, behindAll).catch(unlessFault)),
  );
  return lists.some((list) => Array.isArray(list) && list.length > 0);
}

/** Nobody could be asked. */
function unlessFault(error: unknown): { readonly is: 'unknown' } {
  if (error instanceof CmsFault || error instanceof NoCallBridge) return { is: 'unknown' };
  throw error;
}

/** @returns the verdict that stands: what cannot be put right in place is left */
async function repair(
  hand: Hand,
  { config }: Cluster,
  verdict: Extract<Verdict, { do: 'repair' }>,
): Promise<Verdict> {
  const { deps, meeting } = hand;
  const number = meeting.placement?.number ?? '';
  mustBeOurs(hand);
  try {
    await deps.callBridges.attempt(config.name, undefined, async (client) => {
      if (verdict.how === 'make') {
        await makeAgain(client, deps.bridges, config, number);
        return;
      }
      const space = await deps.bridges.space(config.name, number);
      if (space === undefined) return;
      if (verdict.how === 'lock') {
        await closeSpace(client, space, { name: placeholderName(config.slotName, number) });
        return;
      }
      const { callProfile, callLegProfile } = await deps.bridges.clusterStatus(config.name);
      if (callProfile !== undefined && callLegProfile !== undefined)
        await setProfiles(client, space, { callProfile, callLegProfile });
      const place = { cluster: config.name, number, space };
      if ((await deps.bridges.slotAccess(config.name, number)) === undefined)
        await clearAccess(deps, client, place);
    });
    deps.log.info({ key: meeting.key, number, how: verdict.how }, 'slot was put right ahead of its start');
    return verdict;
  } catch (error) {
    if (!(error instanceof NoCallBridge)) throw error;
    const reason = `${verdict.trouble.reason}, and it cannot be put right: ${error.message}`;
    return { do: 'move', to: 'slot', trouble: { what: verdict.trouble.what, reason } };
  }
}
