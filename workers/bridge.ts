/**
 * Brings one cluster to where it should be: profiles and slots stand, what is open belongs to somebody. At least once;
 * safe because it reads what stands before it makes anything, makes what is missing only, and never runs a bulk sync
 * over slots that exist. Killed in between, the next look finds what was made.
 */
import type { Logger } from 'pino';
import { tellKnownAlready } from '../src/cluster/discovery.ts';
import { slotConditions } from '../src/cluster/slot-conditions.ts';
import { capacityScope } from '../src/cluster/ticket-capacity.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { listSpaces } from '../src/cms/spaces.ts';
import type { AccessPolicy } from '../src/conference/access.ts';
import type { ClusterConfig, ConferenceConfig } from '../src/config.ts';
import type { BridgeStore, ClusterStatus } from '../src/redis/bridges.ts';
import { type MeetingStore, retention } from '../src/redis/meetings.ts';
import { isOfRange, numbersOf } from '../src/slot/slot.ts';
import { ensureAccessProfiles, formerOf, removeUnused } from './access-profiles.ts';
import { type Cluster, NoCallBridge } from './call-bridges.ts';
import { clearCallBridge } from './clearing.ts';
import { keepWhatRuns } from './found.ts';
import { discover, type InspectingDeps, inspect } from './inspecting.ts';
import { removeWhatLeft } from './leaving-range.ts';
import { ensureLobby } from './lobby.ts';
import { endCallsOfNobody } from './people-left.ts';
import type { Work } from './processor.ts';
import { ensureProfiles, type Mended, mendProfiles, type Profiles } from './profiles.ts';
import { makeMissingSlots } from './provisioning.ts';
import { isAtRest, type Slot, type Standing, slotsThatStand } from './standing.ts';
import { sweepSlots } from './sweeping.ts';

export interface BridgeDeps extends InspectingDeps {
  readonly bridges: BridgeStore;
  readonly meetings: MeetingStore;
  readonly log: Logger;
  readonly earlyJoin: ConferenceConfig['earlyJoin'];
  /** Of guest and host access: those that meetings may have. */
  readonly policies: readonly AccessPolicy[];
  /** Whether every room has been read since Redis was found empty. */
  allRoomsRead(): Promise<boolean>;
  /** Sees to what administrators have taken out of a cluster: whatever has to leave it is rung. */
  settleDrains(cluster: string): Promise<void>;
  /** Tries again to give slots to meetings that have none. */
  placeUnplaced(): Promise<void>;
  /** Looks whether the cluster has slots and ports enough for the days to come. */
  settleCapacity(cluster: string): Promise<void>;
}

const sweepEvery = () => 240_000 + Math.random() * 60_000;
/** Until every room has been read, what is open cannot be told from what was forgotten. */
const rebuildEvery = 5_000;
const retryEvery = 5_000;
/** A cluster that is not used is looked at so often, for that it may be used again. */
const refusedEvery = 60_000;

export async function bringCluster(
  deps: BridgeDeps,
  { key: name }: Pick<Work, 'key'>,
): Promise<number | undefined> {
  const cluster = deps.callBridges.cluster(name);
  if (cluster === undefined) return undefined;
  await deps.settleDrains(name);
  const before = await deps.bridges.clusterStatus(name);
  try {
    const already = await discover(deps, cluster);
    if (already !== undefined) return await refuse(deps, cluster, before, tellKnownAlready(already));
    const after = await deps.callBridges.attempt(name, undefined, (client) =>
      look(deps, cluster, client, before),
    );
    await deps.bridges.putClusterStatus(name, after);
    if (before.provisionedAt === undefined)
      deps.log.info({ cluster: name, slots: after.slots }, 'slots are ready');
  } catch (error) {
    if (!(error instanceof NoCallBridge)) throw error;
    deps.log.warn({ cluster: name, reason: error.message }, 'cluster could not be looked at');
    const errorSince = before.errorSince ?? Date.now();
    await deps.bridges.putClusterStatus(name, { ...before, error: error.message, errorSince });
    return Date.now() + retryEvery;
  }
  await inspectIfItCan(deps, cluster);
  const rebuilt = await deps.allRoomsRead();
  if (rebuilt) {
    await deps.placeUnplaced();
    await deps.meetings.forget(Date.now() - retention);
    await deps.settleCapacity(name);
  }
  return Date.now() + (rebuilt ? sweepEvery() : rebuildEvery);
}

/** A call bridge that has gone meanwhile is asked again at the next sweep; the tickets stay as they are. */
async function inspectIfItCan(deps: BridgeDeps, cluster: Cluster): Promise<void> {
  const { callProfile, callLegProfile, hostsTaken } = await deps.bridges.clusterStatus(cluster.config.name);
  if (callProfile === undefined || callLegProfile === undefined) return;
  try {
    await inspect(deps, cluster, { callProfile, callLegProfile }, hostsTaken);
  } catch (error) {
    if (!(error instanceof NoCallBridge)) throw error;
  }
}

/** No meeting is given a slot of a cluster that is not to be used; what has one keeps it until it finds another. */
async function refuse(
  { bridges, slots, tickets, log }: BridgeDeps,
  { config }: Cluster,
  before: ClusterStatus,
  why: string,
): Promise<number> {
  if (before.error !== why) log.warn({ cluster: config.name, why }, 'cluster is not used');
  await slots.block(config, numbersOf(config.numbers));
  await tickets.settle(capacityScope(config.name), [], Date.now());
  await bridges.putClusterStatus(config.name, {
    ...before,
    error: why,
    errorSince: (before.error === why ? before.errorSince : undefined) ?? Date.now(),
  });
  return Date.now() + refusedEvery;
}

