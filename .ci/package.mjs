/**
 * What an administrator gets from `npm i -g`: the package is packed, installed into an empty folder as they would, and
 * started there. Exit code 0 when all of it worked. A step of `.ci/run` and not a test: npm may ask its registry.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'roombridge-package-'));
const running = [];
/** Far more than a slow machine takes; what hangs for so long will not come. */
const patience = 120_000;

const say = (text) => process.stdout.write(`package: ${text}\n`);

function run(command, args, env = {}) {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw error;
  return { status, stdout, stderr };
}

function succeed(command, args) {
  const { status, stdout, stderr } = run(command, args);
  assert.equal(status, 0, `${command} ${args.join(' ')} failed\n${stdout}\n${stderr}`);
  return stdout;
}

/** Starts the installed command; `seen` waits for what it says or answers. */
function start(args, env = {}) {
  const child = spawn(roombridge, args, { cwd: folder, env: { ...process.env, ...env } });
  const one = { child, output: '', ended: once(child, 'exit') };
  running.push(child);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      one.output += text;
    });
  return one;
}

async function seen(what, one, isSo) {
  for (const deadline = Date.now() + patience; !(await isSo()); await sleep(100)) {
    assert.equal(one.child.exitCode, null, `it ended before ${what}\n${one.output}`);
    assert.ok(Date.now() < deadline, `${what}: not seen\n${one.output}`);
  }
  say(what);
}

async function end(one, signal) {
  one.child.kill(signal);
  const [code] = await one.ended;
  return code;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const roombridge = join(folder, 'installed/bin/roombridge');

function pack() {
  const said = succeed('npm', ['pack', '--json', '--pack-destination', folder, root]);
  // Some versions of npm tell before it what else they do.
  const packed = JSON.parse(said.slice(said.search(/^[[{]/m)));
  const [{ filename, files, size }] = Array.isArray(packed) ? packed : Object.values(packed);
  const paths = files.map(({ path }) => path);
  for (const path of ['README.md', 'CHANGELOG.md', 'LICENSE', 'npm-shrinkwrap.json', 'dist/web/index.html'])
    assert.ok(paths.includes(path), `${path} is missing in the package`);
  const built = paths.filter((path) => path.startsWith('dist/'));
  const unwanted = built.filter(
    (path) =>
      /\.(map|tsx?)$|tsbuildinfo|\.test\./.test(path) ||
      (path.startsWith('dist/test/') && !/^dist\/test\/(demo|simulators|world)\//.test(path)),
  );
  assert.deepEqual(unwanted, []);
  // A bound that holds out something large, not a budget.
  assert.ok(size < 8_000_000, `the package has ${size} bytes`);
  say(`${filename}: ${paths.length} files, ${(size / 1e6).toFixed(1)} MB`);
  return join(folder, filename);
}

function install(tarball) {
  mkdirSync(join(folder, 'installed'));
  const options = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  succeed('npm', ['install', '-g', '--prefix', join(folder, 'installed'), ...options, tarball]);
  say('installed without scripts, and without what only building and testing need');
}

function askVersion() {
  assert.equal(succeed(roombridge, ['--version']), `${manifest.version}\n`);
}

const example = join(folder, 'installed/lib/node_modules/roombridge/deploy/roombridge.example.yaml');

function checkExample() {
  const { status, stderr } = run(roombridge, ['check', '--config', example], { GRAPH_CLIENT_SECRET: '' });
  assert.equal(status, 2);
  assert.match(stderr, /the environment variable CMS1_PASSWORD is not set/);
  say('the example is refused for what its environment lacks, by name');
}

/** The example, with nobody behind its addresses: nothing is asked but this machine. Its ports are any that are free. */
function writeConfiguration() {
  const listeners = `
http:
  public: { host: 127.0.0.1, port: 0 }
  admin: { host: 127.0.0.1, port: 0 }
dataDir: ./data
`;
  const text = readFileSync(example, 'utf8')
    .replace(/^graph:\n/m, '$&  loginUrl: https://127.0.0.1:9\n  apiUrl: https://127.0.0.1:9\n')
    .replace(/https:\/\/cms(\d)\.example\.com:445/g, 'https://127.0.0.$1:9');
  writeFileSync(join(folder, 'roombridge.yaml'), text + listeners);
}

async function startProduct() {
  writeConfiguration();
  const secrets = { GRAPH_CLIENT_SECRET: 'a', CMS1_PASSWORD: 'b', CMS2_PASSWORD: 'c' };
  const product = start(['start', '--config', 'roombridge.yaml'], secrets);
  const address = () => /"admin":"(http:[^"]+)"/.exec(product.output)?.[1];
  const status = (path) =>
    fetch(`${address()}${path}`).then(
      (answer) => answer.status,
      () => undefined,
    );
  await seen('started, with a Redis of its own', product, () => address() !== undefined);
  await seen('ready', product, async () => (await status('/ready')) === 200);
  for (const path of ['/live', '/', '/queues', '/metrics', '/api/openapi.json'])
    assert.equal(await status(path), 200, path);
  assert.equal(await end(product, 'SIGTERM'), 0, product.output);
  say('ended by SIGTERM, in order');
}

async function startDemo() {
  const demo = start(['demo']);
  await seen('the demo plays', demo, () => /^\S+ +reserved /m.test(demo.output));
  await end(demo, 'SIGINT');
}

try {
  install(pack());
  askVersion();
  checkExample();
  await startProduct();
  await startDemo();
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}
