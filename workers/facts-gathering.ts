/**
 * Asks call bridges for what seldom changes or matters less (load, alarms, database, limits, licenses), one question after
 * the other, once a minute over all processes. Two that ask at the same time write the same; one that dies in between has
 * written nothing, and another asks within the minute.
 */
import {
  type CallBridgeFacts,
  type CertificateFact,
  databaseFact,
} from '../src/cluster/call-bridge-facts.ts';
import type { HealthState } from '../src/cluster/health.ts';
import { listAlarms } from '../src/cms/alarms.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { readDatabase } from '../src/cms/database.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { listLicenses } from '../src/cms/licensing.ts';
import { readLimits, readLoad } from '../src/cms/load.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';

export interface FactsGatheringOptions {
  readonly clients: readonly CmsClient[];
  readonly store: BridgeStore;
  readonly state: (address: string) => HealthState | undefined;
  readonly certificate: (address: string) => CertificateFact | undefined;
  readonly onError: (error: unknown) => void;
}

const lookEvery = 5_000;
const jitter = 2_000;
const freshFor = 60_000;

export class FactsGathering {
  readonly #options: FactsGatheringOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(options: FactsGatheringOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#in(Math.random() * jitter);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #in(wait: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(this.#options.onError)
        .finally(() => this.#in(lookEvery + Math.random() * jitter));
    }, wait);
  }

  async #look(): Promise<void> {
    const { clients, store, state } = this.#options;
    const known = await store.facts();
    for (const client of clients) {
      if (this.#stopped) return;
      if (state(client.address) !== 'up') continue;
      const before = known.get(client.address);
      if (before !== undefined && Date.now() - before.at < freshFor) continue;
      await store.putFacts(client.address, await this.#ask(client));
    }
  }

  /** What an older release does not know, or one does not answer now, is left out; its health is the probes' affair. */
  async #ask(client: CmsClient): Promise<CallBridgeFacts> {
    const options: RequestOptions = { priority: 'sweep' };
    const load = await readLoad(client, options).catch(ignoreFault);
    const limits = await readLimits(client, options).catch(ignoreFault);
    const alarms = await listAlarms(client, options).catch(ignoreFault);
    const database = await readDatabase(client, options).catch(ignoreFault);
    const licenses = await listLicenses(client, options).catch(ignoreFault);
    const certificate = this.#options.certificate(client.address);
    const at = Date.now();
    return {
      at,
      ...(load === undefined ? {} : { load: { now: load, ...(limits?.load ? { limit: limits.load } : {}) } }),
      ...(limits?.participants ? { participantLimit: limits.participants } : {}),
      ...(database === undefined ? {} : { database: databaseFact(database) }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(alarms === undefined
        ? {}
        : {
            alarms: alarms.map(({ type, activeSeconds, reason, about }) => ({
              type,
              ...(activeSeconds === undefined ? {} : { since: at - activeSeconds * 1_000 }),
              ...(reason === undefined ? {} : { reason }),
              ...(about === undefined ? {} : { about }),
            })),
          }),
      ...(licenses === undefined
        ? {}
        : {
            licenses: licenses.map(({ feature, status, expiry }) => ({
              ...{ feature, status },
              ...(expiry === undefined ? {} : { expiry }),
            })),
          }),
    };
  }
}
