/** What a cluster is: the call bridges that share its database, as they tell it themselves, against those configured. */
import type { ClusterConfig } from '../config.ts';

/** A call bridge in the list that the cluster keeps of itself. */
export interface Member {
  /** The same in the answers of all members. */
  readonly id: string;
  readonly name: string;
  /** Where its peers reach it; often by an IP address, so that it need not be the one configured. */
  readonly address?: string;
}

/** What one configured call bridge says of its own place. */
export interface OwnPlace {
  /** Its name in the list; undefined where it has none. */
  readonly uniqueName?: string;
  /** Ids of the members that it lists; none for one that stands alone. */
  readonly members: readonly string[];
}

export interface Discovery {
  /** When the members were read; epoch ms. */
  readonly at: number;
  /** Of the call bridge that was asked for the list; none where it stands alone. */
  readonly members: readonly Member[];
  /** By configured address; without those that could not be asked yet. */
  readonly places: Readonly<Record<string, OwnPlace>>;
}

type Cluster = Pick<ClusterConfig, 'name'> & {
  readonly callBridges: readonly { readonly address: string }[];
};

/** Where a configured call bridge stands in the list, known by its own name, else by its address. */
export function memberAt({ members, places }: Discovery, address: string): Member | undefined {
  const name = places[address]?.uniqueName;
  return (
    members.find((member) => name !== undefined && member.name === name) ??
    members.find((member) => member.address !== undefined && sameAddress(member.address, address))
  );
}

/** The configured address of a member; undefined where no credentials are configured for it. */
export function configuredAddress(
  { callBridges }: Cluster,
  discovery: Discovery,
  { id }: Pick<Member, 'id'>,
): string | undefined {
  return callBridges.find(({ address }) => memberAt(discovery, address)?.id === id)?.address;
}

/** Configured call bridges that have another database than the first one that could be asked. */
export function strangers({ callBridges }: Cluster, { places }: Discovery): string[] {
  const asked = callBridges.flatMap(({ address }) => {
    const place = places[address];
    return place === undefined ? [] : [{ address, members: [...place.members].sort().join(' ') }];
  });
  const [first, ...others] = asked;
  if (first === undefined) return [];
  // Two that stand alone have nothing in common.
  return others
    .filter(({ members }) => members === '' || members !== first.members)
    .map(({ address }) => address);
}

/** One of its call bridges is known through another cluster that stands before it in the configuration. */
export interface KnownAlready {
  readonly address: string;
  readonly cluster: string;
  /** The configured address through which it is known. */
  readonly through: string;
}

/** @param before the clusters that stand before it and are not refused themselves */
export function knownAlready(
  cluster: Cluster,
  discovery: Discovery | undefined,
  before: readonly (readonly [Cluster, Discovery])[],
): KnownAlready | undefined {
  for (const [other, known] of before) {
    const through = other.callBridges.find(({ address }) => (known.places[address]?.members.length ?? 0) > 0);
    if (through === undefined) continue;
    const ids = new Set(known.members.map(({ id }) => id));
    const found = cluster.callBridges.find(
      ({ address }) =>
        discovery?.places[address]?.members.some((id) => ids.has(id)) === true ||
        known.members.some((member) => member.address !== undefined && sameAddress(member.address, address)),
    );
    if (found !== undefined) return { address: found.address, cluster: other.name, through: through.address };
  }
  return undefined;
}

/** As TMS says it. */
export function tellKnownAlready({ address, cluster, through }: KnownAlready): string {
  return `${hostOf(address)} is part of a clustered call bridge and has already been added through ${hostOf(through)} (cluster ${cluster})`;
}

/** Host and port alone, as people speak of it. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

function sameAddress(a: string, b: string): boolean {
  return originOf(a) === originOf(b);
}

function originOf(address: string): string {
  const text = /^[a-z]+:\/\//i.test(address) ? address : `https://${address}`;
  return URL.canParse(text) ? new URL(text).origin : text;
}
