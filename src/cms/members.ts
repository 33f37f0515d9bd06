/** Users of the bridge, and what ties one to a space: as its owner and as its member. */
import { type MemberRight, memberRights } from '../conference/access.ts';
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

/** The JID of the user with this e-mail address, or with this JID; undefined where there is none. */
export async function findUser(
  client: CmsClient,
  address: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  const jids = (query: Readonly<Record<string, string>>) =>
    collect(walk(client, { path: 'users', list: 'users', item: 'user', query }, options), (_, user) =>
      user.text('userJid'),
    );
  const [byAddress] = await jids({ emailFilter: address });
  if (byAddress !== undefined) return byAddress;
  const wanted = address.toLowerCase();
  return (await jids({ filter: address })).find((jid) => jid.toLowerCase() === wanted);
}

/** Ids of the members of a space. */
export function listMembers(client: CmsClient, space: string, options?: RequestOptions): Promise<string[]> {
  const collection = { path: `coSpaces/${space}/coSpaceUsers`, list: 'coSpaceUsers', item: 'coSpaceUser' };
  return collect(walk(client, collection, options), (id) => id);
}

/** What a member is. */
export interface Member {
  readonly userJid: string;
  readonly callLegProfile: string | undefined;
  readonly rights: readonly MemberRight[];
}

export async function readMember(
  client: CmsClient,
  space: string,
  id: string,
  options?: RequestOptions,
): Promise<Member> {
  const member = await client.get(
    `coSpaces/${space}/coSpaceUsers/${id}`,
    {},
    { ...options, root: 'coSpaceUser' },
  );
  return {
    userJid: member.text('userJid') ?? '',
    callLegProfile: member.text('callLegProfile'),
    rights: memberRights.filter((right) => member.boolean(right) === true),
  };
}

export function addMember(
  client: CmsClient,
  space: string,
  {
    userJid,
    callLegProfile,
    rights,
  }: { readonly userJid: string; readonly callLegProfile: string; readonly rights: readonly MemberRight[] },
  options?: RequestOptions,
): Promise<string> {
  return client.post(
    `coSpaces/${space}/coSpaceUsers`,
    [
      ['userJid', userJid],
      ['callLegProfile', callLegProfile],
      // What is not chosen is said, for a bridge grants some by itself.
      ...memberRights.map((right): [string, boolean] => [right, rights.includes(right)]),
    ],
    { about: space, ...options },
  );
}

export function removeMember(
  client: CmsClient,
  space: string,
  id: string,
  options?: RequestOptions,
): Promise<void> {
  return client.delete(`coSpaces/${space}/coSpaceUsers/${id}`, { about: space, ...options });
}

/** An empty one unsets it. */
export function setOwner(
  client: CmsClient,
  space: string,
  ownerJid: string,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`coSpaces/${space}`, [['ownerJid', ownerJid]], { about: space, ...options });
}
