/** Everything of one run: the simulated world, the product's processes in it, and what goes wrong between them. */
import type { Redis } from 'ioredis';
import { leftovers, type Sightings, Watch } from '../chaos/watch.ts';
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { FaultKind } from '../simulators/cms/faults.ts';
import { GraphSimulator } from '../simulators/graph/simulator.ts';
import { RedisSimulator } from '../simulators/redis/simulator.ts';
import { clientId, clientSecret, tenantId } from '../virtual/configuration.ts';
import { directRedis } from './direct-redis.ts';
import { configOf, graphUrl } from './estate.ts';
import { type Lots, lotsOf } from './lots.ts';
import { Network, type Way } from './network.ts';
import { mailboxOf, organizer, People } from './people.ts';
import { Post } from './post.ts';
import { type StandIns, startReceiver, startWorker } from './product.ts';
import { RedisLines } from './redis-line.ts';
import { bridgeCount, roomCount, type Scenario, type Timed, workerCount } from './scenario.ts';
import { Machine, type Stage } from './stage.ts';
import { Trace } from './trace.ts';

const usual = [0.2, 4] as const;
/** Milliseconds that a meeting may be without its conference, and a conference without its meeting. */
const bound = 30_000;
/** After Redis was emptied everything is read anew first. */
const rebuilt = 30_000;
const patience = 10_000;

export interface Verdict extends Sightings {
  /** What is left on the call bridges in the end, in words. */
  readonly left: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly digest: string;
}

export class Theatre {
  readonly trace = new Trace();
  readonly cms: CmsCluster;
  readonly people: People;
  readonly redis: RedisSimulator;
  readonly counts = new Map<string, number>();
  /** The product's log, the last lines. */
  readonly log: string[] = [];
  onLog: ((line: string) => void) | undefined;
  readonly #stage: Stage;
  readonly #scenario: Scenario;
  readonly #graph: GraphSimulator;
  readonly #lines: RedisLines;
  readonly #standIns: StandIns | undefined;
  readonly #post: Post;
  readonly #draw: Lots;
  readonly #watch: Watch;
  readonly #workers: (Machine | undefined)[] = [];
  #receiver: { machine: Machine; post: (path: string, body: string) => Promise<number> } | undefined;
  /** By what is cut, lossy or slow: worker and bridge. */
  readonly #ways = new Map<string, Way>();
  readonly #harmed = new Map<string, number>();
  readonly #well = new Map<string, number>();
  #redisTrouble = 0;
  #started = 0;

