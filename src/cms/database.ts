/** How the database of a cluster is, as one of its call bridges sees it. */
import type { CmsClient, RequestOptions } from './client.ts';

export interface DatabaseNode {
  readonly hostname: string;
  readonly isUp: boolean | undefined;
  /** Bytes; undefined where it is not known, as of a node that is down. */
  readonly behind: number | undefined;
  readonly isMaster: boolean | undefined;
}

export interface Database {
  /** False: the call bridge has a database of its own, or none. */
  readonly isClustered: boolean;
  /** What the bridge says is wrong. */
  readonly error: string | undefined;
  /** The host name of the node that this call bridge uses. */
  readonly inUse: string | undefined;
  readonly nodes: readonly DatabaseNode[];
}

/** @throws CmsFault */
export async function readDatabase(client: CmsClient, options?: RequestOptions): Promise<Database> {
  const database = await client.get('system/database', {}, { ...options, root: 'database' });
  const cluster = database.child('cluster');
  return {
    isClustered: database.attributes.clustered === 'enabled',
    error: cluster?.text('error'),
    inUse: cluster?.text('nodeInUse'),
    nodes: (cluster?.children('node') ?? []).map(({ attributes }) => ({
      hostname: attributes.hostname ?? '',
      isUp: yesOrNo(attributes.up),
      behind: /^\d+$/.test(attributes.syncBehind ?? '') ? Number(attributes.syncBehind) : undefined,
      isMaster: yesOrNo(attributes.master),
    })),
  };
}

function yesOrNo(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value.toLowerCase() === 'true';
}
