import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, launch, type Running, run } from './world/command.ts';
import { organizer, until, World } from './world/world.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** One sentence on standard error, and nothing of our insides. */
function expectSentence({ stdout, stderr }: Ended, sentence: RegExp): void {
  expect(stdout).toBe('');
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^\s+at |node:internal|Error:/m);
}

describe('the command line', () => {
  test('--help names the commands, and each has its own', async () => {
    const [help, start] = await Promise.all([run(['--help']), run(['start', '--help'])]);
    for (const command of ['start', 'check', 'rooms', 'meetings', 'queues', 'tickets', 'bridges', 'demo'])
      expect(help.stdout).toMatch(new RegExp(`^  ${command}[ |]`, 'm'));
    expect(start.stdout).toMatch(/--config <file>/);
    expect(start.stdout).toMatch(/--role <role>.*\n?.*"all", "receiver", "worker"/);
    expect([help.code, start.code]).toEqual([0, 0]);
  });

  test('--version is that of the package', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test.each([
    ['an unknown command', ['strat'], /^error: unknown command 'strat'\n\(Did you mean start\?\)/],
    [
      'an unknown option',
      ['start', '--config', 'x', '--rol', 'all'],
      /^error: unknown option '--rol'\n\(Did you mean --role\?\)/,
    ],
    [
      'an unknown role',
      ['start', '--config', 'x', '--role', 'boss'],
      /'boss' is invalid\. Allowed choices are all,/,
    ],
    ['no configuration', ['start'], /^error: required option '--config <file>' not specified/],
    ['no configuration to check', ['check'], /^error: required option '--config <file>' not specified/],
    [
      'an option without its value',
      ['check', '--config'],
      /^error: option '--config <file>' argument missing/,
    ],
    ['too many words', ['check', 'now', '--config', 'x'], /^error: too many arguments/],
    ['no command', [], /^Usage: roombridge/],
    ['rooms of nobody', ['rooms'], /^error: required option '--config <file>' not specified, nor '--url/],
    ['rooms, and something that is not done with them', ['rooms', 'imprt'], /^error: too many arguments/],
    ['tickets of nobody', ['tickets'], /^error: required option '--config <file>' not specified/],
    [
      'an acknowledgement without a note',
      ['tickets', 'acknowledge', '0123456789', '--config', 'x'],
      /^error: required option '--note <text>' not specified/,
    ],
    [
      'an acknowledgement of nothing',
      ['tickets', 'acknowledge', '--note', 'x', '--config', 'x'],
      /^error: missing required argument 'id'/,
    ],
    ['bridges of nobody', ['bridge'], /^error: required option '--config <file>' not specified, nor '--url/],
    [
      'no bridge to drain',
      ['bridge', 'drain', '--config', 'x'],
      /^error: missing required argument 'address'/,
    ],
    [
      'a question without a time',
      ['bridge', 'what-if', 'https://cms1', '--from', 'x', '--config', 'x'],
      /^error: required option '--to <time>' not specified/,
    ],
    ['rooms of nowhere', ['rooms', 'import'], /^error: required option '--config <file>' not specified/],
  ] as const)('%s is bad usage', async (_, args, sentence) => {
    const ended = await run(args);
    expectSentence(ended, sentence);
    expect(ended.code).toBe(2);
  });
});

describe('the configuration', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'roombridge-cli-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a file that does not exist is named', async () => {
    for (const command of ['start', 'check']) {
      const ended = await run([command, '--config', join(folder, 'none.yaml')]);
      expectSentence(ended, /none\.yaml.*\n.*does not exist/);
      expect(ended.code).toBe(2);
    }
  });

  test('a file that is not YAML is told with the place', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'graph: [\nrooms: }');
    const ended = await run(['check', '--config', join(folder, 'broken.yaml')]);
    expectSentence(ended, /broken\.yaml: 2 problems\n {2}line 2, column 1: /);
    expect(ended.code).toBe(2);
  });

  test('all problems are told at once', async () => {
    writeFileSync(join(folder, 'bad.yaml'), 'graph: { tenantId: common }\nrooms: []\nlog: { level: loud }\n');
    const ended = await run(['start', '--config', join(folder, 'bad.yaml')]);
    expectSentence(ended, /^.*bad\.yaml: \d+ problems\n/);
    for (const path of ['graph.tenantId', 'graph.clientId', 'rooms', 'clusters', 'log.level']) {
      expect(ended.stderr).toMatch(new RegExp(`^  ${path}: expected `, 'm'));
    }
    expect(ended.code).toBe(2);
  });

  test('npm start is roombridge start', async () => {
    expect(manifest.scripts.start).toBe('exec node dist/bin/roombridge.js start');
    const args = ['--config', join(folder, 'bad.yaml')];
    const npm = await run(args, { program: ['npm', '--silent', 'start', '--'], cwd: root });
    const own = await run(['start', ...args]);
    expect(npm.stderr).toContain(own.stderr.trim());
    expect(npm.code).toBe(2);
  });
});

