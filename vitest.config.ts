import { defineConfig } from 'vitest/config';

/** They load the machine to its edge by themselves: what runs beside them would be late, and so would they. */
const alone = [
  'test/stories/{09,11,17-troubles}-*.test.ts',
  'test/workers/kill-*.test.ts',
  'test/matrix/**/*.test.ts',
  'test/chaos/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxConcurrency: 6,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          // The random runs compute all the time, and stories are held to their clocks: no more files at a time than cores.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
