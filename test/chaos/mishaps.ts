/** What goes wrong in a long run: call bridges that die or misbehave, one or all, and workers that are killed or stopped. */
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { Fault } from '../simulators/cms/faults.ts';
import type { Product, World } from '../world/world.ts';

type Dice = (sides: number) => number;

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
  readonly counts = new Map<string, number>();
  readonly #world: World;
  readonly #cms: CmsCluster;
  readonly #roll: Dice;
  readonly #well = new Map<string, number>();
  readonly #workers = new Map<string, Product | undefined>();
  readonly #stopped = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  #over = false;

  constructor(world: World, roll: Dice) {
    this.#world = world;
    this.#cms = world.cms;
    this.#roll = roll;
    for (const { name } of this.#cms.bridges) this.#well.set(name, 0);
  }

  async startWorkers(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#startWorker(name)));
  }

  wellSince(bridge: string): number | undefined {
    return this.#well.get(bridge);
  }

  /** Whether anybody can do anything: a call bridge that is well, and a worker that runs. */
  isAble(): boolean {
    const works = [...this.#workers].some(
      ([name, product]) => product !== undefined && !this.#stopped.has(name),
    );
    return works && this.#well.size > 0;
  }

  /** Begins mishaps until they are ended. */
  begin(): void {
    this.#track(this.#loop(() => this.#harmBridges(), 15, 45));
    this.#track(this.#loop(() => this.#harmWorker(), 30, 90));
  }

  /** Resolves once all is well again. */
  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#pending);
  }

  /** Seconds. */
  #between(least: number, most: number): number {
    return least + this.#roll(most - least + 1);
  }

  async #loop(harm: () => void, least: number, most: number): Promise<void> {
    while (!this.#over) {
      await this.#pause(this.#between(least, most));
      if (!this.#over) harm();
    }
  }

  #harmBridges(): void {
    const kind = kinds[this.#roll(kinds.length)] ?? { kind: 'refuse' };
    const all = this.#roll(6) === 0;
    const well = this.#cms.bridges.filter(({ name }) => this.#well.has(name));
    const one = well[this.#roll(Math.max(1, well.length))];
    const bridges = all ? well : one === undefined ? [] : [one];
    if (bridges.length === 0) return;
    const lasts = all
      ? this.#between(3, 20)
      : this.#roll(3) === 0
        ? this.#between(40, 120)
        : this.#between(3, 30);
    this.#count(`${kind.kind}, ${all ? 'all' : 'one'}`);
    for (const bridge of bridges) this.#track(this.#harm(bridge, kind, lasts));
  }

  async #harm(bridge: CmsBridge, fault: (typeof kinds)[number], lasts: number): Promise<void> {
    this.#well.delete(bridge.name);
    if (fault.kind === 'kill') await bridge.kill();
    else bridge.setFault({ ...fault });
    await this.#pause(lasts);
    if (fault.kind === 'kill') await bridge.restart();
    else await bridge.clearFault();
    this.#well.set(bridge.name, Date.now());
  }

  #harmWorker(): void {
    const names = [...this.#workers.keys()];
    const name = names[this.#roll(names.length)] ?? '';
    const product = this.#workers.get(name);
    if (product === undefined || this.#stopped.has(name)) return;
    this.#track(this.#roll(2) === 0 ? this.#killWorker(name, product) : this.#stopWorker(name, product));
  }

  async #killWorker(name: string, product: Product): Promise<void> {
    this.#count('worker killed');
    this.#workers.set(name, undefined);
    product.kill('SIGKILL');
    await product.ended;
    await this.#pause(this.#between(1, 15));
    await this.#startWorker(name);
  }

  async #stopWorker(name: string, product: Product): Promise<void> {
    this.#count('worker stopped');
    this.#stopped.add(name);
    product.kill('SIGSTOP');
    await this.#pause(this.#between(2, 20));
    product.kill('SIGCONT');
    this.#stopped.delete(name);
  }

  async #startWorker(name: string): Promise<void> {
    this.#workers.set(name, undefined);
    this.#workers.set(name, await this.#world.start('worker', name));
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #track(happening: Promise<void>): void {
    this.#pending.add(happening);
    void happening.finally(() => this.#pending.delete(happening));
  }

  /** Cut short when all is to end. */
  async #pause(seconds: number): Promise<void> {
    const until = Date.now() + seconds * 1_000;
    while (Date.now() < until && !this.#over) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
