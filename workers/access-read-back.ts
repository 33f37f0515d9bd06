/** What hosts come in by, read back from the slot of a meeting to come: whether it is as it was put there. */
import { type AccessMethod, listAccessMethods } from '../src/cms/access-methods.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { findUser, listMembers, readMember } from '../src/cms/members.ts';
import { readSpace } from '../src/cms/spaces.ts';
import { type AccessPolicy, type Hosts, memberRights } from '../src/conference/access.ts';
import { type AccessDeps, markOf, type Place, profilesFor } from './slot-access.ts';

/**
 * Reads back what was put on a slot for a meeting to come, and what is not as it was put is put again by its next look
 * ahead, or its start.
 * @returns what differs; undefined where all is as it should be, or nothing is known to be there
 * @throws CmsFault
 */
export async function readBack(
  deps: AccessDeps,
  client: CmsClient,
  place: Place,
  options: RequestOptions = {},
): Promise<string | undefined> {
  const { cluster, number, space, hosts } = place;
  const known = await deps.bridges.slotAccess(cluster, number);
  const profiles = hosts && (await profilesFor(deps, client, cluster, hosts));
  if (hosts === undefined || profiles === undefined || !known?.isReady) return undefined;
  if (known.mark !== markOf(place, profiles)) return undefined;
  const policy = deps.policies.get(hosts.policy);
  const methods = await listAccessMethods(client, space, options);
  const member =
    policy?.way === 'host-member' && place.organizer !== undefined
      ? await findUser(client, place.organizer, options)
      : undefined;
  const differs =
    (known.member && member !== undefined
      ? await memberDiffers(client, space, { member, policy, callLegProfile: profiles.hosts }, options)
      : undefined) ??
    (member !== undefined && policy?.member.passcode === false
      ? methods.length === 0
        ? undefined
        : 'there is an access method, and hosts come in as members only'
      : methodDiffers(methods, hosts, profiles.hosts));
  if (differs !== undefined) await deps.bridges.putSlotAccess(cluster, number, { ...known, isReady: false });
  return differs;
}

interface MemberWanted {
  /** JID of the organizer. */
  readonly member: string;
  readonly policy: AccessPolicy | undefined;
  readonly callLegProfile: string;
}

async function memberDiffers(
  client: CmsClient,
  space: string,
  { member: userJid, policy, callLegProfile }: MemberWanted,
  options: RequestOptions,
): Promise<string | undefined> {
  const { ownerJid } = await readSpace(client, space, options);
  if (ownerJid !== userJid) return 'the owner of the space is another than its organizer';
  const [id, ...others] = await listMembers(client, space, options);
  if (id === undefined) return 'its organizer is no member of the space any more';
  if (others.length > 0) return 'the space has other members beside its organizer';
  const member = await readMember(client, space, id, options);
  if (member.userJid !== userJid) return 'the member of the space is another than its organizer';
  if (member.callLegProfile !== callLegProfile) return 'the callLegProfile of the member is another';
  const rights = new Set<string>(policy?.member.rights);
  const other = memberRights.find((right) => member.rights.includes(right) !== rights.has(right));
  return other && `${other} of the member is another`;
}

function methodDiffers(
  [method, ...others]: readonly AccessMethod[],
  { number, passcode }: Hosts,
  callLegProfile: string,
): string | undefined {
  if (method === undefined) return 'the access method for hosts is gone';
  if (others.length > 0) return 'there are other access methods beside that for hosts';
  const wanted = { uri: number, callId: number, passcode, callLegProfile };
  const is = { ...method, passcode: method.passcode ?? '' };
  const fields = Object.keys(wanted) as (keyof typeof wanted)[];
  const field = fields.find((name) => is[name] !== wanted[name]);
  return field && `the ${field} of the access method for hosts is another`;
}
