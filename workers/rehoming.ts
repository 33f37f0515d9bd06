/**
 * Gives a meeting another place: a slot on the next cluster, or another one of its own. Safe to be killed at any line: the
 * new slot is held first, place and what is left behind are written at once and only over what was read, and from then on
 * the plan sees to both until the reservations are what the record says (see `leaving.ts`). What was held for a change
 * that was never written is found by whoever tries again, at the meeting's end, or by the audit.
 */

import type { LeftPlace } from '../src/conference/left.ts';
import { leftKey, nextKey } from '../src/conference/left.ts';
import { type Meeting, openRun } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { Wish } from '../src/redis/slots.ts';
import { heldInterval, usualPlacement } from '../src/slot/slot.ts';
import { takesStart } from './cluster-looks.ts';
import type { ConferenceDeps, Hand } from './hand.ts';

/** A place that was given up is not gone back to for so long, in milliseconds: two that fail by turns shall not be played. */
const notBackFor = 60_000;
/** So many dates of a series change their place in one go; the others come by themselves. */
const mostTogether = 400;

export interface Rehoming {
  /** `slot`: the cluster is well; `cluster`: it cannot take the meeting. */
  readonly to: 'slot' | 'cluster';
  readonly reason: string;
  /** With the dates of its series that have to leave the cluster as well, so that they get one number. */
  readonly together?: boolean;
  /** At its start: nobody is asked for anything that takes time. */
  readonly atOnce?: boolean;
}

type Booked = Meeting & { readonly booked: NonNullable<Meeting['booked']> };
type Placed = Booked & { readonly placement: NonNullable<Meeting['placement']> };

/** @returns false where no other place is to be had, or somebody else has changed the meeting meanwhile */
export async function rehome(hand: Hand, how: Rehoming): Promise<boolean> {
  const { deps, meeting, now } = hand;
  if (!isPlaced(meeting)) return false;
  const others = how.together === true ? await siblingsOf(deps, meeting, now) : [];
  if (how.to === 'slot' && (await toSlot(hand, meeting, how.reason))) return true;
  for (const { config } of deps.callBridges.clusters) {
    if (config.name === meeting.placement.cluster || !(await isOpenTo(hand, meeting, config, how))) continue;
    if (others.length > 0 && (await moveAll(hand, [meeting, ...others], config, how.reason))) return true;
    const number = await reserve(deps, config, meeting);
    if (number === undefined) continue;
    return await move(deps, meeting, config, number, how.reason, now);
  }
  return false;
}

function isPlaced(meeting: Meeting): meeting is Placed {
  return (
    meeting.booked !== undefined && meeting.placement !== undefined && openRun(meeting.run) === undefined
  );
}

/** Whether the cluster can take the meeting, and did not just fail it. */
async function isOpenTo(
  { deps, now }: Hand,
  meeting: Placed,
  { name }: ClusterConfig,
  { atOnce }: Rehoming,
): Promise<boolean> {
  const { start } = meeting.booked;
  if (!takesStart(deps.callBridges, name, start - deps.settings.setup)) return false;
  if ((meeting.left ?? []).some((left) => left.cluster === name && left.at > now - notBackFor)) return false;
  return atOnce === true || (await deps.looks.lackOfRoom(name, start)) === undefined;
}

function wishOf({ conference }: ConferenceDeps, { key, booked }: Booked): Wish {
  return { key, ...heldInterval(booked, conference) };
}

/** The number that it had there, else the one of its series, else the lowest free one. */
async function reserve(
  deps: ConferenceDeps,
  config: ClusterConfig,
  meeting: Placed,
): Promise<string | undefined> {
  const before = (meeting.left ?? []).find(({ cluster }) => cluster === config.name);
  if (before !== undefined) await deps.slots.release(config.name, [leftKey(meeting.key, before.number)]);
  const number = before?.number ?? (await numberOfSeries(deps, config.name, meeting));
  const choice = number === undefined ? { mode: 'lowest' as const } : { mode: 'prefer' as const, number };
  return await deps.slots.reserve(config, [wishOf(deps, meeting)], choice, { clean: true });
}

/** The number that most other dates of its series have on a cluster. */
async function numberOfSeries(
  { meetings }: ConferenceDeps,
  cluster: string,
  { key, last }: Meeting,
): Promise<string | undefined> {
  if (last.originalStart === undefined) return undefined;
  const dates = await meetings.loadMany(await meetings.ofSeries(last.uid));
  const others = dates.filter((other) => other.key !== key).flatMap(({ placement }) => placement ?? []);
  return usualPlacement(others.filter((placement) => placement.cluster === cluster))?.number;
}

