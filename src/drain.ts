/**
 * Takes call bridges out of service and back: what is said is kept in Redis and known to every process within a second;
 * meetings of a cluster that is out altogether are rung, and each finds another place for itself. Safe to repeat: saying
 * the same again changes nothing, and what was not rung before a death is rung by the cluster's next sweep.
 */
import { type Drain, type Drains, isPast, mustMove, outWindow, startsOn } from './cluster/drain.ts';
import type { Condition } from './cluster/ticket.ts';
import { type Affected, type Refuge, type WhatIf, whatIf } from './cluster/what-if.ts';
import { type Meeting, openRun } from './conference/meeting.ts';
import type { Place } from './conference/search/place.ts';
import { iso } from './conference/view.ts';
import type { ClusterConfig, Config } from './config.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { SlotStore } from './redis/slots.ts';
import type { TicketStore } from './redis/tickets.ts';
import { heldInterval, type Interval } from './slot/slot.ts';

export interface DrainingDeps {
  readonly config: Pick<Config, 'clusters' | 'conference' | 'calendar'>;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly tickets: TicketStore;
  /** Rings conferences, each at its time (epoch ms). */
  ring(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  now(): number;
}

/** Epoch ms. */
export interface DrainOrder {
  /** Now where it is left out. */
  readonly from?: number;
  readonly until?: number;
  readonly moveRunning?: number;
  /** Though meetings are left without a place. */
  readonly force?: boolean;
}

export type Drained =
  | { readonly done: true; readonly drain: Drain; readonly effect: WhatIf }
  | { readonly done: false; readonly left: number; readonly effect: WhatIf };

/** Every process has heard of it by then. */
const heardWithin = 2_000;
const page = 1_000;
/** A call bridge that is down now is not counted on for what starts this soon. */
const soon = 3_600_000;
const scope = 'drains';

export class Draining {
  readonly #deps: DrainingDeps;

  constructor(deps: DrainingDeps) {
    this.#deps = deps;
  }

  /** All configured call bridges, with what is said of each. */
  async list() {
    const drains = await this.#deps.bridges.drains();
    return this.#deps.config.clusters.flatMap((cluster) =>
      cluster.callBridges.map(({ address }) => ({
        address,
        cluster: cluster.name,
        drain: viewOrNull(drains.get(address)),
      })),
    );
  }

  /** What would become of the meetings that start there in that time; changes nothing. Undefined: no such call bridge. */
  async whatIf(address: string, from: number, until: number): Promise<WhatIf | undefined> {
    const cluster = this.#clusterOf(address);
    if (cluster === undefined) return undefined;
    const drains = await this.#deps.bridges.drains();
    return await this.#effectOf(cluster, address, { since: this.#deps.now(), from, until }, drains);
  }

