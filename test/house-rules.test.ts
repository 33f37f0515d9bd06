/** The rules by which the house is laid out (src/README.md), as tests: what imports what, and what is where. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ticketKinds } from '../src/cluster/ticket-codes.ts';
import { queueNames } from '../src/queues.ts';

const root = join(import.meta.dirname, '..');

interface Import {
  /** Path from the project's root, or a package's name. */
  readonly target: string;
  readonly typeOnly: boolean;
  readonly own: boolean;
}
interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

function filesUnder(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => read(relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')));
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, imports: importsOf(path, text) };
}

const statement = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm;

function importsOf(path: string, text: string): Import[] {
  const found = [...text.matchAll(statement)].map(([, type, names = '', target = '']) => {
    const braces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
    const onlyTypes = braces
      ?.split(',')
      .every((name) => name.trim() === '' || name.trim().startsWith('type '));
    return { target, typeOnly: type !== undefined || onlyTypes === true };
  });
  // Types taken in passing are types; what is loaded later is a value.
  for (const [, type, target = ''] of text.matchAll(/\b(typeof )?import\(\s*'([^']+)'\s*\)/g)) {
    found.push({ target, typeOnly: type !== undefined });
  }
  return found.map(({ target, typeOnly }) => {
    const own = target.startsWith('.');
    const resolved = relative(root, resolve(root, dirname(path), target))
      .split(sep)
      .join('/');
    return { target: own ? resolved : target, typeOnly, own };
  });
}

const source = filesUnder('src');
const workers = filesUnder('workers');
const test = filesUnder('test');
const simulators = test.filter(({ path }) => path.startsWith('test/simulators/'));

const pure = ['meeting', 'slot', 'conference', 'cluster', 'invitation'];
const adapters = ['graph', 'cms', 'redis', 'http'];
const browser = 'web';
const roomOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

/** `file -> what it imports`, of all imports that the rule forbids. */
function breaks(files: readonly SourceFile[], forbidden: (one: Import, path: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((one) => forbidden(one, path)).map(({ target }) => `${path} -> ${target}`),
  );
}

it('every import is seen, and leads to a file', () => {
  for (const files of [source, workers, test]) expect(files.length).toBeGreaterThan(10);
  expect(read('src/redis/slots.ts').imports).toContainEqual({
    target: 'src/slot/slot.ts',
    typeOnly: false,
    own: true,
  });
  expect(read('src/redis/slots.ts').imports).toContainEqual({
    target: 'ioredis',
    typeOnly: true,
    own: false,
  });
  const missing = breaks(
    [...source, ...workers],
    ({ own, target }) => own && !existsSync(join(root, target)),
  );
  expect(missing).toEqual([]);
});

