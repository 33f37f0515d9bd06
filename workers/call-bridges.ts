/** The call bridges of all clusters, each with its health as this process and the others have seen it. */
import { areOut, type Drain, type Drains, isDrained } from '../src/cluster/drain.ts';
import type { Health } from '../src/cluster/health.ts';
import { inOrder, judge } from '../src/cluster/health.ts';
import type { CmsClient, Observation } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { readStatus } from '../src/cms/system.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';

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
}

/** How often a call bridge is asked how it is; below its 5 s of idle time, so that a connection stays warm. */
const probeEvery = 3_000;

export class CallBridges {
  readonly #clusters: ReadonlyMap<string, Cluster>;
  readonly #store: BridgeStore;
  readonly #health = new Map<string, Health>();
  #drains: Drains = new Map();
  readonly #onError: (error: unknown) => void;
  #timers: NodeJS.Timeout[] = [];

  constructor(clusters: readonly Cluster[], store: BridgeStore, onError: (error: unknown) => void) {
    this.#clusters = new Map(clusters.map((cluster) => [cluster.config.name, cluster]));
    this.#store = store;
    this.#onError = onError;
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
    const ordered = inOrder(this.#clusters.get(cluster)?.clients ?? [], this.#health, first);
    const now = Date.now();
    const isLast = ({ address }: CmsClient) => address !== first && this.drained(address, now);
    return [...ordered.filter((client) => !isLast(client)), ...ordered.filter(isLast)];
  }

  /** Where a conference may start now; `begun` is where it may have begun already. */
  forStart(cluster: string, begun: string | undefined): CmsClient[] {
    const now = Date.now();
    return this.inOrder(cluster, begun).filter(
      ({ address }) => address === begun || !this.drained(address, now),
    );
  }

  /**
   * Does a step at the first call bridge that can. A fault sends it to the next; a fault of ours (the bridge answered
   * and said no to what we asked) is thrown at once where `remedy` says that no other bridge would answer differently.
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

  /** To be given every request's outcome (`CmsClientOptions.observe`). */
  observe({ callBridge, at, took, fault }: Observation): void {
    this.#judge(
      callBridge,
      at + took,
      fault === undefined || !speaksAgainst(fault) ? undefined : fault.message,
    );
  }

  /** Asks every call bridge at intervals, and takes over what other processes have seen. */
  start(): void {
    for (const { clients } of this.#clusters.values()) {
      for (const client of clients) {
        const probe = () => this.#probe(client).catch(this.#onError);
        void probe();
        this.#timers.push(setInterval(probe, probeEvery + Math.random() * 500));
      }
    }
    const share = () => this.#share().catch(this.#onError);
    void share();
    this.#timers.push(setInterval(share, 1_000));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  async #probe(client: CmsClient): Promise<void> {
    try {
      const status = await readStatus(client);
      const { softwareVersion, uptimeSeconds, callLegsActive, callLegsMaxActive, callLegsCompleted } = status;
      const seen = { softwareVersion, uptimeSeconds, callLegsActive, callLegsMaxActive, callLegsCompleted };
      const known = Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined));
      const health = judge(this.#health.get(client.address), { at: Date.now(), status: known });
      this.#health.set(client.address, health);
      await this.#store.putHealth(client.address, health);
    } catch (error) {
      // A fault was observed already; only the state of health matters here.
      if (!(error instanceof CmsFault)) throw error;
    }
  }

  #judge(address: string, at: number, fault: string | undefined): void {
    const before = this.#health.get(address);
    const after = judge(before, { at, ...(fault === undefined ? {} : { fault }) });
    this.#health.set(address, after);
    if (before?.state !== after.state) this.#store.putHealth(address, after).catch(this.#onError);
  }

  /** What another process has seen later than we have is as good as seen by us. */
  async #share(): Promise<void> {
    this.#drains = await this.#store.drains();
    for (const [address, health] of await this.#store.health()) {
      if (health.at > (this.#health.get(address)?.at ?? 0)) this.#health.set(address, health);
    }
  }
}

/** An answer that says no to one request says nothing against the bridge; refused credentials do. */
export function speaksAgainst(fault: CmsFault): boolean {
  if (fault.kind === 'absent') return false;
  return fault.kind !== 'refused' || fault.status === 401 || fault.status === 403;
}
