/**
 * What a meeting's hosts come in by, on its slot: an access method with the hosts' profile, beside the guests' profile on
 * the space. At least once; safe because the slot is marked before anything is put on it, and what stands there is looked
 * at before something is made: killed in between, whoever has the slot next finds the mark, and takes all of it away before
 * anybody is let in.
 */
import { createHash } from 'node:crypto';
import { createAccessMethod, deleteAccessMethod, listAccessMethods } from '../src/cms/access-methods.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { ignoreAbsence } from '../src/cms/fault.ts';
import { type OpenSpace, type SpaceProfiles, setProfiles } from '../src/cms/spaces.ts';
import type { AccessPolicy, Hosts } from '../src/conference/access.ts';
import type { Run } from '../src/conference/run.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { ensureAccessProfiles } from './access-profiles.ts';
import type { Hand } from './hand.ts';
import { lock, putOpen } from './steps.ts';

export interface AccessDeps {
  readonly bridges: BridgeStore;
  /** By name. */
  readonly policies: ReadonlyMap<string, AccessPolicy>;
}

/** Whose access it is, and where. */
interface Place {
  /** Key of the meeting. */
  readonly key: string;
  readonly cluster: string;
  readonly number: string;
  readonly space: string;
  readonly hosts: Hosts | undefined;
}

/** Where a conference is that was begun. */
export function placeOf({ meeting: { key } }: Hand, { cluster, number, space, hosts }: Run): Place {
  return { key, cluster, number, space, hosts };
}

/** What the access method is called, for administrators. */
const methodName = 'Hosts';

/** In place for this meeting, and nothing of another: asks the call bridge only where that is not known. @throws CmsFault */
export async function prepareAccess(
  deps: AccessDeps,
  client: CmsClient,
  place: Place,
  options: RequestOptions = {},
): Promise<void> {
  const { bridges } = deps;
  const { cluster, number, space, key, hosts } = place;
  const before = await bridges.slotAccess(cluster, number);
  if (hosts === undefined) {
    if (before === undefined) return;
    // Nobody has closed the meeting before: its guests' profile would keep everybody waiting.
    const usual = await usualProfiles(deps, cluster);
    if (usual !== undefined) await setProfiles(client, space, usual, options);
    await clearAccess(deps, client, { cluster, number, space }, options);
    return;
  }
  const mark = markOf(place);
  if (before?.mark === mark && before.isReady) return;
  const { hosts: callLegProfile } = await profilesFor(deps, client, cluster, hosts);
  await bridges.putSlotAccess(cluster, number, { key, mark, space, isReady: false });
  await removeMethods(client, space, options);
  const { number: dialled, passcode } = hosts;
  const method = { name: methodName, uri: dialled, callId: dialled, passcode, callLegProfile };
  await createAccessMethod(client, space, method, options);
  await bridges.putSlotAccess(cluster, number, { key, mark, space, isReady: true });
}

/** Takes away by what hosts came in, whoever has put it there. @throws CmsFault */
export async function clearAccess(
  { bridges }: Pick<AccessDeps, 'bridges'>,
  client: CmsClient,
  { cluster, number, space }: Pick<Place, 'cluster' | 'number' | 'space'>,
  options: RequestOptions = {},
): Promise<void> {
  await removeMethods(client, space, options);
  await bridges.dropSlotAccess(cluster, number);
}

async function removeMethods(client: CmsClient, space: string, options: RequestOptions): Promise<void> {
  const methods = (await listAccessMethods(client, space, options).catch(ignoreAbsence)) ?? [];
  for (const { id } of methods) await deleteAccessMethod(client, space, id, options).catch(ignoreAbsence);
}

/** Ids of the profiles that a meeting with these hosts has; made now where the cluster lacks them. @throws CmsFault */
export async function profilesFor(
  { bridges, policies }: AccessDeps,
  client: CmsClient,
  cluster: string,
  { policy: name }: Hosts,
): Promise<SpaceProfiles & { readonly hosts: string }> {
  const status = await bridges.clusterStatus(cluster);
  const { callProfile = '', accessProfiles = {} } = status;
  let own = accessProfiles[name];
  if (own === undefined) {
    const policy = policies.get(name);
    if (policy === undefined) throw new Error(`there is no policy ${name} any more`);
    const { profiles } = await ensureAccessProfiles(client, [policy], {});
    await bridges.putClusterStatus(cluster, {
      ...status,
      accessProfiles: { ...accessProfiles, ...profiles },
    });
    own = profiles[name];
    if (own === undefined) throw new Error(`${name} has no profiles`);
  }
  return { callProfile: own.call ?? callProfile, callLegProfile: own.guests, hosts: own.hosts };
}

/** Opens the space as the meeting's policy wants it; what it has instead of one that somebody has deleted is prepared anew. */
export async function putOpenWith(
  deps: AccessDeps,
  client: CmsClient,
  config: ClusterConfig,
  place: Place,
  fields: OpenSpace,
): Promise<string> {
  const { hosts } = place;
  if (hosts === undefined) return await putOpen(client, deps.bridges, config, place, fields);
  const { callProfile, callLegProfile } = await profilesFor(deps, client, config.name, hosts);
  const profiles = { callProfile, callLegProfile };
  return await putOpen(client, deps.bridges, config, place, { ...fields, profiles }, (space) =>
    prepareAccess(deps, client, { ...place, space }),
  );
}

/** Nobody comes in any more, and what hosts came in by is gone before the slot is anybody else's. @throws CmsFault */
export async function lockWith(
  { bridges }: Pick<AccessDeps, 'bridges'>,
  client: CmsClient,
  config: ClusterConfig,
  { number, space, hosts }: Pick<Run, 'number' | 'space'> & { readonly hosts?: Hosts | undefined },
): Promise<void> {
  const slot = { number, space };
  if (hosts === undefined && (await bridges.slotAccess(config.name, number)) === undefined) {
    await lock(client, config, slot);
    return;
  }
  await lock(client, config, slot, await usualProfiles({ bridges }, config.name));
  await clearAccess({ bridges }, client, { ...slot, cluster: config.name });
}

/** Of slots, and of conferences in which all are alike; undefined before the first look at the cluster. */
async function usualProfiles(
  { bridges }: Pick<AccessDeps, 'bridges'>,
  cluster: string,
): Promise<SpaceProfiles | undefined> {
  const { callProfile, callLegProfile } = await bridges.clusterStatus(cluster);
  if (callProfile === undefined || callLegProfile === undefined) return undefined;
  return { callProfile, callLegProfile };
}

/** Another whenever something else has to stand on the slot. */
function markOf({ key, space, hosts }: Place): string {
  return createHash('sha256')
    .update(JSON.stringify([key, space, hosts]))
    .digest('base64url')
    .slice(0, 22);
}
