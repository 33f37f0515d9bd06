/** What a call bridge says of itself and of its cluster. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

/** Undefined where the bridge's release does not say. Bit rates are in bit/s. */
export interface SystemStatus {
  readonly softwareVersion: string | undefined;
  readonly uptimeSeconds: number | undefined;
  /** The bridge's clock, epoch milliseconds; whole seconds, and may lag by a few. */
  readonly cdrTime: number | undefined;
  readonly clusterEnabled: boolean | undefined;
  /** Number of the next call detail record. */
  readonly cdrCorrelatorIndex: number | undefined;
  readonly callLegsActive: number | undefined;
  /** Since the bridge's start. */
  readonly callLegsMaxActive: number | undefined;
  readonly callLegsCompleted: number | undefined;
  readonly audioBitRateOutgoing: number | undefined;
  readonly audioBitRateIncoming: number | undefined;
  readonly videoBitRateOutgoing: number | undefined;
  readonly videoBitRateIncoming: number | undefined;
}

export async function readStatus(client: CmsClient, options?: RequestOptions): Promise<SystemStatus> {
  const status = await client.get('system/status', {}, { ...options, root: 'status' });
  const cdrTime = Date.parse(status.text('cdrTime') ?? '');
  return {
    softwareVersion: status.text('softwareVersion'),
    uptimeSeconds: status.number('uptimeSeconds'),
    cdrTime: Number.isNaN(cdrTime) ? undefined : cdrTime,
    clusterEnabled: status.boolean('clusterEnabled'),
    cdrCorrelatorIndex: status.number('cdrCorrelatorIndex'),
    callLegsActive: status.number('callLegsActive'),
    callLegsMaxActive: status.number('callLegsMaxActive'),
    callLegsCompleted: status.number('callLegsCompleted'),
    audioBitRateOutgoing: status.number('audioBitRateOutgoing'),
    audioBitRateIncoming: status.number('audioBitRateIncoming'),
    videoBitRateOutgoing: status.number('videoBitRateOutgoing'),
    videoBitRateIncoming: status.number('videoBitRateIncoming'),
  };
}

export interface CallBridgeSummary {
  readonly id: string;
  readonly name: string;
}

export interface CallBridge extends CallBridgeSummary {
  /** Where its peers reach its web administration, e.g. `https://14.80.82.30`. */
  readonly address: string | undefined;
}

/** The members of the cluster; none for a call bridge that stands alone. */
export function listCallBridges(client: CmsClient, options?: RequestOptions): Promise<CallBridgeSummary[]> {
  const items = walk(client, { path: 'callBridges', list: 'callBridges', item: 'callBridge' }, options);
  return collect(items, (id, element) => ({ id, name: element.text('name') ?? '' }));
}

export async function readCallBridge(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<CallBridge> {
  const callBridge = await client.get(`callBridges/${id}`, {}, { ...options, root: 'callBridge' });
  return { id, name: callBridge.text('name') ?? '', address: callBridge.text('address') };
}

/** The name under which the asked bridge is in the list of its cluster; undefined where it has none. */
export async function readClusterUniqueName(
  client: CmsClient,
  options?: RequestOptions,
): Promise<string | undefined> {
  const cluster = await client.get('system/configuration/cluster', {}, options);
  return cluster.text('uniqueName');
}
