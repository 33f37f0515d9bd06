import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They load the machine to its edge by themselves: what runs beside them would be late, and so would they. */
const alone = ['test/stories/11-*.test.ts', 'test/matrix/matrix.test.ts'];

/** They load it too, but mostly wait for what is to be lost or to come back: two of them are to be had at a time. */
const paired = [
  'test/workers/kill-{bridge,calendar,conference,extension,invitation,rehoming,telling}.test.ts',
  'test/stories/{09,17-troubles}-*.test.ts',
  'test/matrix/next-cluster.test.ts',
  'test/chaos/{drill,disk-full}.test.ts',
];

/** Most of their time they wait for a conference to begin: a core carries more than one of them. */
const stories = [
  'test/stories/**/*.test.ts',
  'test/demo/**/*.test.ts',
  'test/redis-ways/*.test.ts',
  'test/cli.test.ts',
  'test/workers/kill-{operations,orders,takeover}.test.ts',
];

/** Those that take longest, that one first: a core that has nothing left waits for the last of them. */
const longest = [
  ...['18-extension-unused', '21-moves', '18-extension.test', 'kill-operations', '07-extend', '15-preflight'],
  ...['02-subscriptions', '15-another-range', 'kill-orders', '13-told', '12-unnotified', '17-next-cluster'],
  ...['19-hosts', 'test/cli.test', '16-drain', '09-failover', 'kill-extension', 'chaos/drill'],
  'kill-rehoming',
  ...[
    'call-bridges.test',
    'tickets/call-bridge',
    'browser/administration',
    'browser/operating',
    'tickets/story',
    'recovering',
  ],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.includes(name));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

/** Processes, sockets and a machine that others use too: a second try, which is told of in the end (`test/unsteady.ts`). */
const retry = 1;

export default defineConfig({
  test: {
    reporters: ['default', './test/unsteady.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 6,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...paired, ...stories],
          // The random runs compute all the time: no more files at a time than cores.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'in a cluster',
          // Stores again, in a Redis Cluster: those with scripts of many keys, or that read all of Redis.
          include: [
            'test/redis/{agenda,attendance,exchanges,former-slots,irreplaceable,meetings,operations}.test.ts',
          ],
          env: { TEST_REDIS: 'cluster' },
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'stories',
          retry,
          include: stories,
          exclude: [...alone, ...paired],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'paired',
          retry,
          include: paired,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          retry,
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
