/**
 * What a meeting's hosts come in by, on its slot: an access method with the hosts' profile, or the organizer as a member of
 * the space, beside the guests' profile on the space itself. At least once; safe because the slot is marked before anything is put on it, and what stands there is looked
 * at before something is made: killed in between, whoever has the slot next finds the mark, and takes all of it away before
 * anybody is let in.
 */
import { createHash } from 'node:crypto';
import { createAccessMethod, deleteAccessMethod, listAccessMethods } from '../src/cms/access-methods.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { CmsFault, ignoreAbsence } from '../src/cms/fault.ts';
import { addMember, findUser, listMembers, removeMember, setOwner } from '../src/cms/members.ts';
import { type OpenSpace, setProfiles } from '../src/cms/spaces.ts';
import type { AccessPolicy, Hosts } from '../src/conference/access.ts';
import type { Run } from '../src/conference/run.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { type SlotProfiles, withGuests } from '../src/slot/drift.ts';
import { ensureAccessProfiles } from './access-profiles.ts';
import type { Hand } from './hand.ts';
import { lock, putOpen } from './steps.ts';

export interface AccessDeps {
  readonly bridges: BridgeStore;
  /** By name. */
  readonly policies: ReadonlyMap<string, AccessPolicy>;
}

/** Whose access it is, and where. */
export interface Place {
  /** Key of the meeting. */
  readonly key: string;
  readonly cluster: string;
  readonly number: string;
  readonly space: string;
  readonly hosts: Hosts | undefined;
  /** SMTP address. */
  readonly organizer: string | undefined;
}

/** Where a conference is that was begun, or is to be. */
export function placeOf(
  { meeting: { key, last } }: Pick<Hand, 'meeting'>,
  { cluster, number, space, hosts }: Pick<Run, 'cluster' | 'number' | 'space' | 'hosts'>,
): Place {
  return { key, cluster, number, space, hosts, organizer: last.organizer?.address };
}

/** What the access method is called, for administrators. */
const methodName = 'Hosts';

/**
 * In place for this meeting, and nothing of another: asks the call bridge only where that is not known.
 * @throws CmsFault; `absent` where the space is gone
 */
export async function prepareAccess(
  deps: AccessDeps,
  client: CmsClient,
  place: Place,
  options: RequestOptions = {},
): Promise<void> {
  const { cluster, number, space, hosts } = place;
  const before = await deps.bridges.slotAccess(cluster, number);
  const profiles = hosts && (await profilesFor(deps, client, cluster, hosts));
  if (hosts === undefined || profiles === undefined) {
    if (before === undefined) return;
    // Nobody has closed the meeting before: its guests' profile would keep everybody waiting.
    const usual = await usualProfiles(deps, cluster);
    if (usual !== undefined) await setProfiles(client, space, usual, options);
    await clearAccess(deps, client, { cluster, number, space }, options);
    return;
  }
  if (before?.isReady && before.mark === markOf(place, profiles)) return;
  await orRenewed(deps, client, cluster, hosts, profiles, (own) =>
    putAccess(deps, client, { ...place, hosts }, own, options),
  );
}

async function putAccess(
  { bridges, policies }: AccessDeps,
  client: CmsClient,
  place: Place & { readonly hosts: Hosts },
  profiles: HostProfiles,
  options: RequestOptions,
): Promise<void> {
  const { cluster, number, space, key, hosts } = place;
  const before = await bridges.slotAccess(cluster, number);
  const policy = policies.get(hosts.policy);
  const member = policy?.way === 'host-member' || before?.member ? { member: true as const } : {};
  const access = { key, mark: markOf(place, profiles), space, ...member };
  await bridges.putSlotAccess(cluster, number, { ...access, isReady: false });
  await takeAway(client, space, before?.member === true, options);
  const callLegProfile = profiles.hosts;
  if (await needsMethod(client, place, policy, callLegProfile, options)) {
    const { number: dialled, passcode } = hosts;
    const method = { name: methodName, uri: dialled, callId: dialled, passcode, callLegProfile };
    await createAccessMethod(client, space, method, options);
  }
  await bridges.putSlotAccess(cluster, number, { ...access, isReady: true });
}

/** Makes the organizer owner and member where the policy wants that. @returns whether hosts come in by passcode as well */
async function needsMethod(
  client: CmsClient,
  { space, organizer }: Place,
  policy: AccessPolicy | undefined,
  callLegProfile: string,
  options: RequestOptions,
): Promise<boolean> {
  if (policy?.way !== 'host-member') return true;
  const userJid = organizer === undefined ? undefined : await findUser(client, organizer, options);
  if (userJid === undefined) return true;
  await setOwner(client, space, userJid, options);
  await addMember(client, space, { userJid, callLegProfile, rights: policy.member.rights }, options);
  return policy.member.passcode;
}

