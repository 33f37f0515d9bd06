/** The ways in which call bridges may or may not tell who is in, and the tables of what was measured with each. */
import type { Requests } from './bridge-process.ts';
import { figure, percentile, ratio, table } from './figures.ts';
import type { Sighting } from './onlooker.ts';

export interface Way {
  readonly name: 'both' | 'records' | 'events' | 'neither';
  readonly says: string;
  readonly records: boolean;
  readonly events: boolean;
  /** What the picture then says it is told by. */
  readonly sources: readonly string[];
}

/** In an order in which each can follow the one before: places of receivers that are taken stay so. */
export const ways: readonly Way[] = [
  { name: 'both', says: 'records and events', records: true, events: true, sources: ['events'] },
  { name: 'records', says: 'records', records: true, events: false, sources: ['records'] },
  { name: 'events', says: 'events', records: false, events: true, sources: ['events'] },
  { name: 'neither', says: 'neither (asked)', records: false, events: false, sources: ['polling', 'none'] },
];

interface Usage {
  readonly at: number;
  readonly product: number;
  readonly bridges: number;
  readonly bench: number;
  readonly redis: number;
  readonly commands: number;
  readonly memory: number;
}

export interface Row {
  readonly way: Way;
  readonly sightings: readonly Sighting[];
  readonly reads: number;
  readonly requests: Requests;
  readonly before: Usage;
  readonly after: Usage;
  /** Changes that were made between the two. */
  readonly made: number;
}

/** Milliseconds; what the picture promises. */
const promised = 5_000;

export function tables(rows: readonly Row[], grace: number): string {
  const baseline = rows.find(({ way }) => way.name === 'neither');
  const agesHead = ['', 'changes a second', 'within 5 s', 'p50', 'p95', 'p99', 'max', 'asking takes (p50)'];
  const kinds = ['GET calls', 'GET calls/*/participants', 'GET participants', 'GET system/status'];
  const usageHead = ['product', 'Redis', 'call bridges', 'this bench'];
  return [
    table(
      [...agesHead, 'muted within 5 s'],
      rows.map((row) => ageCells(row, baseline, grace)),
    ),
    table(
      ['requests a second', 'at', 'in all', ...kinds, 'others'],
      rows.flatMap((row) => requestCells(row, kinds)),
    ),
    table(
      [
        'processor, seconds a second',
        ...usageHead,
        'Redis commands a second',
        'Redis',
        'pictures read a second',
      ],
      rows.map(usageCells),
    ),
  ].join('\n\n');
}

/** Of those who came and left: whether somebody is muted not all ways tell. */
function agesOf({ sightings }: Row): number[] {
  return sightings.filter(({ kind }) => kind !== 'mute').map(({ age }) => age);
}

function ageCells(row: Row, baseline: Row | undefined, grace: number): string[] {
  const ages = agesOf(row);
  const at = (share: number) => {
    const age = percentile(ages, share);
    return age === Number.POSITIVE_INFINITY ? `> ${grace / 1_000} s` : figure(age / 1_000, 's');
  };
  const mutes = row.sightings.filter(({ kind }) => kind === 'mute').map(({ age }) => age);
  return [
    row.way.says,
    figure(row.made / lengthOf(row)),
    withinPromise(ages),
    ...[at(0.5), at(0.95), at(0.99), at(1)],
    baseline === undefined ? '–' : ratio(percentile(agesOf(baseline), 0.5), percentile(ages, 0.5)),
    mutes.length === 0 ? 'not told' : withinPromise(mutes),
  ];
}

function withinPromise(ages: readonly number[]): string {
  const within = ages.filter((age) => age <= promised).length;
  return `${((100 * within) / ages.length).toFixed(1)} %`;
}

function requestCells(row: Row, kinds: readonly string[]): string[][] {
  const length = lengthOf(row);
  return Object.entries(row.requests).map(([callBridge, counts]) => {
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const named = kinds.map((kind) => counts[kind] ?? 0);
    const others = named.reduce((rest, count) => rest - count, all);
    return [row.way.says, callBridge, ...[all, ...named, others].map((count) => figure(count / length))];
  });
}

function usageCells(row: Row): string[] {
  const length = lengthOf(row);
  const { before, after } = row;
  const cpu = (['product', 'redis', 'bridges', 'bench'] as const).map((who) =>
    ((after[who] - before[who]) / length).toFixed(2),
  );
  return [
    row.way.says,
    ...cpu,
    figure((after.commands - before.commands) / length),
    figure(after.memory / 1e6, 'MB'),
    figure(row.reads / length),
  ];
}

/** Seconds. */
function lengthOf({ before, after }: Row): number {
  return (after.at - before.at) / 1_000;
}
