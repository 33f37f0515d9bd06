/**
 * Bundles what tsc has built, and the libraries it uses, into few files: to find and compile hundreds of them is two thirds of
 * what a start costs, and a start is what a takeover waits for. Names are kept, so that a stack still says where it was.
 */
import { join } from 'node:path';
import { build } from 'rolldown';
import { writeLicences } from './licences.mjs';

const root = join(import.meta.dirname, '..');

await build({
  cwd: root,
  input: { roombridge: 'dist/src/cli.js' },
  platform: 'node',
  // What bull-board evaluates is not reached: it is told where its pages are.
  checks: { eval: false },
  output: {
    dir: 'dist/bin',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
  logLevel: 'warn',
});

writeLicences(join(root, 'dist/licences.txt'));
