/** Many clusters of two call bridges each, one slot in each, and the built product over all of them. */
import { startRedis, type TestRedis } from '../redis/server.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import { type MeetingJson, type Product, until, World } from '../world/world.ts';

/** One meeting in one room: it holds the only slot of its cluster, so that nothing else befalls that. */
export interface Tenancy {
  readonly key: string;
  readonly number: string;
  readonly sip: string;
  readonly start: number;
  readonly cms: CmsCluster;
  readonly event: BookedEvent;
}

export interface EstateOptions {
  readonly count: number;
  /** Milliseconds by which a meeting is extended, once; 0 for never. */
  readonly extension: number;
  /** With one more cluster, the last, that has a slot for each meeting. */
  readonly refuge?: boolean;
}

/** Milliseconds, however loaded the machine is. */
const patience = 240_000;
/** Milliseconds for which a list of all meetings is the present one. */
const listedFor = 300;
/** Meetings that begin at the same second. */
const atOnce = 8;
const base = 80_000_000;
const refugeBase = 70_000_000;
const organizers = Array.from({ length: 20 }, (_, i) => ({
  mailbox: `person-${i}@example.com`,
  name: `Person ${i}`,
}));
const mailboxOf = (i: number) => `room-${i}@example.com`;
const sipOf = (i: number) => `room-${i}@video.example.com`;
const number = (i: number) => String(base + i);

export class Estate {
  readonly #world: World;
  readonly #redis: TestRedis;
  readonly #clusters: readonly CmsCluster[];
  readonly #refuge: CmsCluster | undefined;
  #product: Product | undefined;
  #listed: { readonly until: number; readonly states: Promise<ReadonlyMap<string, string>> } | undefined;
  /** Milliseconds. */
  #took = 0;

  private constructor(
    world: World,
    redis: TestRedis,
    clusters: readonly CmsCluster[],
    refuge: CmsCluster | undefined,
  ) {
    this.#world = world;
    this.#redis = redis;
    this.#clusters = clusters;
    this.#refuge = refuge;
  }

  static async create({ count, extension, refuge = false }: EstateOptions): Promise<Estate> {
    const redis = await startRedis();
    const clusters: CmsCluster[] = [];
    let last: CmsCluster | undefined;
    const world = await World.create({
      rooms: Array.from({ length: count }, (_, i) => ({ mailbox: mailboxOf(i), sip: sipOf(i) })),
      graph: { people: organizers },
      redisUrl: redis.url,
      log: { level: 'info', format: 'json' },
      conference: {
        extension: extension > 0 ? { by: `${extension / 1_000}s`, times: 1 } : { times: 0 },
        ...(refuge ? { teardown: '4s' } : {}),
      },
      callBridgesElsewhere: async (tls) => {
        for (let i = 0; i < count; i += 1) {
          const cms = await CmsCluster.start({ tls, callBridges: [access('a'), access('b')] });
          addSlot(cms, number(i));
          clusters.push(cms);
        }
        if (refuge) {
          last = await CmsCluster.start({ tls, callBridges: [access('c'), access('d')] });
          for (let i = 0; i < count; i += 1) addSlot(last, String(refugeBase + i));
        }
        return clusters[0]?.bridges ?? [];
      },
    });
    return new Estate(world, redis, clusters, last);
  }

  /** Starts the product, and waits until it has read every room and has found every cluster well. */
  async begin(): Promise<void> {
    const begun = Date.now();
    const product = await this.#world.start('all', 'config', { change: { clusters: this.#configured() } });
    this.#product = product;
    await this.#world.allRead(product, patience);
    type Clusters = { clusters: { slots: { ok: boolean }; callBridges: { state: string }[] }[] };
    await until(
      async () => {
        const { clusters } = await this.#world.api<Clusters>(product, '/api/clusters');
        const well = clusters.every(
          ({ slots, callBridges }) => slots.ok && callBridges.every(({ state }) => state === 'up'),
        );
        return well || undefined;
      },
      patience,
      () => product.output().slice(-4_000),
    );
    this.#took = Date.now() - begun;
  }

