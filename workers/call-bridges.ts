/** The call bridges of all clusters, each with its health as this process and the others have seen it. */
import { areOut, type Drain, type Drains, isDrained } from '../src/cluster/drain.ts';
import {
  type Health,
  inOrder,
  isSilent,
  judge,
  type Observation,
  type StatusFacts,
} from '../src/cluster/health.ts';
import type { CmsClient, Observation as Request } from '../src/cms/client.ts';
import { CmsFault, causeOf } from '../src/cms/fault.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore, View, Views } from '../src/redis/bridges.ts';
import { Probes } from './probing.ts';

/** Every call bridge of a cluster failed at a step; carries what each of them said. */
export class NoCallBridge extends Error {
  override readonly name = 'NoCallBridge';
  readonly faults: readonly CmsFault[];

  constructor(cluster: string, faults: readonly CmsFault[]) {
    const why = faults.map((fault) => fault.message).join('; ');
    super(
      `no call bridge of ${cluster} ${why === '' ? 'takes starts: all are drained' : `answered: ${why}`}`,
    );
    this.faults = faults;
  }
}

export interface Cluster {
  readonly config: ClusterConfig;
  readonly clients: readonly CmsClient[];
  /** For the same call bridges in the same order, on connections of their own. */
  readonly probes: readonly CmsClient[];
}

export interface CallBridgesOptions {
  readonly clusters: readonly Cluster[];
  readonly store: BridgeStore;
  /** The process in whose name is said what it sees. */
  readonly viewer: string;
  readonly onError: (error: unknown) => void;
}

/** `returned`: it was lost, and is up again; `restarted`: it was away too shortly to be missed. Its calls are gone. */
export type Return = 'returned' | 'restarted';

const shareEvery = 1_000;
/** Who has not heard the others for so long does not know what they see. */
const hearingLasts = 5_000;

export class CallBridges {
  readonly #clusters: ReadonlyMap<string, Cluster>;
  readonly #options: CallBridgesOptions;
  readonly #health = new Map<string, Health>();
  #drains: Drains = new Map();
  readonly #lost = new Set<string>();
  readonly #lostListeners: ((address: string) => void)[] = [];
  readonly #returnedListeners: ((address: string, how: Return) => void)[] = [];
  readonly #probes: Probes;
  #others: ReadonlyMap<string, Views> = new Map();
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #sharing: Promise<void> = Promise.resolve();