async function look(
  deps: BridgeDeps,
  cluster: Cluster,
  client: CmsClient,
  before: ClusterStatus,
): Promise<ClusterStatus> {
  const { config } = cluster;
  const first = before.provisionedAt === undefined;
  const known = await deps.bridges.spaces(config.name);
  let standing = await slotsThatStand(client, deps.slots, config, known);
  const atRest = [...standing.slots.values()].find((slot) => isAtRest(config, slot));
  const ensured = await ensureProfiles(client, before, atRest?.space);
  const mended = await mendProfiles(client, ensured, before.ownProfiles);
  const { profiles, ownProfiles } = mended;
  const former = before.accessProfiles ?? {};
  const access = await ensureAccessProfiles(client, deps.policies, former);
  const unused = await removeUnused(client, [
    ...new Set([...(before.formerProfiles ?? []), ...formerOf(former, access.profiles)]),
  ]);
  if (deps.earlyJoin === 'lobby') {
    const release = deps.callBridges.health(client.address)?.softwareVersion;
    const prompting = Object.values(access.profiles).flatMap(({ call }) => call ?? []);
    for (const id of [profiles.callProfile, ...prompting]) await ensureLobby(client, release, id);
  }
  // Slots that are made one by one take their profiles from here.
  const status = {
    ...{ ...before, ...profiles, ownProfiles },
    ...{ accessProfiles: access.profiles, formerProfiles: unused },
  };
  await deps.bridges.putClusterStatus(config.name, status);
  const missing = [
    ...numbersOf(config.numbers).filter(
      (number) => !standing.slots.has(number) && !standing.foreign.has(number),
    ),
    ...(await reservedAndGone(deps, config, known, standing)),
  ];
  let refused: string[] = [];
  if (missing.length > 0) {
    deps.log.info({ cluster: config.name, missing: missing.length }, 'slots are missing and will be made');
    refused = await makeMissingSlots(client, deps.bridges, config, missing, profiles);
    standing = await slotsThatStand(client, deps.slots, config, known);
  }
  const { slots, foreign, outside } = standing;
  const unusable = [...foreign, ...refused].filter((number) => !slots.has(number));
  if (unusable.length > 0)
    deps.log.warn({ cluster: config.name, unusable }, 'numbers of the range are taken by others');
  await deps.slots.block(config, unusable);
  const ours = new Map([...slots, ...outside]);
  const spaces = new Map([...ours].map(([number, { space }]) => [number, space]));
  await deps.bridges.putSpaces(config.name, spaces);
  let { readTo } = before;
  if (first) {
    const open = [...ours.values()].filter((slot) => !isAtRest(config, slot));
    const left = await ofARangeThatWas(client, config, standing, profiles);
    await keepWhatRuns(deps, cluster, client, [...open, ...left]);
  } else if (await deps.allRoomsRead()) {
    const removed = missing.filter((number) => known.has(number));
    const wrong = { ...mended, mended: [...mended.mended, ...access.mended] };
    readTo = await sweep(deps, cluster, client, ours, before, { missing: removed, mended: wrong });
    await deps.bridges.dropSpaces(
      config.name,
      await removeWhatLeft(deps, cluster, client, outside, profiles),
    );
  }
  const { callProfile, callLegProfile } = profiles;
  return {
    ...{ callProfile, callLegProfile, ownProfiles, slots: slots.size },
    ...{ accessProfiles: status.accessProfiles, formerProfiles: unused },
    ...(standing.hostsTaken.size === 0 ? {} : { hostsTaken: [...standing.hostsTaken] }),
    provisionedAt: before.provisionedAt ?? Date.now(),
    ...(readTo === undefined ? {} : { readTo }),
  };
}

/** Slots outside the range that meetings still have, and that somebody has deleted. */
async function reservedAndGone(
  { slots }: BridgeDeps,
  { name, numbers }: ClusterConfig,
  known: ReadonlyMap<string, string>,
  { outside }: Standing,
): Promise<string[]> {
  const gone = [...known.keys()].filter((number) => !isOfRange(numbers, number) && !outside.has(number));
  return [...(await slots.reserved(name, gone))].sort((a, b) => Number(a) - Number(b));
}

/** With an empty memory: what is open outside the range with our profile may run one of our meetings. */
async function ofARangeThatWas(
  client: CmsClient,
  config: ClusterConfig,
  { others }: Standing,
  { callLegProfile }: Profiles,
): Promise<Slot[]> {
  const open = others.filter((slot) => !isAtRest(config, slot));
  if (open.length === 0) return [];
  const withProfile = new Set<string>();
  for await (const { id } of listSpaces(client, { callLegProfile })) withProfile.add(id);
  return open.filter(({ space }) => withProfile.has(space));
}

/**
 * What is there against what should be. First of all, call bridges that were away give up what they still have of meetings
 * that are over; a call bridge that is away now is asked again by the next sweep.
 */
async function sweep(
  deps: BridgeDeps,
  cluster: Cluster,
  client: CmsClient,
  slots: ReadonlyMap<string, Slot>,
  before: ClusterStatus,
  { missing, mended: { profiles, mended, isNew } }: { missing: readonly string[]; mended: Mended },
): Promise<string | undefined> {
  const { name } = cluster.config;
  const able = deps.callBridges.able(name);
  await Promise.all(able.map((one) => clearCallBridge(deps, cluster, one).catch(ignoreFault)));
  const turn = { readTo: before.readTo, all: isNew };
  const { repaired, leftAlone, readTo } = await sweepSlots(deps, cluster, client, slots, profiles, turn);
  const people = await endCallsOfNobody(deps, cluster, slots, leftAlone);
  const findings = { cluster: name, missing, repaired, leftAlone, profiles: mended, people };
  await deps.tickets.settle(`slots ${name}`, slotConditions(findings), Date.now());
  return readTo;
}