  /**
   * Books every room, some each second, and resolves with who got which cluster. How busy the machine is shows in how long
   * the product took to begin; where all the same not all of them are placed in time, they are booked anew with more time.
   */
  async book(length: number, within = Math.max(16_000, this.#took)): Promise<Tenancy[]> {
    const { graph, options } = this.#world;
    const start = Math.ceil((Date.now() + within) / 1_000) * 1_000;
    // One after the other, so that what befalls them does not befall the machine at once; yet all at some time together.
    const startOf = (i: number) => start + Math.floor(i / atOnce) * 1_000;
    const events = (options.rooms ?? []).map(({ mailbox }, i) =>
      graph.outlook.book({
        organizer: organizers[i % organizers.length]?.mailbox ?? '',
        rooms: [mailbox],
        subject: `In room ${i}`,
        start: new Date(startOf(i)),
        end: new Date(startOf(i) + length),
      }),
    );
    let placed: MeetingJson[] = [];
    // The status is looked at between this and the start.
    while (placed.length < events.length && Date.now() < start - 9_000) {
      const meetings = await this.#world.meetings(this.product, '?state=planned&limit=1000');
      placed = meetings.filter((meeting) => meeting.number !== null && meeting.cluster !== null);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (placed.length < events.length) {
      for (const event of events) graph.outlook.cancel(event);
      await until(async () => {
        const all = await this.#world.meetings(this.product, '?limit=1000');
        return all.every(({ state }) => state === 'cancelled') || undefined;
      }, patience);
      return this.book(length, within * 2);
    }
    return events.map(({ iCalUId }, i) => {
      const meeting = placed.find(({ key }) => key === iCalUId);
      const cms = this.#clusters[Number(meeting?.cluster?.slice('cluster-'.length))];
      if (meeting?.number == null || cms === undefined) throw new Error(`room ${i} has no cluster`);
      const event = events[i] as BookedEvent;
      return { key: iCalUId, number: meeting.number, sip: sipOf(i), start: startOf(i), cms, event };
    });
  }

  get refuge(): CmsCluster {
    if (this.#refuge === undefined) throw new Error('there is none');
    return this.#refuge;
  }

  /** The event as its organizer has it. */
  invitation(event: BookedEvent): string {
    const { organizer } = event;
    return this.#world.graph.outlook.event(organizer, event)?.body.content ?? '';
  }

  get product(): Product {
    if (this.#product === undefined) throw new Error('the product was not started');
    return this.#product;
  }

  /** Of one meeting; asked for all of them together, for many wait for it at the same time. */
  async state(key: string): Promise<string | undefined> {
    const now = Date.now();
    if (this.#listed === undefined || now >= this.#listed.until) {
      const states = this.#world
        .meetings(this.product, '?limit=1000')
        .then((all) => new Map(all.map((one) => [one.key, one.state])));
      this.#listed = { until: now + listedFor, states };
    }
    return (await this.#listed.states).get(key);
  }

  meeting(key: string): Promise<MeetingJson | undefined> {
    return this.#world.meeting(this.product, key);
  }

  async destroy(): Promise<void> {
    await this.#world.destroy();
    await Promise.all([...this.#clusters, this.#refuge].map((cms) => cms?.stop()));
    await this.#redis.close();
  }

  #configured() {
    const configured = (cms: CmsCluster, name: string, numbers: { base: number; quantity: number }) => ({
      ...{ name, domain: 'meet.example.com', numbers, ca: 'ca.pem' },
      callBridges: cms.bridges.map(({ url, username, password }) => ({ address: url, username, password })),
    });
    const own = this.#clusters.map((cms, i) =>
      configured(cms, `cluster-${i}`, { base: base + i, quantity: 1 }),
    );
    const quantity = own.length;
    const refuge = this.#refuge && configured(this.#refuge, 'refuge', { base: refugeBase, quantity });
    return refuge === undefined ? own : [...own, refuge];
  }
}

/** A slot that stands needs no bulk sync. */
function addSlot(cms: CmsCluster, number: string): void {
  const name = `TMS_Scheduled_Meeting_${number}`;
  cms.addSpace({ name, uri: number, callId: number, nonMemberAccess: 'false' });
}

function access(name: string) {
  return { name, username: 'api', password: `${name}-pw` };
}
