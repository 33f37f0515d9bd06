/** Where the product is installed, seen from its sources, from what is built of them, and from the bundle. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder above with a manifest. */
export const packageFolder = folderAbove(import.meta.dirname);

function folderAbove(folder: string): string {
  const above = dirname(folder);
  return existsSync(join(folder, 'package.json')) || above === folder ? folder : folderAbove(above);
}
