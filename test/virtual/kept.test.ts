/** Runs that once ended badly, each as short as was found (see README.md). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Scenario } from './actions.ts';
import { play } from './run.ts';

interface Kept {
  /** The promise that was broken. */
  readonly found: string;
  readonly scenario: Scenario;
}

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const folder = join(import.meta.dirname, 'kept');

describe('a run that once ended badly ends well', () => {
  for (const file of readdirSync(folder)) {
    const { found, scenario } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Kept;
    it(found, async () => {
      expect(await play(scenario, redis)).toEqual([]);
    });
  }
});
