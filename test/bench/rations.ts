/** The most that was asked at a time, which is what Graph rations by. */

/** @returns the most requests of any one key in any such time, in milliseconds */
export function mostOf<T extends { readonly at: number }>(
  requests: readonly T[],
  within: number,
  keyOf: (request: T) => string,
): number {
  const times = new Map<string, number[]>();
  for (const request of requests) {
    const known = times.get(keyOf(request));
    if (known === undefined) times.set(keyOf(request), [request.at]);
    else known.push(request.at);
  }
  let most = 0;
  for (const all of times.values()) {
    const sorted = all.sort((one, other) => one - other);
    let first = 0;
    for (const [last, at] of sorted.entries()) {
      while ((sorted[first] ?? at) <= at - within) first += 1;
      most = Math.max(most, last - first + 1);
    }
  }
  return most;
}
