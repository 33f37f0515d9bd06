/** The figures of one day: what became of the meetings that began on it, and what was in use for them. */
import type { Interval } from '../../slot/slot.ts';
import type { Facts, Outcome } from './facts.ts';
import { mostAtOnce } from './most.ts';

/** Each meeting counts on the day on which it begins, or last was to begin, with all of its time. */
export interface Figures {
  /** All of them, those too that were cancelled: the sum of the next five, which `Outcome` explains. */
  readonly booked: number;
  readonly held: number;
  readonly noShows: number;
  readonly cancelled: number;
  readonly unplaced: number;
  readonly notOpened: number;
  /** How long after they should have been conferences were opened; those that were found open are not among them. */
  readonly lateness: Lateness;
  /** How often a call bridge was left for the next one. */
  readonly failovers: number;
  /** How often a conference was brought up elsewhere after its call bridge was lost. */
  readonly recoveries: number;
  /** How often a place was given up for another. */
  readonly rehomings: number;
  readonly extensions: number;
  /** Between Outlook's ends and the ends of the last extensions, whether or not people stayed until then. */
  readonly extendedMinutes: number;
  /** Rooms with a conference that was held, most of them at one instant. */
  readonly mostRooms: number;
  /** Those that are configured, and all others that had one of the meetings; by name. */
  readonly clusters: readonly ClusterFigures[];
  /** Those that any of the meetings was booked in; by mailbox. */
  readonly rooms: readonly RoomFigures[];
}

/** Milliseconds; null where none was opened. The half, and 99 of a hundred, were opened no later than `p50` and `p99`. */
export interface Lateness {
  readonly opened: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface ClusterFigures {
  readonly name: string;
  /** Opened there last, no-shows too. */
  readonly conferences: number;
  readonly callBridges: readonly { readonly address: string; readonly conferences: number }[];
  /** For which conferences were held there. */
  readonly minutes: number;
  /** Slots held by the meetings of this day, with setup and teardown, most of them at one instant. */
  readonly mostSlots: number;
  /** Slots that it had when this was counted; null of one that was not configured any more. */
  readonly slots: number | null;
}

export interface RoomFigures {
  readonly mailbox: string;
  readonly booked: number;
  readonly held: number;
  readonly noShows: number;
  readonly cancelled: number;
  /** For which conferences were held that it was booked in. */
  readonly minutes: number;
}

export interface ClusterSize {
  readonly name: string;
  readonly quantity: number;
}

export function figuresOf(all: readonly Facts[], clusters: readonly ClusterSize[]): Figures {
  const steps = figuring(all, clusters);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** The same in steps, between which others may do something: a day may have tens of thousands of meetings. */
export function* figuring(
  all: readonly Facts[],
  clusters: readonly ClusterSize[],
): Generator<undefined, Figures> {
  const sum = (of: (facts: Facts) => number) => all.reduce((total, facts) => total + of(facts), 0);
  const outcomes = countsOf(all.map(({ outcome }) => outcome));
  const became = (outcome: Outcome) => outcomes.get(outcome) ?? 0;
  const lateness = latenessOf(all.flatMap(({ opened }) => opened?.late ?? []));
  yield;
  const inUse = all.flatMap(({ rooms, used }) =>
    used === undefined ? [] : rooms.map((name) => ({ name, from: used.from, to: used.to })),
  );
  yield;
  const mostRooms = mostAtOnce(inUse);
  yield;
  const ofClusters = yield* clustersOf(all, clusters);
  const ofRooms = roomsOf(all);
  yield;
  return {
    booked: all.length,
    held: became('held'),
    noShows: became('no-show'),
    cancelled: became('cancelled'),
    unplaced: became('unplaced'),
    notOpened: became('not-opened'),
    lateness,
    failovers: sum(({ failovers }) => failovers),
    recoveries: sum(({ recoveries }) => recoveries),
    rehomings: sum(({ rehomings }) => rehomings),
    extensions: sum(({ extensions }) => extensions),
    extendedMinutes: minutes(sum(({ extendedBy }) => extendedBy)),
    mostRooms,
    clusters: ofClusters,
    rooms: ofRooms,
  };
}

function* clustersOf(
  all: readonly Facts[],
  configured: readonly ClusterSize[],
): Generator<undefined, ClusterFigures[]> {
  const sizes = new Map(configured.map(({ name, quantity }) => [name, quantity]));
  const opened = groups(all, ({ opened }) => (opened === undefined ? [] : [opened.cluster]));
  yield;
  const slots = groups(all, ({ slot }) => (slot === undefined ? [] : [slot.cluster]));
  const found: ClusterFigures[] = [];
  for (const name of [...new Set([...sizes.keys(), ...opened.keys(), ...slots.keys()])].sort(byText)) {
    yield;
    const here = opened.get(name) ?? [];
    const callBridges = countsOf(here.flatMap(({ opened }) => opened?.callBridge ?? []));
    const held = (slots.get(name) ?? []).flatMap(({ slot }) =>
      slot === undefined ? [] : { name: slot.number, from: slot.from, to: slot.to },
    );
    yield;
    found.push({
      name,
      conferences: here.length,
      callBridges: [...callBridges]
        .map(([address, conferences]) => ({ address, conferences }))
        .sort((a, b) => byText(a.address, b.address)),
      minutes: minutes(here.reduce((total, { used }) => total + length(used), 0)),
      mostSlots: mostAtOnce(held),
      slots: sizes.get(name) ?? null,
    });
  }
  yield;
  return found;
}

function roomsOf(all: readonly Facts[]): RoomFigures[] {
  return [...groups(all, ({ rooms }) => rooms)]
    .sort(([a], [b]) => byText(a, b))
    .map(([mailbox, here]) => {
      const outcomes = countsOf(here.map(({ outcome }) => outcome));
      return {
        ...{ mailbox, booked: here.length, held: outcomes.get('held') ?? 0 },
        ...{ noShows: outcomes.get('no-show') ?? 0, cancelled: outcomes.get('cancelled') ?? 0 },
        minutes: minutes(here.reduce((total, { used }) => total + length(used), 0)),
      };
    });
}

function latenessOf(lates: readonly number[]): Lateness {
  const sorted = lates.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { opened: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? null };
}

function groups<T>(all: readonly T[], namesOf: (one: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    for (const name of namesOf(one)) {
      const group = found.get(name);
      if (group === undefined) found.set(name, [one]);
      else group.push(one);
    }
  }
  return found;
}

function countsOf<T>(all: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function length(interval: Interval | undefined): number {
  return interval === undefined ? 0 : interval.to - interval.from;
}

function minutes(milliseconds: number): number {
  return Math.round(milliseconds / 60_000);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
