/**
 * Draws what was measured: from the files in `bench-results` the pictures of README.md, and the model of a larger estate.
 *
 *     node dist/test/bench/plots.js
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure, say, table } from './figures.ts';
import { assumed, fullAt, model } from './model.ts';
import { draw, type Line, type Plot } from './plot.ts';
import { kept, projectFolder, type Results, type Row } from './results.ts';

const folder = join(projectFolder(), 'test/bench/plots');
const to = [5_000, 10_000, 20_000, 50_000];

type Drawn = Omit<Plot, 'source'>;

const drawings: Readonly<Record<string, (tables: Results['tables']) => Readonly<Record<string, Drawn>>>> = {
  start: ({ start = [] }) =>
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
  reserve: ({ reserve = [] }) => ({
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
  notify: ({ notify = [] }) => ({
    notify: {
      title: 'From the notification to the slot, 5,000 rooms',
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
  standing: ({ progress = [] }) => ({
    rebuild: {
      title: 'From nothing, and from nothing again, until every meeting has its number',
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

function write(name: string, plot: Plot): void {
  if (plot.lines.length === 0) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), draw(plot));
  say(`test/bench/plots/${name}.svg`);
}

for (const [bench, drawn] of Object.entries(drawings)) {
  const results = kept(bench);
  if (results === undefined) {
    say(`${bench} has not run here`);
    continue;
  }
  for (const [name, plot] of Object.entries(drawn(results.tables))) {
    write(name, { ...plot, source: sourceOf(results) });
  }
}

const [start, notify, reserve, standing] = ['start', 'notify', 'reserve', 'standing'].map(kept);
if (start && notify && reserve && standing) {
  const resources = [...model({ start, notify, reserve, standing })].sort(
    (one, other) => fullAt(one) - fullAt(other),
  );
  write('model', {
    title: 'How much of one machine is used, by rooms (on paper)',
    x: { label: 'rooms', isLog: true },
    y: { label: 'of what there is: 1 is all', isLog: true },
    lines: resources.map(({ name, used }) => ({
      name,
      points: [1_000, 2_000, ...to].map((rooms) => [rooms, used(rooms)] as const),
    })),
    source: `from start, notify, reserve and standing; ${sourceOf(standing)}`,
  });
  const percent = (share: number) => figure(share * 100, '%');
  say(
    `\n${table(
      ['', ...to.map((rooms) => `${rooms.toLocaleString('en')} rooms`), 'full at', 'and then'],
      resources.map((resource) => [
        resource.name,
        ...to.map((rooms) => percent(resource.used(rooms))),
        `${Math.round(Number(fullAt(resource).toPrecision(2))).toLocaleString('en')} rooms`,
        resource.relief,
      ]),
    )}\n`,
  );
  say(`Assumed: ${JSON.stringify(assumed)}`);
}
