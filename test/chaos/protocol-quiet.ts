/**
 * What becomes of a state when nothing goes wrong any more: what is underway arrives, all call bridges and processes are
 * back, everybody does what is due, and the clock goes on until all is over.
 */
import type { Fibers } from './protocol-fibers.ts';
import type { Move, Moves } from './protocol-moves.ts';
import { brokenInTheEnd, brokenNow, brokenWhileOpen } from './protocol-promises.ts';
import type { Key, Scene, State } from './protocol-state.ts';

/** More than any of them takes. */
const most = 3_000;
/** How long before an end all must be quiet; milliseconds. */
const margin = 300_000;
/** How often it is counted what runs until nobody may find anything any more. */
const counts = 3;

export interface Outlook {
  readonly broken: string;
  readonly path: readonly string[];
}

/** @returns what is broken, with what leads there; undefined when all ends well */
export async function outlook(
  scene: Scene,
  moves: Moves,
  fibers: Fibers,
  from: State,
): Promise<Outlook | undefined> {
  const state: State = structuredClone(from);
  state.left = { faults: 0, late: 0, deaths: 0, stops: 0, losses: 0, census: 0, waits: most, ends: 0 };
  const path: string[] = [];
  const over = (broken: string | undefined) => broken && { broken, path };
  for (const key of Object.keys(scene.booked) as Key[]) {
    const { start, end } = scene.booked[key] ?? { start: 0, end: 0 };
    if (state.now >= end) continue;
    if (state.now < start) await jump(state, start);
    if (state.now < end - margin) {
      const broken = (await rest(end - margin)) ?? brokenWhileOpen(scene, state, key);
      if (broken !== undefined) return { broken, path };
    }
    await jump(state, end);
  }
  return over((await rest(state.now + margin)) ?? brokenInTheEnd(state)) || undefined;

  async function jump(to: State, now: number): Promise<void> {
    path.push(`the clock reaches ${Math.round(now / 60_000)}:00`);
    to.now = now;
  }

  /** Until nobody has anything to do before that. */
  async function rest(until: number): Promise<string | undefined> {
    state.left.census = counts;
    for (let i = 0; i < most; i += 1) {
      const next = moves
        .of(state)
        .filter(({ order, at = 0 }) => order !== undefined && order < 8 && at <= until)
        .sort((a, b) => rank(a) - rank(b))[0];
      if (next === undefined) return undefined;
      path.push(next.words);
      await next.make(state);
      const broken = brokenNow(scene, state, fibers);
      if (broken !== undefined) return broken;
    }
    return 'it never comes to rest';
  }
}

function rank({ order = 0, at = 0 }: Move): number {
  return order * 1e9 + at;
}
