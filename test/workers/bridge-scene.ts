/** A cluster's worker in this process, beside simulated call bridges and a real Redis: each look is asked for by the test. */
import pino from 'pino';
import { CmsClient } from '../../src/cms/client.ts';
import type { AccessPolicy } from '../../src/conference/access.ts';
import type { Meeting } from '../../src/conference/meeting.ts';
import type { Run } from '../../src/conference/run.ts';
import type { ClusterConfig } from '../../src/config.ts';
import { mergeBookings, type RoomBooking } from '../../src/meeting/booking.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { DiscoveryStore } from '../../src/redis/discoveries.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { type BridgeDeps, bringCluster } from '../../workers/bridge.ts';
import { CallBridges } from '../../workers/call-bridges.ts';
import { HealthWatch } from '../../workers/health-watch.ts';
import { ca, issue } from '../cms/raw-bridge.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';

export const base = 8000;
export const hour = 3_600_000;

/** The process has died. */
export class Death extends Error {}

/** Lets the process die at one of its writes, before it is performed or before its answer is heard; dead, it asks nothing. */
export class Fate {
  left = Number.POSITIVE_INFINITY;
  moment: 'before' | 'after' = 'before';

  async at<T>(isWrite: boolean, request: () => Promise<T>): Promise<T> {
    if (this.left <= 0) throw new Death();
    if (!isWrite) return await request();
    this.left -= 1;
    if (this.left > 0) return await request();
    if (this.moment === 'after') await request();
    throw new Death();
  }
}

class MortalClient extends CmsClient {
  readonly #fate: Fate;

  constructor(options: ConstructorParameters<typeof CmsClient>[0], fate: Fate) {
    super(options);
    this.#fate = fate;
  }

  override get(...asked: Parameters<CmsClient['get']>) {
    return this.#fate.at(false, () => super.get(...asked));
  }

  override post(...asked: Parameters<CmsClient['post']>) {
    return this.#fate.at(true, () => super.post(...asked));
  }

  override put(...asked: Parameters<CmsClient['put']>) {
    return this.#fate.at(true, () => super.put(...asked));
  }

  override delete(...asked: Parameters<CmsClient['delete']>) {
    return this.#fate.at(true, () => super.delete(...asked));
  }
}

export class BridgeScene {
  readonly cms: CmsCluster;
  readonly redis: TestRedis;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly tickets: TicketStore;
  readonly clients: readonly CmsClient[];
  readonly fate: Fate;
  /** Of guest and host access. */
  policies: readonly AccessPolicy[] = [];
  /** Whether every room has been read since Redis was found empty. */
  isRebuilt = true;
  /** Clusters whose capacity was looked at. */
  readonly counted: string[] = [];
  readonly #closers: (() => Promise<unknown>)[];
  readonly #quantity: number;

  private constructor(
    cms: CmsCluster,
    redis: TestRedis,
    clients: readonly CmsClient[],
    fate: Fate,
    quantity: number,
  ) {
    this.cms = cms;
    this.fate = fate;
    this.redis = redis;
    this.clients = clients;
    this.#quantity = quantity;
    this.meetings = new MeetingStore(redis.redis);
    this.slots = new SlotStore(redis.redis);
    this.bridges = new BridgeStore(redis.redis);
    this.tickets = new TicketStore(redis.redis);
    this.#closers = [];
  }

