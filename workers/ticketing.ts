/**
 * Turns what all processes know into tickets, every few seconds and in every process: they read the same and come to the
 * same, and a scope is settled at once, so that it does not matter which of them does it, or dies in between.
 */
import type { Logger } from 'pino';
import { callBridgeConditions, callBridgeScope, noCallBridge } from '../src/cluster/ticket-call-bridge.ts';
import { capacityScope } from '../src/cluster/ticket-capacity.ts';
import { ownCertificateForgotten, ownCertificates } from '../src/cluster/ticket-certificate.ts';
import { clusterScope, slotsScope } from '../src/cluster/ticket-cluster.ts';
import {
  hostsAccess,
  isOpenedOrOver,
  movedOutOf,
  movings,
  openings,
  unplacedConditions,
} from '../src/cluster/ticket-meetings.ts';
import { openRun } from '../src/conference/meeting.ts';
import type { Config } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { TicketStore } from '../src/redis/tickets.ts';

export interface TicketingDeps {
  readonly config: Pick<Config, 'clusters'>;
  readonly bridges: BridgeStore;
  readonly meetings: MeetingStore;
  readonly tickets: TicketStore;
  readonly log: Logger;
  /** Sees to it that those who are told of tickets hear what is new. */
  tellNews?(): Promise<void>;
}

const lookEvery = 5_000;
const jitter = 1_000;
/** Unplaced meetings that are looked at; where there are more, the ticket says so many. */
const atMost = 1_000;

const callBridgesScope = (cluster: string) => `call-bridges ${cluster}`;

export class Ticketing {
  readonly #deps: TicketingDeps;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: TicketingDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setTimeout(
      () => {
        this.#looking = this.look(Date.now())
          .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'tickets could not be settled'))
          .finally(() => {
            if (this.#timer !== undefined) this.start();
          });
      },
      lookEvery + Math.random() * jitter,
    );
  }

  /** Resolves when the last look is over. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** @param now epoch ms */
  async look(now: number): Promise<void> {
    await this.#lookAtCallBridges(now);
    await this.#lookAtMeetings(now);
    await this.#dropWhatIsNotConfigured(now);
    await this.#deps.tellNews?.();
  }

  async #lookAtCallBridges(now: number): Promise<void> {
    const { config, bridges, tickets } = this.#deps;
    const [health, facts] = await Promise.all([bridges.health(), bridges.facts()]);
    for (const { name, callBridges } of config.clusters) {
      const seen = callBridges.map(({ address }) => [address, health.get(address)] as const);
      for (const [address, state] of seen) {
        // Where nobody looks, for no worker runs, nothing has changed.
        if (state === undefined) continue;
        const conditions = callBridgeConditions(address, state, facts.get(address), now);
        await tickets.settle(callBridgeScope(address), conditions, now);
      }
      if (seen.every(([, state]) => state === undefined)) continue;
      await tickets.settle(callBridgesScope(name), noCallBridge(name, seen), now);
    }
  }

  async #lookAtMeetings(now: number): Promise<void> {
    const { meetings, tickets } = this.#deps;
    const unplaced = (await meetings.unplaced()).slice(0, atMost);
    await tickets.settle('meetings', unplacedConditions(await meetings.loadMany(unplaced), now), now);
    for (const { scope } of await tickets.openIn(openings)) {
      const meeting = await meetings.load(scope.slice(openings.length));
      if (isOpenedOrOver(meeting, now)) await tickets.settle(scope, [], now);
    }
    // What is wrong with a conference that runs is wrong until it is over.
    const running = [
      ...(await tickets.openIn(movings)).map(({ scope }) => ({ scope, key: movedOutOf(scope) })),
      ...(await tickets.openIn(hostsAccess)).map(({ scope }) => ({
        scope,
        key: scope.slice(hostsAccess.length),
      })),
    ];
    for (const { scope, key } of running) {
      const meeting = await meetings.load(key);
      const isToCome = meeting?.booked !== undefined && meeting.run === undefined && meeting.booked.end > now;
      if (openRun(meeting?.run) === undefined && !isToCome) await tickets.settle(scope, [], now);
    }
  }

  /** What was taken out of the configuration is nobody's to settle any more. */
  async #dropWhatIsNotConfigured(now: number): Promise<void> {
    const { config, tickets } = this.#deps;
    const ofClusters = [clusterScope, slotsScope, callBridgesScope, capacityScope];
    const prefixes = [...ofClusters, callBridgeScope].map((scope) => scope(''));
    const known = new Set(
      config.clusters.flatMap(({ name, callBridges }) => [
        ...ofClusters.map((scope) => scope(name)),
        ...callBridges.map(({ address }) => callBridgeScope(address)),
      ]),
    );
    for (const { scope, lastSeen } of await tickets.list('open')) {
      const isOfNobody = !known.has(scope) && prefixes.some((prefix) => scope.startsWith(prefix));
      // Each process settles its own, while it lives.
      const isForgotten = scope.startsWith(ownCertificates) && now - lastSeen > ownCertificateForgotten;
      if (isOfNobody || isForgotten) await tickets.settle(scope, [], now);
    }
  }
}
