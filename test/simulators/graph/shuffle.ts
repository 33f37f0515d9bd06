/** An order drawn by a seed: the same seed draws the same orders. */

/** Each call gives the next number in [0, 1). */
export function lots(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The same items in an order drawn by `draw`. */
export function shuffled<T>(items: readonly T[], draw: () => number): T[] {
  return items
    .map((item) => ({ item, lot: draw() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
}