  constructor(options: CallBridgesOptions) {
    this.#options = options;
    this.#clusters = new Map(options.clusters.map((cluster) => [cluster.config.name, cluster]));
    this.#probes = new Probes({
      clients: options.clusters.flatMap(({ probes }) => probes),
      state: (address) => this.#health.get(address)?.state,
      answered: (address, began, status) => this.#answered(address, began, status),
      failed: (fault, began) => this.#failed(fault, began),
      onError: options.onError,
    });
  }

  cluster(name: string): Cluster | undefined {
    return this.#clusters.get(name);
  }

  get clusters(): Cluster[] {
    return [...this.#clusters.values()];
  }

  client(cluster: string, address: string): CmsClient | undefined {
    return this.#clusters.get(cluster)?.clients.find((client) => client.address === address);
  }

  health(address: string): Health | undefined {
    return this.#health.get(address);
  }

  /** What administrators have said of it, as of a second ago. */
  drain(address: string): Drain | undefined {
    return this.#drains.get(address);
  }

  /** Whether conferences may not start there at that instant. */
  drained(address: string, at: number): boolean {
    return isDrained(this.#drains.get(address), at);
  }

  /** Whether no call bridge of the cluster takes conferences that start at that instant. */
  isOut(cluster: string, at: number): boolean {
    return areOut(this.#clusters.get(cluster)?.clients ?? [], this.#drains, at);
  }

  /** In the order in which a step should try them (see `inOrder`), those that are drained last. */
  inOrder(cluster: string, first?: string): CmsClient[] {
    const clients = this.#clusters.get(cluster)?.clients ?? [];
    const now = Date.now();
    const drained = clients.map(({ address }) => address).filter((address) => this.drained(address, now));
    return inOrder(clients, { health: this.#health, first, drained: new Set(drained) });
  }

  /** Where a conference may start now; `begun` is where it may have begun already. */
  forStart(cluster: string, begun: string | undefined): CmsClient[] {
    const now = Date.now();
    return this.inOrder(cluster, begun).filter(
      ({ address }) => address === begun || !this.drained(address, now),
    );
  }

  /**
   * Why a request that had to wait for its turn is not sent after all: the call bridge has fallen into doubt meanwhile and
   * another can do it, or it is down. Undefined when it may be sent.
   */
  reasonToSpare(address: string): string | undefined {
    const health = this.#health.get(address);
    if (health === undefined || health.state === 'up') return undefined;
    const peers = this.clusters.find(({ clients }) => clients.some((client) => client.address === address));
    const better = peers?.clients.some((peer) => (this.health(peer.address)?.state ?? 'up') === 'up');
    return health.state === 'down' || better ? `it failed meanwhile: ${health.why}` : undefined;
  }

  /**
   * Does a step at the first call bridge that can. A fault sends it to the next; what is no fault of a call bridge is
   * thrown at once.
   * @throws NoCallBridge when none could
   */
  async attempt<T>(
    cluster: string,
    first: string | undefined,
    step: (client: CmsClient) => Promise<T>,
    onFault: (fault: CmsFault) => void = () => {},
    clients: readonly CmsClient[] = this.inOrder(cluster, first),
  ): Promise<T> {
    const faults: CmsFault[] = [];
    for (const client of clients) {
      try {
        return await step(client);
      } catch (error) {
        if (!(error instanceof CmsFault)) throw error;
        faults.push(error);
        onFault(error);
      }
    }
    throw new NoCallBridge(cluster, faults);
  }

  /**
   * Whether what ran on this call bridge is gone, so far as can be known: silent for all processes that live and look at
   * it; the reasons stand at `isSilent`. A process that cannot hear the others, for Redis is away, decides nothing.
   */
  isLost(address: string): boolean {
    return this.#lost.has(address);
  }

  /** Called once each time that a call bridge is lost, in each process that looks. */
  onLost(listener: (address: string) => void): void {
    this.#lostListeners.push(listener);
  }

  /** Called when calls that a call bridge had are gone though it can be spoken to (again). */
  onReturned(listener: (address: string, how: Return) => void): void {
    this.#returnedListeners.push(listener);
  }

  /** To be given every request's outcome (`CmsClientOptions.observe`). */
  observe({ callBridge, at, took, fault }: Request): void {
    if (fault === undefined) this.#judge(callBridge, { began: at, at: at + took });
    else this.#failed(fault, at, at + took);
  }

  /** Asks every call bridge at intervals, and shares with other processes what each has seen. */
  start(): void {
    this.#probes.start();
    this.#share();
    this.#timer = setInterval(() => this.#share(), shareEvery);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#probes.stop();
    await this.#sharing;
    // What this one saw last shall hold nobody up.
    await this.#options.store.dropViews(this.#options.viewer).catch(this.#options.onError);
  }

  #answered(address: string, began: number, status: StatusFacts): void {
    const before = this.#health.get(address)?.uptimeSeconds;
    this.#judge(address, { began, at: Date.now(), status });
    // One that is lost and back is told of when it is up.
    const restarted = before !== undefined && (status.uptimeSeconds ?? before) < before;
    if (restarted && !this.#lost.has(address)) {
      for (const listener of this.#returnedListeners) listener(address, 'restarted');
    }
  }

  #failed(fault: CmsFault, began: number, at = Date.now()): void {
    const cause = causeOf(fault);
    const seen = { began, at };
    // To say no to one request is an answer; what we withheld is none.
    if (cause !== undefined) this.#judge(fault.callBridge, { ...seen, fault: { cause, why: fault.message } });
    else if (!fault.withheld) this.#judge(fault.callBridge, seen);
  }

  #judge(address: string, seen: Observation): void {
    const before = this.#health.get(address);
    const after = judge(before, seen);
    this.#health.set(address, after);
    if (before?.state === after.state) return;
    if (after.state === 'doubtful' && before?.state !== 'down') this.#probes.soon(address);
    this.#settle(address);
    this.#share();
  }

  #share(): void {
    // One at a time: what was read later shall not be overwritten by what was read before.
    this.#sharing = this.#sharing.then(() => this.#tellAndHear()).catch(this.#options.onError);
  }

  async #tellAndHear(): Promise<void> {
    const { store, viewer } = this.#options;
    const now = Date.now();
    const own = [...this.#health].map(([address, health]): [string, View] => [
      address,
      { health, silent: isSilent(health, now) },
    ]);
    await store.putViews(viewer, new Map(own));
    this.#drains = await store.drains();
    const all = await store.views();
    all.delete(viewer);
    const before = this.#others;
    this.#others = all;
    this.#heardAt = Date.now();
    for (const [other, views] of all) {
      for (const [address, { health }] of views)
        this.#hear(before.get(other)?.get(address)?.health, address, health);
    }
    for (const { clients } of this.clusters) for (const { address } of clients) this.#settle(address);
  }

  /** Another has begun to doubt: so do we, until we have looked ourselves. */
  #hear(before: Health | undefined, address: string, { state, cause, why }: Health): void {
    const worse = state !== 'up' && (before === undefined || before.state === 'up');
    if (!worse || cause === undefined || why === undefined) return;
    const now = Date.now();
    this.#judge(address, { began: now, at: now, fault: { cause, why }, hearsay: true });
  }

  #settle(address: string): void {
    const now = Date.now();
    const own = this.#health.get(address);
    if (this.#lost.has(address)) {
      if (own?.state !== 'up') return;
      this.#lost.delete(address);
      for (const listener of this.#returnedListeners) listener(address, 'returned');
      return;
    }
    if (!isSilent(own, now) || now - this.#heardAt > hearingLasts) return;
    for (const views of this.#others.values()) if (views.get(address)?.silent === false) return;
    this.#lost.add(address);
    for (const listener of this.#lostListeners) listener(address);
  }
}

/** An answer that says no to one request says nothing against the bridge; refused credentials do. */
export function speaksAgainst(fault: CmsFault): boolean {
  return causeOf(fault) !== undefined;
}
