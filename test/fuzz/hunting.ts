/**
 * How the fuzz tests run: fixed seeds and few runs in CI, so that a red test is the fault of what was changed; other seeds
 * and more runs by the environment (README.md). And what holds for each run: nothing is thrown where nobody catches it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import type { TestRedis } from '../redis/server.ts';

const { ROOMBRIDGE_SEED, ROOMBRIDGE_RUNS, ROOMBRIDGE_LIMIT } = process.env;

/** Of a hunt; a test has to have the time that it may take. */
export const timeout = 3_600_000;

const thrown: unknown[] = [];
const keep = (error: unknown) => void thrown.push(error);

/** In each file, before its tests. */
export function watchForThrown(): void {
  beforeAll(() => void process.on('unhandledRejection', keep).on('uncaughtExceptionMonitor', keep));
  afterAll(() => {
    process.off('unhandledRejection', keep).off('uncaughtExceptionMonitor', keep);
    expect(thrown).toEqual([]);
  });
}

/**
 * Holds `property` against what `arbitrary` draws; shrinks what breaks it.
 * @param runs in CI
 */
export async function holds<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  property: (drawn: T) => void | Promise<void>,
): Promise<void> {
  const checked = fc.asyncProperty(arbitrary, async (drawn) => {
    await property(drawn);
    // What was left to itself has its turn, and is blamed on this run.
    await new Promise((resolve) => setImmediate(resolve));
    expect(thrown).toEqual([]);
  });
  await fc.assert(checked, {
    seed: Number(ROOMBRIDGE_SEED ?? 7),
    numRuns: Number(ROOMBRIDGE_RUNS ?? runs),
    ...(ROOMBRIDGE_LIMIT !== undefined && { interruptAfterTimeLimit: Number(ROOMBRIDGE_LIMIT) * 1_000 }),
  });
}

/**
 * A number that an order draws before it is known whether there is such a meeting; a gap in them means nothing. And what is
 * written to see whether anything can be.
 */
const apart: readonly string[] = ['roombridge:operations', 'roombridge:writes'];

/** Every key with a digest of what it holds. */
export async function contentsOf({ redis }: TestRedis): Promise<Map<string, string>> {
  const keys = (await redis.keys('*')).filter((key) => !apart.includes(key)).sort();
  const held = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return new Map(keys.map((key, i) => [key, held[i]?.toString('base64') ?? '']));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are held when all that nobody needs has been thrown away. */
export async function held(): Promise<number> {
  for (let times = 0; times < 2; times += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
