/** Making what a cluster lacks: the two profiles of scheduled meetings, and the slots of its range. */
import { createBulkParameterSet, indexMapping, readBulkSync, runBulkSync } from '../src/cms/bulk.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import type { Form } from '../src/cms/form.ts';
import {
  createCallLegProfile,
  createCallProfile,
  listCallLegProfiles,
  listCallProfiles,
  type Profile,
  readCallLegProfile,
  readCallProfile,
  scheduledCallLegProfile,
  scheduledCallProfile,
} from '../src/cms/profiles.ts';
import { readSpace } from '../src/cms/spaces.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { speaksAgainst } from './call-bridges.ts';
import { makeSlot } from './steps.ts';

export interface Profiles {
  readonly callProfile: string;
  readonly callLegProfile: string;
}

/** Profiles as known, else as a slot has them, else as they stand on the bridge, else made now. */
export async function ensureProfiles(
  client: CmsClient,
  known: Partial<Profiles>,
  slotSpace: string | undefined,
): Promise<Profiles> {
  const slot = slotSpace === undefined ? undefined : await readSpace(client, slotSpace);
  const callProfile =
    known.callProfile ??
    slot?.callProfile ??
    (await findProfile(
      await listCallProfiles(client),
      (id) => readCallProfile(client, id),
      scheduledCallProfile,
    )) ??
    (await createCallProfile(client, scheduledCallProfile));
  const callLegProfile =
    known.callLegProfile ??
    slot?.callLegProfile ??
    (await findProfile(
      await listCallLegProfiles(client),
      (id) => readCallLegProfile(client, id),
      scheduledCallLegProfile,
    )) ??
    (await createCallLegProfile(client, scheduledCallLegProfile));
  return { callProfile, callLegProfile };
}

/** One that says the same: made before an answer or our memory was lost. */
async function findProfile(
  ids: readonly string[],
  read: (id: string) => Promise<Profile>,
  wanted: Form,
): Promise<string | undefined> {
  for (const id of ids) {
    const { fields } = await read(id);
    if (wanted.every(([name, value]) => fields[name] === String(value))) return id;
  }
  return undefined;
}

/** How many slots are made at once where they are made one by one. */
const atOnce = 4;
const pollEvery = 1_000;
const pollTimes = 120;

/**
 * In bulk where the whole range is missing; one by one where slots stand, because a bulk sync removes them first.
 * @returns the numbers that the bridge will not have, because something else answers to them
 */
export async function makeMissingSlots(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  missing: readonly string[],
  profiles: Profiles,
): Promise<string[]> {
  if (missing.length === cluster.numbers.quantity && (await makeInBulk(client, cluster, profiles))) return [];
  const left = [...missing];
  const refused: string[] = [];
  const makeNext = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      try {
        await makeSlot(client, store, cluster, number);
      } catch (error) {
        if (!(error instanceof CmsFault) || error.kind !== 'refused' || speaksAgainst(error)) throw error;
        refused.push(number);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, makeNext));
  return refused;
}

async function makeInBulk(client: CmsClient, cluster: ClusterConfig, profiles: Profiles): Promise<boolean> {
  const { base, quantity } = cluster.numbers;
  const set = await createBulkParameterSet(client, {
    startIndex: base,
    endIndex: base + quantity - 1,
    uri: indexMapping(),
    name: indexMapping(cluster.slotName),
    callId: indexMapping(),
    ...profiles,
    nonMemberAccess: false,
  });
  const sync = await runBulkSync(client, set);
  for (let poll = 0; poll < pollTimes; poll += 1) {
    const { status } = await readBulkSync(client, sync);
    if (status === 'complete') return true;
    if (status.startsWith('failed')) return false;
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
  }
  return false;
}