  /** Undefined: no such call bridge. Not done where meetings would be left without a place, unless forced. */
  async drain(address: string, order: DrainOrder): Promise<Drained | undefined> {
    const { bridges, now, config } = this.#deps;
    const cluster = this.#clusterOf(address);
    if (cluster === undefined) return undefined;
    const { from = now(), until, moveRunning, force = false } = order;
    const drain: Drain = {
      ...{ since: now(), from },
      ...(until === undefined ? {} : { until }),
      ...(moveRunning === undefined ? {} : { moveRunning }),
    };
    const drains = await bridges.drains();
    const seen = { ...drain, until: until ?? from + config.calendar.horizon };
    const effect = await this.#effectOf(cluster, address, seen, drains);
    const left = effect.nowhere + (await this.#unmovable(cluster, address, drain, drains));
    if (left > 0 && !force) return { done: false, left, effect };
    await bridges.putDrain(address, drain);
    await this.settle(cluster.name);
    return { done: true, drain, effect };
  }

  /** It takes starts again; what has gone elsewhere stays there. @returns false where it was not drained */
  async resume(address: string): Promise<boolean | undefined> {
    const cluster = this.#clusterOf(address);
    if (cluster === undefined) return undefined;
    const was = await this.#deps.bridges.dropDrain(address);
    await this.settle(cluster.name);
    return was;
  }

  /** What is over is forgotten, what stands is a ticket, and meetings that have to leave the cluster are rung. */
  async settle(cluster: string): Promise<void> {
    const { bridges, tickets, now, config } = this.#deps;
    const drains = await bridges.drains();
    for (const [address, drain] of drains) {
      if (!isPast(drain, now())) continue;
      await bridges.dropDrain(address);
      drains.delete(address);
    }
    await tickets.settle(scope, conditionsOf(drains), now());
    const found = config.clusters.find(({ name }) => name === cluster);
    const out = found && outWindow(found.callBridges, drains);
    if (found !== undefined && out !== undefined) await this.#ringThoseOut(found, out.from, out.until);
    await this.#ringRunning(cluster, drains);
  }

  #clusterOf(address: string): ClusterConfig | undefined {
    return this.#deps.config.clusters.find(({ callBridges }) =>
      callBridges.some((one) => one.address === address),
    );
  }

  async #ringThoseOut({ name }: ClusterConfig, from: number, until: number): Promise<void> {
    const { setup } = this.#deps.config.conference;
    const begin = Math.max(from, this.#deps.now()) + setup;
    for await (const meetings of this.#startingIn(begin, until + setup)) {
      const there = meetings.filter(
        ({ booked, placement, run }) =>
          booked !== undefined && placement?.cluster === name && openRun(run) === undefined,
      );
      const at = this.#deps.now() + heardWithin;
      await this.#deps.ring(there.map(({ key }) => ({ key, at })));
    }
  }

  /** What runs is asked again at the chosen time. */
  async #ringRunning(cluster: string, drains: Drains): Promise<void> {
    const { now, ring } = this.#deps;
    const movers = [...drains].filter(([, { moveRunning }]) => moveRunning !== undefined);
    if (movers.length === 0) return;
    for (const { key, run } of await this.#deps.meetings.openIn(cluster)) {
      const drain = movers.find(([address]) => address === run?.callBridge)?.[1];
      if (drain?.moveRunning === undefined) continue;
      const at = Math.max(now(), drain.moveRunning, drain.from) + heardWithin;
      await ring([{ key, at }]);
    }
  }

  async *#startingIn(from: number, to: number): AsyncGenerator<Meeting[]> {
    let after: Place | undefined;
    for (;;) {
      const found = await this.#deps.meetings.byStart(
        from,
        Math.min(to, Number.MAX_SAFE_INTEGER),
        after,
        page,
      );
      yield await this.#deps.meetings.loadMany(found.map(({ key }) => key));
      if (found.length < page) return;
      after = found.at(-1);
    }
  }

  async #effectOf(
    cluster: ClusterConfig,
    address: string,
    drain: Drain & { readonly until: number },
    drains: Drains,
  ): Promise<WhatIf> {
    const { conference, clusters } = this.#deps.config;
    const { setup } = conference;
    const now = this.#deps.now();
    const health = await this.#deps.bridges.health();
    const isDown = (one: string, at: number) => at < now + soon && health.get(one)?.state === 'down';
    const takes = ({ callBridges }: ClusterConfig, said: Drains, at: number) =>
      callBridges.some((one) => startsOn([one], said, at) !== undefined && !isDown(one.address, at));
    const after: Drains = new Map([...drains, [address, drain]]);
    const affected: Affected[] = [];
    for await (const meetings of this.#startingIn(drain.from + setup, drain.until + setup)) {
      for (const { key, booked, placement, run } of meetings) {
        if (booked === undefined || placement?.cluster !== cluster.name) continue;
        const at = booked.start - setup;
        const starts = startsOn(cluster.callBridges, drains, at) === address;
        if (!starts || booked.end <= now || openRun(run) !== undefined) continue;
        const stays = takes(cluster, after, at);
        affected.push({ key, start: booked.start, ...heldInterval(booked, conference), stays });
      }
    }
    const isAnybodyOut = affected.some(({ stays }) => !stays);
    const others = isAnybodyOut ? clusters.filter(({ name }) => name !== cluster.name) : [];
    const refuges = await Promise.all(
      others.map((other) => this.#refuge(other, (at) => takes(other, after, at))),
    );
    return whatIf(affected, refuges);
  }

  async #refuge({ name, numbers }: ClusterConfig, takes: Refuge['takes']): Promise<Refuge> {
    const held = new Map<string, Interval[]>();
    for await (const some of this.#deps.slots.all(name)) {
      for (const { number, from, to } of some.values())
        held.set(number, [...(held.get(number) ?? []), { from, to }]);
    }
    return { name, numbers, held, foreign: await this.#deps.slots.blocked(name), takes };
  }

  /** What runs there and is to be moved though nobody else of the cluster can take it. */
  async #unmovable(
    { name, callBridges }: ClusterConfig,
    address: string,
    drain: Drain,
    drains: Drains,
  ): Promise<number> {
    if (drain.moveRunning === undefined) return 0;
    const at = Math.max(drain.from, drain.moveRunning);
    const peers = callBridges.filter((one) => one.address !== address);
    if (mustMove(drain, at) && startsOn(peers, drains, at) !== undefined) return 0;
    return (await this.#deps.meetings.openIn(name)).filter(({ run }) => run?.callBridge === address).length;
  }
}

function conditionsOf(drains: Drains): Condition[] {
  return [...drains].map(([address, { from, until }]) => ({
    code: 'call-bridge-drained',
    about: address,
    detail: `no conference starts there from ${iso(from)} ${until === undefined ? 'on' : `to ${iso(until)}`}`,
  }));
}

function viewOrNull(drain: Drain | undefined) {
  return drain === undefined ? null : drainView(drain);
}

export function drainView({ since, from, until, moveRunning }: Drain) {
  return {
    ...{ since: iso(since), from: iso(from) },
    until: until === undefined ? null : iso(until),
    moveRunning: moveRunning === undefined ? null : iso(moveRunning),
  };
}
