/**
 * Asks a call bridge who is in our calls: often where it tells us nothing by itself, seldom where it does, and at once where
 * something of what it told is missing. At least once; it only looks, and puts us down for its records. A process that dies
 * leaves the look due.
 */

import { memberAt } from '../src/cluster/discovery.ts';
import { listCalls } from '../src/cms/calls.ts';
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
const quiet = { priority: 'sweep' } as const;
/** Milliseconds within which calls that are gone have gone with the start of their call bridge. */
const restartedWithin = 600_000;
const forgottenAfter = 600_000;

/** What this process remembers between two looks at a call bridge; without it a look is only earlier than need be. */
export class Rounds {
  readonly verifiedAt = new Map<string, number>();
  readonly receiversLookedAt = new Map<string, number>();
  /** By the id of the call: when it was asked last. */
  readonly askedAt = new Map<string, number>();
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
    const records = recordsAsOf(before, cdrCorrelatorIndex);
    if (records === 'all-here') await deps.attendance.putSource(address, { recordsAt: now });
    if (records === 'restarted') await deps.attendance.putSource(address, { restartedAt: now });
    const isSeen = now - (before.eventsAt ?? 0) < eventsLast;
    const isDoubted = records === 'restarted' || (before.doubtedAt ?? 0) >= (before.lookedAt ?? 0);
    const isVerified = now - (rounds.verifiedAt.get(address) ?? 0) < verifyEvery;
    if ((records === 'all-here' || isSeen) && isVerified && !isDoubted) return now + lookEvery;
    const isRestart = records === 'restarted' || now - (before.restartedAt ?? 0) < restartedWithin;
    const isWhole = await look(deps, config.name, client, isRestart);
    if (isWhole) {
      rounds.verifiedAt.set(address, now);
      await deps.attendance.putSource(address, { lookedAt: now });
      if (!isVerified) await deps.attendance.prune(address, now - forgottenAfter);
    }
  } catch (error) {
    ignoreFault(error);
  }
  return Math.max(Date.now(), now + lookEvery);
}

/**
 * Whether the last record that the call bridge has made is one that we have. It has made no fewer than we had before it was
 * asked, unless it has started anew.
 * @param made the number of its next record
 */
function recordsAsOf(
  { records }: SourceState,
  made: number | undefined,
): 'all-here' | 'some-missing' | 'restarted' | 'none' {
  if (records === undefined || made === undefined) return 'none';
  if (made < records.next) return 'restarted';
  return made === records.next ? 'all-here' : 'some-missing';
}

/** @returns whether all of our calls were asked */
async function look(
  deps: LookingDeps,
  cluster: string,
  client: CmsClient,
  isRestart: boolean,
): Promise<boolean> {
  const { attendance, rounds } = deps;
  const { address } = client;
  const began = Date.now();
  const listed = await listCalls(client, {}, quiet);
  const known = await attendance.openCalls(address);
  const news: News[] = [];
  const ours: string[] = [];
  for (const { id, coSpace } of listed) {
    if (coSpace === undefined || (await deps.bridges.numberOf(cluster, coSpace)) === undefined) continue;
    ours.push(id);
    if (known.get(id)?.space === undefined)
      news.push({ kind: 'call', call: id, space: coSpace, at: began, heard: began });
  }
  const present = new Set(listed.map(({ id }) => id));
  for (const id of goneOf(known, present, began)) {
    const reason = isRestart ? 'call-bridge-lost' : 'call-ended';
    news.push({ kind: 'call-over', call: id, reason, at: began, heard: began });
  }
  const inTurn = ours.toSorted((a, b) => (rounds.askedAt.get(a) ?? 0) - (rounds.askedAt.get(b) ?? 0));
  const asked = inTurn.slice(0, callsAtMost);
  const owners = await ownersOf(deps, cluster, address);
  await eachOf(asked, async (call) => {
    const at = Date.now();
    rounds.askedAt.set(call, at);
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
  for (const id of rounds.askedAt.keys()) if (!present.has(id) && !known.has(id)) rounds.askedAt.delete(id);
  if (news.length > 0) {
    await attendance.push(address, [{ heard: Date.now(), news }]);
    await deps.fold(address);
  }
  return asked.length === ours.length;
}

/** Calls that had begun before they were listed, and are not there any more. */
function goneOf(
  known: ReadonlyMap<string, StoredCall>,
  present: ReadonlySet<string>,
  began: number,
): string[] {
  return [...known].filter(([id, { since }]) => !present.has(id) && since < began - 1_000).map(([id]) => id);
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
