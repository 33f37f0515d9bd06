/**
 * What is taken of a cluster in each quarter of an hour: slots that are held, and rooms and meetings that are in. Quarters
 * are those of UTC, which are those of every zone too, for all of them are ahead of it by whole quarters.
 */
import type { Interval } from '../../slot/slot.ts';

/** Milliseconds. */
export const quarter = 900_000;
const minute = 60_000;
const minutesIn = quarter / minute;

export interface QuarterUse {
  /** When it begins, epoch ms. */
  readonly at: number;
  /** Slots that are held at any time in it: nobody else can have them for all of it. */
  readonly held: number;
  /** Meetings that are on in one minute of it, at most. */
  readonly meetings: number;
  /** The same of rooms that are dialled. */
  readonly rooms: number;
  /** The same of rooms and people together; rounded up. */
  readonly ports: number;
}

/** The quarters that an interval touches, as the interval from the begin of the first to the end of the last. */
export function inQuarters({ from, to }: Interval): Interval {
  return { from: Math.floor(from / quarter) * quarter, to: Math.ceil(to / quarter) * quarter };
}

/** Counts what is added, in any order, in a time that was chosen before; what lies outside of it counts for nothing. */
export class QuarterTally {
  readonly #from: number;
  readonly #to: number;
  /** Of each quarter, how many more are held in it than in the one before. */
  readonly #held: Int32Array;
  /** The same of each minute. */
  readonly #meetings: Int32Array;
  readonly #rooms: Int32Array;

  constructor(window: Interval) {
    const { from, to } = inQuarters(window);
    this.#from = from;
    this.#to = to;
    this.#held = new Int32Array((to - from) / quarter + 1);
    this.#meetings = new Int32Array((to - from) / minute + 1);
    this.#rooms = new Int32Array((to - from) / minute + 1);
  }

  /** All that is held of one slot; two that are held in one quarter take one slot of it. */
  addSlot(held: readonly Interval[]): void {
    let counted = 0;
    for (const { from, to } of held.toSorted((a, b) => a.from - b.from)) {
      const [first, last] = this.#cells({ from, to }, quarter);
      const begin = Math.max(first, counted);
      if (begin >= last) continue;
      add(this.#held, begin, last, 1);
      counted = last;
    }
  }

  /** One that is on for that time, and the rooms of it that are dialled. */
  addMeeting(on: Interval, rooms: number): void {
    const [first, last] = this.#cells(on, minute);
    if (first >= last) return;
    add(this.#meetings, first, last, 1);
    add(this.#rooms, first, last, rooms);
  }

  /** @param people that a meeting has in besides its rooms, on average */
  quarters(people: number): QuarterUse[] {
    const found: QuarterUse[] = [];
    let [held, meetings, rooms] = [0, 0, 0];
    for (let i = 0; i < this.#held.length - 1; i += 1) {
      held += this.#held[i] ?? 0;
      const most = { meetings: 0, rooms: 0, ports: 0 };
      for (let j = i * minutesIn; j < (i + 1) * minutesIn; j += 1) {
        meetings += this.#meetings[j] ?? 0;
        rooms += this.#rooms[j] ?? 0;
        most.meetings = Math.max(most.meetings, meetings);
        most.rooms = Math.max(most.rooms, rooms);
        most.ports = Math.max(most.ports, Math.ceil(rooms + people * meetings));
      }
      found.push({ at: this.#from + i * quarter, held, ...most });
    }
    return found;
  }

  /** The places of what an interval touches, the last one exclusive. */
  #cells({ from, to }: Interval, size: number): [first: number, last: number] {
    if (from >= to) return [0, 0];
    const most = (this.#to - this.#from) / size;
    const first = Math.floor((from - this.#from) / size);
    const last = Math.ceil((to - this.#from) / size);
    return [Math.min(most, Math.max(0, first)), Math.min(most, Math.max(0, last))];
  }
}

function add(changes: Int32Array, first: number, last: number, by: number): void {
  changes[first] = (changes[first] ?? 0) + by;
  changes[last] = (changes[last] ?? 0) - by;
}
