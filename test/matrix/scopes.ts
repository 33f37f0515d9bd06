/** The three marks of a cell: how much of the cluster fails, and for how long. */

export interface Scope {
  readonly name: string;
  /** In the name of a test. */
  readonly sentence: string;
  /** Whether all call bridges of the cluster fail at once; the one that was struck first stays so the longest. */
  readonly all: boolean;
  /** Milliseconds until one that was not struck first is back. */
  readonly othersAfter?: number;
  /** Milliseconds until the one that was struck first is back; otherwise when the conference is over. */
  readonly firstAfter?: number;
  /** Milliseconds that the meeting is booked for. */
  readonly length: number;
  /** Milliseconds by which the meeting is extended, once, so that what comes back comes back while it runs. */
  readonly extension: number;
}

export const scopes: readonly Scope[] = [
  { name: 'one', sentence: 'one call bridge', all: false, length: 12_000, extension: 8_000 },
  {
    name: 'all',
    sentence: 'every call bridge, until the second one is back',
    all: true,
    othersAfter: 8_000,
    length: 20_000,
    extension: 12_000,
  },
  {
    name: 'returns',
    sentence: 'one call bridge that is back after twenty seconds',
    all: false,
    firstAfter: 20_000,
    length: 12_000,
    extension: 24_000,
  },
];
