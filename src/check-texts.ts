/** Tries the administrator's own texts: each mistake in a file, at its line. */
import { type Finding, failed, ok } from './check-report.ts';
import type { Config } from './config.ts';
import { fileFault } from './config-problems.ts';
import { parseTemplates } from './invitation/templates/folder.ts';
import { readTemplateFiles } from './template-files.ts';

export function checkTexts({ invitation: { templates: folder } }: Config): Finding[] {
  if (folder === undefined) return [];
  let files: Map<string, string>;
  try {
    files = readTemplateFiles(folder);
  } catch (error) {
    return [
      failed(
        'texts',
        `a file of ${folder} ${fileFault(error)}`,
        'let this user read the folder and its files',
      ),
    ];
  }
  const { problems } = parseTemplates(files);
  if (problems.length === 0) {
    const count = [...files.keys()].filter((name) => !/^(\.|readme\b)/i.test(name)).length;
    return [ok('texts', `${count} file${count === 1 ? '' : 's'} of your own, without mistakes`)];
  }
  return problems.map(({ file, line, what, remedy }) =>
    failed(`text ${file}`, `line ${line}: ${what}; the text of Roombridge is used in its place`, remedy),
  );
}
