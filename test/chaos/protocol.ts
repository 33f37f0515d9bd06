/**
 * Explores the protocol further than CI does, and says how far. A fault that is found is told as a path.
 *
 *     node dist/test/chaos/protocol.js [--states 1000000] [--only WORD] [--any-order]
 */
import { parseArgs } from 'node:util';
import { say, table } from '../bench/figures.ts';
import { explore } from './protocol-explore.ts';
import { long } from './protocol-scenes.ts';
import { story } from './protocol-story.ts';

const { values } = parseArgs({
  options: {
    /** At most, of each world. */
    states: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    /** Answers to what one piece of work asks side by side come in any order. */
    'any-order': { type: 'boolean', default: false },
  },
});

const rows: string[][] = [];
for (const { title, scene } of long.filter((one) => one.title.includes(values.only))) {
  const begun = process.cpuUsage().user;
  const sideBySide = values['any-order'] ? 'any' : 'as asked';
  const found = await explore(scene, { states: Number(values.states), sideBySide });
  const seconds = (process.cpuUsage().user - begun) / 1e6;
  if (found.fault !== undefined) {
    say(`${title}\n\n${story(found.fault)}\n`);
    process.exitCode = 1;
  }
  const { states, transitions, depth, outlooks, places, isWhole } = found;
  const counts = [states, transitions, depth, outlooks, places].map((count) => count.toLocaleString('en'));
  rows.push([title, ...counts, isWhole ? 'all' : 'not all', seconds.toFixed(1)]);
  say(rows.at(-1)?.join(' · ') ?? '');
}
say(
  table(
    ['what may happen', 'states', 'transitions', 'depth', 'outlooks', 'places', 'explored', 'cpu s'],
    rows,
  ),
);
