/** The files of an administrator's folder of texts, as `parseTemplates` takes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { parseTemplates } from './invitation/templates/folder.ts';
import type { Templates } from './invitation/templates/templates.ts';

/**
 * Name -> content of the files of the folder itself; folders in it are passed over.
 * @throws the system's error where the folder or a file cannot be read
 */
export function readTemplateFiles(folder: string): Map<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return new Map(files.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** An administrator's texts; where one has a problem ours is used in its place, and `check` says what is wrong. */
export function ownTexts(
  { invitation: { templates: folder } }: Pick<Config, 'invitation'>,
  log: Logger,
): { templates?: Templates } {
  if (folder === undefined) return {};
  try {
    const { templates, problems } = parseTemplates(readTemplateFiles(folder));
    for (const problem of problems) log.warn(problem, 'template is not used');
    return { templates };
  } catch (error) {
    log.warn({ err: error, folder }, 'templates could not be read');
    return {};
  }
}
