/**
 * Runs of the simulation one after the other, and their figures. One that ends badly is made short and printed as what
 * `kept/` holds.
 *
 *     npm run simulate -- [--seed 1] [--seeds 1] [--hours 1] [--shorten MINUTES]
 */
import { parseArgs } from 'node:util';
import { say, table } from '../bench/figures.ts';
import { complaints, run, shorten } from './runs.ts';
import { scenarioOf } from './scenario.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    shorten: { type: 'string', default: '10' },
  },
});
const [first, hours] = [Number(values.seed), Number(values.hours)];
const rows: string[][] = [];
for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
  const told = await run(['--seed', String(seed), '--hours', String(hours)]);
  const isBad = complaints(told).size > 0;
  rows.push([
    String(seed),
    `${(told.simulated / 3_600).toFixed(2)} h`,
    `${told.ratio} ×`,
    String(told.events),
    String(told.commands),
    `${told.held} of ${told.booked}`,
    `${(told.worstGap / 1_000).toFixed(1)} s`,
    isBad ? [...complaints(told)].join('; ') : 'nothing',
  ]);
  say(`seed ${seed}: ${JSON.stringify(told.counts)} ${told.digest}`);
  if (!isBad) continue;
  for (const what of [...told.wrong, ...told.left]) say(`- ${what}`);
  const short = await shorten(scenarioOf(seed, hours), told, Date.now() + Number(values.shorten) * 60_000);
  say(JSON.stringify(short));
  process.exitCode = 1;
}
say('');
say(table(['seed', 'virtual time', 'speed', 'events', 'Redis commands', 'held', 'worst gap', 'wrong'], rows));
