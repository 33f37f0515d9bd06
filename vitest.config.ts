import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Stories wait for clocks more than they compute: three files at a time keep two cores busy.
    maxWorkers: 3,
    maxConcurrency: 6,
  },
});
