/** What the admin listener shows of clusters: what TMS's page of a bridge has, for each call bridge and for all together. */
import type { CallBridgeFacts } from './cluster/call-bridge-facts.ts';
import { configuredAddress, type Discovery, memberAt } from './cluster/discovery.ts';
import type { Health } from './cluster/health.ts';
import type { Ticket } from './cluster/ticket.ts';
import { callBridgeScope } from './cluster/ticket-call-bridge.ts';
import { iso, isoOrNull } from './conference/view.ts';
import type { ClusterConfig, Config } from './config.ts';
import type { BridgeStore, ClusterStatus } from './redis/bridges.ts';
import type { DiscoveryStore } from './redis/discoveries.ts';
import type { SlotStore } from './redis/slots.ts';
import type { TicketStore } from './redis/tickets.ts';

interface ClustersDeps {
  readonly config: Pick<Config, 'clusters'>;
  readonly bridges: BridgeStore;
  readonly slots: SlotStore;
  readonly discoveries: DiscoveryStore;
  readonly tickets: TicketStore;
}

export type Line = { ok: boolean; since: string | null; why: string | null };

export function line(ok: boolean, since: number | undefined, why: string | undefined): Line {
  return { ok, since: isoOrNull(since), why: why ?? null };
}

/** Whether the slots of each cluster stand, and how its call bridges are; little to read, for monitoring asks often. */
export async function clusterStates({ config, bridges }: Pick<ClustersDeps, 'config' | 'bridges'>) {
  const health = await bridges.health();
  return await Promise.all(
    config.clusters.map(async ({ name, numbers, callBridges }) => ({
      name,
      slots: slotsLine(await bridges.clusterStatus(name), numbers.quantity),
      callBridges: callBridges.map(({ address }) => callBridgeView(address, health.get(address))),
    })),
  );
}

/** @param now epoch ms */
export async function listClusters(
  { config, bridges, slots, discoveries, tickets }: ClustersDeps,
  now: number,
) {
  const [health, facts, discovered, open] = await Promise.all([
    bridges.health(),
    bridges.facts(),
    discoveries.all(),
    tickets.list('open'),
  ]);
  return await Promise.all(
    config.clusters.map(async (cluster) => {
      const { name, domain, numbers, callBridges } = cluster;
      const discovery = discovered.get(name);
      const [status, use] = await Promise.all([bridges.clusterStatus(name), recentUse(slots, name, now)]);
      const stand = status.slots ?? 0;
      return {
        name,
        domain,
        numbers,
        isStandalone: discovery === undefined ? null : discovery.members.length === 0,
        openTickets: idsOf(open, (scope) => scope.endsWith(` ${name}`)),
        bookingsThisWeek: use.thisWeek,
        slots: {
          ...slotsLine(status, numbers.quantity),
          made: stand,
          reservations: use.all,
          total: numbers.quantity,
          heldNow: use.now,
          freeNow: Math.max(0, stand - use.now),
        },
        callBridges: callBridges.map(({ address }, place) => ({
          ...callBridgeView(address, health.get(address)),
          ...factsView(facts.get(address)),
          name: (discovery && memberAt(discovery, address)?.name) ?? null,
          order: place + 1,
          openTickets: idsOf(open, (scope) => scope === callBridgeScope(address)),
        })),
        members: membersView(cluster, discovery, health),
      };
    }),
  );
}

/**
 * All members of the cluster: the first configured one that is up answers; the other configured ones are alternates, in
 * their order; what is neither has no credentials here.
 */
function membersView(
  cluster: ClusterConfig,
  discovery: Discovery | undefined,
  health: ReadonlyMap<string, Health>,
) {
  const answering = cluster.callBridges.find(({ address }) => health.get(address)?.state === 'up')?.address;
  return (discovery?.members ?? []).map((member) => {
    const configured = discovery && configuredAddress(cluster, discovery, member);
    const place = cluster.callBridges.findIndex(({ address }) => address === configured);
    return {
      id: member.id,
      name: member.name,
      address: member.address ?? null,
      configured: configured ?? null,
      order: place === -1 ? null : place + 1,
      role: roleOf(configured, answering),
    };
  });
}

