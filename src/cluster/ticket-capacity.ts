/** What a cluster will have too little of in the days to come. */
import { type Quarter, type Shortage, shortageOf } from '../conference/capacity/forecast.ts';
import type { PeopleExpected } from '../conference/capacity/people.ts';
import type { Condition } from './ticket.ts';

export function capacityScope(cluster: string): string {
  return `capacity ${cluster}`;
}

/** @param quarters of the coming days; those that are over are left out */
export function capacityConditions(
  cluster: string,
  quarters: readonly Quarter[],
  people: PeopleExpected,
  { now, days }: { readonly now: number; readonly days: number },
): Condition[] {
  const code = 'capacity-short';
  const slots = shortageOf('slots', quarters, now);
  const ports = shortageOf('ports', quarters, now);
  return [
    ...(slots === undefined
      ? []
      : [{ code, about: `slots of cluster ${cluster}`, detail: slotsShort(slots, days) } as const]),
    ...(ports === undefined
      ? []
      : [{ code, about: `ports of cluster ${cluster}`, detail: portsShort(ports, people, days) } as const]),
  ];
}

function slotsShort({ worst, ...short }: Shortage, days: number): string {
  return `${worst.held} of ${worst.slots} slots are held in the quarter-hour from ${iso(worst.at)}; ${extent(short, days)}`;
}

function portsShort({ worst, ...short }: Shortage, { perMeeting }: PeopleExpected, days: number): string {
  const of = perMeeting === undefined ? 'rooms' : `rooms, and of ${perMeeting} people a meeting`;
  const there = `${worst.inService} ${worst.inService === 1 ? 'call bridge has' : 'call bridges have'} ${worst.limit}`;
  return `${worst.ports} ports of ${of} are expected in the quarter-hour from ${iso(worst.at)}, and ${there}; ${extent(short, days)}`;
}

function extent({ first, count }: Pick<Shortage, 'first' | 'count'>, days: number): string {
  return count === 1
    ? `it is the only one of the coming ${days} days`
    : `it is the worst of ${count} in the coming ${days} days, of which the first is from ${iso(first.at)}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
