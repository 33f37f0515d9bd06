/** What the numbers of a range are at some time: each is one thing. */
import type { HolderOf } from './held.ts';

/** They sum up to the range. */
export interface NumberCounts {
  /** A meeting has it. */
  readonly held: number;
  /** A meeting has left it, and nobody else gets it, for people may still come there. */
  readonly resting: number;
  /** Nobody has it, and people of the meeting before may still be in its slot. */
  readonly unclean: number;
  /** It is somebody else's on the bridge. */
  readonly blocked: number;
  readonly free: number;
}

export function countNumbers(
  numbers: readonly string[],
  {
    held,
    unclean,
    blocked,
  }: {
    /** By number, as what it is held. */
    readonly held: ReadonlyMap<string, readonly HolderOf['as'][]>;
    readonly unclean: ReadonlySet<string>;
    readonly blocked: ReadonlySet<string>;
  },
): NumberCounts {
  const counts = { held: 0, resting: 0, unclean: 0, blocked: 0, free: 0 };
  for (const number of numbers) {
    const as = held.get(number);
    if (as !== undefined) counts[as.every((one) => one === 'left') ? 'resting' : 'held'] += 1;
    else if (blocked.has(number)) counts.blocked += 1;
    else counts[unclean.has(number) ? 'unclean' : 'free'] += 1;
  }
  return counts;
}
