import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The random runs compute all the time, and stories are held to their clocks: no more files at a time than cores.
    maxWorkers: 2,
    maxConcurrency: 6,
  },
});