function roleOf(
  configured: string | undefined,
  answering: string | undefined,
): 'answers' | 'alternate' | 'not-configured' {
  if (configured === undefined) return 'not-configured';
  return configured === answering ? 'answers' : 'alternate';
}

interface Use {
  readonly all: number;
  readonly now: number;
  readonly thisWeek: number;
}

/** Epoch ms. */
interface Walk {
  readonly at: number;
  until: number;
  readonly use: Promise<Use>;
}

/** A walk over the reservations holds for so many times as long as it took. */
const worth = 20;
/** The last one of each cluster. */
const walks = new WeakMap<SlotStore, Map<string, Walk>>();

/** The same for all who ask meanwhile: there may be a million reservations, and pages that ask every few seconds. */
function recentUse(slots: SlotStore, cluster: string, now: number): Promise<Use> {
  const known = walks.get(slots) ?? new Map<string, Walk>();
  walks.set(slots, known);
  const last = known.get(cluster);
  if (last !== undefined && last.at <= now && now < last.until) return last.use;
  const begun = performance.now();
  const walk: Walk = { at: now, until: Number.POSITIVE_INFINITY, use: useOf(slots, cluster, now) };
  known.set(cluster, walk);
  walk.use.then(
    () => {
      walk.until = now + (worth + 1) * (performance.now() - begun);
    },
    () => known.delete(cluster),
  );
  return walk.use;
}

/** From one walk over the reservations: how many there are, hold a slot now, and begin in this week (from Monday, UTC). */
async function useOf(slots: SlotStore, cluster: string, now: number): Promise<Use> {
  const monday = startOfWeek(now);
  const held = new Set<string>();
  const week = new Set<string>();
  const all = new Set<string>();
  for await (const page of slots.all(cluster)) {
    for (const [key, { number, from, to }] of page) {
      all.add(key);
      if (from <= now && now < to) held.add(number);
      if (from >= monday && from < monday + 7 * day) week.add(key);
    }
  }
  return { all: all.size, now: held.size, thisWeek: week.size };
}

const day = 86_400_000;

function startOfWeek(now: number): number {
  const midnight = now - (now % day);
  return midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * day;
}

function idsOf(open: readonly Ticket[], isOf: (scope: string) => boolean): string[] {
  return open.filter(({ scope }) => isOf(scope)).map(({ id }) => id);
}

function slotsLine({ provisionedAt, slots, error, errorSince }: ClusterStatus, quantity: number): Line {
  if (error !== undefined) return line(false, errorSince, error);
  if (provisionedAt === undefined) return line(false, undefined, 'the slots were not looked at yet');
  const complete = slots === quantity;
  return line(
    complete,
    provisionedAt,
    complete ? undefined : `${slots ?? 0} of ${quantity} slots stand on the bridge`,
  );
}

function callBridgeView(address: string, health: Health | undefined) {
  if (health === undefined)
    return { address, state: 'unknown' as const, ...line(false, undefined, 'not asked yet') };
  const { state, since, at, why, cause, answeredAt, trial: _, returned: __, ...status } = health;
  return {
    ...{ address, state, ...line(state === 'up', since, why), cause: cause ?? null },
    ...{ lastSeen: iso(at), lastAnswer: isoOrNull(answeredAt), ...status },
  };
}

function factsView(facts: CallBridgeFacts | undefined) {
  if (facts === undefined) return {};
  const { at, alarms, certificate, ...rest } = facts;
  return {
    factsAt: iso(at),
    ...rest,
    ...(alarms && { alarms: alarms.map((alarm) => ({ ...alarm, since: isoOrNull(alarm.since) })) }),
    ...(certificate && { certificate: { ...certificate, validTo: iso(certificate.validTo) } }),
  };
}
