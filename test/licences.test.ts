/** What is delivered may be delivered: each library by a licence that asks for no more than its notice. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { builtCli } from './world/world.ts';

/** None of them asks that what it is built into be given away as well. */
const permitted = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'];

const root = join(import.meta.dirname, '..');
const table = execFileSync(process.execPath, [join(root, 'src/licences.mjs')], { encoding: 'utf8' });
const libraries = [...table.matchAll(/^\| (\S+) \| ([\d.]+\S*) \| (.+) \|$/gm)].map(
  ([, name = '', version = '', licence = '']) => ({ name, version, licence }),
);

it('every library has a licence that is permitted', () => {
  const named = libraries.map(({ name }) => name);
  // Of the program, of what that needs, of the pages, and of what those need.
  expect(named).toEqual(expect.arrayContaining(['bullmq', 'ioredis', 'react', '@fluentui/tokens']));
  expect(named).not.toContain('typescript');
  expect(libraries.filter(({ licence }) => !permitted.includes(licence))).toEqual([]);
});

it('their notices are delivered with what was built of them', () => {
  const notices = readFileSync(join(dirname(builtCli()), '../licences.txt'), 'utf8');
  const lacking = libraries.filter(
    ({ name, version, licence }) => !notices.includes(`${name} ${version} (${licence})\n\n`),
  );
  expect(lacking).toEqual([]);
  expect(notices).toContain('Permission is hereby granted, free of charge');
  expect(existsSync(join(root, 'LICENSE'))).toBe(true);
});
