/** What a bench has measured, kept beside its table: a file of JSON that says of which machine and of which commit it is. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds, bytes and seconds as their names say; null where nothing could be measured. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface Results {
  readonly bench: string;
  /** ISO, UTC. */
  readonly at: string;
  /** With a plus sign where files were changed since. */
  readonly commit: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memory: number;
    readonly system: string;
    readonly node: string;
    readonly redis: string;
  };
  readonly options: Row;
  /** By the name of the table. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

export function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const resultsFolder = join(projectFolder(), 'bench-results');

/** Writes `bench-results/<bench>.json`, over that of the run before. */
export function keep(bench: string, options: Row, tables: Results['tables']): void {
  const results: Results = {
    ...{ bench, at: new Date().toISOString(), commit: commitOf(), machine: machineOf() },
    ...{ options, tables },
  };
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(join(resultsFolder, `${bench}.json`), `${JSON.stringify(results, finite, 2)}\n`);
}

/** Of tables that are printed, as they are read: the cells of each row by the heads of their columns. */
export function readTables(printed: string): Results['tables'] {
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const found = printed.split(/\n(?!\|)/).flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.startsWith('|'));
    if (lines.length < 3) return [];
    const [head = [], , ...rows] = lines.map(cellsOf);
    // Some columns have the same head: what it is of stands before.
    const names = head.map((title, i) =>
      head.indexOf(title) === i ? title || 'name' : `${title} (${i + 1})`,
    );
    return [rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))];
  });
  return Object.fromEntries(found.map((rows, i) => [`table ${i + 1}`, rows]));
}

/** Undefined where the bench has not run here. */
export function kept(bench: string): Results | undefined {
  const file = join(resultsFolder, `${bench}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

/** JSON has no other numbers, and nobody needs more than four digits. */
function finite(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function commitOf(): string {
  const commit = said('git', ['-C', projectFolder(), 'rev-parse', '--short=10', 'HEAD']);
  const changed = said('git', ['-C', projectFolder(), 'status', '--porcelain', '--untracked-files=no']);
  return changed === '' ? commit : `${commit}+`;
}

function machineOf(): Results['machine'] {
  const [first] = cpus();
  return {
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    system: `${process.platform} ${release()}`,
    node: process.version,
    redis: /v=(\S+)/.exec(said('redis-server', ['--version']))?.[1] ?? 'unknown',
  };
}

function said(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
