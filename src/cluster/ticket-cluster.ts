/** What is wrong with a cluster, from what was found there. */
import type { ClusterConfig } from '../config.ts';
import {
  configuredAddress,
  type Discovery,
  hostOf,
  type KnownAlready,
  strangers,
  tellKnownAlready,
} from './discovery.ts';
import type { Condition } from './ticket.ts';

/** Undefined where the bridge would not say. */
export interface Inspection {
  /** Domains whose calls are looked for among the spaces. */
  readonly domains?: readonly string[] | undefined;
  /** Numbers of the range that cannot be had: how many, and what has the first of them. */
  readonly taken: { readonly count: number; readonly first: readonly Taken[] };
  /** Ranges of others that begin before ours ends. */
  readonly overlaps?: readonly { readonly from: number; readonly to: number }[] | undefined;
  /** By configured address. */
  readonly cdrReceivers: Readonly<Record<string, CdrPlaces>>;
  /** Numbers for hosts that a space of somebody else has, with its name. */
  readonly hostsTaken?: readonly (readonly [number: string, space: string])[];
}

export interface Taken {
  readonly number: string;
  /** `unknown`: something that is no space, and no access method that was found. */
  readonly by: 'space' | 'access-method' | 'unknown';
  /** Of the space. */
  readonly name: string;
}

export interface CdrPlaces {
  readonly total: number;
  readonly maximum: number;
  /** One of them is ours. */
  readonly ours: boolean;
}

export function clusterScope(cluster: string): string {
  return `cluster ${cluster}`;
}

export function slotsScope(cluster: string): string {
  return `slots ${cluster}`;
}

/** A cluster that is known already has this one fault: nothing else of it matters while it is not used. */
export function refusedCluster(known: KnownAlready): Condition[] {
  return [{ code: 'cluster-known-already', about: known.address, detail: tellKnownAlready(known) }];
}

export function clusterConditions(
  cluster: Pick<ClusterConfig, 'name' | 'domain' | 'callBridges'>,
  discovery: Discovery,
  inspection: Inspection,
): Condition[] {
  return [
    ...nameConditions(discovery),
    ...memberConditions(cluster, discovery),
    ...routeConditions(cluster, inspection),
    ...takenConditions(cluster, inspection),
    ...hostsTakenConditions(cluster, inspection),
    ...cdrConditions(inspection),
  ];
}

function nameConditions({ members, places }: Discovery): Condition[] {
  return Object.entries(places).flatMap(([address, { uniqueName, members: listed }]): Condition[] => {
    if (listed.length === 0) return [];
    const code = 'blank-system-name';
    if (uniqueName === undefined)
      return [{ code, about: address, detail: `${hostOf(address)} has no unique name in its cluster` }];
    const isListed = members.some(({ name }) => name === uniqueName);
    const isOurs = members.some(({ id }) => listed.includes(id));
    return isListed || !isOurs
      ? []
      : [
          {
            code,
            about: address,
            detail: `${hostOf(address)} calls itself "${uniqueName}", which is no name in the list of call bridges`,
          },
        ];
  });
}

function memberConditions(
  cluster: Pick<ClusterConfig, 'name' | 'callBridges'>,
  discovery: Discovery,
): Condition[] {
  const missing = discovery.members
    .filter((member) => configuredAddress(cluster, discovery, member) === undefined)
    .map(
      ({ id, name, address }): Condition => ({
        code: 'call-bridge-without-credentials',
        about: address ?? id,
        detail: `${name}${address === undefined ? '' : ` at ${hostOf(address)}`} is a member of the cluster and cannot take over`,
      }),
    );
  const others = strangers(cluster, discovery).map(
    (address): Condition => ({
      code: 'call-bridge-of-another-cluster',
      about: address,
      detail: `${hostOf(address)} has another database than ${hostOf(cluster.callBridges[0]?.address ?? '')}`,
    }),
  );
  return [...missing, ...others];
}

function routeConditions(
  { name, domain }: Pick<ClusterConfig, 'name' | 'domain'>,
  { domains, overlaps = [] }: Inspection,
): Condition[] {
  const about = `cluster ${name}`;
  const routed = domains === undefined || domains.includes(domain.toLowerCase());
  const unrouted: Condition = {
    code: 'domain-not-routed',
    about,
    detail: `<number>@${domain} cannot be dialled: ${
      domains === undefined || domains.length === 0
        ? 'no domain leads to the spaces'
        : `the domains that lead to the spaces are ${some(domains)}`
    }`,
  };
  const parts = overlaps.map(({ from, to }) => `${from} to ${to}`);
  return [
    ...(routed ? [] : [unrouted]),
    ...(parts.length === 0
      ? []
      : [
          {
            code: 'ranges-overlap' as const,
            about,
            detail: `a bulk parameter set of somebody else makes spaces from ${some(parts)}`,
          },
        ]),
  ];
}

function takenConditions(
  { name }: Pick<ClusterConfig, 'name'>,
  { taken: { count, first } }: Inspection,
): Condition[] {
  if (count === 0) return [];
  const about = `cluster ${name}`;
  const spaces = first.filter(({ by }) => by === 'space');
  const others = first.filter(({ by }) => by !== 'space');
  const rest = count - first.length;
  const more = rest > 0 ? ` (${count} numbers in all)` : '';
  const conditions: Condition[] = [];
  if (spaces.length > 0) {
    const told = spaces.map(({ number, name: space }) => `${number} (space "${space}")`);
    conditions.push({ code: 'numbers-taken-by-spaces', about, detail: `taken: ${some(told)}${more}` });
  }
  if (others.length > 0) {
    const told = others.map(({ number, by, name: space }) =>
      by === 'access-method'
        ? `${number} (an access method of space "${space}")`
        : `${number} (an access method, a user or an IVR)`,
    );
    conditions.push({
      code: 'numbers-taken-by-access-methods',
      about,
      detail: `taken: ${some(told)}${more}`,
    });
  }
  return conditions;
}

/** Meetings whose hosts should have such a number are opened for all alike. */
function hostsTakenConditions(
  { name }: Pick<ClusterConfig, 'name'>,
  { hostsTaken = [] }: Inspection,
): Condition[] {
  if (hostsTaken.length === 0) return [];
  const told = hostsTaken.slice(0, 5).map(([number, space]) => `${number} (space "${space}")`);
  const more = hostsTaken.length > told.length ? ` (${hostsTaken.length} numbers in all)` : '';
  const detail = `taken of the numbers for hosts: ${some(told)}${more}`;
  return [{ code: 'numbers-taken-by-spaces', about: `hosts of cluster ${name}`, detail }];
}

function cdrConditions({ cdrReceivers }: Inspection): Condition[] {
  return Object.entries(cdrReceivers).flatMap(([address, { total, maximum, ours }]): Condition[] =>
    ours || total < maximum
      ? []
      : [
          {
            code: 'cdr-receivers-used-up',
            about: address,
            detail: `${hostOf(address)} has ${total} of ${maximum} receivers, and none of them is ours`,
          },
        ],
  );
}

function some(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).join(', ');
  return texts.length > 5 ? `${shown} and ${texts.length - 5} more` : shown;
}
