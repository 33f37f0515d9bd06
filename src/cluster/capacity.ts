/** Whether a cluster has room for what starts on it, as far as its call bridges say what they can carry. */

/** Undefined where the call bridge does not say, or has no limit. */
export interface Load {
  readonly address: string;
  /** What media processing takes now, in the bridge's own units. */
  readonly load?: number | undefined;
  readonly loadLimit?: number | undefined;
  /** Share of the limit, in hundredths of a percent, from which on it takes no new conference. */
  readonly newConferenceLimit?: number | undefined;
  readonly legs?: number | undefined;
  readonly legLimit?: number | undefined;
}

/** As CMS has it where nobody has set it. */
const usualNewConferenceLimit = 5_000;

/** Why the call bridge takes no new conference now, or undefined. */
export function fullness(one: Load): string | undefined {
  const { address, load, loadLimit, legs, legLimit } = one;
  if (load !== undefined && loadLimit !== undefined && loadLimit > 0) {
    const share = (one.newConferenceLimit ?? usualNewConferenceLimit) / 10_000;
    if (load >= loadLimit * share) return `${address} has a load of ${load} of ${loadLimit}`;
  }
  if (legs !== undefined && legLimit !== undefined && legLimit > 0 && legs >= legLimit) {
    return `${address} has ${legs} of ${legLimit} call legs`;
  }
  return undefined;
}

/**
 * Why call bridges together have no room for one more start, or undefined.
 * @param expected call legs of everything that is booked there at the time of the start, this one included
 */
export function lackOfRoom(
  bridges: readonly Load[],
  { expected, starting }: { readonly expected: number; readonly starting: number },
): string | undefined {
  const full = bridges.map(fullness);
  if (bridges.length > 0 && full.every((why) => why !== undefined)) return full.join('; ');
  const limits = bridges.map(({ legLimit }) => legLimit ?? 0);
  if (bridges.length === 0 || limits.some((limit) => limit === 0)) return undefined;
  const limit = limits.reduce((sum, one) => sum + one, 0);
  if (expected <= limit) return undefined;
  return `${expected} call legs are expected then, ${starting} meetings start in that quarter, ${limit} are possible`;
}
