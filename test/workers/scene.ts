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

type Role = 'all' | 'receiver' | 'worker';

interface Process {
  readonly role: Role;
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
  readonly #starting: Promise<unknown>[] = [];
  #change: Readonly<Record<string, unknown>> = {};

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
      await this.#launch('receiver');
      await Promise.all([this.#launch('worker'), this.#launch('worker')]);
    } else await this.#launch('all');
  }

  /** What is started from now on is started with this change of the configuration. */
  change(change: Readonly<Record<string, unknown>>): void {
    this.#change = change;
  }

  /** A process that answers at its admin listener. */
  get witness(): Product {
    const living = this.#living().filter(({ product }) => product !== undefined);
    const { product } = living.find(({ role }) => role !== 'worker') ?? living[0] ?? {};
    if (product === undefined) throw new Error('no process runs');
    return product;
  }

  /** Everything said by the processes that still live. */
  get output(): string {
    return this.#living()
      .map(({ product }) => product?.output() ?? '')
      .join('');
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
    return inTime(match, (resolve) => {
      const kind = ({ before: 'hang', unanswered: 'hang-answer', unrecorded: 'slow' } as const)[moment];
      this.#setFault(kind, match, (port) => this.#strike(port, moment, resolve));
    });
  }

  /** The same for a request to Graph. */
  killAtGraph(match: Pick<GraphFault, 'method' | 'path' | 'mailbox'>, moment: Moment): Promise<void> {
    return inTime(match, (resolve) => {
      const kind = ({ before: 'hang', unanswered: 'hang-after', unrecorded: 'delay' } as const)[moment];
      this.world.graph.fail({ kind, ...match, struck: (port) => this.#strike(port, moment, resolve) });
    });
  }

  /** Kills the process that is about to send Redis something in which the pattern is found; Redis does not get it. */
  killAtWrite(pattern: RegExp): Promise<void> {
    return inTime(pattern, (resolve) => {
      for (const victim of this.#living()) {
        victim.proxy.freezeBefore(pattern, () => {
          for (const { proxy } of this.#processes) if (proxy !== victim.proxy) proxy.forgetTrap();
          resolve(this.#kill(victim));
        });
      }
    });
  }

  /** Stops, with SIGSTOP, the process that sends the next request which matches, once it was performed; wakes it. */
  stopAtCms(match: NonNullable<CmsFault['match']>): Promise<() => void> {
    return inTime(match, (resolve) => {
      this.#setFault('slow', match, (port) => {
        const { pid } = this.#ownerOf(port);
        process.kill(pid, 'SIGSTOP');
        resolve(() => process.kill(pid, 'SIGCONT'));
      });
    });
  }

  /** Kills one of the processes. @returns what starts it again */
  async killOne(choose: (count: number) => number = () => 0): Promise<() => Promise<void>> {
    const living = this.#living();
    const victim = living[choose(living.length)];
    if (victim === undefined) throw new Error('no process runs');
    await this.#kill(victim);
    return () => this.#launch(victim.role);
  }

  /** Leads every process to another Redis, as when a server is replaced by an empty one. */
  leadTo(redisUrl: string): void {
    for (const { proxy } of this.#living()) proxy.leadTo(redisUrl);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#starting);
    await this.world.destroy();
    for (const { proxy } of this.#processes) await proxy.close();
    await this.redis.close();
  }

  #living(): Process[] {
    return this.#processes.filter(({ dead }) => !dead);
  }

  async #launch(role: Role): Promise<void> {
    const proxy = await RedisProxy.start(this.redis.url);
    const process_: Process = { role, proxy, pid: 0, dead: false };
    this.#processes.push(process_);
    try {
      process_.product = await this.world.start(role, `${role}-${this.#processes.length}`, {
        change: { ...this.#change, redis: { url: proxy.url } },
        spawned: (pid) => {
          process_.pid = pid;
        },
      });
    } catch (error) {
      if (!process_.dead) throw error;
    }
  }

  /** Strikes one request at one call bridge, whichever is asked. */
  #setFault(kind: CmsFault['kind'], match: NonNullable<CmsFault['match']>, then: (port: number) => void) {
    const { bridges } = this.world.cms;
    const struck = (port: number) => {
      for (const bridge of bridges) bridge.dropFault(fault);
      then(port);
    };
    const fault: CmsFault = { kind, match, times: 1, struck, ...(kind === 'slow' ? { ms: 0 } : {}) };
    for (const bridge of bridges) bridge.setFault(fault);
  }

  #strike(port: number, moment: Moment, killed: (done: Promise<void>) => void): void {
    const victim = this.#ownerOf(port);
    if (moment !== 'unrecorded') {
      killed(this.#kill(victim));
      return;
    }
    victim.proxy.freeze();
    // The answer is on its way; whatever the process makes of it, it cannot write it down.
    setTimeout(() => killed(this.#kill(victim)), 150);
  }

  /** With one process there is nothing to ask the system, which must be Linux to answer. */
  #ownerOf(port: number): Process {
    const living = this.#living();
    const pids = living.map(({ pid }) => pid);
    const pid = living.length === 1 ? pids[0] : ownerOf(port, pids);
    const owner = living.find((process_) => process_.pid === pid);
    if (owner === undefined) throw new Error(`nobody owns port ${port}`);
    return owner;
  }

  async #kill(victim: Process): Promise<void> {
    victim.dead = true;
    victim.proxy.freeze();
    process.kill(victim.pid, 'SIGKILL');
    await victim.product?.ended;
  }
}

/** What nobody does is said, instead of being waited for. */
async function inTime<T>(
  what: unknown,
  begin: (resolve: (value: T | Promise<T>) => void) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(() => {
        const said = what instanceof RegExp ? String(what) : Object.values(what as object).join(' ');
        reject(new Error(`no process came to ${said}`));
      }, 60_000);
      begin(resolve);
    });
  } finally {
    clearTimeout(timer);
  }
}
