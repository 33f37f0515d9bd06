/** How a mistake in the configuration is told: its path, what is expected and the kind of what is there, never a value. */

export type Path = readonly (string | number)[];

export interface Problem {
  /** As in `clusters[0].callBridges[1].address`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Every problem of one configuration; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join('\n'));
    this.problems = problems;
  }
}

/** What a command prints: the file, how many problems, then each on its own line. */
export function describeConfigError(file: string, { problems }: ConfigError): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`${file}: ${count}`, ...problems.map((problem) => `  ${lineOf(problem)}`)].join('\n');
}

function lineOf({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** Collects problems; the first one of a path stands, since what follows from it would only repeat it. */
export class Problems {
  readonly #byPath = new Map<string, Problem>();

  add(path: Path, message: string): void {
    const text = pathText(path);
    if (!this.#byPath.has(text)) this.#byPath.set(text, { path: text, message });
  }

  has(path: Path): boolean {
    return this.#byPath.has(pathText(path));
  }

  /** Throws what was collected, if anything was. */
  throwAny(): void {
    if (this.#byPath.size > 0) throw new ConfigError([...this.#byPath.values()]);
  }
}

export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The kind of a value, safe to print whatever the value is. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  return (
    { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ??
    'something else'
  );
}

export function expectedGot(expected: string, value: unknown): string {
  return `expected ${expected}, got ${kindOf(value)}`;
}

/**
 * Adds the problem of a key that is not known where it stands. A password with a comma or a colon and no quotes
 * comes out of YAML as such a key, so one that is no plain word, or has no value and is like no known key, is not shown.
 */
export function addUnknownKey(
  problems: Problems,
  parent: Path,
  key: string,
  value: unknown,
  known: readonly string[],
): void {
  const close = nearest(key, known);
  const plain = /^[\w.-]{1,64}$/.test(key);
  if (!plain || (value === null && close === undefined)) {
    problems.add(
      [...parent, '…'],
      'unknown key (not shown: it may be part of a value; a text with a comma, a colon or other punctuation needs quotes)',
    );
    return;
  }
  problems.add(
    [...parent, key],
    close === undefined
      ? `unknown key; known here: ${known.join(', ')}`
      : `unknown key; did you mean ${close}?`,
  );
}

/** No known word comes near it, and to compare takes as long as both are. */
const longestWord = 100;

/** The word most like `word`, if one is like it at all. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longestWord) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  // A word of which no letter is left is like none.
  const most = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  return best !== undefined && best.distance <= most ? best.candidate : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}

/** Why the system refused a file, in words. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'does not exist',
    ENOTDIR: 'does not exist: a part of its path is a file',
    EISDIR: 'is a directory',
    EACCES: 'may not be read by this user',
    EPERM: 'may not be read by this user',
  };
  return words[code] ?? `can't be read${code === '' ? '' : ` (${code})`}`;
}
