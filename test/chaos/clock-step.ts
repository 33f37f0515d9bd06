/**
 * Loaded into a process before all else (`node --import`): its wall clock is off by as many milliseconds as a file says, from
 * when it says so. Timers go by another clock, as they do when a machine's is set.
 */
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK ?? '';
const Real = Date;
let offset = 0;

class SteppedDate extends Real {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(Real.now() + offset);
    // The other forms name a time, which is the same by any clock.
    else super(...(args as [number]));
  }

  static override now(): number {
    return Real.now() + offset;
  }
}

function read(): void {
  try {
    offset = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // Nobody has set it yet.
  }
}

if (file !== '') {
  globalThis.Date = SteppedDate as DateConstructor;
  read();
  setInterval(read, 200).unref();
}
