/**
 * Asks a call bridge who is in our calls: often where it tells us nothing by itself, seldom where it does, and at once where
 * something of what it told is missing. At least once; it only looks, and puts us down for its records. A process that dies
 * leaves the look due.
 */

import { setTimeout as pass } from 'node:timers/promises';
import { memberAt } from '../src/cluster/discovery.ts';
import { type CallSummary, listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreAbsence, ignoreFault } from '../src/cms/fault.ts';
import { listParticipants } from '../src/cms/participants.ts';
import { readStatus } from '../src/cms/system.ts';
import type { News } from '../src/conference/attendance/news.ts';
import type { SourceState } from '../src/conference/attendance/source.ts';
import type { StoredCall } from '../src/redis/attendance.ts';
import type { DiscoveryStore } from '../src/redis/discoveries.ts';
import type { Cluster } from './call-bridges.ts';
import type { FoldingDeps } from './folding.ts';
import { type ReceiverDeps, settleReceiver } from './registering.ts';
import { eachOf } from './sweeping.ts';

export interface LookingDeps extends FoldingDeps, ReceiverDeps {
  readonly discoveries: DiscoveryStore;
  readonly rounds: Rounds;
  /** Asks that what waits of a call bridge be folded in. */
  fold(address: string): Promise<void>;
}

/** Milliseconds; so a look and the way here stay within five seconds. */
const lookEvery = 3_500;
/** Where it tells everything by itself. */
const verifyEvery = 60_000;
const eventsLast = 6_000;
/** Calls that are asked for in one round, in turn where there are more. */
const callsAtMost = 100;
/** Within which records that came a moment ago are folded in, and how often that is looked at. */
const [onTheirWay, glance] = [600, 100];
const quiet = { priority: 'sweep' } as const;
/** Milliseconds within which calls that are gone have gone with the start of their call bridge. */
const restartedWithin = 600_000;
const forgottenAfter = 600_000;

/** What this process remembers between two looks at a call bridge; without it a look is only earlier than need be. */
export class Rounds {
  /** By call bridge: since when all of its calls were asked at least once. */
  readonly verifiedAt = new Map<string, number>();
  readonly listedAt = new Map<string, number>();
  readonly prunedAt = new Map<string, number>();
  readonly receiversLookedAt = new Map<string, number>();
  readonly #askedAt = new Map<string, Map<string, number>>();

  /** By the id of the call, of one call bridge: when it was asked last. */
  askedAt(address: string): Map<string, number> {
    const known = this.#askedAt.get(address) ?? new Map<string, number>();
    this.#askedAt.set(address, known);
    return known;
  }
}

/** @returns when to look again */
export async function lookAt(deps: LookingDeps, { config }: Cluster, client: CmsClient): Promise<number> {
  const { address } = client;
  const { rounds } = deps;
  const now = Date.now();
  if (deps.callBridges.health(address)?.state === 'down') return now + lookEvery;
  const before = await deps.attendance.source(address);
  try {
    const { cdrCorrelatorIndex } = await readStatus(client, quiet);
    const isHeard = now - (before.recordsAt ?? 0) < verifyEvery;
    await settleReceiver(deps, rounds.receiversLookedAt, client, isHeard);
    const records = await recordsAsOf(deps, address, before, cdrCorrelatorIndex);
    if (records === 'all-here') await deps.attendance.putSource(address, { recordsAt: now });
    if (records === 'restarted') await deps.attendance.putSource(address, { restartedAt: now });
    const isTold = records === 'all-here' || now - (before.eventsAt ?? 0) < eventsLast;
    const doubtedAt = records === 'restarted' ? now : (before.doubtedAt ?? 0);
    const isDoubted = doubtedAt >= (before.lookedAt ?? 0);
    const isVerified = now - (rounds.verifiedAt.get(address) ?? 0) < verifyEvery;
    if (isTold && isVerified && !isDoubted) return now + lookEvery;
    if (await isNobodyIn(deps, address)) {
      rounds.verifiedAt.set(address, now);
      await deps.attendance.putSource(address, { lookedAt: now });
      return now + lookEvery;
    }
    const wholeAt = await look(deps, config.name, client, {
      isRestart: records === 'restarted' || now - (before.restartedAt ?? 0) < restartedWithin,
      isListed: isTold && (rounds.listedAt.get(address) ?? 0) > Math.max(doubtedAt, now - verifyEvery),
      askedBefore: !isTold ? now : isDoubted ? doubtedAt + 1 : now - verifyEvery,
    });
    rounds.verifiedAt.set(address, wholeAt);
    if (wholeAt > (before.lookedAt ?? 0)) await deps.attendance.putSource(address, { lookedAt: wholeAt });
    if (now - (rounds.prunedAt.get(address) ?? 0) >= verifyEvery) {
      rounds.prunedAt.set(address, now);
      await deps.attendance.prune(address, now - forgottenAfter);
    }
  } catch (error) {
    ignoreFault(error);
  }
  return Math.max(Date.now(), now + lookEvery);
}

/**
 * Whether the last record that the call bridge has made is one that we have, now or in a moment: it is always making some. It
 * has made no fewer than we had before it was asked, unless it has started anew.
 * @param made the number of its next record
 */
