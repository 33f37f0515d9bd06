/**
 * Names the tests that passed only when they were run again. Those with processes on a real machine get a second try (see
 * `vitest.config.ts`), so that chance does not stop a release; whoever reads the end of a run must see that it was needed.
 */
import type { Reporter, TestCase } from 'vitest/node';

export default class Unsteady implements Reporter {
  readonly #found: { name: string; errors: string[] }[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const errors = (test.result().errors ?? []).flatMap(({ message, stack = '' }) => [
      message,
      ...stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node_modules')),
    ]);
    this.#found.push({ name: `${test.module.relativeModuleId} > ${test.fullName}`, errors });
  }

  onTestRunEnd(): void {
    if (this.#found.length === 0) return;
    process.stdout.write('\nUnsteady: passed only when run again, which is a fault to be found\n');
    for (const { name, errors } of this.#found) {
      process.stdout.write(`${[name, ...errors].join('\n  ')}\n`);
    }
  }
}
