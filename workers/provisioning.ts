/** Making the slots that a cluster lacks. */
import { createBulkParameterSet, indexMapping, readBulkSync, runBulkSync } from '../src/cms/bulk.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { speaksAgainst } from './call-bridges.ts';
import type { Profiles } from './profiles.ts';
import { makeSlot } from './steps.ts';

/** How many slots are made at once where they are made one by one. */
const atOnce = 4;
/** As many in a row are made in bulk. */
const bulkFrom = 20;
const pollEvery = 1_000;
const pollTimes = 120;

/**
 * A part of the range that is wholly missing is made in bulk, by a set of its own that is run once: a bulk sync takes
 * away what its own set has made before, never what others have. Single ones are made one by one, and so is what a bulk
 * sync could not make.
 * @returns the numbers that the bridge will not have, because something else answers to them
 */
export async function makeMissingSlots(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  missing: readonly string[],
  profiles: Profiles,
): Promise<string[]> {
  const left: string[] = [];
  for (const part of partsOf(missing)) {
    const isWorthIt = part.length >= bulkFrom || part.length === cluster.numbers.quantity;
    if (!isWorthIt || !(await makeInBulk(client, cluster, part, profiles))) left.push(...part);
  }
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

/** Numbers in ascending order, cut where one is left out. */
function partsOf(numbers: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (const number of numbers) {
    const part = parts.at(-1);
    if (part !== undefined && Number(part.at(-1)) + 1 === Number(number)) part.push(number);
    else parts.push([number]);
  }
  return parts;
}

async function makeInBulk(
  client: CmsClient,
  cluster: ClusterConfig,
  numbers: readonly string[],
  profiles: Profiles,
): Promise<boolean> {
  const set = await createBulkParameterSet(client, {
    startIndex: Number(numbers[0]),
    endIndex: Number(numbers.at(-1)),
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
