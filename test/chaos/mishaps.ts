/**
 * What goes wrong in a long run: call bridges that die or misbehave, one or all; workers that are killed, or stopped, or whose
 * clock is set.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { Fault } from '../simulators/cms/faults.ts';
import type { Product, World } from '../world/world.ts';
import type { Misfortunes } from './misfortunes.ts';

/** The first switches the call bridge off, with all that runs on it; in the others what runs goes on. */
const kinds: readonly (Pick<Fault, 'kind' | 'ms'> | { readonly kind: 'kill' })[] = [
  { kind: 'kill' },
  { kind: 'kill' },
  { kind: 'refuse' },
  { kind: 'reset' },
  { kind: 'black-hole' },
  { kind: 'deaf' },
  { kind: 'tls' },
  { kind: 'untrusted' },
  { kind: 'unauthorized' },
  { kind: 'error' },
  { kind: 'busy' },
  { kind: 'garbage' },
  { kind: 'html' },
  { kind: 'lost-answer' },
  { kind: 'half-answer' },
  { kind: 'cut-answer' },
  { kind: 'read-only' },
  { kind: 'slow', ms: 3_000 },
  { kind: 'hang' },
];

export class Mishaps {
  readonly #world: World;
  readonly #cms: CmsCluster;
  readonly #with: Misfortunes;
  readonly #well = new Map<string, number>();
  readonly #workers = new Map<string, Product | undefined>();
  readonly #stopped = new Set<string>();

  constructor(world: World, misfortunes: Misfortunes) {
    this.#world = world;
    this.#cms = world.cms;
    this.#with = misfortunes;
    for (const { name } of this.#cms.bridges) this.#well.set(name, 0);
  }

  async startWorkers(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#startWorker(name)));
  }

  wellSince(bridge: string): number | undefined {
    return this.#well.get(bridge);
  }

  /** Whether anybody can do anything: a call bridge that is well, and a worker that runs. */
  get isAble(): boolean {
    const works = [...this.#workers].some(
      ([name, product]) => product !== undefined && !this.#stopped.has(name),
    );
    return works && this.#well.size > 0;
  }

  begin(): void {
    this.#with.every(15, 45, () => this.#harmBridges());
    this.#with.every(30, 90, () => this.#harmWorker());
  }

  #harmBridges(): undefined {
    const { roll } = this.#with;
    const kind = kinds[roll(kinds.length)] ?? { kind: 'refuse' };
    const all = roll(6) === 0;
    const well = this.#cms.bridges.filter(({ name }) => this.#well.has(name));
    const one = well[roll(Math.max(1, well.length))];
    const bridges = all ? well : one === undefined ? [] : [one];
    if (bridges.length === 0) return;
    const [least, most] = all ? [3, 20] : roll(3) === 0 ? [40, 120] : [3, 30];
    this.#with.count(`${kind.kind}, ${all ? 'all' : 'one'}`);
    // Those that fell together come back together.
    const lasts = this.#with.lasting(least, most);
    for (const bridge of bridges) this.#with.track(this.#harm(bridge, kind, lasts));
  }

  async #harm(bridge: CmsBridge, fault: (typeof kinds)[number], lasts: Promise<void>): Promise<void> {
    this.#well.delete(bridge.name);
    if (fault.kind === 'kill') await bridge.kill();
    else bridge.setFault({ ...fault });
    await lasts;
    if (fault.kind === 'kill') await bridge.restart();
    else await bridge.clearFault();
    this.#well.set(bridge.name, Date.now());
  }

  #harmWorker(): Promise<void> | undefined {
    const names = [...this.#workers.keys()];
    const name = names[this.#with.roll(names.length)] ?? '';
    const product = this.#workers.get(name);
    if (product === undefined || this.#stopped.has(name)) return undefined;
    switch (this.#with.roll(3)) {
      case 0:
        return this.#killWorker(name, product);
      case 1:
        return this.#stopWorker(name, product);
      default:
        return this.#stepClock(name);
    }
  }

  async #killWorker(name: string, product: Product): Promise<void> {
    this.#with.count('worker killed');
    this.#workers.set(name, undefined);
    product.kill('SIGKILL');
    await product.ended;
    await this.#with.lasting(1, 15);
    await this.#startWorker(name);
  }

  async #stopWorker(name: string, product: Product): Promise<void> {
    this.#with.count('worker stopped');
    this.#stopped.add(name);
    product.kill('SIGSTOP');
    await this.#with.lasting(2, 20);
    product.kill('SIGCONT');
    this.#stopped.delete(name);
  }

  /** Forth or back by up to five seconds, and right again. */
  async #stepClock(name: string): Promise<void> {
    const by = (1 + this.#with.roll(5)) * (this.#with.roll(2) === 0 ? 1_000 : -1_000);
    this.#with.count(by > 0 ? "worker's clock set forth" : "worker's clock set back");
    writeFileSync(this.#clockOf(name), String(by));
    await this.#with.lasting(10, 40);
    writeFileSync(this.#clockOf(name), '0');
  }

  async #startWorker(name: string): Promise<void> {
    this.#workers.set(name, undefined);
    const env = {
      NODE_OPTIONS: `--import=${new URL('clock-step.js', import.meta.url)}`,
      CHAOS_CLOCK: this.#clockOf(name),
    };
    this.#workers.set(name, await this.#world.start('worker', name, { env }));
  }

  #clockOf(name: string): string {
    return join(this.#world.folder, `${name}.clock`);
  }
}
