/**
 * Asks each call bridge how it is, at intervals and on connections of its own. It changes nothing; a process that dies
 * in between leaves nothing behind.
 */
import { clockOffset } from '../src/cluster/call-bridge-facts.ts';
import type { HealthState, StatusFacts } from '../src/cluster/health.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { readStatus } from '../src/cms/system.ts';

export interface ProbesOptions {
  readonly clients: readonly CmsClient[];
  readonly state: (address: string) => HealthState | undefined;
  /** `began` is epoch milliseconds. */
  readonly answered: (address: string, began: number, status: StatusFacts) => void;
  readonly failed: (fault: CmsFault, began: number) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Milliseconds. One that falls silent just after it was asked is asked again 3 s later, has 2 s to answer, is asked once
 * more at once and has another 2 s: it is down 7.5 s after it was last well at the latest, and lost within ten.
 */
const deadline = 2_000;
const pauses: Readonly<Record<HealthState, number>> = { up: 2_500, doubtful: 1_000, down: 1_500 };
const jitter = 500;
const soon = 150;

export class Probes {
  readonly #options: ProbesOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #clients: ReadonlyMap<string, CmsClient>;
  readonly #running = new Set<string>();
  /** To be asked again as soon as they have answered. */
  readonly #again = new Set<string>();
  #stopped = true;

  constructor(options: ProbesOptions) {
    this.#options = options;
    this.#clients = new Map(options.clients.map((client) => [client.address, client]));
  }

  /** The first round at once, spread over less than a second. */
  start(): void {
    this.#stopped = false;
    let place = 0;
    for (const address of this.#clients.keys()) {
      this.#in(address, (place / this.#clients.size) * pauses.doubtful);
      place += 1;
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Asks one before its turn: something speaks against it. */
  soon(address: string): void {
    if (this.#running.has(address)) this.#again.add(address);
    else this.#in(address, soon);
  }

  #in(address: string, wait: number): void {
    clearTimeout(this.#timers.get(address));
    if (this.#stopped) return;
    this.#timers.set(
      address,
      setTimeout(() => {
        this.#ask(address).catch(this.#options.onError);
      }, wait),
    );
  }

  async #ask(address: string): Promise<void> {
    const client = this.#clients.get(address);
    if (client === undefined) return;
    this.#running.add(address);
    try {
      const began = Date.now();
      try {
        const { cdrTime, clusterEnabled: _, ...status } = await readStatus(client, { deadline });
        const known = Object.entries(status).filter(([, value]) => value !== undefined);
        const clock = cdrTime === undefined ? undefined : clockOffset(cdrTime, { began, ended: Date.now() });
        this.#options.answered(address, began, {
          ...Object.fromEntries(known),
          ...(clock === undefined ? {} : { clockOffset: clock }),
        });
      } catch (error) {
        if (!(error instanceof CmsFault)) throw error;
        this.#options.failed(error, began);
      }
    } finally {
      this.#running.delete(address);
      const pause = pauses[this.#options.state(address) ?? 'up'] + Math.random() * jitter;
      this.#in(address, this.#again.delete(address) ? soon : pause);
    }
  }
}
