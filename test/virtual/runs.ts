/** The property as tests: a share of the random runs for each file, so that they are spread over vitest's workers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { search } from './property.ts';

/**
 * Runs of each file, for a hundred seconds of a processor in all: what is rare is hunted for by command. The seeds of CI are
 * fixed, so that a defect turns red where it was made, and not at random.
 */
const runs = Number(process.env.ROOMBRIDGE_RUNS ?? 125);
/** Seconds after which no further run is begun, for hunts. */
const limit = Number(process.env.ROOMBRIDGE_LIMIT ?? 1e9);
const findings = Number(process.env.ROOMBRIDGE_FINDINGS ?? 1);

/**
 * Whatever people book and change in Outlook, and whatever is lost, doubled, late, refused or killed on the way: in the
 * end what is held is what the mailboxes say, no slot is held twice, and organizers are told what holds.
 */
export function testRuns(seed: number): void {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  describe('random runs', () => {
    it('end as the mailboxes say', { timeout: 3_600_000 }, async () => {
      const drawn = Number(process.env.ROOMBRIDGE_SEED ?? 0) * 10 + seed;
      const until = Date.now() + limit * 1_000;
      const found = await search(redis, { seed: drawn, runs, until, limit: findings });
      // A line for each, to be kept as a file in kept/.
      for (const { run, wrong, scenario } of found)
        process.stdout.write(
          `seed ${drawn}, run ${run}: ${wrong.join('; ')}\n${JSON.stringify({ scenario })}\n`,
        );
      expect(found.map(({ run, wrong }) => ({ seed: drawn, run, wrong }))).toEqual([]);
    });
  });
}
