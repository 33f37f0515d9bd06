/** Call bridges that administrators take out of service for a while: no conference starts there meanwhile. */

/** Epoch ms. */
export interface Drain {
  /** When it was said. */
  readonly since: number;
  /** No conference starts there from then on. */
  readonly from: number;
  /** Left out: until it is taken back. */
  readonly until?: number;
  /** What still runs there then is moved to another call bridge; left out: it is left to end. */
  readonly moveRunning?: number;
}

export type Drains = ReadonlyMap<string, Drain>;

/** Whether conferences may not start there at that instant. */
export function isDrained(drain: Drain | undefined, at: number): boolean {
  return drain !== undefined && at >= drain.from && at < (drain.until ?? Number.POSITIVE_INFINITY);
}

/** Whether none of these call bridges takes conferences that start at that instant. */
export function areOut(
  callBridges: readonly { readonly address: string }[],
  drains: Drains,
  at: number,
): boolean {
  return callBridges.length > 0 && callBridges.every(({ address }) => isDrained(drains.get(address), at));
}

/** Whether what runs there is to be moved now. */
export function mustMove(drain: Drain | undefined, at: number): boolean {
  return isDrained(drain, at) && drain?.moveRunning !== undefined && at >= drain.moveRunning;
}

/** Whether it is over by itself, and need not be kept. */
export function isPast({ until }: Drain, at: number): boolean {
  return until !== undefined && at >= until;
}

/** For which time none of these call bridges takes a start; undefined for never. `until` may be infinite. */
export function outWindow(
  callBridges: readonly { readonly address: string }[],
  drains: Drains,
): { readonly from: number; readonly until: number } | undefined {
  const all = callBridges.map(({ address }) => drains.get(address));
  if (all.length === 0 || all.some((drain) => drain === undefined)) return undefined;
  const from = Math.max(...all.map((drain) => drain?.from ?? 0));
  const until = Math.min(...all.map((drain) => drain?.until ?? Number.POSITIVE_INFINITY));
  return from < until ? { from, until } : undefined;
}

/** The call bridge on which a conference starts that begins at that instant, as long as all are well. */
export function startsOn(
  callBridges: readonly { readonly address: string }[],
  drains: Drains,
  at: number,
): string | undefined {
  return callBridges.find(({ address }) => !isDrained(drains.get(address), at))?.address;
}