async function recordsAsOf(
  { attendance }: LookingDeps,
  address: string,
  { records }: SourceState,
  made: number | undefined,
): Promise<'all-here' | 'some-missing' | 'restarted' | 'none'> {
  if (records === undefined || made === undefined) return 'none';
  if (made < records.next) return 'restarted';
  let { next } = records;
  for (const end = Date.now() + onTheirWay; next < made && Date.now() < end; ) {
    await pass(glance);
    const { records: later } = await attendance.source(address);
    if (later?.session === records.session) next = later.next;
  }
  return next >= made ? 'all-here' : 'some-missing';
}

/** Where no conference is open, and no call of ours was there at last, there is nobody to ask for. */
async function isNobodyIn({ attendance, meetings }: LookingDeps, address: string): Promise<boolean> {
  return !(await meetings.isAnyOpen()) && (await attendance.openCalls(address)).size === 0;
}

interface Scope {
  /** Calls that are gone have gone with the start of their call bridge. */
  readonly isRestart: boolean;
  /** Which calls there are is known already. */
  readonly isListed: boolean;
  /** Those that were asked later than this need not be asked again; epoch ms. */
  readonly askedBefore: number;
}

/** @returns since when all of our calls were asked at least once; 0 where some never were */
async function look(
  deps: LookingDeps,
  cluster: string,
  client: CmsClient,
  { isRestart, isListed, askedBefore }: Scope,
): Promise<number> {
  const { attendance, rounds } = deps;
  const { address } = client;
  const askedAt = rounds.askedAt(address);
  const began = Date.now();
  const listed = isListed ? undefined : await listCalls(client, {}, quiet);
  const known = await attendance.openCalls(address);
  const news: News[] = [];
  const ours = listed === undefined ? oursOf(known) : await oursAmong(deps, cluster, listed, known);
  if (listed !== undefined) {
    rounds.listedAt.set(address, began);
    for (const [id, space] of ours)
      if (known.get(id)?.space === undefined)
        news.push({ kind: 'call', call: id, space, at: began, heard: began });
    for (const id of goneOf(known, new Set(listed.map(({ id }) => id)), began)) {
      const reason = isRestart ? 'call-bridge-lost' : 'call-ended';
      news.push({ kind: 'call-over', call: id, reason, at: began, heard: began });
    }
  }
  for (const id of askedAt.keys()) if (!ours.has(id)) askedAt.delete(id);
  const lastAsked = (call: string) => askedAt.get(call) ?? 0;
  const inTurn = [...ours.keys()].toSorted((a, b) => lastAsked(a) - lastAsked(b));
  const asked = inTurn.filter((call) => lastAsked(call) < askedBefore).slice(0, callsAtMost);
  const owners = await ownersOf(deps, cluster, address);
  await eachOf(asked, async (call) => {
    const at = Date.now();
    askedAt.set(call, at);
    const people = await listParticipants(client, call, quiet).catch(ignoreAbsence);
    if (people === undefined) return;
    const participants = people
      .filter(({ callBridge }) => callBridge === undefined || !owners.has(callBridge))
      .map(({ id, name, address: party, callBridge }) => ({
        id,
        traits: { name, address: party, ...(callBridge === undefined ? { isLocal: true as const } : {}) },
      }));
    news.push({ kind: 'roster', call, participants, at, heard: Date.now() });
  });
  if (news.length > 0) {
    await attendance.push(address, [{ heard: Date.now(), news }]);
    await deps.fold(address);
  }
  return Math.min(began, ...[...ours.keys()].map(lastAsked));
}

/** Those of our spaces, by their ids, with their spaces. */
function oursOf(known: ReadonlyMap<string, StoredCall>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [id, { meeting, space }] of known)
    if (meeting !== undefined && space !== undefined) found.set(id, space);
  return found;
}

async function oursAmong(
  { bridges }: LookingDeps,
  cluster: string,
  listed: readonly CallSummary[],
  known: ReadonlyMap<string, StoredCall>,
): Promise<Map<string, string>> {
  const before = oursOf(known);
  const all = await Promise.all(
    listed.map(async ({ id, coSpace }) => {
      if (coSpace === undefined) return [];
      const isOurs = before.has(id) || (await bridges.numberOf(cluster, coSpace)) !== undefined;
      return isOurs ? [[id, coSpace] as const] : [];
    }),
  );
  return new Map(all.flat());
}

/** Calls that had begun before they were listed, and are not there any more. */
function goneOf(
  known: ReadonlyMap<string, StoredCall>,
  present: ReadonlySet<string>,
  began: number,
): string[] {
  return [...known]
    .filter(([id, { knownAt }]) => !present.has(id) && knownAt < began - 1_000)
    .map(([id]) => id);
}

/** Ids of the other call bridges that we ask ourselves: who is connected to them they tell. */
async function ownersOf(
  { discoveries, callBridges }: LookingDeps,
  cluster: string,
  address: string,
): Promise<Set<string>> {
  const discovery = (await discoveries.all()).get(cluster);
  const peers = callBridges.able(cluster).filter((peer) => peer.address !== address);
  return new Set(peers.flatMap((peer) => (discovery && memberAt(discovery, peer.address)?.id) ?? []));
}
