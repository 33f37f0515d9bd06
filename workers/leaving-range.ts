/**
 * Takes off the bridge what the range has left: slots of a range that was, once no meeting has them any more. Only what we
 * knew as our slot, by its number, its name at rest and both profiles; never what anybody is in. Safe to repeat: what is
 * gone is gone, and what was left for any reason is looked at again by the next sweep.
 */
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { deleteSpace, readSpace } from '../src/cms/spaces.ts';
import type { BridgeDeps } from './bridge.ts';
import type { Cluster } from './call-bridges.ts';
import type { Profiles } from './profiles.ts';
import { isAtRest, type Slot } from './standing.ts';
import { inNoHurry } from './sweeping.ts';

/** @returns the numbers of those that are gone now */
export async function removeWhatLeft(
  deps: Pick<BridgeDeps, 'slots' | 'log'>,
  { config, clients }: Cluster,
  client: CmsClient,
  outside: ReadonlyMap<string, Slot>,
  profiles: Profiles,
): Promise<string[]> {
  const reserved = await deps.slots.reserved(config.name, [...outside.keys()]);
  const free = [...outside.values()].filter((slot) => !reserved.has(slot.number) && isAtRest(config, slot));
  if (free.length === 0) return [];
  const busy = await spacesInCalls(clients);
  // A call bridge that cannot be asked may have people in any of them.
  if (busy === undefined) return [];
  const removed: string[] = [];
  for (const { number, space } of free.filter((slot) => !busy.has(slot.space))) {
    try {
      const { nonMemberAccess, callProfile, callLegProfile, uri, callId } = await readSpace(
        client,
        space,
        inNoHurry,
      );
      const isOurs = callProfile === profiles.callProfile && callLegProfile === profiles.callLegProfile;
      if (nonMemberAccess || !isOurs || uri !== number || callId !== number) continue;
      await deleteSpace(client, space, inNoHurry);
    } catch (error) {
      if (!(error instanceof CmsFault) || error.kind !== 'absent') throw error;
    }
    removed.push(number);
  }
  if (removed.length > 0)
    deps.log.info({ cluster: config.name, removed: removed.length }, 'slots outside the range were removed');
  return removed;
}

async function spacesInCalls(clients: readonly CmsClient[]): Promise<ReadonlySet<string> | undefined> {
  try {
    const calls = await Promise.all(clients.map((client) => listCalls(client, {}, inNoHurry)));
    return new Set(calls.flat().flatMap(({ coSpace }) => coSpace ?? []));
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    return undefined;
  }
}
