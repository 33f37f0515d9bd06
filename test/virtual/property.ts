/** Plays random runs until one ends in a difference, and makes that one short enough to be understood. */
import fc from 'fast-check';
import type { TestRedis } from '../redis/server.ts';
import { type Scenario, scenario } from './actions.ts';
import { play } from './run.ts';

export interface Counterexample {
  readonly seed: number;
  /** 1 for the first. */
  readonly run: number;
  readonly wrong: readonly string[];
  /** As short as was found, to be kept in `kept/`. */
  readonly scenario: Scenario;
}

/** How often a run that failed is tried again in a shorter form. */
const tries = 150;

/** Empty when `runs` scenarios drawn by `seed` end well. */
export async function search(
  redis: TestRedis,
  { seed, runs, until = Number.POSITIVE_INFINITY, limit = 1 }: Search,
): Promise<Counterexample[]> {
  const drawn = fc.sample(scenario, { seed, numRuns: runs });
  const found: Counterexample[] = [];
  for (const [i, one] of drawn.entries()) {
    if (Date.now() > until || found.length >= limit) break;
    const wrong = await outcome(one, redis);
    if (wrong.length > 0) found.push({ seed, run: i + 1, ...(await shorten(one, wrong, redis)) });
  }
  return found;
}

export interface Search {
  readonly seed: number;
  readonly runs: number;
  /** Epoch ms at which no further run is begun. */
  readonly until?: number;
  /** Counterexamples after which it ends; default 1. */
  readonly limit?: number;
}

async function outcome(one: Scenario, redis: TestRedis): Promise<string[]> {
  try {
    return await play(one, redis);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** Leaves out what the failure does not need. */
async function shorten(one: Scenario, wrong: readonly string[], redis: TestRedis) {
  let best = { scenario: one, wrong };
  let left = tries;
  const attempt = async (shorter: Scenario): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    const found = await outcome(shorter, redis);
    if (found.length > 0) best = { scenario: shorter, wrong: found };
    return found.length > 0;
  };
  for (let size = Math.ceil(one.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.scenario.actions.length; ) {
      const actions = best.scenario.actions.toSpliced(at, size);
      if (!(await attempt({ ...best.scenario, actions }))) at += size;
    }
  }
  const plain = { habits: 0, requestTakes: 0, workers: 1, pageSize: 50, start: 0 } as const;
  for (const [name, value] of Object.entries(plain)) {
    if (best.scenario[name as keyof typeof plain] !== value)
      await attempt({ ...best.scenario, [name]: value });
  }
  return best;
}
