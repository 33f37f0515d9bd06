/** Builds the pages when something of them has changed since they were built; else it is over at once. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
const stamp = join(root, 'dist/web/.stamp');

const files = readdirSync(here, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name))
  .sort();
const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
for (const file of files) hash.update(file.slice(here.length)).update('\0').update(readFileSync(file));
const wanted = hash.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const { build } = await import('vite');
  await build({ configFile: join(here, 'vite.config.ts') });
  writeFileSync(join(dirname(stamp), '.stamp'), wanted);
}
