/**
 * One run of the simulation, in a process of its own: all time and chance in it are the stage's. Prints a `RunTold`.
 *
 *     node dist/test/simulation/run.js [--seed 1] [--hours 1] [--scenario FILE] [--log FILE] [--trace FILE] [--libraries]
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { takeGlobals } from './globals.ts';
import { lotsOf } from './lots.ts';
import type { RunTold } from './runs.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { Stage } from './stage.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    scenario: { type: 'string' },
    log: { type: 'string' },
    trace: { type: 'string' },
    libraries: { type: 'boolean', default: false },
  },
});

const clock = performance.now.bind(performance);
const scenario =
  values.scenario === undefined
    ? scenarioOf(Number(values.seed), Number(values.hours))
    : (JSON.parse(readFileSync(values.scenario, 'utf8')) as Scenario);
const stage = new Stage(Date.UTC(2026, 2, 2, 8));
takeGlobals(stage, lotsOf(scenario.seed, 'ids'));
const { Theatre } = await import('./theatre.ts');
const theatre = await Theatre.open(stage, scenario, values.libraries);
const into = (path: string) => {
  const file = openSync(path, 'w');
  process.once('exit', () => closeSync(file));
  return (line: string) => void writeSync(file, line);
};
if (values.log !== undefined) theatre.onLog = into(values.log);
if (values.trace !== undefined) theatre.trace.onLine = into(values.trace);
const [begun, idle] = [clock(), process.cpuUsage()];
const { wrong, left, held, worstGap, cutShort, counts, digest } = await theatre.play();
const seconds = (clock() - begun) / 1_000;
const { user, system } = process.cpuUsage(idle);
const processor = (user + system) / 1e6;
const simulated = (stage.now - stage.began) / 1_000;
const told: RunTold = {
  ...{ seed: scenario.seed, wrong, left, held, cutShort, worstGap, digest },
  ...{ booked: theatre.people.meetings.size, counts: Object.fromEntries([...counts].sort()) },
  ...{ simulated, seconds, processor, ratio: Math.round(simulated / processor) },
  ...{ events: stage.events, lines: theatre.trace.lines, commands: theatre.redis.carriedOut },
};
process.stdout.write(`${JSON.stringify(told)}\n`);
