/** What the plan of a conference must know of the call bridges of its cluster. It comes in as an argument: the plan asks nobody. */

/** Sets of addresses. */
export interface World {
  /** Silent for so long, for all who look at it, that what runs there may be brought up elsewhere. */
  readonly lost: ReadonlySet<string>;
  /** Answering well. */
  readonly up: ReadonlySet<string>;
  /** What runs there is to be moved away now, because an operator has said so. */
  readonly leaving: ReadonlySet<string>;
  /** Whether no call bridge of the cluster takes what starts at that instant, because an operator has said so. */
  isOut(cluster: string, at: number): boolean;
}

const none: ReadonlySet<string> = new Set();

/** Nothing is known against anybody, and nobody needs another. */
export const calm: World = { lost: none, up: none, leaving: none, isOut: () => false };