describe('rooms with our words', () => {
  const files = source.filter(({ path }) => pure.includes(roomOf(path)));

  it('are all there', () => {
    expect(new Set(files.map(({ path }) => roomOf(path)))).toEqual(new Set(pure));
  });

  it('import one another, types of the configuration, and nothing else of the house', () => {
    const wrong = breaks(files, ({ own, target, typeOnly }) => {
      if (!own || pure.includes(roomOf(target))) return false;
      return !(target === 'src/config.ts' && typeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it('import nothing from npm but types, and of Node only what computes', () => {
    const wrong = breaks(files, ({ own, target, typeOnly }) => {
      return !own && !typeOnly && target !== 'node:crypto';
    });
    expect(wrong).toEqual([]);
  });

  it('read no clock, draw no lots, and wait for nothing', () => {
    const wrong =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID|randomBytes|setTimeout|setInterval|\bawait\b/;
    expect(files.filter(({ text }) => wrong.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('rooms with the name of somebody else', () => {
  const files = source.filter(({ path }) => adapters.includes(roomOf(path)));

  it('never import one another, nor the composition above them', () => {
    const below = /^src\/(config(-[a-z]+)?|outbound|queues|log|work)\.ts$/;
    const wrong = breaks(files, ({ own, target }, path) => {
      if (!own) return false;
      const room = roomOf(target);
      return room === '' ? !below.test(target) : room !== roomOf(path) && !pure.includes(room);
    });
    expect(wrong).toEqual([]);
  });
});

describe('src', () => {
  it('consists of the rooms of the map', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...pure, ...adapters, browser].sort());
  });

  it('imports workers only where all is put together: in app.ts', () => {
    const wrong = breaks(
      source,
      ({ target }, path) => target.startsWith('workers/') && path !== 'src/app.ts',
    );
    expect(wrong).toEqual([]);
  });

  it('imports nothing of the tests but the demo, which the command starts', () => {
    const wrong = breaks([...source, ...workers], ({ target }, path) => {
      return target.startsWith('test/') && !(path === 'src/cli.ts' && target.startsWith('test/demo/'));
    });
    expect(wrong).toEqual([]);
  });

  it('is below the command line, which nobody imports', () => {
    expect(breaks([...source, ...workers], ({ target }) => target === 'src/cli.ts')).toEqual([]);
  });
});

describe('the pages', () => {
  const files = source.filter(({ path }) => roomOf(path) === browser);

  it('take nothing from the server but the shapes of its answers', () => {
    expect(files.length).toBeGreaterThan(20);
    const wrong = breaks(files, ({ own, target, typeOnly }, path) => {
      if (path.endsWith('/vite.config.ts')) return false;
      if (!own) return target.startsWith('node:');
      if (roomOf(target) === browser) return false;
      return !(typeOnly && (target.startsWith('src/http/api/') || pure.includes(roomOf(target))));
    });
    expect(wrong).toEqual([]);
  });

  it('are known to nobody but the browser', () => {
    const others = [...source.filter(({ path }) => roomOf(path) !== browser), ...workers];
    expect(breaks(others, ({ own, target }) => own && roomOf(target) === browser)).toEqual([]);
  });
});

describe('a queue', () => {
  it('has one worker, in the file of its name, that says how often and why that is safe', () => {
    for (const name of queueNames) {
      const { text } = read(`workers/${name}.ts`);
      expect(text).toMatch(/^\/\*\*[^/]*\bat least once\b[^/]*\bsafe because\b/i);
      expect(text).toMatch(/^export async function bring\w+\(/m);
    }
  });

  it('is named for each file that brings something to where it should be', () => {
    const bringing = workers.filter(({ text }) => /^export async function bring\w+\(/m.test(text));
    expect(bringing.map(({ path }) => path).sort()).toEqual(
      queueNames.map((name) => `workers/${name}.ts`).sort(),
    );
  });

  it('is a contract that knows no worker', () => {
    expect(read('src/queues.ts').imports.filter(({ own }) => own)).toEqual([]);
  });
});

it('the environment is read where the configuration and the commands are, and nowhere else', () => {
  const reading = [...source, ...workers].filter(({ text }) =>
    /process\.env\b|\benv\b[^\n]*from 'node:process'/.test(text),
  );
  const allowed = ['src/cli.ts', 'src/config.ts'];
  expect(reading.map(({ path }) => path).filter((path) => !allowed.includes(path))).toEqual([]);
});

it('simulators know nothing of the product, so that a mistake is not made twice in the same way', () => {
  expect(simulators.length).toBeGreaterThan(10);
  expect(breaks(simulators, ({ target }) => /^(src|workers)\//.test(target))).toEqual([]);
});

describe('everywhere', () => {
  const all = [...source, ...workers, ...test];

  it('exports have names', () => {
    expect(
      all
        // Vite and Vitest want theirs without a name.
        .filter(({ path }) => !path.endsWith('/vite.config.ts') && path !== 'test/unsteady.ts')
        .filter(({ text }) => /^export default\b|^export \{[^}]*\bdefault\b/m.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('a file or folder is named after what it has, not after its being of use', () => {
    const vague = /(^|\/)(utils?|helpers?|commons?|shared|types?|managers?|misc|lib)(\.test)?(\.tsx?)?(\/|$)/;
    expect(all.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
    expect(all.map(({ path }) => path).filter((path) => /(^|\/)index\.tsx?$/.test(path))).toEqual([]);
  });

  it('no file of the product is longer than one can keep in mind', () => {
    const long = [...source, ...workers].filter(({ text }) => text.split('\n').length > 351);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('a file of the product begins with what it promises', () => {
    const silent = [...source, ...workers].filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('Node is imported by its own name', () => {
    expect(
      breaks(all, ({ own, target }) => !own && !target.startsWith('node:') && isBuiltin(target)),
    ).toEqual([]);
  });

  it('nobody is believed without their certificate; only simulators play servers that believe anybody', () => {
    const believing = new RegExp(`reject${'Unauthorized'}|NODE_TLS_${'REJECT'}`);
    const checked = all.filter(({ path }) => !path.startsWith('test/simulators/'));
    expect(checked.filter(({ text }) => believing.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('every ticket is in the runbook, with what to do', () => {
    const runbook = readFileSync(join(root, 'deploy/README.md'), 'utf8').split('\n');
    const rows = Object.entries(ticketKinds).map(
      ([code, { severity, title }]) => `| \`${code}\` | ${severity} | ${title} | `,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !runbook.some((line) => line.startsWith(row)))).toEqual([]);
  });

  it("every sentence of a timeline's vocabulary is in the map", () => {
    const map = readFileSync(join(root, 'src/README.md'), 'utf8');
    const words = [...read('src/conference/timeline.ts').text.matchAll(/^ {2}'([a-z-]+)',/gm)].map(
      ([, word]) => word,
    );
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => !map.includes(`\`${word}\``))).toEqual([]);
  });
});
