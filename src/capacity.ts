/**
 * What is taken of each cluster in the days to come, against what there is of it: slots by their reservations, ports by the
 * rooms and people of the meetings that have them. Read a window at a time and remembered for a short while, for there may
 * be very many meetings, and pages that ask again at every change.
 *
 * What will be short is a ticket. It is looked for at the end of a cluster's sweep, by the one process that has the sweep at
 * that time. Safe if that process dies at any line: nothing is written before all was read, a cluster's tickets are settled
 * in one step, and the next sweep, whoever does it, reads and settles the same.
 */
import { setImmediate as letOthers } from 'node:timers/promises';
import { type PeopleMeasureDeps, PeopleMeasured } from './capacity-people.ts';
import { isDrained } from './cluster/drain.ts';
import type { HealthState } from './cluster/health.ts';
import { capacityConditions, capacityScope } from './cluster/ticket-capacity.ts';
import {
  byDay,
  type DayOfQuarters,
  type Estate,
  type Quarter,
  quartersOf,
  shortOf,
} from './conference/capacity/forecast.ts';
import { timeOn, whoHolds } from './conference/capacity/held.ts';
import type { PeopleExpected } from './conference/capacity/people.ts';
import { QuarterTally, type QuarterUse } from './conference/capacity/quarters.ts';
import { daysBetween } from './conference/report/day.ts';
import { iso } from './conference/view.ts';
import type { ClusterConfig, Config } from './config.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { HeldSlot, SlotStore } from './redis/slots.ts';
import type { TicketStore } from './redis/tickets.ts';
import { countUsable, type Interval, isOfRange, numbersOf } from './slot/slot.ts';

export interface CapacityDeps extends PeopleMeasureDeps {
  readonly config: Config;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly tickets: TicketStore;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What was counted, and of when it is. */
interface Counted {
  readonly at: number;
  readonly people: PeopleExpected;
  readonly use: readonly QuarterUse[];
}

interface Remembered {
  /** On the monotonic clock. */
  until: number;
  readonly counted: Promise<Counted>;
}

const day = 86_400_000;
/** A count holds for so many times as long as it took, and for so many milliseconds at least. */
const worth = 20;
const believed = 2_000;
/** Counts that are remembered at once: people look at few clusters, from few zones. */
const most = 32;
/** Meetings whose rooms are read at once: some milliseconds in which nothing else is done. */
const meetingsAtOnce = 200;
/** So many numbers are read before others come to their turn. */
const numbersAtOnce = 100;
/** What will be short within so many days is a ticket. */
const daysWarned = 7;

export class Capacity {
  readonly #deps: CapacityDeps;
  readonly #people: PeopleMeasured;
  readonly #remembered = new Map<string, Remembered>();
  /** Rooms that are dialled: those that have an address. */
  readonly #dialled: ReadonlySet<string>;

  constructor(deps: CapacityDeps) {
    this.#deps = deps;
    this.#people = new PeopleMeasured(deps);
    this.#dialled = new Set(
      deps.config.rooms.flatMap(({ mailbox, sip }) => (sip === undefined ? [] : [mailbox])),
    );
  }

  /** Days of the zone from a date on, as `/api/clusters/<name>/capacity` gives them; undefined for no such cluster. */
  async forecast(
    name: string,
    { from, days: count, zone }: { readonly from: string; readonly days: number; readonly zone: string },
  ) {
    const cluster = this.#clusterOf(name);
    if (cluster === undefined) return undefined;
    const last = new Date(Date.parse(from) + (count - 1) * day).toISOString().slice(0, 10);
    const days = daysBetween(from, last, zone);
    const window = { from: days[0]?.from ?? 0, to: days.at(-1)?.to ?? 0 };
    const [{ at, people, use }, estate] = await Promise.all([
      this.#recently(cluster, window),
      this.#estate(cluster),
    ]);
    const quarters = quartersOf(use, estate, at);
    return {
      ...{ cluster: name, zone, at: iso(at) },
      people: { perMeeting: people.perMeeting ?? null, meetings: people.meetings },
      callBridges: estate.callBridges.map(({ address, state, limit }) => ({
        ...{ address, state, limit: limit ?? null },
        isDrained: isDrained(estate.drains.get(address), at),
      })),
      days: byDay(quarters, days, at).map(dayView),
    };
  }

  /** Says, or takes back, that the cluster has too little in the days to come. */
  async settle(name: string): Promise<void> {
    const cluster = this.#clusterOf(name);
    if (cluster === undefined) return;
    const now = this.#deps.now();
    const { people, use } = await this.#recently(cluster, { from: now, to: now + daysWarned * day });
    const { callBridges, ...estate } = await this.#estate(cluster);
    // One that is down is a ticket of its own, and is expected back.
    const expected = callBridges.map((one) => ({ ...one, isDown: false }));
    const quarters = quartersOf(use, { ...estate, callBridges: expected }, now);
    const conditions = capacityConditions(name, quarters, people, { now, days: daysWarned });
    await this.#deps.tickets.settle(capacityScope(name), conditions, now);
  }