  private constructor(
    stage: Stage,
    scenario: Scenario,
    graph: GraphSimulator,
    cms: CmsCluster,
    withLibraries: boolean,
  ) {
    this.#stage = stage;
    this.#scenario = scenario;
    this.#graph = graph;
    this.cms = cms;
    this.#draw = lotsOf(scenario.seed, 'network');
    this.redis = new RedisSimulator(() => Math.floor(stage.now));
    const { trace } = this;
    this.#lines = new RedisLines({ stage, redis: this.redis, draw: this.#draw, trace });
    const { redis } = this;
    const line = this.#lines;
    this.#post = new Post(stage, this.#draw, line);
    const direct = (machine: Machine, isPatient: boolean) =>
      directRedis({ stage, machine, redis, trace, isPatient, line }) as Redis;
    this.#standIns = withLibraries ? undefined : { post: this.#post, connect: direct };
    this.people = new People(graph.outlook, cms, () => Math.floor(stage.now));
    for (const { name } of cms.bridges) this.#well.set(name, 0);
    this.#watch = new Watch({
      clusters: [cms],
      meetings: this.people.meetings,
      isAble: () => this.#isAble(),
      wellSince: (bridge) => this.#well.get(bridge),
      longestGap: bound,
      longestEnd: bound,
    });
  }

  /** `withLibraries`: ioredis and BullMQ themselves, at half the speed. */
  static async open(stage: Stage, scenario: Scenario, withLibraries: boolean): Promise<Theatre> {
    const mailboxes = Array.from({ length: roomCount }, (_, i) => mailboxOf(i));
    let theatre: Theatre | undefined;
    const graph = await GraphSimulator.start({
      ...{ tls: { key: '', cert: '' }, tenantId, clientId, clientSecret, inProcess: graphUrl },
      rooms: mailboxes.map((mailbox) => ({ mailbox })),
      people: [{ mailbox: organizer, name: 'Ada' }],
      deliver: (url, body) => theatre?.deliver(url, body) ?? Promise.reject(new Error('nobody is there')),
    });
    graph.knobs.latency = 0;
    graph.knobs.tokenLifetime = 10 * 366 * 86_400;
    const cms = await CmsCluster.start({
      ...{ tls: { key: '', cert: '' }, inProcess: true },
      callBridges: Array.from({ length: bridgeCount }, (_, i) => ({
        ...{ name: `cms${i + 1}`, username: 'roombridge', password: 'secret' },
      })),
    });
    theatre = new Theatre(stage, scenario, graph, cms, withLibraries);
    return theatre;
  }

  /** Plays all of it, and what is to come of it. `watch` is called after each event. */
  async play(watch: () => void = () => {}): Promise<Verdict> {
    const { deeds, length } = this.#scenario;
    const begun = this.#stage.now;
    for (let i = 0; i < workerCount; i += 1) this.#startWorker(i);
    this.#startReceiver();
    // Everything stands before somebody books.
    await this.#stage.run(begun + 60_000, watch);
    for (const deed of deeds) this.#stage.after(deed.at, () => this.#act(deed), this.#stage.world);
    await this.#stage.run(begun + 60_000 + length, watch);
    await this.#stage.run(this.people.over + 1_000, watch);
    const until = this.#stage.now + 240_000;
    do await this.#stage.run(this.#stage.now + 5_000, watch);
    while (this.#stage.now < until && leftovers([this.cms]).length > 0);
    const counts = new Map([...this.people.counts, ...this.counts]);
    return { ...this.#watch.stop(), left: leftovers([this.cms]), counts, digest: this.trace.end() };
  }

  /** A notification of Graph's finds the receiver, or nobody. */
  deliver(url: string, body: string): Promise<number> {
    const stage = this.#stage;
    const receiver = this.#receiver;
    return new Promise((resolve, reject) => {
      const give = (settle: () => void, wait: number) => stage.after(wait, settle, stage.world);
      if (receiver === undefined || !receiver.machine.isAlive)
        return void give(() => reject(new Error('connection refused')), 1);
      give(() => reject(new Error('no answer')), patience);
      const answer = (status: number) => give(() => resolve(status), this.#delay());
      stage.after(
        this.#delay(),
        () => void receiver.post(new URL(url).pathname, body).then(answer, () => answer(500)),
        receiver.machine,
      );
    });
  }

  #delay(): number {
    return usual[0] + this.#draw() * usual[1];
  }

  #isAble(): boolean {
    const works = this.#workers.some(
      (machine) => machine?.isAlive === true && machine.stoppedUntil <= this.#stage.now,
    );
    return works && this.#well.size > 0 && this.#redisTrouble === 0;
  }

  #act(deed: Timed): void {
    this.#note(`${JSON.stringify({ time: Math.floor(this.#stage.now), deed })}\n`);
    switch (deed.do) {
      case 'harm':
        for (const i of deed.bridges) this.#harm(this.cms.bridge(i), deed);
        break;
      case 'way':
        this.#disturb(deed);
        break;
      case 'kill': {
        const machine = this.#workers[deed.worker];
        if (machine === undefined || !machine.isAlive) return;
        machine.diesAt = machine.deeds + deed.after;
        machine.mourners.push(() =>
          this.#stage.after(deed.lasts, () => this.#startWorker(deed.worker), this.#stage.world),
        );
        break;
      }
      case 'stop': {
        const machine = this.#workers[deed.worker];
        if (machine !== undefined) machine.stoppedUntil = this.#stage.now + deed.lasts;
        break;
      }
      case 'clock': {
        const machine = this.#workers[deed.worker];
        if (machine !== undefined) machine.clockAhead = deed.ahead;
        break;
      }
      case 'redis':
        this.#troubleRedis(deed);
        break;
      case 'receiver':
        this.#receiver?.machine.die();
        this.#stage.after(deed.lasts, () => this.#startReceiver());
        break;
      default:
        this.people.act(deed);
        return;
    }
    this.#count('kind' in deed ? `bridge ${deed.kind}` : 'how' in deed ? `${deed.do} ${deed.how}` : deed.do);
  }

  #harm(bridge: CmsBridge, { kind, ms, lasts }: Extract<Timed, { do: 'harm' }>): void {
    if (this.#isHarmed(bridge.name)) return;
    const mend = this.#unwell(bridge.name);
    const fault = { kind: kind as FaultKind, ...(ms === undefined ? {} : { ms }) };
    if (kind === 'kill') void bridge.kill();
    else bridge.setFault(fault);
    this.#stage.after(lasts, () => {
      if (kind === 'kill') void bridge.restart();
      else bridge.dropFault(fault);
      mend();
    });
  }

  #isHarmed(bridge: string): boolean {
    return (this.#harmed.get(bridge) ?? 0) > 0;
  }

  /** Not well until what it answers is called, however many speak against it. */
  #unwell(bridge: string): () => void {
    this.#harmed.set(bridge, (this.#harmed.get(bridge) ?? 0) + 1);
    this.#well.delete(bridge);
    return () => {
      const left = (this.#harmed.get(bridge) ?? 1) - 1;
      this.#harmed.set(bridge, left);
      if (left === 0) this.#well.set(bridge, this.#stage.now);
    };
  }

  #disturb({ worker, bridge, how, lasts }: Extract<Timed, { do: 'way' }>): void {
    const { name, url } = this.cms.bridge(bridge);
    const key = `${worker} ${url}`;
    if (this.#ways.has(key)) return;
    const mend = this.#unwell(name);
    this.#ways.set(key, {
      isCut: how === 'cut',
      loss: how === 'loss' ? 0.2 : 0,
      delay: how === 'slow' ? [200, 2_500] : usual,
    });
    this.#stage.after(lasts, () => {
      this.#ways.delete(key);
      mend();
    });
  }

  #troubleRedis({ how, lasts }: Extract<Timed, { do: 'redis' }>): void {
    const lines = this.#lines;
    this.#redisTrouble += 1;
    const mend = (wait: number) => this.#stage.after(wait, () => (this.#redisTrouble -= 1));
    if (how === 'empty') {
      this.redis.empty();
      this.#post.empty();
      mend(rebuilt);
      return;
    }
    if (how === 'slow') lines.slowness = 800;
    else {
      lines.isAway = true;
      lines.cut();
    }
    this.#stage.after(lasts, () => {
      if (how === 'slow') lines.slowness = 1;
      else lines.isAway = false;
      // It is seen to be back within a second or two.
      mend(3_000);
    });
  }

  #startWorker(i: number): void {
    this.#started += 1;
    const machine = new Machine(`worker-${i + 1}.${this.#started}`);
    this.#workers[i] = machine;
    this.#begin(machine, i, (deps) => startWorker(deps));
  }

  #startReceiver(): void {
    this.#started += 1;
    const machine = new Machine(`receiver.${this.#started}`);
    this.#begin(machine, workerCount, async (deps) => {
      this.#receiver = { machine, post: startReceiver(deps) };
    });
  }

  #begin(
    machine: Machine,
    worker: number,
    start: (deps: Parameters<typeof startWorker>[0]) => Promise<void>,
  ): void {
    const stage = this.#stage;
    const { trace } = this;
    const bridges = new Map(this.cms.bridges.map((bridge) => [bridge.url, bridge]));
    const way = (_: Machine, origin: string): Way =>
      this.#ways.get(`${worker} ${origin}`) ?? { isCut: false, loss: 0, delay: usual };
    const others = this.#graph.dispatcher();
    const network = new Network({ stage, draw: this.#draw, trace, bridges, others, way }, machine);
    const config = configOf(this.#scenario.settings, this.cms.bridges);
    const deps = {
      ...{ config, machine, network, lines: this.#lines, standIns: this.#standIns },
      log: (line: string) => this.#note(line),
    };
    stage.after(
      0,
      () => {
        start(deps).catch((error: unknown) => {
          this.#note(`${machine.name} could not start: ${String(error)}\n`);
          machine.die();
        });
      },
      machine,
    );
  }

  #note(line: string): void {
    this.onLog?.(line);
    this.log.push(line);
    if (this.log.length > 2_000) this.log.splice(0, 1_000);
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
