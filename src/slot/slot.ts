/** The slots of a cluster: a range of numbers, one pre-made space each, and the intervals for which they are held. */

export interface NumberRange {
  readonly base: number;
  readonly quantity: number;
}

/** The number of the slot at `index`; URI user part and call ID of its space alike. */
export function slotNumber(range: NumberRange, index: number): string {
  return String(range.base + index);
}

/** The index of a number, or undefined when it is not of this range. */
export function slotIndex(range: NumberRange, number: string): number | undefined {
  if (!/^\d+$/.test(number)) return undefined;
  const index = Number(number) - range.base;
  // A number with leading zeros is another call ID, although it is the same count.
  return index >= 0 && index < range.quantity && slotNumber(range, index) === number ? index : undefined;
}

/** Every number of the range, the lowest first. */
export function numbersOf(range: NumberRange): string[] {
  return Array.from({ length: range.quantity }, (_, index) => slotNumber(range, index));
}

/** Whether a number is one of the range as it is now. */
export function isOfRange(range: NumberRange, number: string): boolean {
  return slotIndex(range, number) !== undefined;
}

/** How many of the range can be held, where these numbers are somebody else's. */
export function countUsable(range: NumberRange, blocked: Iterable<string>): number {
  return range.quantity - [...blocked].filter((number) => isOfRange(range, number)).length;
}

/** The name of a slot's space at rest. */
export function placeholderName(slotName: string, number: string): string {
  return `${slotName}${number}`;
}

/** Half-open, epoch ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Whether any two of them share a moment. */
export function anyOverlap(intervals: readonly Interval[]): boolean {
  const sorted = [...intervals].sort((a, b) => a.from - b.from || a.to - b.to);
  return sorted.some(({ from }, i) => from < (sorted[i - 1]?.to ?? Number.NEGATIVE_INFINITY));
}

/** The interval for which a meeting holds its slot. */
export function heldInterval(
  times: { readonly start: number; readonly end: number },
  margins: { readonly setup: number; readonly teardown: number },
): Interval {
  return { from: times.start - margins.setup, to: times.end + margins.teardown };
}

/** Where a meeting has its slot. */
export interface Placement {
  readonly cluster: string;
  readonly number: string;
}

/** The place that most of them are; of several, the one that came first. */
export function usualPlacement(placements: Iterable<Placement>): Placement | undefined {
  const counts = new Map<string, { readonly placement: Placement; readonly count: number }>();
  for (const { cluster, number } of placements) {
    const id = `${cluster} ${number}`;
    counts.set(id, { placement: { cluster, number }, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.placement;
}

/** A held slot. By its number, for the range may be another one tomorrow. */
export interface Reservation extends Interval {
  readonly number: string;
}
