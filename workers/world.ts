/** The call bridges of a cluster as the plan of a conference must know them. */
import { mustMove } from '../src/cluster/drain.ts';
import { calm, type World } from '../src/conference/world.ts';
import type { CallBridges } from './call-bridges.ts';

/** As this process knows them now. */
export function worldOf(callBridges: CallBridges, cluster: string | undefined): World {
  const clients = cluster === undefined ? [] : (callBridges.cluster(cluster)?.clients ?? []);
  const isOut = (name: string, at: number) => callBridges.isOut(name, at);
  if (clients.length === 0) return { ...calm, isOut };
  const now = Date.now();
  const that = (is: (address: string) => boolean) =>
    new Set(clients.map(({ address }) => address).filter(is));
  return {
    lost: that((address) => callBridges.isLost(address)),
    up: that((address) => callBridges.health(address)?.state === 'up'),
    leaving: that((address) => mustMove(callBridges.drain(address), now)),
    isOut,
  };
}
