/**
 * Sees to places that a meeting has left (`src/conference/left.ts`). At least once; safe because every step asks first
 * whether the slot is still held for this, a PUT is the same done twice, and what was done is written down after it: killed
 * in between, it is done again. No call bridge that is down is asked, so that no start waits for one.
 */
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { closeSpace } from '../src/cms/spaces.ts';
import { type LeaveStep, type LeftPlace, leftKey, signOf } from '../src/conference/left.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { heldInterval, type Placement, placeholderName } from '../src/slot/slot.ts';
import type { Cluster } from './call-bridges.ts';
import { type Hand, mustBeOurs, TakenOver } from './hand.ts';
import { exchangeSlots } from './rehoming.ts';
import { deleteCalls, makeAgain } from './steps.ts';

/** Milliseconds until a cluster that does not answer is asked again. */
const askAgain = 5_000;

export async function seeToLeft(hand: Hand, { how, place }: LeaveStep): Promise<undefined> {
  const { deps, meeting } = hand;
  const left = (meeting.left ?? []).find((one) => isSame(one, place));
  if (left === undefined) return;
  const cluster = deps.callBridges.cluster(left.cluster);
  if (cluster === undefined || how === 'give-back') return await giveBack(hand, left);
  if (how === 'hold') return await hold(hand, left);
  const wanted = how === 'sign' ? meeting.placement : undefined;
  await rename(hand, left, cluster, wanted);
}

function isSame(one: Placement, other: Placement): boolean {
  return one.cluster === other.cluster && one.number === other.number;
}

/** The reservations become what the record says, and whoever is to know of it is told. */
async function hold(hand: Hand, left: LeftPlace): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const { key, booked, placement } = meeting;
  if (booked === undefined || placement === undefined) return;
  const next = placement.cluster === left.cluster ? placement.number : undefined;
  await exchangeSlots(deps, left.cluster, key, left.number, next);
  const home = deps.callBridges.cluster(placement.cluster)?.config;
  const wish = { key, ...heldInterval(booked, deps.conference) };
  const choice = { mode: 'prefer' as const, number: placement.number };
  const number = home && (await deps.slots.reserve(home, [wish], choice));
  if (home !== undefined && number !== undefined && number !== placement.number) {
    // Somebody was quicker while nobody held it: it is told with the number that it really has.
    const place = { cluster: home.name, number };
    const note: TimelineEntry = { at: now, what: 'reserved', ...place };
    await deps.meetings.putPlacement(key, await deps.protect(meeting, place), undefined, [note]);
  }
  await deps.invite(meeting.last.uid);
  await save(hand, left, { ...left, state: 'held' });
}

/** Locks the space with the sign, or with its placeholder, and hangs up what may have been begun in it. */
async function rename(
  hand: Hand,
  left: LeftPlace,
  cluster: Cluster,
  placement: Hand['meeting']['placement'],
): Promise<undefined> {
  const { deps, meeting } = hand;
  if (!(await isOurs(hand, left, cluster))) return await giveBack(hand, left);
  const { config } = cluster;
  const { number } = left;
  const name =
    placement === undefined
      ? placeholderName(config.slotName, number)
      : (await deps.speechFor(meeting)).say('sign.moved', { address: addressOf(hand, placement) });
  const able = deps.callBridges.able(config.name);
  mustBeOurs(hand);
  const space = await lockAs(hand, able, cluster, left, name);
  if (space === undefined) return await save(hand, left, { ...left, again: Date.now() + askAgain });
  const unclear = await hangUp(able, left, space);
  const { again: _, sign: __, ...rest } = left;
  const signed = placement === undefined ? {} : { sign: signOf(placement) };
  const later = unclear.length === 0 ? {} : { again: Date.now() + askAgain };
  await save(hand, left, { ...rest, space, unclear, ...signed, ...later });
}

/** On another cluster the number alone does not lead there. */
function addressOf({ deps }: Hand, { cluster, number }: Placement): string {
  const { domain } = deps.callBridges.cluster(cluster)?.config ?? {};
  return domain === undefined ? number : `${number}@${domain}`;
}

/** Whether the slot is not somebody else's already, now or in a moment. */
async function isOurs({ deps, meeting }: Hand, left: LeftPlace, { config }: Cluster): Promise<boolean> {
  const soon = Date.now() + 3_000;
  const holders = await Promise.all(
    [Date.now(), soon].map((at) => deps.slots.holderAt(config.name, left.number, at)),
  );
  const own = [leftKey(meeting.key, left.number), meeting.key];
  return holders.every((holder) => holder === undefined || own.includes(holder));
}

/** @returns the id of the space, or undefined when no call bridge has done it */
async function lockAs(
  { deps }: Hand,
  able: readonly CmsClient[],
  { config }: Cluster,
  left: LeftPlace,
  name: string,
): Promise<string | undefined> {
  for (const client of able) {
    try {
      let space = left.space || (await deps.bridges.space(config.name, left.number)) || '';
      try {
        if (space !== '') await closeSpace(client, space, { name });
      } catch (error) {
        if (!(error instanceof CmsFault) || error.kind !== 'absent') throw error;
        space = '';
      }
      if (space !== '') return space;
      space = await makeAgain(client, deps.bridges, config, left.number);
      await closeSpace(client, space, { name });
      return space;
    } catch (error) {
      if (!(error instanceof CmsFault)) throw error;
    }
  }
  return undefined;
}

/** @returns the call bridges that still could not be asked */
async function hangUp(able: readonly CmsClient[], { unclear }: LeftPlace, space: string): Promise<string[]> {
  const done = await Promise.all(
    able
      .filter(({ address }) => unclear.includes(address))
      .map(async (client) => {
        try {
          await deleteCalls(client, space);
          return client.address;
        } catch (error) {
          if (!(error instanceof CmsFault)) throw error;
          return undefined;
        }
      }),
  );
  return unclear.filter((address) => !done.includes(address));
}

async function giveBack(hand: Hand, left: LeftPlace): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const { number, space } = left;
  const marks = left.unclear.map((callBridge) => ({
    ...{ number, callBridge, space, since: left.end, call: '', why: 'away' as const },
  }));
  await deps.slots.markUnclean(left.cluster, marks);
  await deps.slots.release(left.cluster, [leftKey(meeting.key, number)]);
  // Where the meeting itself still holds it though it is elsewhere, nobody else will release that.
  if (meeting.placement?.cluster !== left.cluster) await deps.slots.release(left.cluster, [meeting.key]);
  const notes = left.unclear.map((callBridge) => ({
    at: now,
    what: 'call-left-behind' as const,
    callBridge,
  }));
  await save(hand, left, undefined, notes);
  await deps.freed();
}

async function save(
  { deps, meeting, work }: Hand,
  left: LeftPlace,
  next: LeftPlace | undefined,
  notes: readonly TimelineEntry[] = [],
): Promise<undefined> {
  const all = (meeting.left ?? []).flatMap((one) => {
    if (!isSame(one, left)) return [one];
    return next === undefined ? [] : [next];
  });
  if (!(await deps.places.saveLeft(meeting.key, all, work.lease, notes))) throw new TakenOver(meeting.key);
}
