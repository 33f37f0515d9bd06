/** Which release a call bridge has, for requests that an older one may take, leaving out in silence what it does not know. */
import type { CmsClient, RequestOptions } from '../client.ts';
import { CmsFault } from '../fault.ts';
import { readStatus } from '../system.ts';

export type Release = readonly [major: number, minor: number];

/** The call bridge's release as it says it, where that is older; undefined where it is not, or cannot be told. @throws CmsFault */
export async function olderThan(
  client: CmsClient,
  [major, minor]: Release,
  options?: RequestOptions,
): Promise<string | undefined> {
  const { softwareVersion = '' } = await readStatus(client, options);
  const [, its, itsMinor] = /^(\d+)\.(\d+)/.exec(softwareVersion) ?? [];
  if (its === undefined || Number(its) > major) return undefined;
  return Number(its) < major || Number(itsMinor) < minor ? softwareVersion : undefined;
}

/**
 * @param what in people's words, for what is thrown in place of a request that would come to nothing
 * @throws CmsFault; `refused` with the reason `invalidOperation` where the release is older
 */
export async function mustHave(
  client: CmsClient,
  since: Release,
  what: string,
  options?: RequestOptions,
): Promise<void> {
  const release = await olderThan(client, since, options);
  if (release === undefined) return;
  throw new CmsFault(`${client.address} has release ${release}, and ${what} came with ${since.join('.')}`, {
    kind: 'refused',
    callBridge: client.address,
    reasons: ['invalidOperation'],
  });
}
