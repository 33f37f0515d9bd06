/**
 * Watches over the health of all call bridges: by its own probes, by what came of real requests, and by what other
 * processes say that they see. It changes no bridge; a process that dies in between is not heard any more after seconds.
 */
import type { CertificateFact } from '../src/cluster/call-bridge-facts.ts';
import type { Drains } from '../src/cluster/drain.ts';
import { type Health, isSilent, judge, type Observation, type StatusFacts } from '../src/cluster/health.ts';
import type { CmsClient, Observation as Request } from '../src/cms/client.ts';
import { type CmsFault, causeOf } from '../src/cms/fault.ts';
import type { BridgeStore, View, Views } from '../src/redis/bridges.ts';
import { FactsGathering } from './facts-gathering.ts';
import { Probes } from './probing.ts';

export interface HealthWatchOptions {
  /** One for each call bridge, on connections of their own. */
  readonly probes: readonly CmsClient[];
  readonly store: BridgeStore;
  /** The process in whose name is said what it sees. */
  readonly viewer: string;
  readonly onError: (error: unknown) => void;
  /** As seen at the last connection. */
  readonly certificate?: (address: string) => CertificateFact | undefined;
}

/**
 * `returned`: it was lost, and is up again; `restarted`: it was away too shortly to be missed. Its calls are gone. `settled`:
 * it was restarted while we had reason to doubt it, so that nothing could be looked at there until now that it is up.
 */
export type Return = 'returned' | 'restarted' | 'settled';

const shareEvery = 1_000;
/** Who has not heard the others for so long does not know what they see. */
const hearingLasts = 5_000;

export class HealthWatch {
  readonly #options: HealthWatchOptions;
  readonly #health = new Map<string, Health>();
  readonly #lost = new Set<string>();
  /** Restarted, and not up yet. */
  readonly #unsettled = new Set<string>();
  readonly #lostListeners: ((address: string) => void)[] = [];
  readonly #returnedListeners: ((address: string, how: Return) => void)[] = [];
  readonly #probes: Probes;
  readonly #facts: FactsGathering;
  #drains: Drains = new Map();
  #others: ReadonlyMap<string, Views> = new Map();
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #sharing: Promise<void> = Promise.resolve();

  constructor(options: HealthWatchOptions) {
    this.#options = options;
    this.#probes = new Probes({
      clients: options.probes,
      state: (address) => this.#health.get(address)?.state,
      answered: (address, began, status) => this.#answered(address, began, status),
      failed: (fault, began) => this.#failed(fault, began),
      onError: options.onError,
    });
    this.#facts = new FactsGathering({
      clients: options.probes,
      store: options.store,
      state: (address) => this.#health.get(address)?.state,
      certificate: options.certificate ?? (() => undefined),
      onError: options.onError,
    });
  }

  get health(): ReadonlyMap<string, Health> {
    return this.#health;
  }

  /** What administrators have said, as of a second ago. */
  get drains(): Drains {
    return this.#drains;
  }

  isLost(address: string): boolean {
    return this.#lost.has(address);
  }

  onLost(listener: (address: string) => void): void {
    this.#lostListeners.push(listener);
  }

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
    this.#facts.start();
    this.#share();
    this.#timer = setInterval(() => this.#share(), shareEvery);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#probes.stop();
    this.#facts.stop();
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
      if (this.#health.get(address)?.state !== 'up') this.#unsettled.add(address);
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
    if (after.state === 'up' && this.#unsettled.delete(address)) {
      for (const listener of this.#returnedListeners) listener(address, 'settled');
    }
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
    for (const { address } of this.#options.probes) this.#settle(address);
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
    this.#unsettled.delete(address);
    for (const listener of this.#lostListeners) listener(address);
  }
}
