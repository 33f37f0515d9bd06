/** Which version of the product this is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

export const version = readVersion();

function readVersion(): string {
  try {
    return String(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version);
  } catch {
    return 'unknown';
  }
}
