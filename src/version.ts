/** Which version of the product this is. */
import { readFileSync } from 'node:fs';

/** The manifest lies above the sources, and above what is built of them. */
export const version = readVersion();

function readVersion(): string {
  for (const above of ['../package.json', '../../package.json']) {
    try {
      return String(JSON.parse(readFileSync(new URL(above, import.meta.url), 'utf8')).version);
    } catch {
      // It is the other one.
    }
  }
  return 'unknown';
}
