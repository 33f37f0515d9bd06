/** The health of a call bridge, from what was seen of it. */
export interface Health {
  readonly state: 'up' | 'down';
  /** Epoch ms since which it is so. */
  readonly since: number;
  /** When it was last seen, whatever came of it. */
  readonly at: number;
  readonly why?: string;
  readonly softwareVersion?: string;
  readonly uptimeSeconds?: number;
  readonly callLegsActive?: number;
  readonly callLegsMaxActive?: number;
  readonly callLegsCompleted?: number;
}

/** One request to a call bridge: how it ended. */
export interface Observation {
  readonly at: number;
  /** Set when it speaks against the call bridge: no answer, busy, nonsense, or our credentials refused. */
  readonly fault?: string;
  readonly status?: Partial<
    Pick<
      Health,
      'softwareVersion' | 'uptimeSeconds' | 'callLegsActive' | 'callLegsMaxActive' | 'callLegsCompleted'
    >
  >;
}

/** One failure is enough to leave a call bridge, for the next start must not pay for it; one answer brings it back. */
export function judge(before: Health | undefined, seen: Observation): Health {
  const state = seen.fault === undefined ? 'up' : 'down';
  const { why: _, ...rest } = before ?? { since: seen.at };
  return {
    ...rest,
    ...seen.status,
    state,
    since: before?.state === state ? before.since : seen.at,
    at: seen.at,
    ...(seen.fault === undefined ? {} : { why: seen.fault }),
  };
}

/**
 * The call bridges in the order in which a step tries them: those that are up by preference, then the others, because
 * a bridge believed dead is still better than none. `first` goes before all while it is up.
 */
export function inOrder<T extends { readonly address: string }>(
  callBridges: readonly T[],
  health: ReadonlyMap<string, Health>,
  first?: string,
): T[] {
  const rank = ({ address }: T) => (health.get(address)?.state === 'down' ? 2 : address === first ? 0 : 1);
  return [...callBridges].sort((a, b) => rank(a) - rank(b));
}
