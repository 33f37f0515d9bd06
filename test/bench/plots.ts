/**
 * Draws what was measured: from the files in `bench-results` the pictures of README.md, and the model of a larger estate.
 * What stands between the two marks of README.md is written anew with them.
 *
 *     node dist/test/bench/plots.js
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure, say, table } from './figures.ts';
import { assumed, fullAt, model } from './model.ts';
import { draw, type Line, type Plot } from './plot.ts';
import { kept, projectFolder, type Results, type Row } from './results.ts';

function roomsIn(count: number | undefined): string {
  return count === undefined ? 'never' : `${Number(count.toPrecision(2)).toLocaleString('en')} rooms`;
}

const folder = join(projectFolder(), 'test/bench/plots');
const to = [5_000, 10_000, 20_000, 50_000];

type Drawn = Omit<Plot, 'source'>;

const drawings: Readonly<Record<string, (results: Results) => Readonly<Record<string, Drawn>>>> = {
  start: ({ tables: { start = [] } }) =>
    Object.fromEntries(
      [...new Set(start.map(({ latency }) => Number(latency)))].map((latency) => [
        `start-${latency}ms`,
        {
          title: `Conferences due at one second, ${latency} ms a call: lateness of the 99th of 100`,
          x: { label: 'due at once', from: 0 },
          y: { label: 'milliseconds', from: 0 },
          lines: linesOf(
            start.filter((row) => row.latency === latency),
            nameOfStart,
            'meetings',
            'p99',
          ),
        },
      ]),
    ),
  reserve: ({ tables: { reserve = [] } }) => ({
    reserve: {
      title: 'What a reservation takes of Redis, by how many are held',
      x: { label: 'held', isLog: true },
      y: { label: 'microseconds', isLog: true },
      lines: [
        ...linesOf(reserve, ({ quantity }) => `${quantity} slots`, 'held', 'redis'),
        ...linesOf(reserve, ({ quantity }) => `${quantity} slots, scanned`, 'held', 'scan'),
      ],
    },
  }),
  notify: ({ tables: { notify = [] }, options: { rooms } }) => ({
    notify: {
      title: `From the notification to the slot, ${rooms} rooms`,
      x: { label: 'changes a second', isLog: true },
      y: { label: 'milliseconds', isLog: true },
      lines: ['slot50', 'slot95', 'slot99'].flatMap((name) =>
        linesOf(
          notify.filter(({ share }) => share === 0),
          () => `p${name.slice(4)}`,
          'rate',
          name,
        ),
      ),
    },
  }),
  standing: ({ tables: { progress = [] }, options: { rooms, meetings } }) => ({
    rebuild: {
      title: `From nothing until every meeting has its number: ${meetings}, of ${rooms} rooms`,
      x: { label: 'seconds', from: 0 },
      y: { label: 'meetings placed', from: 0 },
      lines: linesOf(progress, ({ name }) => String(name), 'at', 'placed'),
    },
  }),
};

function nameOfStart({ name, workers }: Row): string {
  if (typeof workers !== 'number') return String(name);
  return `${name}, ${workers} ${workers === 1 ? 'process' : 'processes'}`;
}

/** One line for each name, of those points that were measured. */
function linesOf(rows: readonly Row[], nameOf: (row: Row) => string, x: string, y: string): Line[] {
  const found = new Map<string, [number, number][]>();
  for (const row of rows) {
    const [at, value] = [row[x], row[y]];
    if (typeof at !== 'number' || typeof value !== 'number') continue;
    const points = found.get(nameOf(row)) ?? [];
    points.push([at, value]);
    found.set(nameOf(row), points);
  }
  return [...found].map(([name, points]) => ({ name, points: points.sort(([one], [other]) => one - other) }));
}

function sourceOf({ machine, commit, at }: Results): string {
  const gigabytes = Math.round(machine.memory / 2 ** 30);
  return `${machine.cores} × ${machine.processor}, ${gigabytes} GB, Node.js ${machine.node}, Redis ${machine.redis}; ${commit}, ${at.slice(0, 10)}`;
}

/** What is to stand in README.md. */
const said: string[] = [];

function write(name: string, plot: Plot): void {
  if (plot.lines.length === 0) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), draw(plot));
  said.push(`![${plot.title}](plots/${name}.svg)`);
  say(`test/bench/plots/${name}.svg`);
}

for (const [bench, drawn] of Object.entries(drawings)) {
  const results = kept(bench);
  if (results === undefined) {
    say(`${bench} has not run here`);
    continue;
  }
  for (const [name, plot] of Object.entries(drawn(results))) {
    write(name, { ...plot, source: sourceOf(results) });
  }
}

const [start, notify, standing] = ['start', 'notify', 'standing'].map(kept);
if (start && notify && standing) {
  const resources = [...model({ start, notify, standing })].sort(
    (one, other) => (fullAt(one) ?? Number.POSITIVE_INFINITY) - (fullAt(other) ?? Number.POSITIVE_INFINITY),
  );
  write('model', {
    title: 'How much of one machine is used, by rooms (on paper)',
    x: { label: 'rooms', isLog: true },
    y: { label: 'of what there is: 1 is all', isLog: true },
    lines: resources.map(({ name, used }) => ({
      name,
      points: [1_000, 2_000, ...to].map((rooms) => [rooms, used(rooms)] as const),
    })),
    source: `from start, notify and standing; ${sourceOf(standing)}`,
  });
  const percent = (share: number) => figure(share * 100, '%');
  said.push(
    'How much of one machine is used, on paper; all else as `model.ts` assumes:',
    table(
      ['', ...to.map((rooms) => `${rooms.toLocaleString('en')} rooms`), 'full at', 'and then'],
      resources.map((resource) => [
        resource.name,
        ...to.map((rooms) => percent(resource.used(rooms))),
        roomsIn(fullAt(resource)),
        resource.relief,
      ]),
    ),
    Object.entries(assumed)
      .map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
      .join(', '),
  );
  say(`\n${said.slice(-3).join('\n\n')}`);
}

const readme = join(projectFolder(), 'test/bench/README.md');
const text = readFileSync(readme, 'utf8');
const between = /(?<=<!-- drawn -->\n)[\s\S]*(?=<!-- \/drawn -->)/;
writeFileSync(
  readme,
  text.replace(between, () => `\n${said.join('\n\n')}\n\n`),
);
