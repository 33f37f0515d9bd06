/** What is drawn and reckoned from measurements: lines where their points are, the most of any time, what is full first. */
import { expect, it } from 'vitest';
import { table } from './figures.ts';
import { fullAt } from './model.ts';
import { draw, type Plot } from './plot.ts';
import { mostOf } from './rations.ts';
import { readTables } from './results.ts';

const plot = (change: Partial<Plot>): string =>
  draw({
    ...{ title: 'Growth', source: 'here', x: { label: 'x' }, y: { label: 'y' }, lines: [] },
    ...change,
  });

const dots = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );

it('a line goes up and to the right with its values, evenly on each kind of axis', () => {
  const straight = plot({
    x: { label: 'x', from: 0 },
    lines: [
      {
        name: 'one',
        points: [
          [0, 0],
          [5, 50],
          [10, 100],
        ],
      },
    ],
  });
  const [first, middle, last] = dots(straight);
  expect((middle?.[0] ?? 0) - (first?.[0] ?? 0)).toBeCloseTo((last?.[0] ?? 0) - (middle?.[0] ?? 0), 0);
  expect((first?.[1] ?? 0) - (middle?.[1] ?? 0)).toBeCloseTo((middle?.[1] ?? 0) - (last?.[1] ?? 0), 0);
  const powers = plot({
    ...{ x: { label: 'x', isLog: true }, y: { label: 'y', isLog: true } },
    lines: [
      {
        name: 'one',
        points: [
          [10, 1],
          [100, 10],
          [1_000, 100],
        ],
      },
    ],
  });
  const [ten, hundred, thousand] = dots(powers);
  expect((hundred?.[0] ?? 0) - (ten?.[0] ?? 0)).toBeCloseTo((thousand?.[0] ?? 0) - (hundred?.[0] ?? 0), 0);
  expect(thousand?.[1]).toBeLessThan(ten?.[1] ?? 0);
});

it('lines are told apart by name and dash, and names that would meet stand below one another', () => {
  const lines = ['<one>', 'two', 'three'].map((name) => ({
    name,
    points: [
      [1, 5],
      [2, 5],
    ] as const,
  }));
  const svg = plot({ lines });
  expect(svg).toContain('&lt;one&gt;');
  const heights = [...svg.matchAll(/y="([\d.]+)" class="c/g)].map(([, y]) => Number(y));
  expect(heights).toHaveLength(3);
  expect(new Set(heights).size).toBe(3);
  expect(new Set(svg.match(/stroke-dasharray="[^"]+"/g)).size).toBe(2);
});

it('the most of any time is found wherever it begins, of each key by itself', () => {
  const at = (times: number[], key: string) => times.map((time) => ({ at: time, key }));
  const requests = [...at([0, 900, 950, 1_800, 1_850, 1_899], 'a'), ...at([1_000, 1_001], 'b')];
  expect(mostOf(requests, 1_000, ({ key }) => key)).toBe(5);
  expect(mostOf(requests, 100, ({ key }) => key)).toBe(3);
  expect(mostOf(requests, 1_000, () => '')).toBe(7);
  expect(mostOf([], 1_000, () => '')).toBe(0);
});

it('a resource is full where all of it is used, and never where it does not grow', () => {
  const of = (used: (rooms: number) => number) => fullAt({ name: '', relief: '', used });
  expect(of((rooms) => rooms / 5_000)).toBeCloseTo(5_000, -2);
  expect(of(() => 0.5)).toBeUndefined();
  expect(of(() => Number.NaN)).toBeUndefined();
});

it('what is printed is read again, also where two columns have the same head', () => {
  const head = ['', 'before', 'after', 'Redis', 'after'];
  const printed = `${table(head, [['a', '1 s', '2 s', '3 MB', '4 MB']])}\n\nbetween\n\n${table(['', 'p50'], [['b', '–']])}`;
  expect(readTables(printed)).toEqual({
    'table 1': [{ name: 'a', before: '1 s', after: '2 s', Redis: '3 MB', 'after (5)': '4 MB' }],
    'table 2': [{ name: 'b', p50: '–' }],
  });
});
