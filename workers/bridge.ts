/**
 * Brings one cluster to where it should be: profiles and slots stand, what is open belongs to somebody. At least once;
 * safe because it reads what stands before it makes anything, makes what is missing only, and never runs a bulk sync
 * over slots that exist. Killed in between, the next look finds what was made.
 */
import type { Logger } from 'pino';
import { listCallLegs } from '../src/cms/call-legs.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { closeSpace, isSlot, listSpaces, readSpace } from '../src/cms/spaces.ts';
import { listCallBridges, readCallBridge, readStatus } from '../src/cms/system.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore, ClusterStatus } from '../src/redis/bridges.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import { placeholderName, slotIndex, slotNumber } from '../src/slot/slot.ts';
import { type CallBridges, type Cluster, NoCallBridge } from './call-bridges.ts';
import { foundKey } from './placing.ts';
import type { Work } from './processor.ts';
import { ensureProfiles, makeMissingSlots } from './provisioning.ts';
import { deleteCalls } from './steps.ts';

export interface BridgeDeps {
  readonly callBridges: CallBridges;
  readonly bridges: BridgeStore;
  readonly slots: SlotStore;
  readonly meetings: MeetingStore;
  readonly log: Logger;
  /** Whether every room has been read since Redis was found empty. */
  allRoomsRead(): Promise<boolean>;
  /** Tries again to give slots to meetings that have none. */
  placeUnplaced(): Promise<void>;
}

const sweepEvery = () => 240_000 + Math.random() * 60_000;
/** Until every room has been read, what is open cannot be told from what was forgotten. */
const rebuildEvery = 5_000;
const retryEvery = 5_000;
/** A slot that was found open is kept for its meeting for this long. */
const keepFound = 600_000;
/** How long a meeting stays listed. */
const retention = 30 * 86_400_000;

interface Slot {
  readonly number: string;
  readonly space: string;
  readonly name: string;
}

