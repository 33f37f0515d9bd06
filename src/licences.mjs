/**
 * What others have written of that which is delivered, and by which licence: the libraries that the program runs with, and
 * those that are built into its pages. `npm run licences` prints the table; the build puts the licences themselves beside
 * the program (`dist/licences.txt`), for what was built in has lost its own files.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * @typedef {{ name: string, version: string, licence: string, text: string }} Library
 * @returns {Library[]} by name; those that are installed here
 */
function delivered() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  const waiting = [...Object.keys(packages[''].dependencies), ...inPages()].map((name) => ['', name]);
  for (const [from, name] of waiting) {
    const place = placeOf(packages, from, name);
    if (place === undefined || found.has(place) || !existsSync(join(root, place))) continue;
    found.set(place, read(place, name));
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packages[place];
    const optional = packages[place].peerDependenciesMeta ?? {};
    const peers = Object.keys(peerDependencies).filter((peer) => !optional[peer]?.optional);
    const needed = [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
    // Types are gone once it is built.
    waiting.push(...needed.filter((one) => !one.startsWith('@types/')).map((one) => [place, one]));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Libraries that the pages import. */
function inPages() {
  const folder = join(root, 'src/web');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!config)\.tsx?$/.test(entry.name))
    .flatMap((entry) => [
      ...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(
        /^(?:import|export) (?!type )[^'"]*'([^.'][^']*)'|^} from '([^.'][^']*)'/gm,
      ),
    ])
    .map(([, whole = '', end = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(whole || end)?.[0] ?? '');
  return [...new Set(names)].filter((name) => name !== '' && !name.startsWith('node:'));
}

/** Where a package finds another one, as Node.js does. */
function placeOf(packages, from, name) {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === '') return undefined;
  }
}

/** @returns {Library} */
function read(place, name) {
  const folder = join(root, place);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, version, licence: license?.type ?? license ?? 'unknown', text };
}

/** @param {string} file */
export function writeLicences(file) {
  const texts = delivered().map(
    ({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text || licence}`,
  );
  writeFileSync(file, `${texts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const rows = delivered().map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  process.stdout.write(['| library | version | licence |', '| --- | --- | --- |', ...rows, ''].join('\n'));
}
