/**
 * Whatever people book and change in Outlook, and whatever is lost, doubled, late, refused or killed on the way: in the
 * end what is held is what the mailboxes say, no slot is held twice, and organizers are told what holds.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Scenario } from './actions.ts';
import { search } from './property.ts';
import { play } from './run.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const seed = Number(process.env.ROOMBRIDGE_SEED ?? 1);
const runs = Number(process.env.ROOMBRIDGE_RUNS ?? 250);
const wanted = Number(process.env.ROOMBRIDGE_FINDINGS ?? 1);
const limit = Number(process.env.ROOMBRIDGE_LIMIT ?? 1e9) * 1_000;

describe('random', () => {
  it('runs end as the mailboxes say', { timeout: 3_600_000 }, async () => {
    const began = process.cpuUsage();
    const found = await search(redis, { seed, runs, until: Date.now() + limit, limit: wanted });
    process.stdout.write(`cpu ${process.cpuUsage(began).user / 1e6} s\n`);
    // One line each, to be kept as a file in kept/.
    for (const { run, wrong, scenario } of found)
      process.stdout.write(`run ${run}: ${wrong.join('; ')}\n${JSON.stringify({ scenario })}\n`);
    expect(found.map(({ run, wrong }) => [run, wrong])).toEqual([]);
  });
});

const kept = join(import.meta.dirname, 'kept');
describe('a run that once failed', () => {
  for (const file of readdirSync(kept)) {
    it(`ends well: ${file.replace('.json', '')}`, async () => {
      const { scenario } = JSON.parse(readFileSync(join(kept, file), 'utf8')) as { scenario: Scenario };
      expect(await play(scenario, redis)).toEqual([]);
    });
  }
});
