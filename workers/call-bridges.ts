/** The call bridges of all clusters, each with its health as this process and the others have seen it. */
import { areOut, type Drain, isDrained } from '../src/cluster/drain.ts';
import { type Health, inOrder } from '../src/cluster/health.ts';
import type { CmsClient, Guard, Observation } from '../src/cms/client.ts';
import { isSilence } from '../src/cms/connection-failure.ts';
import { CmsFault, causeOf } from '../src/cms/fault.ts';
import { readStatus } from '../src/cms/system.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { HealthWatch, Return } from './health-watch.ts';

/** Milliseconds: with the deadline of the step that failed it stays below three seconds. */
const signOfLife = 900;

/** Every call bridge of a cluster failed at a step; carries what each of them said. */
export class NoCallBridge extends Error {
  override readonly name = 'NoCallBridge';
  readonly faults: readonly CmsFault[];
  /** Where it is another than the one in hand. */
  readonly step: string | undefined;

  constructor(cluster: string, faults: readonly CmsFault[], step?: string) {
    const why = faults.map((fault) => fault.message).join('; ');
    super(
      `no call bridge of ${cluster} ${why === '' ? 'takes starts: all are drained' : `answered: ${why}`}`,
    );
    this.faults = faults;
    this.step = step;
  }
}

export interface Cluster {
  readonly config: ClusterConfig;
  readonly clients: readonly CmsClient[];
}

export class CallBridges {
  readonly #clusters: ReadonlyMap<string, Cluster>;
  readonly #watch: HealthWatch;

  constructor(clusters: readonly Cluster[], watch: HealthWatch) {
    this.#clusters = new Map(clusters.map((cluster) => [cluster.config.name, cluster]));
    this.#watch = watch;
  }

  /** The same call bridges for somebody whose right to write may end at any moment. */
  guardedBy(guard: Guard): CallBridges {
    const clusters = this.clusters.map(({ config, clients }) => ({
      config,
      clients: clients.map((client) => client.guardedBy(guard)),
    }));
    return new CallBridges(clusters, this.#watch);
  }

  cluster(name: string): Cluster | undefined {
    return this.#clusters.get(name);
  }

  get clusters(): Cluster[] {
    return [...this.#clusters.values()];
  }

  /** The cluster of a call bridge; undefined where it was taken out of the configuration. */
  clusterOf(address: string): Cluster | undefined {
    return this.clusters.find(({ clients }) => clients.some((client) => client.address === address));
  }

  client(cluster: string, address: string): CmsClient | undefined {
    return this.#clusters.get(cluster)?.clients.find((client) => client.address === address);
  }

  health(address: string): Health | undefined {
    return this.#watch.health.get(address);
  }

  /** What administrators have said of it, as of a second ago. */
  drain(address: string): Drain | undefined {
    return this.#watch.drains.get(address);
  }

  /** Whether conferences may not start there at that instant. */
  drained(address: string, at: number): boolean {
    return isDrained(this.#watch.drains.get(address), at);
  }

  /** Whether no call bridge of the cluster takes conferences that start at that instant. */
  isOut(cluster: string, at: number): boolean {
    return areOut(this.#clusters.get(cluster)?.clients ?? [], this.#watch.drains, at);
  }

  /** Whether a call bridge of the cluster that was not well has answered well since (epoch ms). */
  isAnyBack(cluster: string, since: number): boolean {
    const clients = this.#clusters.get(cluster)?.clients ?? [];
    return clients.some(({ address }) => {
      const health = this.health(address);
      return (health?.state === 'up' ? health.since : (health?.trial?.goodAt ?? 0)) > since;
    });
  }

  /** In the order in which a step should try them (see `inOrder`), those that are drained last. */
  inOrder(cluster: string, first?: string): CmsClient[] {
    const clients = this.#clusters.get(cluster)?.clients ?? [];
    const now = Date.now();
    const drained = clients.map(({ address }) => address).filter((address) => this.drained(address, now));
    return inOrder(clients, { health: this.#watch.health, first, drained: new Set(drained) });
  }

  /** Those of a cluster that are not down: who only looks asks no other. */
  able(cluster: string): CmsClient[] {
    const clients = this.#clusters.get(cluster)?.clients ?? [];
    return clients.filter(({ address }) => this.health(address)?.state !== 'down');
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
    const health = this.#watch.health.get(address);
    if (health === undefined || health.state === 'up') return undefined;
    const peers = this.clusterOf(address);
    const better = peers?.clients.some((peer) => (this.health(peer.address)?.state ?? 'up') === 'up');
    return health.state === 'down' || better ? `it failed meanwhile: ${health.why}` : undefined;
  }

  /**
   * Does a step at the first call bridge that can. A fault sends it to the next; what is no fault of a call bridge is
   * thrown at once. Once one says nothing for its whole time, all are asked for a sign of life meanwhile, and those that
   * give none are passed over: where none answers that is known after one deadline, not after one for each.
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
    let signs: Map<CmsClient, Promise<CmsFault | undefined>> | undefined;
    for (const client of clients) {
      try {
        const silence = await signs?.get(client);
        if (silence !== undefined) throw silence;
        return await step(client);
      } catch (error) {
        if (!(error instanceof CmsFault)) throw error;
        faults.push(error);
        onFault(error);
        if (isSilence(error.cause)) signs ??= new Map(clients.map((one) => [one, silenceOf(one)]));
      }
    }
    // What it says counts against the first one, too.
    await Promise.all(signs?.values() ?? []);
    throw new NoCallBridge(cluster, faults);
  }

  /**
   * Whether what ran on this call bridge is gone, so far as can be known: silent for all processes that live and look at
   * it; the reasons stand at `isSilent`. A process that cannot hear the others, for Redis is away, decides nothing.
   */
  isLost(address: string): boolean {
    return this.#watch.isLost(address);
  }

  /** Called once each time that a call bridge is lost, in each process that looks. */
  onLost(listener: (address: string) => void): void {
    this.#watch.onLost(listener);
  }

  /** Called when calls that a call bridge had are gone though it can be spoken to (again). */
  onReturned(listener: (address: string, how: Return) => void): void {
    this.#watch.onReturned(listener);
  }

  /** To be given every request's outcome (`CmsClientOptions.observe`). */
  observe(observation: Observation): void {
    this.#watch.observe(observation);
  }

  /** Asks every call bridge at intervals, and shares with other processes what each has seen. */
  start(): void {
    this.#watch.start();
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
  }
}

/** What it failed with; undefined for one that says anything at all. */
async function silenceOf(client: CmsClient): Promise<CmsFault | undefined> {
  try {
    await readStatus(client, { deadline: signOfLife, priority: 'start' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    return isSilence(error.cause) ? error : undefined;
  }
}

/** An answer that says no to one request says nothing against the bridge; refused credentials do. */
export function speaksAgainst(fault: CmsFault): boolean {
  return causeOf(fault) !== undefined;
}
