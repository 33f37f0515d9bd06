/** The program that simulated call bridges run in, so that their work is not done on the measured program's thread. */
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CallBridgeAccess } from '../world/world.ts';
import { Crowd } from './crowd.ts';

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
      readonly callBridges?: number;
    }
  /** Takes every space away and makes as many new ones: ids in the order of their numbers. */
  | { readonly do: 'renew'; readonly base: number; readonly quantity: number }
  | { readonly do: 'log'; readonly since: number }
  /** Requests from then until then, and forgets all requests: `Requests`. */
  | { readonly do: 'count'; readonly since: number; readonly until: number }
  | { readonly do: 'running' }
  /** People for each conference that runs, who are let in by and by. */
  | { readonly do: 'gather'; readonly people: number }
  /** How many are still to come then. Nobody is let in while many records wait. */
  | { readonly do: 'let-in'; readonly count: number }
  /** Which ways the call bridges tell by themselves who is in. */
  | { readonly do: 'tell'; readonly records: boolean; readonly events: boolean }
  /** So many changes, of which one in `every` is answered: `Change[]`. */
  | { readonly do: 'change'; readonly count: number; readonly every: number };

/** By the name of the call bridge, and by the kind of request: `GET calls/*`. */
export type Requests = Record<string, Record<string, number>>;

let cluster: CmsCluster | undefined;
let crowd: Crowd | undefined;

async function obey(order: BridgeOrder): Promise<unknown> {
  if (order.do === 'start') return await start(order);
  if (cluster === undefined) throw new Error('the call bridge was not started');
  switch (order.do) {
    case 'renew':
      return renew(cluster, order.base, order.quantity);
    case 'log':
      return cluster.log
        .filter(({ at }) => at >= order.since)
        .map(({ at, method, path, status }): Seen => ({ at, method, path, status }));
    case 'count':
      return count(cluster, order);
    case 'running':
      return cluster.bridges.reduce((sum, bridge) => sum + bridge.calls().length, 0);
    case 'gather':
      crowd = new Crowd(cluster, order.people);
      return crowd.conferences;
    case 'let-in':
      return crowd?.letIn(waiting(cluster) > mostWaiting ? 0 : order.count) ?? 0;
    case 'tell':
      crowd?.forget();
      for (const bridge of cluster.bridges) await tell(bridge, order);
      return undefined;
    case 'change':
      return crowd?.change(order.count, order.every) ?? [];
    default:
      return order satisfies never;
  }
}

async function start({
  tls,
  latency,
  callBridges = 1,
}: BridgeOrder & { do: 'start' }): Promise<CallBridgeAccess[]> {
  const names = Array.from({ length: callBridges }, (_, i) => `cms${i + 1}`);
  cluster = await CmsCluster.start({
    // How many records a bridge keeps is not published; all that a start of all at once makes are told here.
    ...{ tls, latency, cdr: { pause: 500, buffer: 20_000 } },
    callBridges: names.map((name) => ({ name, username: 'api', password: `${name}-pw` })),
  });
  return cluster.bridges.map(({ url, username, password }) => ({ url, username, password }));
}

function count(cluster: CmsCluster, { since, until }: { since: number; until: number }): Requests {
  const found: Requests = {};
  for (const { at, bridge, method, path } of cluster.log) {
    if (at < since || at >= until) continue;
    const kind = `${method} ${path.replace(/^\/api\/v1\//, '').replace(/[0-9a-f-]{36}/g, '*')}`;
    const ofBridge = found[bridge] ?? {};
    found[bridge] = { ...ofBridge, [kind]: (ofBridge[kind] ?? 0) + 1 };
  }
  cluster.clearLog();
  return found;
}

const mostWaiting = 500;

function waiting(cluster: CmsCluster): number {
  return Math.max(...cluster.bridges.map(({ cdrPending }) => cdrPending));
}

const places = 4;

/** Where no records are told all places of receivers are somebody else's; where no events are, nobody is let in for them. */
async function tell(
  bridge: CmsBridge,
  { records, events }: { records: boolean; events: boolean },
): Promise<void> {
  await bridge.clearFault('busy');
  if (!events) {
    bridge.setFault({ kind: 'busy', match: { path: /authTokens/i } });
    bridge.dropEventSockets();
  }
  if (records) return;
  for (const id of bridge.state.cdrReceivers.rows.keys()) {
    bridge.bySomebodyElse('DELETE', `system/cdrReceivers/${id}`);
  }
  for (let i = 0; i < places; i += 1) {
    bridge.bySomebodyElse('POST', 'system/cdrReceivers', { uri: `https://localhost:1/${i}` });
  }
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
