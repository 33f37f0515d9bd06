/** The configuration's file as plain values: YAML read strictly, `${NAME}` and `${file:PATH}` put in. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { ConfigError, fileFault, type Path, type Problems, pathText } from './config-problems.ts';

/** Throws a `ConfigError` when there is no mapping to validate: no file, no text, no YAML. */
export function readMapping(file: string): Record<string, unknown> {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    throw new ConfigError(faults.slice(0, mostFaults).map((fault) => syntaxProblem(fault, lines)));
  const value = plainValue(document);
  const within = selfIn(value);
  if (within !== undefined)
    throw new ConfigError([
      { path: pathText(within), message: 'expected a value, got an alias of what it stands in' },
    ]);
  if (value === null || value === undefined) throw whole('the file is empty');
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw whole(
      `expected a mapping (graph:, rooms:, clusters:), got ${Array.isArray(value) ? 'a list' : 'a single value'}`,
    );
  }
  return value as Record<string, unknown>;
}

/** One slip may make thousands, of which the first ones tell. */
const mostFaults = 20;

/**
 * Where an alias stands within what it names, so that going down there would never end.
 * @param above what the value stands in; `over`: what has been gone down into
 */
function selfIn(
  value: unknown,
  path: Path = [],
  above = new Set<object>(),
  over = new Set<object>(),
): Path | undefined {
  if (typeof value !== 'object' || value === null || over.has(value)) return undefined;
  if (above.has(value)) return path;
  above.add(value);
  for (const [key, one] of Object.entries(value)) {
    const found = selfIn(one, [...path, Array.isArray(value) ? Number(key) : key], above, over);
    if (found !== undefined) return found;
  }
  above.delete(value);
  over.add(value);
  return undefined;
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw whole(`the file ${fileFault(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw whole('the file is not UTF-8 text');
  }
}

function plainValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    throw whole(
      'an alias has no anchor before it, or expands too far; a text that begins with * needs quotes',
    );
  }
}

function whole(message: string): ConfigError {
  return new ConfigError([{ path: '', message }]);
}

/** In our words: the parser's own quote the text beside the fault, which may be a password. */
const syntax: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'a text that begins with * needs quotes',
  BAD_COLLECTION_TYPE: 'a text that begins with ! needs quotes',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes begins an escape; use single quotes for a text with backslashes',
  BAD_INDENT: 'wrong indentation, or a bracket that is not closed',
  BAD_SCALAR_START: 'a text that begins with @, `, % or another reserved character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second mapping on one line; a text with a colon and a space needs quotes',
  DUPLICATE_KEY: 'the key stands twice in the same mapping',
  MISSING_CHAR: 'a quote, a bracket, a comma, a space or the colon after a key is missing',
  MULTILINE_IMPLICIT_KEY: 'a key without its colon, or a colon without a space after it',
  MULTIPLE_ANCHORS: 'a text that begins with & needs quotes',
  MULTIPLE_DOCS: 'a second document (---) in the file',
  MULTIPLE_TAGS: 'a text that begins with ! needs quotes',
  TAB_AS_INDENT: 'a tab used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a text that begins with ! needs quotes',
};

function syntaxProblem({ code, pos }: YAMLError, lines: LineCounter) {
  const { line, col } = lines.linePos(pos[0]);
  return { path: '', message: `line ${line}, column ${col}: ${syntax[code] ?? 'this is not valid YAML'}` };
}

export interface Interpolation {
  readonly env: NodeJS.ProcessEnv;
  /** What paths in the file are relative to. */
  readonly folder: string;
  readonly problems: Problems;
  /** Whether a number belongs at this path: a reference that makes up the whole text may then stand for one. */
  readonly wantsNumber: (path: Path) => boolean;
}

export interface Interpolated {
  readonly value: unknown;
  /** Paths whose text came from outside of the file, and so is never shown. */
  readonly foreign: ReadonlySet<string>;
}

/** Puts in what `${NAME}` and `${file:PATH}` stand for; what can't be had is a problem at its key. */
export function interpolate(root: unknown, options: Interpolation): Interpolated {
  const foreign = new Set<string>();
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string' && value.includes('${')) {
      foreign.add(pathText(path));
      const text = substitute(value, path, options);
      return /^\$\{[^}]*\}$/.test(value) && /^-?\d+$/.test(text) && options.wantsNumber(path)
        ? Number(text)
        : text;
    }
    // No path of a true configuration is this deep.
    if (typeof value !== 'object' || value === null || path.length > 12) return value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(root, []), foreign };
}

const reference = /\$\{(?:(?<name>[A-Za-z_]\w*)|file:(?<file>[^}]+))\}|\$\{/g;

function substitute(text: string, path: Path, { env, folder, problems }: Interpolation): string {
  return text.replace(reference, (...found) => {
    const { name, file } = found.at(-1) as { name?: string; file?: string };
    if (name !== undefined) {
      const value = env[name];
      if (value === undefined) problems.add(path, `the environment variable ${name} is not set`);
      return value ?? '';
    }
    if (file !== undefined) {
      try {
        return readFileSync(resolve(folder, file.trim()), 'utf8').replace(/\r?\n$/, '');
      } catch (error) {
        problems.add(path, `the file ${file.trim()} ${fileFault(error)}`);
        return '';
      }
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own notation
    problems.add(path, 'expected ${NAME} or ${file:PATH}, got a "${" that begins neither');
    return '';
  });
}
