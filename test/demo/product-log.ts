/** The last lines of the product's log, for people. */
import { existsSync, readFileSync } from 'node:fs';
import { clock } from './terminal.ts';

const levels: Readonly<Record<number, string>> = { 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const told = ['number', 'callBridge', 'step', 'reason', 'mailbox', 'outcome', 'err'];

export function lastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).map(plain);
}

/** What is no JSON is a sentence already. */
function plain(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { time, level, msg, ...rest } = JSON.parse(line);
    const details = told.flatMap((name) =>
      rest[name] === undefined ? [] : [`${name} ${textOf(rest[name])}`],
    );
    const text = details.length === 0 ? msg : `${msg} (${details.join(', ')})`;
    return `${clock(time)}  ${(levels[level] ?? String(level)).padEnd(5)}  ${text}`;
  } catch {
    return line;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'message' in value
    ? String(value.message)
    : String(value);
}
