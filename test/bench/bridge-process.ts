/** The program that a simulated call bridge runs in, so that its work is not done on the measured program's thread. */
import { CmsCluster } from '../simulators/cms/cluster.ts';

export interface Seen {
  /** Epoch ms of its arrival. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export type BridgeOrder =
  | {
      readonly do: 'start';
      readonly tls: { readonly key: string; readonly cert: string };
      readonly latency: number;
    }
  /** Takes every space away and makes as many new ones: ids in the order of their numbers. */
  | { readonly do: 'renew'; readonly base: number; readonly quantity: number }
  | { readonly do: 'log'; readonly since: number };

const username = 'api';
const password = 'cms1-pw';
let cluster: CmsCluster | undefined;

async function obey(order: BridgeOrder): Promise<unknown> {
  if (order.do === 'start') {
    const callBridges = [{ name: 'cms1', username, password }];
    cluster = await CmsCluster.start({ tls: order.tls, callBridges, latency: order.latency });
    return { url: cluster.bridge(0).url, username, password };
  }
  if (cluster === undefined) throw new Error('the call bridge was not started');
  if (order.do === 'renew') return renew(cluster, order.base, order.quantity);
  const { since } = order;
  return cluster.log
    .filter(({ at }) => at >= since)
    .map(({ at, method, path, status }): Seen => ({ at, method, path, status }));
}

function renew(cluster: CmsCluster, base: number, quantity: number): string[] {
  for (const { id } of cluster.spaces()) cluster.removeSpace(id);
  cluster.clearLog();
  return Array.from({ length: quantity }, (_, i) => {
    const number = String(base + i);
    const name = `TMS_Scheduled_Meeting_${number}`;
    return cluster.addSpace({ name, uri: number, callId: number, nonMemberAccess: 'false' });
  });
}

process.on('message', (order: BridgeOrder) => {
  obey(order).then(
    (value) => process.send?.({ value }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
