/**
 * Goes through all states that can be reached, those nearest first, so that what leads to a fault is as short as can be.
 * Of every state it asks what is broken in it, and what becomes of it when all processes die there and nothing else goes
 * wrong any more.
 */
import { createHash } from 'node:crypto';
import { Fibers } from './protocol-fibers.ts';
import { Moves, type SideBySide } from './protocol-moves.ts';
import { type Omission, WorkersParts } from './protocol-parts.ts';
import { brokenNow } from './protocol-promises.ts';
import { outlook } from './protocol-quiet.ts';
import { Records } from './protocol-records.ts';
import type { Scene, State } from './protocol-state.ts';

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** How many different ends were gone to. */
  readonly outlooks: number;
  /** Places in the workers' code. */
  readonly places: number;
  /** Whether there was nothing left to explore. */
  readonly isWhole: boolean;
  readonly fault?: {
    readonly broken: string;
    readonly path: readonly string[];
    readonly after: readonly string[];
  };
}

export interface Bounds {
  /** States at most. */
  readonly states?: number;
  readonly without?: readonly Omission[];
  readonly sideBySide?: SideBySide;
}

export async function explore(scene: Scene, bounds: Bounds = {}): Promise<Explored> {
  const { states = 1_000_000, without = [], sideBySide = 'as asked' } = bounds;
  const fibers = new Fibers(new WorkersParts(scene, without));
  const moves = new Moves(scene, fibers, new Records(scene, without), sideBySide);
  const cameFrom = new Map<string, readonly [before: string, words: string]>();
  const foreseen = new Set<string>();
  let transitions = 0;
  let depth = 0;
  const begin = JSON.stringify(scene.first);
  cameFrom.set(digest(begin), ['', '']);
  let level = [begin];
  const result = (isWhole: boolean) => ({
    ...{ states: cameFrom.size, transitions, depth, outlooks: foreseen.size, places: fibers.size, isWhole },
  });
  while (level.length > 0) {
    const next: string[] = [];
    for (const text of level) {
      const own = digest(text);
      const state = JSON.parse(text) as State;
      const broken = brokenNow(scene, state, fibers);
      if (broken !== undefined) return { ...result(false), fault: { broken, path: pathTo(own), after: [] } };
      const dead = crashed(state);
      const end = digest(JSON.stringify(dead));
      if (!foreseen.has(end)) {
        foreseen.add(end);
        const ahead = await outlook(scene, moves, fibers, dead);
        if (ahead !== undefined)
          return { ...result(false), fault: { broken: ahead.broken, path: pathTo(own), after: ahead.path } };
      }
      for (const { words, make } of moves.of(state)) {
        transitions += 1;
        const after = JSON.parse(text) as State;
        await make(after);
        const reached = JSON.stringify(canonical(after));
        const id = digest(reached);
        if (cameFrom.has(id)) continue;
        cameFrom.set(id, [own, words]);
        if (cameFrom.size > states) return result(false);
        next.push(reached);
      }
    }
    level = next;
    if (level.length > 0) depth += 1;
  }
  return result(true);

  function pathTo(id: string): string[] {
    const path: string[] = [];
    for (let at = cameFrom.get(id); at !== undefined && at[0] !== ''; at = cameFrom.get(at[0]))
      path.unshift(at[1]);
    return path;
  }
}

/** Which of two processes is which is of no meaning. */
function canonical(state: State): State {
  const [one, other] = state.processes.map((process) => JSON.stringify(process));
  if (one === undefined || other === undefined || one <= other) return state;
  for (const due of Object.values(state.due)) if (due.holder !== undefined) due.holder = 1 - due.holder;
  state.processes.reverse();
  return state;
}

/** Every process is dead, and nothing else may go wrong. */
function crashed(state: State): State {
  return {
    ...state,
    processes: state.processes.map(() => ({ is: 'dead', work: [] })),
    left: { ...state.left, faults: 0, late: 0, deaths: 0, stops: 0, losses: 0, census: 0, waits: 0, ends: 0 },
  };
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, 16);
}