describe('start and stop', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ conference: { setup: '0s', lead: '60s' } });
  });
  afterAll(() => world.destroy());

  test('a port that is in use is told with its key, and what was opened is closed again', async () => {
    const taken = await startSilence();
    const { port } = taken.address() as AddressInfo;
    const listener = { host: '127.0.0.1', port };
    for (const [key, change] of [
      ['http.public', { http: { public: listener } }],
      ['http.admin', { http: { admin: listener } }],
    ] as const) {
      const ended = await run(['start', '--config', world.configFile('taken.yaml', 0, change)]);
      expect(ended.stderr).toBe(
        `roombridge could not start: port ${port} of 127.0.0.1 (${key}) is in use: ` +
          'end the program that has it, perhaps another roombridge, or configure another port\n',
      );
      expect(ended.code).toBe(1);
    }
    taken.close();
  });

  test('SIGTERM and SIGINT in the middle of work end it within ten seconds', async () => {
    const first = await world.start();
    await world.cms.waitFor(() => world.cms.spaces().length === 20, 20_000);
    // A step that gets no answer: it is in hand when the signal comes, and again after a restart.
    for (const bridge of world.cms.bridges) bridge.setFault({ kind: 'hang', match: { method: 'PUT' } });
    const start = new Date(Date.now() + 1_000);
    const end = new Date(Date.now() + 600_000);
    const rooms = ['boardroom@example.com'];
    world.graph.outlook.book({ organizer, rooms, subject: 'Long talk', start, end });
    for (const [product, signal] of [
      [first, 'SIGTERM'],
      [undefined, 'SIGINT'],
    ] as const) {
      world.cms.clearLog();
      const running = product ?? (await world.start());
      await world.cms.waitFor(() => world.cms.log.find(({ method }) => method === 'PUT'), 30_000);
      const began = Date.now();
      running.kill(signal);
      expect(await running.ended).toBe(0);
      expect(Date.now() - began).toBeLessThan(10_000);
    }
  });

  test('npm start takes the signal to the program', async () => {
    const config = world.configFile('npm.yaml');
    const npm = launch(['--config', config], { program: ['npm', '--silent', 'start', '--'], cwd: root });
    await says(npm, /roombridge is running/);
    const pid = Number(/"pid":(\d+)/.exec(npm.output())?.[1]);
    npm.child.kill('SIGTERM');
    await once(npm.child, 'exit');
    const left = await until(async () => isAlive(pid) || undefined, 1_000).catch(() => false);
    if (left) process.kill(pid, 'SIGTERM');
    expect(left, 'npm has gone and left the program behind').toBe(false);
    expect(await npm.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"stopping"') });
  });
});

describe('without the configured Redis', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  });
  afterAll(() => world.destroy());

  const start = async (): Promise<Running> => {
    const taken = await startSilence();
    const { port } = taken.address() as AddressInfo;
    taken.close();
    const change = { redis: { url: `redis://:hunter2@127.0.0.1:${port}` }, http: { public: { port: 0 } } };
    const running = launch(['start', '--config', world.configFile('dead.yaml', 0, change)]);
    await says(running, /redis connection failed/);
    return running;
  };

  test('a signal is obeyed also while it waits for it, and a second one at once', async () => {
    const [patient, hurried] = await Promise.all([start(), start()]);
    const began = Date.now();
    for (const { child } of [patient, hurried]) child.kill('SIGTERM');
    await says(hurried, /"stopping"/);
    hurried.child.kill('SIGTERM');
    await hurried.ended;
    expect(patient.child.exitCode).toBeNull();
    expect((await patient.ended).code).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_500);
    for (const { output } of [patient, hurried]) expect(output()).not.toContain('hunter2');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function says({ output, ended }: Running, words: RegExp): Promise<void> {
  const over = ended.then(({ code }) => {
    throw new Error(`ended with ${code}: ${output()}`);
  });
  const said = async () => (words.test(output()) ? true : undefined);
  await Promise.race([until(said, 30_000, output), over]);
}

/** Takes connections and says nothing. */
async function startSilence(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
