/**
 * Looks at a cluster the way an administrator would: who its members are, whether it is known already, and what of it is
 * not as it should be. Reads only, at the end of the queue of requests; safe to repeat and to be killed, for the tickets of
 * a cluster are settled at once, and what was not settled is found by the next look. Nothing is ever sent to a discovered
 * address: only configured ones have credentials.
 */

import {
  type Discovery,
  type KnownAlready,
  knownAlready,
  type Member,
  type OwnPlace,
} from '../src/cluster/discovery.ts';
import {
  type CdrPlaces,
  clusterConditions,
  clusterScope,
  type Inspection,
  refusedCluster,
  type Taken,
} from '../src/cluster/ticket-cluster.ts';
import { listAccessMethods } from '../src/cms/access-methods.ts';
import { listBulkParameterSets, readBulkParameterSet } from '../src/cms/bulk.ts';
import { readCdrReceivers } from '../src/cms/cdr/receivers.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { leadsToSpaces, listInboundRules } from '../src/cms/dial-plan.ts';
import { CmsFault, ignoreFault } from '../src/cms/fault.ts';
import { listSpaces } from '../src/cms/spaces.ts';
import { listCallBridges, readCallBridge, readClusterUniqueName, readStatus } from '../src/cms/system.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { DiscoveryStore } from '../src/redis/discoveries.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { TicketStore } from '../src/redis/tickets.ts';
import { type CallBridges, type Cluster, NoCallBridge, speaksAgainst } from './call-bridges.ts';
import type { Profiles } from './profiles.ts';

export interface InspectingDeps {
  readonly callBridges: CallBridges;
  readonly discoveries: DiscoveryStore;
  readonly slots: SlotStore;
  readonly tickets: TicketStore;
  /** Origin of what this product receives: a receiver of call detail records there is ours. */
  readonly ownOrigin: string;
}

/** Nothing of this is in the way of a start. */
const quiet: RequestOptions = { priority: 'sweep' };
/** Milliseconds for which the names and addresses of members are taken to be what they were. */
const detailsLast = 60_000;
/** Numbers that are taken of which it is asked by what. */
const askedAbout = 5;
/** Spaces of others that are asked for their access methods in one look. */
const spacesAsked = 200;

/**
 * Finds the members of a cluster, and whether it is one that is configured already under another name.
 * @returns through which cluster it is known; then its ticket is open
 * @throws NoCallBridge
 */
export async function discover(deps: InspectingDeps, cluster: Cluster): Promise<KnownAlready | undefined> {
  const clusters = deps.callBridges.clusters;
  const { name } = cluster.config;
  const place = clusters.findIndex(({ config }) => config.name === name);
  const seen = await deps.discoveries.all();
  const found = await discovery(deps, cluster, seen.get(name)).catch(orNoCallBridge);
  const silent = found instanceof NoCallBridge ? found : undefined;
  const discovered = found instanceof NoCallBridge ? seen.get(name) : found;
  if (!(found instanceof NoCallBridge)) await deps.discoveries.put(name, found);
  const before: [ClusterConfig, Discovery][] = [];
  for (const other of clusters.slice(0, place)) {
    const known = seen.get(other.config.name) ?? (await discoverFirst(deps, other));
    if (known !== undefined && knownAlready(other.config, known, before) === undefined)
      before.push([other.config, known]);
  }
  const already = knownAlready(cluster.config, discovered, before);
  if (already !== undefined) {
    await deps.tickets.settle(clusterScope(name), refusedCluster(already), Date.now());
    return already;
  }
  if (silent !== undefined) throw silent;
  return undefined;
}

function orNoCallBridge(error: unknown): NoCallBridge {
  if (error instanceof NoCallBridge) return error;
  throw error;
}

/** A cluster that nobody has looked at yet; one that cannot be asked now will be told later. */
async function discoverFirst(deps: InspectingDeps, cluster: Cluster): Promise<Discovery | undefined> {
  const found = await discovery(deps, cluster, undefined).catch(orNoCallBridge);
  if (found instanceof NoCallBridge) return undefined;
  await deps.discoveries.put(cluster.config.name, found);
  return found;
}

async function discovery(
  { callBridges }: InspectingDeps,
  { config, clients }: Cluster,
  before: Discovery | undefined,
): Promise<Discovery> {
  const now = Date.now();
  const { members, at } = await callBridges.attempt(config.name, undefined, async (client) => {
    // As TMS does when a bridge is added.
    if (before === undefined) await readStatus(client, quiet);
    const listed = (await listCallBridges(client, quiet)).map(({ id }) => id);
    const isKnown = listed.join() === before?.members.map(({ id }) => id).join();
    if (before !== undefined && isKnown && now - before.at < detailsLast) return before;
    return { members: await readMembers(client, listed), at: now };
  });
  const places: Record<string, OwnPlace> = {};
  for (const client of clients) {
    // One that is away is where it was.
    const place = (await placeOf(client).catch(ignoreFault)) ?? before?.places[client.address];
    if (place !== undefined) places[client.address] = place;
  }
  return { at, members, places };
}

