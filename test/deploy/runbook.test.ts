/** What the runbook tells people to type in a hurry is there to be typed, and the files that it names are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operations } from '../../src/operate-usages.ts';
import { run } from '../world/command.ts';

const root = join(import.meta.dirname, '../..');
const runbook = readFileSync(join(root, 'deploy/README.md'), 'utf8');
const all = (pattern: RegExp) => [...new Set([...runbook.matchAll(pattern)].map(([, found = '']) => found))];

it('its commands are known, and so is all that it has operators do', async () => {
  const { stdout } = await run(['--help']);
  const known = [...stdout.matchAll(/^ {2}([a-z|-]+)/gm)].flatMap(([, names = '']) => names.split('|'));
  const named = all(/(?:`|^ {4}|\bnpx |worker |&& |\()roombridge ([a-z][a-z-]+) /gm);
  expect(named).toEqual(
    expect.arrayContaining(['check', 'meeting', 'meetings', 'tickets', 'queues', 'live']),
  );
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  const done = all(/\broombridge operate (?:NUMBER|KEY) ([a-z-]+)/g);
  expect(done.length).toBeGreaterThan(4);
  expect(done.filter((name) => !(operations as readonly string[]).includes(name))).toEqual([]);
});

it('its files are there', () => {
  const named = all(/\b(deploy\/[\w./@-]*\w)/g).filter((path) => !path.startsWith('deploy/monitoring'));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
