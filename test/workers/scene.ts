/**
 * Processes that are killed with SIGKILL in the middle of a step, at a chosen instant, and what takes up their work:
 * either the same process started again, or another one that was running all along.
 */
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Fault as CmsFault } from '../simulators/cms/faults.ts';
import type { Fault as GraphFault } from '../simulators/graph/faults.ts';
import { ownerOf } from '../world/owner-of.ts';
import { RedisProxy } from '../world/redis-proxy.ts';
import { type Product, World, type WorldOptions } from '../world/world.ts';

/**
 * - `before`: the request has arrived and is never performed
 * - `unanswered`: it was performed, its answer never comes
 * - `unrecorded`: the answer comes, and nothing can be written to Redis any more
 */
export const moments = ['before', 'unanswered', 'unrecorded'] as const;
export type Moment = (typeof moments)[number];

/** Who finishes the work of the process that was killed. */
export const successors = ['the same process, restarted', 'another worker'] as const;
export type Successor = (typeof successors)[number];

/** Every kill with everything that takes its work up. */
export const cases = successors.flatMap((successor) => moments.map((moment) => ({ successor, moment })));

/** How soon what was begun must be finished. */
export const soon = 15_000;

interface Process {
  readonly name: string;
  readonly proxy: RedisProxy;
  pid: number;
  /** Once it says that it runs. */
  product?: Product;
  dead: boolean;
}

export class Scene {
  readonly world: World;
  readonly redis: TestRedis;
  readonly #successor: Successor;
  readonly #processes: Process[] = [];
  #witness: Product | undefined;
  #started = 0;
  #starting: Promise<unknown>[] = [];

  private constructor(world: World, redis: TestRedis, successor: Successor) {
    this.world = world;
    this.redis = redis;
    this.#successor = successor;
  }

  static async create(successor: Successor, options: WorldOptions = {}): Promise<Scene> {
    const redis = await startRedis();
    return new Scene(await World.create({ redisUrl: redis.url, ...options }), redis, successor);
  }

  /** Starts what works, and where another worker takes over also what listens. Who is killed at once is no error. */
  async start(): Promise<void> {
    if (this.#successor === 'another worker') {
      this.#witness = await this.world.start('receiver', 'receiver');
      await Promise.all([this.#launch('worker'), this.#launch('worker')]);
    } else await this.#launch('all');
  }

  /** A process that answers at its admin listener. */
  get witness(): Product {
    const product = this.#witness ?? this.#processes.find(({ dead }) => !dead)?.product;
    if (product === undefined) throw new Error('no process runs');
    return product;
  }

  /**
   * After a kill: starts the process again and waits until it runs; where another worker takes over, it is only given
   * a new companion, for the next kill.
   */
  async recover(): Promise<void> {
    if (this.#successor === 'another worker') this.#starting.push(this.#launch('worker'));
    else await this.#launch('all');
  }

  /** Kills the process that sends the next request which matches. Resolves when it is dead. */
  killAtCms(match: NonNullable<CmsFault['match']>, moment: Moment): Promise<void> {
    return new Promise((resolve) => {
      const kind = ({ before: 'hang', unanswered: 'hang-answer', unrecorded: 'slow' } as const)[moment];
      let over = false;
      const struck = (port: number) => {
        // One request at one call bridge, whichever was asked.
        if (over) return;
        over = true;
        for (const bridge of this.world.cms.bridges) bridge.dropFault(fault);
        this.#strike(port, moment, resolve);
      };
      const fault: CmsFault = { kind, match, times: 1, struck, ...(kind === 'slow' ? { ms: 0 } : {}) };
      for (const bridge of this.world.cms.bridges) bridge.setFault(fault);
    });
  }

  /** The same for a request to Graph. */
  killAtGraph(match: Pick<GraphFault, 'method' | 'path' | 'mailbox'>, moment: Moment): Promise<void> {
    return new Promise((resolve) => {
      const kind = ({ before: 'hang', unanswered: 'hang-after', unrecorded: 'delay' } as const)[moment];
      this.world.graph.fail({ kind, ...match, struck: (port) => this.#strike(port, moment, resolve) });
    });
  }

  /** Kills the process that is about to send Redis something in which the pattern is found; Redis does not get it. */
  killAtWrite(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      for (const victim of this.#processes.filter(({ dead }) => !dead)) {
        victim.proxy.freezeBefore(pattern, () => {
          for (const { proxy } of this.#processes) if (proxy !== victim.proxy) proxy.forgetTrap();
          resolve(this.#kill(victim));
        });
      }
    });
  }

  /** Kills a process that works, as it comes. */
  async killAny(): Promise<void> {
    const victim = this.#processes.find(({ dead }) => !dead);
    if (victim !== undefined) await this.#kill(victim);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#starting);
    await this.world.destroy();
    for (const { proxy } of this.#processes) await proxy.close();
    await this.redis.close();
  }

  async #launch(role: 'all' | 'worker'): Promise<void> {
    const proxy = await RedisProxy.start(this.redis.url);
    this.#started += 1;
    const process_: Process = { name: `${role}-${this.#started}`, proxy, pid: 0, dead: false };
    this.#processes.push(process_);
    try {
      process_.product = await this.world.start(role, process_.name, {
        change: { redis: { url: proxy.url } },
        spawned: (pid) => {
          process_.pid = pid;
        },
      });
    } catch (error) {
      if (!process_.dead) throw error;
    }
  }

  #strike(port: number, moment: Moment, killed: (done: Promise<void>) => void): void {
    const living = this.#processes.filter(({ dead }) => !dead);
    const pid = living.length === 1 ? living[0]?.pid : ownerOf(port, living.map((process_) => process_.pid));
    const victim = living.find((process_) => process_.pid === pid);
    if (victim === undefined) throw new Error(`nobody owns port ${port}`);
    if (moment !== 'unrecorded') {
      killed(this.#kill(victim));
      return;
    }
    victim.proxy.freeze();
    // The answer is on its way; whatever the process makes of it, it cannot write it down.
    setTimeout(() => killed(this.#kill(victim)), 150);
  }

  async #kill(victim: Process): Promise<void> {
    victim.dead = true;
    victim.proxy.freeze();
    process.kill(victim.pid, 'SIGKILL');
    await victim.product?.ended;
  }
}
