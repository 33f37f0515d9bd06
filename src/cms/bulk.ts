/**
 * Making many spaces at once. Running the sync of a set a second time first removes every space that its first
 * run made, with the calls in them: run a set once.
 */
import type { CmsClient, RequestOptions } from './client.ts';
import { CmsFault } from './fault.ts';
import { collect, walk } from './paging.ts';

/** The mappings are made by `indexMapping`; an empty one leaves its field unset. */
export interface BulkParameterSet {
  readonly startIndex: number;
  /** Inclusive. */
  readonly endIndex: number;
  readonly uri: string;
  readonly name: string;
  readonly callId: string;
  readonly callProfile?: string | undefined;
  readonly callLegProfile?: string | undefined;
  readonly nonMemberAccess: boolean;
}

type BulkSyncStatus = 'pending' | 'running' | 'complete' | `failed${string}`;

export interface BulkSync {
  readonly id: string;
  readonly set: string | undefined;
  readonly status: BulkSyncStatus;
}

/** The index of a space between two literal texts. */
export function indexMapping(before = '', after = ''): string {
  return `${literal(before)}$index$${literal(after)}`;
}

/** The new set's id. A set alone makes no space. */
export function createBulkParameterSet(
  client: CmsClient,
  set: BulkParameterSet,
  options?: RequestOptions,
): Promise<string> {
  return client.post(
    'cospaceBulkParameterSets',
    [
      ['startIndex', set.startIndex],
      ['endIndex', set.endIndex],
      ['coSpaceUriMapping', set.uri],
      ['coSpaceNameMapping', set.name],
      ['coSpaceCallIdMapping', set.callId],
      ['callProfile', set.callProfile],
      ['callLegProfile', set.callLegProfile],
      ['nonMemberAccess', set.nonMemberAccess],
    ],
    options,
  );
}

/** The sync's id; it runs on after the answer, which is the same for a set that cannot be carried out. */
export function runBulkSync(client: CmsClient, set: string, options?: RequestOptions): Promise<string> {
  return client.post('cospaceBulkSyncs', [['cospaceBulkParameterSet', set]], options);
}

export async function readBulkSync(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<BulkSync> {
  const path = `cospaceBulkSyncs/${id}`;
  const sync = await client.get(path, {}, { ...options, root: 'cospaceBulkSync' });
  const status = sync.text('status')?.trim() ?? '';
  if (!isStatus(status)) {
    throw new CmsFault(`GET /api/v1/${path} at ${client.address}: unknown status "${status}"`, {
      kind: 'garbled',
      callBridge: client.address,
      status: 200,
    });
  }
  return { id, set: sync.text('cospaceBulkParameterSet'), status };
}

function isStatus(text: string): text is BulkSyncStatus {
  return /^(pending|running|complete|failed.*)$/.test(text);
}

function literal(text: string): string {
  return text.replace(/[\\$]/g, '\\$&');
}

/** A set that stands on the bridge; running its sync makes, and makes anew, the spaces from its first index to its last. */
export interface StandingSet {
  readonly id: string;
  readonly startIndex: number;
  /** Inclusive. */
  readonly endIndex: number;
}

export function listBulkParameterSets(client: CmsClient, options?: RequestOptions): Promise<StandingSet[]> {
  const [list, item] = ['cospaceBulkParameterSets', 'cospaceBulkParameterSet'];
  return collect(walk(client, { path: list, list, item }, options), (id, set) => {
    const [startIndex, endIndex] = [set.number('startIndex'), set.number('endIndex')];
    return startIndex === undefined || endIndex === undefined ? undefined : { id, startIndex, endIndex };
  });
}

/** The profiles that its spaces get, and the texts that their URIs and call IDs are made of. */
export async function readBulkParameterSet(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<
  Pick<BulkParameterSet, 'callProfile' | 'callLegProfile'> & { readonly mappings: readonly string[] }
> {
  const set = await client.get(
    `cospaceBulkParameterSets/${id}`,
    {},
    { ...options, root: 'cospaceBulkParameterSet' },
  );
  const mappings = [set.text('coSpaceUriMapping'), set.text('coSpaceCallIdMapping')];
  return {
    callProfile: set.text('callProfile'),
    callLegProfile: set.text('callLegProfile'),
    mappings: mappings.filter((mapping) => mapping !== undefined),
  };
}