export async function bringCluster(deps: BridgeDeps, { key: name }: Work): Promise<number | undefined> {
  const cluster = deps.callBridges.cluster(name);
  if (cluster === undefined) return undefined;
  const before = await deps.bridges.clusterStatus(name);
  try {
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
  const rebuilt = await deps.allRoomsRead();
  if (rebuilt) {
    await deps.placeUnplaced();
    await deps.meetings.forget(Date.now() - retention);
  }
  return Date.now() + (rebuilt ? sweepEvery() : rebuildEvery);
}

async function look(
  deps: BridgeDeps,
  cluster: Cluster,
  client: CmsClient,
  before: ClusterStatus,
): Promise<ClusterStatus> {
  const { config } = cluster;
  const first = before.provisionedAt === undefined;
  if (first) {
    await readStatus(client);
    for (const { id } of await listCallBridges(client)) await readCallBridge(client, id);
  }
  let { slots, foreign } = await slotsOf(client, config);
  const atRest = [...slots.values()].find(
    ({ number, name }) => name === placeholderName(config.slotName, number),
  );
  const profiles = await ensureProfiles(client, before, atRest?.space);
  // Slots that are made one by one take their profiles from here.
  await deps.bridges.putClusterStatus(config.name, { ...before, ...profiles });
  const missing = numbersOf(config).filter((number) => !slots.has(number) && !foreign.has(number));
  let refused: string[] = [];
  if (missing.length > 0) {
    deps.log.info({ cluster: config.name, missing: missing.length }, 'slots are missing and will be made');
    refused = await makeMissingSlots(client, deps.bridges, config, missing, profiles);
    ({ slots, foreign } = await slotsOf(client, config));
  }
  const unusable = [...foreign, ...refused].filter((number) => !slots.has(number));
  if (unusable.length > 0)
    deps.log.warn({ cluster: config.name, unusable }, 'numbers of the range are taken by others');
  await deps.slots.block(config, unusable);
  const spaces = new Map([...slots].map(([number, { space }]) => [number, space]));
  await deps.bridges.putSpaces(config.name, spaces);
  const open = [...slots.values()].filter(
    ({ number, name }) => name !== placeholderName(config.slotName, number),
  );
  if (first) await keepWhatRuns(deps, cluster, client, open);
  else if (await deps.allRoomsRead())
    await closeWhatNobodyHolds(deps, cluster, client, open, profiles.callProfile);
  return { ...profiles, slots: slots.size, provisionedAt: before.provisionedAt ?? Date.now() };
}

function numbersOf({ numbers }: ClusterConfig): string[] {
  return Array.from({ length: numbers.quantity }, (_, index) => slotNumber(numbers, index));
}

/** The slots of the range, and the numbers of it that a space of somebody else has as its URI or its call ID. */
async function slotsOf(client: CmsClient, { numbers }: ClusterConfig) {
  const slots = new Map<string, Slot>();
  const foreign = new Set<string>();
  for await (const space of listSpaces(client)) {
    for (const number of new Set([space.callId, space.uri])) {
      if (number === undefined || slotIndex(numbers, number) === undefined) continue;
      if (isSlot(space, number)) slots.set(number, { number, space: space.id, name: space.name });
      else foreign.add(number);
    }
  }
  return { slots, foreign };
}

/** The first look with an empty memory: conferences that run keep their slots until their meetings are known again. */
async function keepWhatRuns(
  deps: BridgeDeps,
  { config, clients }: Cluster,
  client: CmsClient,
  open: readonly Slot[],
): Promise<void> {
  if (open.length === 0) return;
  const now = Date.now();
  const calls = (
    await Promise.all(
      clients.map(async (other) => {
        const listed = await listCalls(other).catch(() => []);
        return listed.map(({ id, coSpace }) => ({ client: other, call: id, coSpace }));
      }),
    )
  ).flat();
  for (const { number, space } of open) {
    const { name, passcode, secret } = await readSpace(client, space);
    const wish = { key: foundKey(number), from: now, to: now + keepFound };
    await deps.slots.reserve(config, [wish], { mode: 'only', number });
    const own = calls.filter(({ coSpace }) => coSpace === space);
    const found = {
      ...{ number, space, name, passcode: passcode ?? '', secret: secret ?? '', foundAt: now },
      calls: own.map(({ client: { address }, call }) => ({ callBridge: address, call })),
      parties: (await Promise.all(own.map(({ client: other, call }) => partiesOf(other, call)))).flat(),
    };
    await deps.bridges.putFound(config.name, [found]);
  }
  deps.log.info({ cluster: config.name, open: open.length }, 'slots were found open');
}

async function partiesOf(client: CmsClient, call: string): Promise<string[]> {
  try {
    const legs = await listCallLegs(client, call);
    return legs.flatMap(({ remoteParty, originalRemoteParty }) =>
      originalRemoteParty === undefined ? [remoteParty] : [remoteParty, originalRemoteParty],
    );
  } catch (error) {
    ignoreFault(error);
    return [];
  }
}

/** A slot that is open though no meeting holds it now was forgotten: nobody may come in any more. */
async function closeWhatNobodyHolds(
  deps: BridgeDeps,
  { config, clients }: Cluster,
  client: CmsClient,
  open: readonly Slot[],
  callProfile: string,
): Promise<void> {
  for (const { number, space } of open) {
    const holder = await deps.slots.holderAt(
      config.name,
      slotIndex(config.numbers, number) ?? -1,
      Date.now(),
    );
    if (holder !== undefined && holder !== foundKey(number)) continue;
    const { nonMemberAccess, callProfile: itsProfile } = await readSpace(client, space);
    // What does not have our profile was not opened by us, whatever its number.
    if (!nonMemberAccess || itsProfile !== callProfile) continue;
    await closeSpace(client, space, { name: placeholderName(config.slotName, number) });
    await Promise.all(clients.map((other) => deleteCalls(other, space).catch(ignoreFault)));
    await deps.slots.release(config.name, [foundKey(number)]);
    deps.log.warn(
      { cluster: config.name, number },
      'a slot was open that no meeting holds; it is locked now',
    );
  }
}

/** A call bridge that is away is asked again at the next sweep. */
function ignoreFault(error: unknown): void {
  if (!(error instanceof CmsFault)) throw error;
}