/** Dates of its series that cannot stay in the same place either, and have not begun. */
async function siblingsOf(deps: ConferenceDeps, meeting: Placed, now: number): Promise<Placed[]> {
  const { last, placement } = meeting;
  if (last.originalStart === undefined) return [];
  const all = await deps.meetings.loadMany(await deps.meetings.ofSeries(last.uid));
  return all
    .filter(isPlaced)
    .filter(({ key, booked, placement: place, run }) => {
      const openAt = booked.start - deps.settings.setup;
      const isThere = place.cluster === placement.cluster && place.number === placement.number;
      return (
        key !== meeting.key &&
        isThere &&
        run === undefined &&
        openAt > now &&
        deps.callBridges.isOut(place.cluster, openAt)
      );
    })
    .sort((a, b) => a.booked.start - b.booked.start)
    .slice(0, mostTogether);
}

/** One number for all of them, where one is free. They are rung first: what is not done here each does for itself. */
async function moveAll(
  { deps, now }: Hand,
  group: readonly Placed[],
  config: ClusterConfig,
  reason: string,
): Promise<boolean> {
  const wishes = group.map((meeting) => wishOf(deps, meeting));
  const number = await deps.slots.reserve(config, wishes, { mode: 'lowest' }, { clean: true });
  if (number === undefined) return false;
  await deps.ring(group.map(({ key }) => ({ key, at: now + 1_000 })));
  const moved = [];
  for (const meeting of group) moved.push(await move(deps, meeting, config, number, reason, now));
  return moved[0] ?? false;
}

/** Writes the change over what was read; nothing else is known of the old place then. */
async function move(
  deps: ConferenceDeps,
  meeting: Placed,
  config: ClusterConfig,
  number: string,
  reason: string,
  now: number,
): Promise<boolean> {
  if (await write(deps, meeting, { cluster: config.name, number }, reason, now)) return true;
  // Whoever was quicker may have chosen the same place.
  const present = await deps.meetings.load(meeting.key);
  if (present?.placement?.cluster !== config.name) await deps.slots.release(config.name, [meeting.key]);
  return false;
}

/** Another slot of its own cluster; it holds the old one until the change is written. */
async function toSlot({ deps, now }: Hand, meeting: Placed, reason: string): Promise<boolean> {
  const { key, placement } = meeting;
  const config = deps.callBridges.cluster(placement.cluster)?.config;
  if (config === undefined) return false;
  const wish = { ...wishOf(deps, meeting), key: nextKey(key) };
  const number = await deps.slots.reserve(config, [wish], { mode: 'lowest' }, { clean: true });
  if (number === undefined) return false;
  if (await write(deps, meeting, { cluster: config.name, number }, reason, now)) {
    await exchangeSlots(deps, config.name, key, placement.number, number);
    return true;
  }
  await deps.slots.release(config.name, [nextKey(key)]);
  return false;
}

/** The slot that was left stands for itself, and the next one is the meeting's. Done twice it is done once. */
export async function exchangeSlots(
  { slots }: ConferenceDeps,
  cluster: string,
  key: string,
  left: string,
  next: string | undefined,
): Promise<void> {
  await slots.handOver(cluster, left, key, leftKey(key, left));
  if (next !== undefined) await slots.handOver(cluster, next, nextKey(key), key);
}

async function write(
  deps: ConferenceDeps,
  meeting: Placed,
  to: { readonly cluster: string; readonly number: string },
  reason: string,
  now: number,
): Promise<boolean> {
  const { placement } = meeting;
  const from = `${placement.cluster} ${placement.number}`;
  const notes: TimelineEntry[] = [{ at: now, what: 'rehomed', from, ...to, reason }];
  const dropsRun = meeting.run !== undefined && meeting.run.closedAt === undefined;
  const left = [
    ...(meeting.left ?? []).filter((one) => one.cluster !== to.cluster || one.number !== to.number),
    await leftPlace(deps, meeting, now),
  ];
  const change = { to: await deps.protect(meeting, to), left, dropsRun };
  if (!(await deps.places.move(meeting, change, notes))) return false;
  deps.metrics.rehomings.inc({ from: placement.cluster, to: to.cluster });
  deps.log.warn({ key: meeting.key, from, ...to, reason }, 'meeting was given another place');
  return true;
}

/** Where a start was tried, a conference may have begun on any call bridge of the cluster. */
async function leftPlace(deps: ConferenceDeps, meeting: Placed, now: number): Promise<LeftPlace> {
  const { booked, placement, run } = meeting;
  const { cluster, number } = placement;
  const begun = run !== undefined && run.closedAt === undefined && run.space !== '';
  const clients = deps.callBridges.cluster(cluster)?.clients ?? [];
  const space = begun ? run.space : ((await deps.bridges.space(cluster, number)) ?? '');
  return {
    ...{ cluster, number, space, at: now, start: booked.start, end: booked.end, state: 'left' },
    ...heldInterval(booked, deps.conference),
    unclear: begun ? clients.map(({ address }) => address) : [],
  };
}
