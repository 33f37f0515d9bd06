/** The files of an administrator's folder of texts, as `parseTemplates` takes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Name -> content of the files of the folder itself; folders in it are passed over.
 * @throws the system's error where the folder or a file cannot be read
 */
export function readTemplateFiles(folder: string): Map<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return new Map(files.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}
