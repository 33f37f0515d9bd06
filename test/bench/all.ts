/**
 * Runs the benches one after the other, each in a process of its own and for no longer than its minutes, and draws the
 * pictures anew. A bench that fails or takes too long is said, and the next one runs.
 *
 *     node dist/test/bench/all.js [--full] [--only start,reserve]
 *
 * It takes forty minutes at most. `--full` measures everything, at the sizes of README.md; it takes an afternoon.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { say } from './figures.ts';

const { values } = parseArgs({
  options: { full: { type: 'boolean', default: false }, only: { type: 'string' } },
});

interface Bench {
  readonly name: string;
  readonly options: string;
  readonly minutes: number;
}

const within40: readonly Bench[] = [
  { name: 'reserve', options: '--held 10,1000,10000,100000,300000 --quantities 200,2000,20000', minutes: 5 },
  { name: 'takeover', options: '', minutes: 6 },
  { name: 'start', options: '--meetings 1000,3000 --latency 50 --workers 1,2,4', minutes: 12 },
  {
    name: 'notify',
    options: '--rooms 2000 --rates 1,10,100,300 --duplicates 50,75 --seconds 12',
    minutes: 7,
  },
  {
    name: 'standing',
    options: '--rooms 2000 --series 1 --running 800 --seconds 60',
    minutes: 9,
  },
  { name: 'plots', options: '', minutes: 1 },
];

const full: readonly Bench[] = [
  {
    name: 'reserve',
    options: '--held 10,1000,10000,100000,1000000 --quantities 200,2000,20000',
    minutes: 20,
  },
  { name: 'takeover', options: '', minutes: 10 },
  { name: 'start', options: '--matrix', minutes: 60 },
  { name: 'outage', options: '', minutes: 15 },
  {
    name: 'notify',
    options: '--rooms 5000 --rates 1,10,50,100,200,500 --duplicates 50,75',
    minutes: 30,
  },
  { name: 'standing', options: '', minutes: 60 },
  { name: 'live', options: '', minutes: 30 },
  { name: 'now', options: '', minutes: 30 },
  { name: 'search', options: '', minutes: 30 },
  { name: 'plots', options: '', minutes: 1 },
];

/** A bench that is told to end takes away what it has started; one that does not is ended with that. */
const toCleanUp = 60_000;
let interrupted = false;
let running: ReturnType<typeof spawn> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill('SIGTERM');
  });
}

async function run({ name, options, minutes }: Bench): Promise<string> {
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const begun = Date.now();
  const args = options.split(' ').filter(Boolean);
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  running = child;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGTERM');
  }, minutes * 60_000);
  const last = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000 + toCleanUp);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  clearTimeout(last);
  const took = `${Math.round((Date.now() - begun) / 1_000)} s`;
  if (isLate) return `${name}: ended after ${took}, for it took longer than ${minutes} minutes`;
  return code === 0 ? `${name}: ${took}` : `${name}: failed after ${took}`;
}

const only = values.only?.split(',');
const outcomes: string[] = [];
for (const bench of values.full ? full : within40) {
  if (interrupted || (only !== undefined && !only.includes(bench.name))) continue;
  say(`\n## ${bench.name} ${bench.options}\n`);
  outcomes.push(await run(bench));
}
say(`\n${outcomes.join('\n')}`);
