/** The product in virtual time, crashes and faults included: good runs, the same again by their seeds, and kept ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, runScenario } from './runs.ts';
import type { Scenario } from './scenario.ts';

const short = ['--hours', '0.04'];
/** Ms; what a run takes is the processor's time, of which a busy machine may have little. */
const patience = 900_000;
const kept = join(import.meta.dirname, 'kept');

it(
  'plays the same run again, to the byte, by its seed',
  async () => {
    const [one, other] = await Promise.all([run(['--seed', '1', ...short]), run(['--seed', '1', ...short])]);
    expect(one.lines).toBeGreaterThan(1_000);
    expect(other.digest).toBe(one.digest);
  },
  patience,
);

it.each([2, 3])(
  'nothing is wrong at any time in the run of seed %i',
  async (seed) => {
    const { wrong, left, held, digest } = await run(['--seed', String(seed), ...short]);
    expect({ wrong, left }).toEqual({ wrong: [], left: [] });
    expect(held).toBeGreaterThan(0);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  },
  patience,
);

describe('runs that ended badly once', () => {
  it.each(readdirSync(kept).filter((name) => name.endsWith('.json')))(
    '%s',
    async (name) => {
      const { scenario } = JSON.parse(readFileSync(join(kept, name), 'utf8')) as { scenario: Scenario };
      const { wrong, left } = await runScenario(scenario);
      expect({ wrong, left }).toEqual({ wrong: [], left: [] });
    },
    patience,
  );
});
