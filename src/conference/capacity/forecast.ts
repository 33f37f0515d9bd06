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
      fewestSlots: least(ahead, leftOf.slots),
      fewestPorts: least(ahead, leftOf.ports),
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

/**
 * - `slots`: nearly all are held
 * - `ports`: more are expected than there are, as far as that is known
 */
export const scarce = ['slots', 'ports'] as const;
export type Scarce = (typeof scarce)[number];

const isShort: Readonly<Record<Scarce, (one: Quarter) => boolean>> = {
  slots: ({ held, slots }) => slots > 0 && held >= slots * nearlyAll,
  ports: ({ ports, limit }) => limit !== undefined && ports > limit,
};

const leftOf: Readonly<Record<Scarce, (one: Quarter) => number>> = {
  slots: ({ slots, held }) => slots - held,
  ports: ({ limit = 0, ports }) => limit - ports,
};

/** What a quarter has too little of. */
export function shortOf(one: Quarter): Scarce[] {
  return scarce.filter((what) => isShort[what](one));
}

/** Where there is too little of something; of those that are not over. */
export function shortageOf(what: Scarce, quarters: readonly Quarter[], now: number): Shortage | undefined {
  const short = quarters.filter((one) => one.at + quarter > now && isShort[what](one));
  const [first] = short;
  const worst = least(short, leftOf[what]);
  return first === undefined || worst === undefined ? undefined : { first, worst, count: short.length };
}

function least(quarters: readonly Quarter[], of: (one: Quarter) => number): Quarter | undefined {
  let found: Quarter | undefined;
  for (const one of quarters) if (found === undefined || of(one) < of(found)) found = one;
  return found;
}
