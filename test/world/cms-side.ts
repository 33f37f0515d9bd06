/** What the simulated call bridges were asked, told in the words of the stories. */
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { Fault } from '../simulators/cms/faults.ts';
import type { MeetingJson, Product, World } from './world.ts';
import { until } from './world.ts';

export type Asked = CmsCluster['log'][number];

/** What a step asks of a call bridge. */
export interface Step {
  readonly method: string;
  readonly path: RegExp;
  readonly form?: RegExp;
}

/** The PUT that opens a slot's space, and marks an extension. */
export function opening(cms: CmsCluster, number: string): Step {
  return { method: 'PUT', path: spacePath(cms, number), form: /nonMemberAccess=true/ };
}

/** The PUT that locks a slot's space. */
export function locking(cms: CmsCluster, number: string): Step {
  return { method: 'PUT', path: spacePath(cms, number), form: /nonMemberAccess=false/ };
}

export function calling(cms: CmsCluster, number: string): Step {
  return { method: 'POST', path: /\/calls$/i, form: new RegExp(`coSpace=${cms.space(number)?.id}`) };
}

export function dialling(sip: string): Step {
  return { method: 'POST', path: /\/callLegs$/i, form: new RegExp(`remoteParty=${encodeURIComponent(sip)}`) };
}

export function deleting(call: string): Step {
  return { method: 'DELETE', path: new RegExp(`/calls/${call}$`, 'i') };
}

function spacePath(cms: CmsCluster, number: string): RegExp {
  return new RegExp(`/coSpaces/${cms.space(number)?.id}$`, 'i');
}

/** The requests of a step, in order. */
export function asked(cms: CmsCluster, { method, path, form }: Step): Asked[] {
  return cms.log.filter(
    (entry) =>
      entry.method === method &&
      path.test(entry.path) &&
      (form === undefined || form.test(new URLSearchParams(entry.form).toString())),
  );
}

export function fieldOf({ form }: Asked, name: string): string | undefined {
  return form.find(([field]) => field === name)?.[1];
}

/** The calls that were ever begun in a slot's space. */
export function callsOf(cms: CmsCluster, number: string) {
  const space = cms.space(number)?.id;
  return cms.events.filter(({ kind, coSpace }) => kind === 'callStarted' && coSpace === space);
}

/** How often a room was dialled. */
export function dialsTo(cms: CmsCluster, sip: string): number {
  return cms.events.filter(({ kind, remoteParty }) => kind === 'legDialled' && remoteParty === sip).length;
}

/** Lets a fault befall the next request of a step, at whichever call bridge it is made. */
export function strike(
  cms: CmsCluster,
  { method, path, form }: Step,
  fault: Omit<Fault, 'match' | 'times' | 'struck'>,
  then: (bridge: CmsBridge) => void = () => {},
): { readonly struck: () => Asked | undefined } {
  let seen: Asked | undefined;
  const match = { method, path, ...(form === undefined ? {} : { form }) };
  const faults = cms.bridges.map((bridge) => {
    const struck = () => {
      seen = cms.log.findLast((entry) => entry.bridge === bridge.name && entry.fault === fault.kind);
      for (const other of faults) other.bridge.dropFault(other.fault);
      then(bridge);
    };
    return { bridge, fault: { ...fault, match, times: 1, struck } };
  });
  for (const { bridge, fault: given } of faults) bridge.setFault(given);
  return { struck: () => seen };
}

interface ClustersJson {
  readonly clusters: {
    readonly slots: { readonly ok: boolean; readonly made: number };
    readonly callBridges: { readonly address: string; readonly state: string }[];
  }[];
}

/** Waits until every room was read, and the slots stand. */
export async function atRest(world: World, product: Product, timeout = 30_000): Promise<void> {
  await until(
    async () => {
      const { rooms } = await world.api<{ rooms: { lastSync: string | null; subscription: unknown }[] }>(
        product,
        '/api/rooms',
      );
      const { clusters } = await world.api<ClustersJson>(product, '/api/clusters');
      const read = rooms.every(({ lastSync, subscription }) => lastSync !== null && subscription !== null);
      return (read && clusters.every(({ slots }) => slots.ok)) || undefined;
    },
    timeout,
    () => product.output().slice(-2_000),
  );
}

/** Waits until the product takes a call bridge for what it is. */
export async function seenAs(
  world: World,
  product: Product,
  bridge: CmsBridge,
  state: 'up' | 'down',
): Promise<void> {
  await until(async () => {
    const { clusters } = await world.api<ClustersJson>(product, '/api/clusters');
    const found = clusters
      .flatMap(({ callBridges }) => callBridges)
      .find(({ address }) => address === bridge.url);
    return found?.state === state || undefined;
  }, 20_000);
}

export function noted({ timeline = [] }: MeetingJson, what: string) {
  return timeline.filter((entry) => entry.what === what);
}