  /** With its slots made. */
  static async create(quantity = 5): Promise<BridgeScene> {
    const cms = await CmsCluster.start({
      tls: issue(['localhost']),
      inboundDomains: ['emea.example.com'],
      callBridges: ['cms1', 'cms2'].map((name) => ({ name, username: 'api', password: name })),
      bulkSyncDelay: 10,
      users: [{ jid: 'tim@users.example.com', email: 'tim@example.com', name: 'Tim' }],
    });
    const dispatcher = createDispatcher({ proxy: {}, ca, connections: 8, connectTimeout: 2_000 });
    const fate = new Fate();
    const clients = cms.bridges.map(
      ({ url: address, name: password }) =>
        new MortalClient({ callBridge: { address, username: 'api', password }, dispatcher }, fate),
    );
    const scene = new BridgeScene(cms, await startRedis(), clients, fate, quantity);
    scene.#closers.push(
      () => dispatcher.destroy(),
      () => cms.stop(),
      () => scene.redis.close(),
    );
    await scene.look();
    return scene;
  }

  async destroy(): Promise<void> {
    for (const close of this.#closers) await close();
  }

  config(numbers = { base, quantity: this.#quantity }): ClusterConfig {
    return {
      ...{ name: 'emea', domain: 'emea.example.com', numbers, slotName: 'Slot_', accessNumbers: [] },
      callBridges: this.clients.map(({ address }, i) => ({
        ...{ address, username: 'api', password: `cms${i + 1}`, requests: 64 },
      })),
    };
  }

  deps(config = this.config()): BridgeDeps {
    const watch = new HealthWatch({
      probes: this.clients,
      store: this.bridges,
      viewer: 'scene',
      onError: (error) => {
        throw error;
      },
    });
    const callBridges = new CallBridges([{ config, clients: this.clients }], watch);
    const { bridges, slots, meetings, tickets } = this;
    return {
      ...{ callBridges, bridges, slots, meetings, tickets, log: pino({ level: 'silent' }) },
      ...{ earlyJoin: 'open' as const, policies: this.policies },
      ...{ discoveries: new DiscoveryStore(this.redis.redis), ownOrigin: 'https://roombridge.example.com' },
      allRoomsRead: async () => this.isRebuilt,
      settleDrains: async () => {},
      settleCapacity: async (cluster) => void this.counted.push(cluster),
      placeUnplaced: async () => {},
    };
  }

  /** One look of the worker, with another range where one is given. */
  async look(numbers?: { base: number; quantity: number }): Promise<void> {
    await bringCluster(this.deps(this.config(numbers)), { key: 'emea' });
  }

  /** One look after the other, each by a process that dies at that write; until one of them comes to its end. @returns how many died */
  async lookDying(
    moment: Fate['moment'],
    write: (life: number) => number,
    numbers?: { base: number; quantity: number },
  ): Promise<number> {
    for (let life = 1; ; life += 1) {
      Object.assign(this.fate, { moment, left: write(life) });
      try {
        await this.look(numbers);
        return life - 1;
      } catch (error) {
        if (!(error instanceof Death)) throw error;
      } finally {
        this.fate.left = Number.POSITIVE_INFINITY;
      }
    }
  }

  /** A meeting with a slot, from now on or later. */
  async book(key: string, number: string, { from = -hour, long = 2 * hour } = {}): Promise<Meeting> {
    const start = Date.now() + from;
    const booking: RoomBooking = {
      ...{ key, uid: key, eventId: 'e', start, end: start + long, title: key, isPrivate: false },
      timesSince: start,
    };
    await this.meetings.putBooking(
      'board@x',
      key,
      booking,
      mergeBookings(new Map([['board@x', booking]])),
      [],
    );
    const placement = { cluster: 'emea', number, passcode: '123456', secret: `secret of ${key}` };
    await this.meetings.putPlacement(key, placement, undefined, []);
    const wish = { key, from: start, to: start + long };
    const held = await this.slots.reserve(this.config(), [wish], { mode: 'found', number });
    if (held === undefined) throw new Error(`${number} is not free`);
    const meeting = await this.meetings.load(key);
    if (meeting === undefined) throw new Error(`${key} is not there`);
    return meeting;
  }

  /** Its conference as it is once it was opened, on the bridge and in our record. */
  async open({ key, placement, booked }: Meeting, bridge = 0): Promise<Run> {
    const { number = '', passcode = '', secret = '' } = placement ?? {};
    const space = this.space(number);
    const client = this.client(bridge);
    await client.put(`coSpaces/${space}`, [
      ['nonMemberAccess', true],
      ['passcode', passcode],
      ['name', key],
      ['secret', secret],
    ]);
    const call = await client.post('calls', [['coSpace', space]]);
    const run: Run = {
      ...{ cluster: 'emea', number, passcode, secret, space, call, name: key, rooms: {} },
      ...{ end: booked?.end ?? 0, callBridge: client.address, openedAt: Date.now() },
    };
    await this.meetings.adoptRun(key, run, []);
    return run;
  }

  client(bridge: number): CmsClient {
    const client = this.clients[bridge];
    if (client === undefined) throw new Error(`there is no call bridge ${bridge}`);
    return client;
  }

  /** Id of a slot's space. */
  space(number: string): string {
    const space = this.cms.space(number);
    if (space === undefined) throw new Error(`${number} is not on the bridge`);
    return space.id;
  }

  /** Codes of the open tickets. */
  async codes(): Promise<string[]> {
    return (await this.tickets.list('open')).map(({ code }) => code).sort();
  }

  /** Writes since the log was cleared: method and path below the API. */
  writes(): string[] {
    return this.cms.log
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1\//i, '').replace(/\/.*/, '')}`);
  }
}
