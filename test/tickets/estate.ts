/** Simulated clusters, a Redis, and the real work on them, driven by hand: one look at a time, never a sleep. */
import { pino } from 'pino';
import type { TicketView } from '../../src/cluster/ticket.ts';
import type { ClusterConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { DiscoveryStore } from '../../src/redis/discoveries.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { bringCluster } from '../../workers/bridge.ts';
import type { CallBridges } from '../../workers/call-bridges.ts';
import { connectCallBridges } from '../../workers/connecting.ts';
import { Ticketing } from '../../workers/ticketing.ts';
import { type Admin, openAdmin } from '../http/admin-fixture.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../simulators/cms/options.ts';

export const base = 80991000;
export const ownOrigin = 'https://roombridge.example.com';

/** A configured cluster: which simulated call bridges, in which order. */
export interface Configured {
  readonly name: string;
  readonly callBridges: readonly {
    readonly url: string;
    readonly username: string;
    readonly password: string;
  }[];
  readonly domain?: string;
  readonly base?: number;
  readonly quantity?: number;
  /** First of the numbers for hosts. */
  readonly hosts?: number;
}

const silent = pino({ level: 'silent' });
export const certificates = createTestAuthority();
const { ca } = certificates;

export function startCluster(
  names: readonly string[],
  options: Partial<CmsClusterOptions> = {},
): Promise<CmsCluster> {
  return CmsCluster.start({
    tls: certificates.issue(['localhost', '127.0.0.1']),
    callBridges: names.map((name) => ({ name, username: 'api', password: `${name}-pw` })),
    bulkSyncDelay: 20,
    softwareVersion: '3.9.1',
    ...options,
  });
}

export class Estate {
  readonly #redis: TestRedis;
  readonly #admin: Admin;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly tickets: TicketStore;
  readonly bridges: BridgeStore;
  readonly slots: SlotStore;
  readonly discoveries: DiscoveryStore;
  readonly meetings: MeetingStore;
  configs: ClusterConfig[] = [];
  #callBridges: CallBridges | undefined;

  private constructor(redis: TestRedis, admin: Admin, tickets: TicketStore) {
    this.#redis = redis;
    this.#admin = admin;
    this.tickets = tickets;
    this.bridges = new BridgeStore(redis.redis);
    this.slots = new SlotStore(redis.redis);
    this.discoveries = new DiscoveryStore(redis.redis);
    this.meetings = new MeetingStore(redis.redis);
  }

  static async open(): Promise<Estate> {
    const redis = await startRedis();
    const tickets = new TicketStore(redis.redis);
    const admin = await openAdmin({
      listTickets: (state) => tickets.list(state),
      acknowledgeTicket: (id, said) => tickets.acknowledge(id, said, Date.now()),
    });
    return new Estate(redis, admin, tickets);
  }

  /** Forgets everything and knows these clusters from now on. */
  async configure(clusters: readonly Configured[]): Promise<void> {
    await this.#redis.redis.flushall();
    await this.reconfigure(clusters);
  }

  /** Knows these clusters from now on, and what it knew. */
  async reconfigure(clusters: readonly Configured[]): Promise<void> {
    this.configs = clusters.map((cluster, place) => ({
      name: cluster.name,
      domain: cluster.domain ?? 'meet.example.com',
      numbers: {
        ...{ base: cluster.base ?? base + place * 1_000, quantity: cluster.quantity ?? 5 },
        ...(cluster.hosts === undefined ? {} : { hosts: { base: cluster.hosts } }),
      },
      slotName: 'TMS_Scheduled_Meeting_',
      ca,
      accessNumbers: [],
      callBridges: cluster.callBridges.map(({ url, username, password }) => ({
        address: url,
        username,
        password,
        requests: 8,
      })),
    }));
    this.#callBridges = connectCallBridges({
      config: { clusters: this.configs, proxy: {} },
      ...{ store: this.bridges, viewer: 'estate', metrics: createMetrics(), log: silent },
      closers: this.#closers,
    });
  }

  get callBridges(): CallBridges {
    if (this.#callBridges === undefined) throw new Error('no cluster is configured');
    return this.#callBridges;
  }

  /** One sweep of a cluster, as the worker of the `bridge` queue does it. @returns when it wants to look again */
  async sweep(name: string): Promise<number | undefined> {
    const { callBridges, bridges, slots, tickets, discoveries, meetings } = this;
    return await bringCluster(
      {
        ...{ callBridges, bridges, slots, tickets, discoveries, meetings, ownOrigin },
        log: silent,
        allRoomsRead: async () => true,
        placeUnplaced: async () => {},
        settleDrains: async () => {},
        settleCapacity: async () => {},
        earlyJoin: 'open',
        policies: [],
      },
      { key: name },
    );
  }

  /** One look of what turns the health of call bridges, and how meetings fare, into tickets. */
  async look(now = Date.now()): Promise<void> {
    const { configs, bridges, meetings, tickets } = this;
    await new Ticketing({ config: { clusters: configs }, bridges, meetings, tickets, log: silent }).look(now);
  }

  /** Has the call bridges watched, as a worker does. @returns what ends it */
  watch(): () => Promise<void> {
    const { callBridges } = this;
    callBridges.start();
    return async () => void (await callBridges.stop());
  }

  /** As `/api/tickets` shows them. */
  async open(): Promise<TicketView[]> {
    return JSON.parse((await this.#admin.ask('/api/tickets')).body).tickets;
  }

  async summary(): Promise<string> {
    return JSON.parse((await this.#admin.ask('/api/tickets')).body).summary;
  }

  async close(): Promise<void> {
    await this.#admin.instance.close();
    for (const close of this.#closers) await close();
    await this.#redis.close();
  }
}
