/** A day of quarters of an hour as a strip: how full each is, which is meant, and how it is said. */
import type { Quarter } from '../answers.ts';
import type { Key } from '../catalogue.ts';
import type { Values } from '../sentence.ts';

export type Measure = 'slots' | 'ports';

/** Milliseconds. */
export const quarterLength = 900_000;

/** When the quarter begins in which an instant lies; epoch ms. */
export function quarterAt(at: number): number {
  return Math.floor(at / quarterLength) * quarterLength;
}

/** Of the whole, from 0 to 1: of all slots or ports that there are, or where nobody knows, of the most that is expected. */
export function shareOf(one: Quarter, measure: Measure, mostPorts: number): number {
  const [of, whole] = measure === 'slots' ? [one.held, one.slots] : [one.ports, one.limit ?? mostPorts];
  return whole > 0 ? Math.min(1, of / whole) : of > 0 ? 1 : 0;
}

/** The outline of some of the quarters, each as wide as 1 and at most `height` high. */
export function outlineOf(
  shares: readonly number[],
  height: number,
  isMeant: (place: number) => boolean,
): string {
  return shares
    .map((share, i) =>
      share > 0 && isMeant(i) ? `M${i} ${height}V${height - Math.max(1, height * share)}h1V${height}z` : '',
    )
    .join('');
}

/** How full a quarter is, as a sentence with the place `{time}`. */
export function saidOf(one: Quarter, measure: Measure): readonly [key: Key, values: Values] {
  if (measure === 'slots') return ['capacity.value-slots', { held: one.held, slots: one.slots }];
  return one.limit === null
    ? ['capacity.value-ports-unlimited', { ports: one.ports }]
    : ['capacity.value-ports', { ports: one.ports, limit: one.limit }];
}

/** The place among `count` that a step leads to from one of them; undefined for a key that leads nowhere. */
export function stepOf(
  key: string,
  place: number,
  count: number,
  isRightToLeft: boolean,
): number | undefined {
  const [ahead, back] = isRightToLeft ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  const to = (next: number) => Math.min(count - 1, Math.max(0, next));
  switch (key) {
    case ahead:
    case 'ArrowUp':
      return to(place + 1);
    case back:
    case 'ArrowDown':
      return to(place - 1);
    case 'PageUp':
      return to(place + 4);
    case 'PageDown':
      return to(place - 4);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'Enter':
    case ' ':
      return place;
    default:
      return undefined;
  }
}
