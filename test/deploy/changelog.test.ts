import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const headings = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').match(/^#{2,3} .*/gm) ?? [];

it('the changelog begins with what is not out yet, and has the version that the program says it is', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const versions = headings.filter((line) => line.startsWith('## '));
  expect(versions[0]).toBe('## [Unreleased]');
  for (const line of versions.slice(1)) expect(line).toMatch(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  expect(versions[1]).toContain(`[${version}]`);
});

it('the changelog tells of changes by the kinds that are agreed on', () => {
  const kinds = headings.filter((line) => line.startsWith('### ')).map((line) => line.slice(4));
  expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toEqual(
    expect.arrayContaining(kinds),
  );
});