  #clusterOf(name: string): ClusterConfig | undefined {
    return this.#deps.config.clusters.find((one) => one.name === name);
  }

  async #estate({ name, numbers, callBridges }: ClusterConfig) {
    const { bridges, slots } = this.#deps;
    const [health, facts, drains, blocked] = await Promise.all([
      bridges.health(),
      bridges.facts(),
      bridges.drains(),
      slots.blocked(name),
    ]);
    return {
      slots: countUsable(numbers, blocked),
      callBridges: callBridges.map(({ address }) => {
        const state: HealthState | 'unknown' = health.get(address)?.state ?? 'unknown';
        return { address, state, isDown: state === 'down', limit: facts.get(address)?.participantLimit };
      }),
      drains,
    } satisfies Estate;
  }

  /** The same for all who ask meanwhile. Whole days, so that who asks a moment later asks for the same. */
  async #recently(cluster: ClusterConfig, window: Interval): Promise<Counted> {
    const whole = { from: Math.floor(window.from / day) * day, to: Math.ceil(window.to / day) * day };
    const key = `${cluster.name} ${whole.from} ${whole.to}`;
    const begun = performance.now();
    const known = this.#remembered.get(key);
    const counted = known !== undefined && begun < known.until ? known.counted : this.#count(cluster, whole);
    if (counted !== known?.counted) this.#remember(key, counted, begun);
    const { use, ...rest } = await counted;
    return { ...rest, use: use.filter(({ at }) => at >= window.from - quarterBefore && at < window.to) };
  }

  #remember(key: string, counted: Promise<Counted>, begun: number): void {
    for (const [old, { until }] of this.#remembered) if (until <= begun) this.#remembered.delete(old);
    if (this.#remembered.size >= most) this.#remembered.clear();
    const one: Remembered = { until: Number.POSITIVE_INFINITY, counted };
    this.#remembered.set(key, one);
    counted.then(
      () => {
        const ended = performance.now();
        one.until = ended + Math.max(believed, worth * (ended - begun));
      },
      () => this.#remembered.delete(key),
    );
  }

  async #count(cluster: ClusterConfig, window: Interval): Promise<Counted> {
    const { slots, bridges, now } = this.#deps;
    const at = now();
    const tally = new QuarterTally(window);
    const [blocked, spaces, people] = await Promise.all([
      slots.blocked(cluster.name),
      bridges.spaces(cluster.name),
      this.#people.of(cluster.name),
    ]);
    // Who has a number of a range that was takes no slot of this one, but is in on the same call bridges.
    const others = [...spaces.keys()].filter((number) => !isOfRange(cluster.numbers, number));
    let waiting: HeldSlot[] = [];
    let read = 0;
    for await (const held of slots.inWindow(
      cluster.name,
      [...numbersOf(cluster.numbers), ...others],
      window,
    )) {
      const [first] = held;
      if (first !== undefined && isOfRange(cluster.numbers, first.number) && !blocked.has(first.number))
        tally.addSlot(held);
      waiting.push(...held);
      while (waiting.length >= meetingsAtOnce) {
        await this.#addMeetings(tally, waiting.slice(0, meetingsAtOnce));
        waiting = waiting.slice(meetingsAtOnce);
      }
      read += 1;
      if (read % numbersAtOnce === 0) await letOthers();
    }
    await this.#addMeetings(tally, waiting);
    return { at, people, use: tally.quarters(people.perMeeting ?? 0) };
  }

  async #addMeetings(tally: QuarterTally, held: readonly HeldSlot[]): Promise<void> {
    const { meetings, config } = this.#deps;
    const those = held.flatMap((one) => {
      const { as, key } = whoHolds(one.key);
      return as === 'meeting' || as === 'found' ? [{ key, on: timeOn(one, config.conference) }] : [];
    });
    const booked = await meetings.lastBooked(those.flatMap(({ key }) => key ?? []));
    for (const { key, on } of those) {
      const rooms = booked.get(key ?? '')?.rooms ?? [];
      tally.addMeeting(on, rooms.filter((mailbox) => this.#dialled.has(mailbox)).length);
    }
    await letOthers();
  }
}

/** The quarter in which a window begins is one of it. */
const quarterBefore = 899_999;

function dayView({ date, quarters, fewestSlots, fewestPorts }: DayOfQuarters) {
  return {
    date,
    quarters: quarters.map(quarterView),
    fewestSlots: fewestSlots === undefined ? null : quarterView(fewestSlots),
    fewestPorts: fewestPorts === undefined ? null : quarterView(fewestPorts),
  };
}

function quarterView(one: Quarter) {
  return { ...one, at: iso(one.at), limit: one.limit ?? null, short: shortOf(one) };
}