/** Takes away by what hosts came in, whoever has put it there. @throws CmsFault */
export async function clearAccess(
  { bridges }: Pick<AccessDeps, 'bridges'>,
  client: CmsClient,
  { cluster, number, space }: Pick<Place, 'cluster' | 'number' | 'space'>,
  options: RequestOptions = {},
): Promise<void> {
  const known = await bridges.slotAccess(cluster, number);
  await takeAway(client, space, known?.member === true, options);
  await bridges.dropSlotAccess(cluster, number);
}

/** @param member the space has, or may have, an owner and members */
async function takeAway(
  client: CmsClient,
  space: string,
  member: boolean,
  options: RequestOptions,
): Promise<void> {
  const methods = (await listAccessMethods(client, space, options).catch(ignoreAbsence)) ?? [];
  for (const { id } of methods) await deleteAccessMethod(client, space, id, options).catch(ignoreAbsence);
  if (!member) return;
  const members = (await listMembers(client, space, options).catch(ignoreAbsence)) ?? [];
  for (const id of members) await removeMember(client, space, id, options).catch(ignoreAbsence);
  await setOwner(client, space, '', options).catch(ignoreAbsence);
}

interface HostProfiles extends SlotProfiles {
  readonly hosts: string;
}

/**
 * Ids of the profiles that a meeting with these hosts has; made now where the cluster lacks them. Undefined where its
 * policy is configured no more, and nobody knows them.
 * @param how `anew`: they are looked for on the bridge, and made again where they are gone
 * @throws CmsFault
 */
export async function profilesFor(
  { bridges, policies }: AccessDeps,
  client: CmsClient,
  cluster: string,
  { policy: name }: Hosts,
  how?: 'anew',
): Promise<HostProfiles | undefined> {
  const status = await bridges.clusterStatus(cluster);
  const { callProfile = '', accessProfiles = {} } = status;
  let own = accessProfiles[name];
  const policy = policies.get(name);
  if ((own === undefined || how === 'anew') && policy !== undefined) {
    const { profiles } = await ensureAccessProfiles(
      client,
      [policy],
      own === undefined ? {} : { [name]: own },
    );
    const all = { ...accessProfiles, ...profiles };
    await bridges.putClusterStatus(cluster, { ...status, accessProfiles: all });
    own = profiles[name];
  }
  return own && { ...withGuests(own, callProfile), hosts: own.hosts };
}

/** Once more where something was absent: somebody may have removed a profile from the bridge. */
async function orRenewed<T>(
  deps: AccessDeps,
  client: CmsClient,
  cluster: string,
  hosts: Hosts,
  profiles: HostProfiles,
  act: (profiles: HostProfiles) => Promise<T>,
): Promise<T> {
  try {
    return await act(profiles);
  } catch (error) {
    if (!(error instanceof CmsFault) || error.kind !== 'absent') throw error;
    const renewed = await profilesFor(deps, client, cluster, hosts, 'anew');
    if (renewed === undefined || isSame(renewed, profiles)) throw error;
    return await act(renewed);
  }
}

function isSame(a: HostProfiles, b: HostProfiles): boolean {
  return a.hosts === b.hosts && a.callLegProfile === b.callLegProfile && a.callProfile === b.callProfile;
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
  const profiles = hosts && (await profilesFor(deps, client, config.name, hosts));
  if (hosts === undefined || profiles === undefined)
    return await putOpen(client, deps.bridges, config, place, fields);
  return await orRenewed(deps, client, config.name, hosts, profiles, async (own) => {
    const { callProfile, callLegProfile } = own;
    const all = { ...fields, profiles: { callProfile, callLegProfile } };
    return await putOpen(client, deps.bridges, config, place, all, (space) =>
      prepareAccess(deps, client, { ...place, space }),
    );
  });
}

/**
 * The same for what is open already: whoever has given it other profiles on the bridge meant it, and only a new space in
 * place of a deleted one gets those of its policy.
 */
export async function putOpenAgain(
  deps: AccessDeps,
  client: CmsClient,
  config: ClusterConfig,
  place: Place,
  fields: OpenSpace,
): Promise<string> {
  const { hosts } = place;
  return await putOpen(client, deps.bridges, config, place, fields, async (space) => {
    if (hosts === undefined) return;
    await prepareAccess(deps, client, { ...place, space });
    const own = await profilesFor(deps, client, config.name, hosts);
    if (own !== undefined) await setProfiles(client, space, own);
  });
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
): Promise<SlotProfiles | undefined> {
  const { callProfile, callLegProfile } = await bridges.clusterStatus(cluster);
  if (callProfile === undefined || callLegProfile === undefined) return undefined;
  return { callProfile, callLegProfile };
}

/** Another whenever something else has to stand on the slot. */
export function markOf({ key, space, hosts, organizer }: Place, { hosts: profile }: HostProfiles): string {
  const what = JSON.stringify([key, space, hosts, organizer, profile]);
  return createHash('sha256').update(what).digest('base64url').slice(0, 22);
}
