/** Where meetings would go if their cluster took no starts: a search over what is held, which holds nothing. */
import { type Interval, type NumberRange, slotNumber } from '../slot/slot.ts';

export interface Affected extends Interval {
  readonly key: string;
  /** When it starts, epoch ms; the interval is that for which it holds its slot. */
  readonly start: number;
  /** Whether another call bridge of its cluster takes it. */
  readonly stays: boolean;
}

/** A cluster on which they might get a slot. */
export interface Refuge {
  readonly name: string;
  readonly numbers: NumberRange;
  /** Numbers that cannot be used. */
  readonly foreign: ReadonlySet<string>;
  /** What is held of each number, in any order and without overlaps. */
  readonly held: ReadonlyMap<string, readonly Interval[]>;
  /** Whether it takes what starts at that instant. */
  takes(at: number): boolean;
}

export interface Counts {
  readonly meetings: number;
  readonly sameNumber: number;
  readonly newNumber: number;
  readonly nowhere: number;
}

export interface WhatIf extends Counts {
  /** Of the new numbers, how many on which cluster. */
  readonly elsewhere: Readonly<Record<string, number>>;
  /** By the day (UTC) on which they start. */
  readonly days: readonly (Counts & { readonly day: string })[];
}

/** In the order of their starts each gets the lowest number that is free on the first cluster that has one. */
export function whatIf(affected: readonly Affected[], refuges: readonly Refuge[]): WhatIf {
  const books = refuges.map((refuge) => new Book(refuge));
  const days = new Map<string, { sameNumber: number; newNumber: number; nowhere: number }>();
  const elsewhere: Record<string, number> = {};
  for (const one of [...affected].sort((a, b) => a.start - b.start)) {
    const day = new Date(one.start).toISOString().slice(0, 10);
    const counts = days.get(day) ?? { sameNumber: 0, newNumber: 0, nowhere: 0 };
    days.set(day, counts);
    const book = one.stays ? undefined : books.find((other) => other.take(one));
    if (one.stays) counts.sameNumber += 1;
    else if (book === undefined) counts.nowhere += 1;
    else {
      counts.newNumber += 1;
      elsewhere[book.name] = (elsewhere[book.name] ?? 0) + 1;
    }
  }
  const listed = [...days].map(([day, counts]) => ({ day, ...summed([counts]) }));
  return { ...summed(listed), elsewhere, days: listed };
}

function summed(all: readonly Omit<Counts, 'meetings'>[]): Counts {
  const sum = (name: 'sameNumber' | 'newNumber' | 'nowhere') =>
    all.reduce((total, counts) => total + counts[name], 0);
  const [sameNumber, newNumber, nowhere] = [sum('sameNumber'), sum('newNumber'), sum('nowhere')];
  return { meetings: sameNumber + newNumber + nowhere, sameNumber, newNumber, nowhere };
}

/** The reservations of one cluster, with those that are only thought of. */
class Book {
  readonly name: string;
  readonly #refuge: Refuge;
  readonly #held = new Map<string, Interval[]>();

  constructor(refuge: Refuge) {
    this.name = refuge.name;
    this.#refuge = refuge;
    for (const [number, held] of refuge.held)
      this.#held.set(
        number,
        [...held].sort((a, b) => a.from - b.from),
      );
  }

  /** @returns whether a number was free, and is not any more */
  take({ from, to }: Interval): boolean {
    const { numbers, foreign } = this.#refuge;
    if (!this.#refuge.takes(from)) return false;
    for (let index = 0; index < numbers.quantity; index += 1) {
      const number = slotNumber(numbers, index);
      if (foreign.has(number)) continue;
      const held = this.#held.get(number) ?? [];
      const at = placeOf(held, to);
      const before = held[at - 1];
      if (before !== undefined && before.to > from) continue;
      held.splice(at, 0, { from, to });
      this.#held.set(number, held);
      return true;
    }
    return false;
  }
}

/** How many of these begin before an instant. */
function placeOf(held: readonly Interval[], at: number): number {
  let [low, high] = [0, held.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((held[middle]?.from ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
