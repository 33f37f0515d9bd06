/** What a call bridge says of its peers: those that it cannot reach itself, by its alarms. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface PeerFailure {
  /** The peer's id in `callBridges`; some releases tell its name only. */
  readonly callBridge: string | undefined;
  readonly name: string | undefined;
}

/** @throws CmsFault */
export function listPeerFailures(client: CmsClient, options?: RequestOptions): Promise<PeerFailure[]> {
  const alarms = walk(client, { path: 'system/alarms', list: 'alarms', item: 'alarm' }, options);
  return collect(alarms, (_, alarm) => {
    // Some releases put the details in attributes.
    const of = (name: string) => alarm.text(name) ?? alarm.attributes[name];
    if (of('type') !== 'callBridgeConnectionFailure') return undefined;
    return { callBridge: of('callBridge'), name: of('callBridgeName') };
  });
}
