/** Makes so many changes a second: some anywhere, some in rows that somebody has before their eyes, some that are looked for. */
import type { BusyDay } from './busy-day.ts';

interface Where {
  /** Rooms at the top of the list. */
  readonly atTop: number;
  /** The first row that is in sight of who scrolls. */
  inSight(): Promise<number>;
}

/** Milliseconds between two looks at what is in sight. */
const looks = 250;
const rowsInSight = 12;

export class Changing {
  /** For a page that stands: notes in `seen` when each title was first shown, at the frame that shows it. */
  readonly seer = `globalThis.seen = [];
    (() => {
      const known = new Set();
      const look = (records) => {
        for (const { target, addedNodes } of records) {
          const links = target.nodeType === 1 ? [target, ...addedNodes] : [];
          for (const link of links) {
            const number = /#(\\d+)/.exec(link.getAttribute?.('aria-label') ?? '')?.[1];
            if (number === undefined || known.has(number)) continue;
            known.add(number);
            requestAnimationFrame(() => seen.push([number, Date.now()]));
          }
        }
      };
      const options = { subtree: true, childList: true, attributeFilter: ['aria-label'] };
      new MutationObserver(look).observe(document.querySelector('.rows'), options);
    })();`;
  readonly #day: BusyDay;
  readonly #rate: number;
  readonly #rooms: number;
  /** When a change was written that is looked for; epoch ms. */
  readonly #written = new Map<string, number>();
  #row = 0;
  #timers: NodeJS.Timeout[] = [];
  #turn = 0;
  #last: Promise<void> = Promise.resolve();
  made = 0;

  constructor(day: BusyDay, rate: number, rooms: number) {
    this.#day = day;
    this.#rate = rate;
    this.#rooms = rooms;
  }

  start({ atTop, inSight }: Where): void {
    const look = () =>
      void inSight().then(
        (row) => {
          this.#row = row;
        },
        () => undefined,
      );
    const begun = Date.now();
    let done = 0;
    const tick = () => {
      const due = Math.floor(((Date.now() - begun) / 1_000) * this.#rate);
      for (; done < due; done += 1) this.#last = this.#last.then(() => this.#change(atTop));
    };
    this.#timers = [setInterval(look, looks), setInterval(tick, 1_000 / this.#rate)];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.#last;
  }

  /** Milliseconds from the writing of each change to the frame that shows it. @param seen what the page has noted */
  waits(seen: readonly (readonly [number: string, at: number])[]): { all: number[]; missed: number } {
    const shown = new Map(seen);
    const all: number[] = [];
    let missed = 0;
    for (const [number, at] of this.#written) {
      const found = shown.get(number);
      if (found === undefined) missed += 1;
      else all.push(found - at);
    }
    return { all, missed };
  }

  /** Of four changes one is looked for, one is in sight of who scrolls, two are anywhere. */
  async #change(atTop: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    if (turn % 4 === 0) {
      const title = await this.#day.retitle((turn / 4) % atTop);
      this.#written.set(/#(\d+)/.exec(title)?.[1] ?? '', Date.now());
    } else {
      const room = turn % 4 === 1 ? this.#row + (turn % rowsInSight) : (turn * 7_919) % this.#rooms;
      await this.#day.change(Math.min(this.#rooms - 1, room));
    }
    this.made += 1;
  }
}
