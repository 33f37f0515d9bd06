/**
 * How many ports a cluster has at a time: those of the call bridges that take conferences then. A call bridge says of itself
 * how many participants it takes (`participantLimit`), or does not; what it says of its load cannot be turned into ports.
 */
import { type Drain, type Drains, isDrained } from '../../cluster/drain.ts';
import type { Interval } from '../../slot/slot.ts';

export interface PortsOf {
  readonly address: string;
  /** Participants that it takes at most; undefined where it does not say, or has no limit. */
  readonly limit: number | undefined;
  readonly isDown: boolean;
}

export interface Ports {
  /** Call bridges that take conferences. */
  readonly inService: number;
  /** Of all of these together; undefined where any of them does not say. */
  readonly limit: number | undefined;
}

/** A call bridge that is down now is not counted on for what is on this soon; milliseconds. */
const soon = 3_600_000;

/** In that time; a call bridge that is drained in a part of it is not counted on in all of it. */
export function portsIn(
  window: Interval,
  callBridges: readonly PortsOf[],
  drains: Drains,
  now: number,
): Ports {
  const there = callBridges.filter(
    ({ address, isDown }) =>
      !isDrainedIn(drains.get(address), window) && !(isDown && window.from < now + soon),
  );
  return { inService: there.length, limit: limitOf(there) };
}

function limitOf(callBridges: readonly PortsOf[]): number | undefined {
  let sum = 0;
  for (const { limit } of callBridges) {
    if (limit === undefined) return undefined;
    sum += limit;
  }
  return sum;
}

function isDrainedIn(drain: Drain | undefined, { from, to }: Interval): boolean {
  return isDrained(drain, from) || (drain !== undefined && drain.from >= from && drain.from < to);
}