async function readMembers(client: CmsClient, ids: readonly string[]): Promise<Member[]> {
  const found: Member[] = [];
  for (const id of ids) {
    // One that is taken out of the cluster meanwhile is none.
    const member = await ifAnswered(() => readCallBridge(client, id, quiet));
    if (member === undefined) continue;
    const { name, address } = member;
    found.push({ id, name, ...(address === undefined ? {} : { address }) });
  }
  return found;
}

async function placeOf(client: CmsClient): Promise<OwnPlace> {
  const members = (await listCallBridges(client, quiet)).map(({ id }) => id);
  const uniqueName = await ifAnswered(() => readClusterUniqueName(client, quiet));
  return { members, ...(uniqueName === undefined ? {} : { uniqueName }) };
}

/**
 * Looks at all that is not as it should be, and settles the tickets of the cluster.
 * @throws NoCallBridge
 */
export async function inspect(
  deps: InspectingDeps,
  { config, clients }: Cluster,
  profiles: Profiles,
  hostsTaken: Inspection['hostsTaken'] = [],
): Promise<void> {
  const found = (await deps.discoveries.all()).get(config.name);
  if (found === undefined) return;
  const taken = [...(await deps.slots.blocked(config.name))].sort();
  const shared = await deps.callBridges.attempt(config.name, undefined, async (client) => ({
    domains: await ifAnswered(() => domainsToSpaces(client)),
    taken: await takenNumbers(client, taken),
    overlaps: await ifAnswered(() => foreignRanges(client, config, profiles)),
  }));
  const cdrReceivers: Record<string, CdrPlaces> = {};
  for (const client of clients) {
    const places = await cdrPlaces(client, deps.ownOrigin).catch(ignoreFault);
    if (places !== undefined) cdrReceivers[client.address] = places;
  }
  const inspection: Inspection = { ...shared, cdrReceivers, hostsTaken };
  const conditions = clusterConditions(config, found, inspection);
  await deps.tickets.settle(clusterScope(config.name), conditions, Date.now());
}

async function domainsToSpaces(client: CmsClient): Promise<string[]> {
  const rules = await listInboundRules(client, quiet);
  const domains: string[] = [];
  for (const rule of rules) if (await leadsToSpaces(client, rule, quiet)) domains.push(rule.domain);
  return domains;
}

/** What has the first of the numbers that are blocked: a space by its own numbers, else an access method. */
async function takenNumbers(client: CmsClient, all: readonly string[]): Promise<Inspection['taken']> {
  const first: Taken[] = [];
  for (const number of all.slice(0, askedAbout)) {
    const space = await spaceWith(client, number);
    first.push(
      space === undefined ? { number, by: 'unknown', name: '' } : { number, by: 'space', name: space },
    );
  }
  const left = first.filter(({ by }) => by === 'unknown').map(({ number }) => number);
  const methods = left.length === 0 ? new Map<string, string>() : await methodsWith(client, left);
  return {
    count: all.length,
    first: first.map((one) => {
      const name = methods.get(one.number);
      return name === undefined ? one : { number: one.number, by: 'access-method', name };
    }),
  };
}

/** The name of the space that has the number as its URI, second URI or call ID. */
async function spaceWith(client: CmsClient, number: string): Promise<string | undefined> {
  for await (const { name, uri, secondaryUri, callId } of listSpaces(client, { filter: number }, quiet)) {
    if (uri === number || secondaryUri === number || callId === number) return name;
  }
  return undefined;
}

/** Number -> name of the space whose access method has it. */
async function methodsWith(client: CmsClient, numbers: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let asked = 0;
  for await (const space of listSpaces(client, {}, quiet)) {
    if (asked === spacesAsked || found.size === numbers.length) break;
    // Our own slots have none, and there may be thousands of them.
    if (space.uri !== undefined && space.uri === space.callId) continue;
    asked += 1;
    for (const { uri, callId } of await listAccessMethods(client, space.id, quiet)) {
      for (const number of numbers) if (uri === number || callId === number) found.set(number, space.name);
    }
  }
  return found;
}

/** Sets that overlap our range and do not make our spaces: those have our profiles. */
async function foreignRanges(
  client: CmsClient,
  { numbers: { base, quantity } }: ClusterConfig,
  { callProfile, callLegProfile }: Profiles,
): Promise<{ from: number; to: number }[]> {
  const foreign: { from: number; to: number }[] = [];
  for (const { id, startIndex, endIndex } of await listBulkParameterSets(client, quiet)) {
    if (startIndex >= base + quantity || endIndex < base) continue;
    const set = await readBulkParameterSet(client, id, quiet);
    const makesNumbers = set.mappings.includes('$index$');
    const isOurs = set.callProfile === callProfile && set.callLegProfile === callLegProfile;
    if (makesNumbers && !isOurs) foreign.push({ from: startIndex, to: endIndex });
  }
  return foreign;
}

async function cdrPlaces(client: CmsClient, ownOrigin: string): Promise<CdrPlaces | undefined> {
  const { receivers, total, maximum } = await readCdrReceivers(client, quiet);
  if (maximum === undefined) return undefined;
  return { total, maximum, ours: receivers.some(({ uri }) => uri.startsWith(ownOrigin)) };
}

/** Undefined where the release knows no such thing; what speaks against the call bridge is thrown. */
async function ifAnswered<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CmsFault && !speaksAgainst(error)) return undefined;
    throw error;
  }
}
