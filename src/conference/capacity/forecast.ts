/** What is taken of a cluster against what there is of it, by quarter of an hour and by day; and where that is too little. */
import type { Drains } from '../../cluster/drain.ts';
import type { Day } from '../report/day.ts';
import { type PortsOf, portsIn } from './ports.ts';
import { type QuarterUse, quarter } from './quarters.ts';

export interface Quarter extends QuarterUse {
  /** Slots that can be held: those of the range that are nobody else's. */
  readonly slots: number;
  /** Call bridges that take conferences then. */
  readonly inService: number;
  /** Ports that these have; undefined where one of them does not say. */
  readonly limit: number | undefined;
}

export interface DayOfQuarters {
  readonly date: string;
  readonly from: number;
  readonly to: number;
  readonly quarters: readonly Quarter[];
  /** Of those that are not over, the one with the fewest slots left, and the first of several; undefined where all are over. */
  readonly fewestSlots: Quarter | undefined;
  /** The same of ports: where it is not known how many there are, the one that needs most of them. */
  readonly fewestPorts: Quarter | undefined;
}

export interface Estate {
  readonly slots: number;
  readonly callBridges: readonly PortsOf[];
  readonly drains: Drains;
}

export function quartersOf(
  use: readonly QuarterUse[],
  { slots, callBridges, drains }: Estate,
  now: number,
): Quarter[] {
  return use.map((one) => ({
    ...{ ...one, slots },
    ...portsIn({ from: one.at, to: one.at + quarter }, callBridges, drains, now),
  }));
}

/** @param quarters one after the other, those of all the days among them */
export function byDay(quarters: readonly Quarter[], days: readonly Day[], now: number): DayOfQuarters[] {
  const begin = quarters[0]?.at ?? 0;
  const placeOf = (at: number) => Math.max(0, Math.round((at - begin) / quarter));
  return days.map(({ date, from, to }) => {
    const here = quarters.slice(placeOf(from), placeOf(to));
    const ahead = here.filter(({ at }) => at + quarter > now);
    return {
      ...{ date, from, to, quarters: here },
      fewestSlots: least(ahead, ({ slots, held }) => slots - held),
      fewestPorts: least(ahead, ({ limit = 0, ports }) => limit - ports),
    };
  });
}

/** Quarters of an hour in which something is short. */
export interface Shortage {
  readonly first: Quarter;
  /** The one with the fewest left, and the first of several. */
  readonly worst: Quarter;
  readonly count: number;
}

/** From this share of the slots on. */
const nearlyAll = 0.9;

/** Where nearly all slots are held; of those that are not over. */
export function shortOfSlots(quarters: readonly Quarter[], now: number): Shortage | undefined {
  return shortage(
    quarters.filter(({ at, held, slots }) => at + quarter > now && slots > 0 && held >= slots * nearlyAll),
    ({ slots, held }) => slots - held,
  );
}

/** Where more ports are expected than there are; of those that are not over, and of which that is known. */
export function shortOfPorts(quarters: readonly Quarter[], now: number): Shortage | undefined {
  return shortage(
    quarters.filter(({ at, ports, limit }) => at + quarter > now && limit !== undefined && ports > limit),
    ({ limit = 0, ports }) => limit - ports,
  );
}

function shortage(short: readonly Quarter[], left: (one: Quarter) => number): Shortage | undefined {
  const [first] = short;
  const worst = least(short, left);
  return first === undefined || worst === undefined ? undefined : { first, worst, count: short.length };
}

function least(quarters: readonly Quarter[], of: (one: Quarter) => number): Quarter | undefined {
  let found: Quarter | undefined;
  for (const one of quarters) if (found === undefined || of(one) < of(found)) found = one;
  return found;
}
