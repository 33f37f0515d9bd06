import { afterEach, beforeEach, expect, it } from 'vitest';
import { Machine } from './machine.ts';

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
  for (const name of ['redis-server', 'openssl', 'chromium']) machine.command(name);
  machine.command('node', `[ "$1" = --version ] && echo v20.19.0 || exec '${process.execPath}' "$@"`);
});
afterEach(() => machine.destroy());

/** npm as the steps need it: a report of the tests with these counts, and the steps that fail. */
function npm(passed: number, failed: number, failing: string[] = []): void {
  const report = JSON.stringify({ numPassedTests: passed, numFailedTests: failed });
  machine.command(
    'npm',
    `case "$*" in
      ci*) mkdir -p node_modules;;
      "run build") mkdir -p dist/bin; : >dist/bin/roombridge.js;;
      test*) for last; do :; done; echo '${report}' >"\${last#--outputFile.json=}";;
    esac
    case "$*" in ${['never', ...failing].map((name) => `"${name}"*`).join('|')}) exit 3;; esac`,
  );
}

function run() {
  const { status, stdout, calls } = machine.run('.ci/run');
  const lines = stdout.trimEnd().split('\n');
  return { status, calls, last: lines.at(-1), failed: lines.filter((line) => line.startsWith('failed: ')) };
}

it('CI runs every step of the README, and ends with the true counts', () => {
  npm(321, 0);
  const { status, calls, last, failed } = run();
  expect(calls.filter((call) => call.startsWith('npm')).map((call) => call.split(' --reporter')[0])).toEqual([
    'npm ci --ignore-scripts --include=dev --no-audit --no-fund',
    'npm run build',
    'npm run lint',
    'npm run types',
    'npm run build',
    'npm test --',
    'npm run demo -- --once',
    'npm run package',
  ]);
  expect({ status, last, failed }).toEqual({ status: 0, last: '321 passed, 0 failed', failed: [] });
});

it('CI fails with its tests', () => {
  npm(300, 21, ['test']);
  expect(run()).toMatchObject({
    status: 1,
    last: '300 passed, 21 failed',
    failed: ['failed: test (exit code 3)'],
  });
});

it.each(['lint', 'types', 'demo', 'package'])(
  'CI fails with %s, names it and still ends with the counts',
  (step) => {
    npm(321, 0, [`run ${step}`]);
    expect(run()).toMatchObject({
      status: 1,
      last: '321 passed, 0 failed',
      failed: [`failed: ${step} (exit code 3)`],
    });
  },
);

it('CI goes on after a build that fails, and names every step that failed with it', () => {
  npm(0, 0, ['run build', 'test', 'run demo']);
  const { status, failed } = run();
  expect(failed.map((line) => line.split(' ')[1])).toEqual(['set-up', 'build', 'test', 'demo']);
  expect(status).toBe(1);
});

it('CI counts nothing where nothing could run', () => {
  machine.remove('node');
  expect(run()).toMatchObject({
    status: 1,
    last: '0 passed, 0 failed',
    failed: ['failed: set-up (exit code 1)'],
  });
});
