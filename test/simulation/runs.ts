/** Runs of the simulation, each in a process of its own, and how one that ends badly is made short. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario, Timed } from './scenario.ts';

/** What a run has to say. */
export interface RunTold {
  readonly seed: number;
  /** Each in words; none of either in a good run. */
  readonly wrong: readonly string[];
  readonly left: readonly string[];
  readonly booked: number;
  /** Meetings that were seen with their conference, and those that were cut short where their slot was booked next. */
  readonly held: number;
  readonly cutShort: number;
  /** Milliseconds. */
  readonly worstGap: number;
  /** Of everything that the product did to others. */
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Seconds of virtual time, of real time, and of the processor's; and how many of the first went into one of the last. */
  readonly simulated: number;
  readonly seconds: number;
  readonly processor: number;
  readonly ratio: number;
  readonly events: number;
  readonly lines: number;
  /** Given to Redis. */
  readonly commands: number;
}

const program = join(import.meta.dirname, '../../dist/test/simulation/run.js');
/** Where the program itself is built, this is as well. */
const built = import.meta.filename.endsWith('.js') ? join(import.meta.dirname, 'run.js') : program;

export async function run(options: readonly string[]): Promise<RunTold> {
  // Most of what is made is gone a moment later.
  const child = spawn(process.execPath, ['--max-semi-space-size=64', built, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => {
    out += piece;
  });
  child.stderr.on('data', (piece: Buffer) => {
    errors += piece;
  });
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0)
    throw new Error(`the run with ${options.join(' ')} ended with ${code}: ${errors.slice(-2_000)}`);
  return JSON.parse(out) as RunTold;
}

/** A scenario as data, run from a file. */
export async function runScenario(scenario: Scenario): Promise<RunTold> {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-simulation-'));
  try {
    const file = join(folder, 'scenario.json');
    writeFileSync(file, JSON.stringify(scenario));
    return await run(['--scenario', file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong, whichever meeting it befell. */
export function complaints({ wrong, left }: Pick<RunTold, 'wrong' | 'left'>): ReadonlySet<string> {
  const words = wrong.map((what) =>
    what.replace(/Meeting no\. \d+/g, 'a meeting').replace(/room-\d+\S*/g, 'a room'),
  );
  return new Set([...words, ...(left.length > 0 ? ['something is left open'] : [])]);
}

/**
 * Leaves out of the scenario whatever it ends badly without, halves first, for as long as there is time.
 * @param until epoch ms
 */
export async function shorten(scenario: Scenario, told: RunTold, until: number): Promise<Scenario> {
  const wanted = complaints(told);
  let best = scenario;
  for (
    let size = Math.ceil(best.deeds.length / 2);
    size >= 1 && Date.now() < until;
    size = Math.floor(size / 2)
  ) {
    for (let from = 0; from < best.deeds.length && Date.now() < until; ) {
      const deeds: readonly Timed[] = best.deeds.filter((_, i) => i < from || i >= from + size);
      const shorter = { ...best, deeds, length: Math.max(0, ...deeds.map(({ at }) => at + 1)) };
      const again = await runScenario(shorter);
      if ([...complaints(again)].some((what) => wanted.has(what))) best = shorter;
      else from += size;
    }
  }
  return best;
}
