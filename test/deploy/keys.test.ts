/** The runbook has a line for each family of keys in Redis, and says of each what a backup does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { irreplaceable } from '../../src/redis/irreplaceable.ts';

const root = join(import.meta.dirname, '../..');
const runbook = readFileSync(join(root, 'deploy/README.md'), 'utf8');
const [, table = ''] = /\n\| keys, after `roombridge:`.*\n\| ---.*\n((?:\|.*\n)+)/.exec(runbook) ?? [];
const lines = [...table.matchAll(/^\| (.*?) \| .* \| (.*?) \|$/gm)].map(([, keys = '', lost = '']) => ({
  names: [...keys.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  isBackedUp: lost.startsWith('backed up'),
}));
const backedUp = lines.filter((line) => line.isBackedUp).flatMap(({ names }) => names);

const asPattern = (name: string) =>
  new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\\\*/g, '.*')}$`);
const matches = (names: readonly string[], key: string) => names.some((name) => asPattern(name).test(key));

it('each key that is written somewhere stands in a line', () => {
  const files = readdirSync(join(root, 'src/redis')).map((name) => join(root, 'src/redis', name));
  const keys = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/`\$\{keyPrefix\}:((?:[^`$]|\$\{[^}]*\})+)`/g)].map(
      ([, key = '']) => key.replace(/\$\{[^}]*\}/g, '*'),
    ),
  );
  expect(keys.length).toBeGreaterThan(60);
  const names = lines.flatMap((line) => line.names);
  expect(keys.filter((key) => key !== '*' && !matches(names, key))).toEqual([]);
});

it('what is backed up is what the program backs up', () => {
  expect([...backedUp].sort()).toEqual([...irreplaceable].sort());
});
