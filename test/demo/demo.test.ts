import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtCli, until } from '../world/world.ts';

const patience = 140_000;
const cli = builtCli();
const folders: string[] = [];
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGTERM');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-demo-test-'));
  folders.push(folder);
  return folder;
}

/** In a process group of its own, as a terminal starts it. */
function demo(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [command, 'demo', ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    }),
  );
  const worldFolder = () => dirname(/^ +log +(\S+)$/m.exec(output)?.[1] ?? '');
  return { pid: child.pid ?? 0, output: () => output, ended, worldFolder };
}

/** The words that begin its lines, in their order. */
function words(output: string): string[] {
  return [...output.matchAll(/^\d\d:\d\d:\d\d {2}(\S+(?: \S+)?)/gm)].map(([, word]) => word ?? '');
}

/** Processes that work in the folder, or were started with its configuration. */
function processesOf(folder: string): number[] {
  const of = (pid: string) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // it has ended
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && of(name))
    .map(Number);
}

/** This build with one line of the product changed, wherever the bundle has it. */
function sabotaged(line: string, instead: string): string {
  const folder = temporary();
  const build = dirname(dirname(cli));
  const project = dirname(build);
  cpSync(build, join(folder, 'dist'), { recursive: true });
  cpSync(join(project, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  const bundle = join(folder, 'dist/bin');
  const having = readdirSync(bundle).filter((name) =>
    readFileSync(join(bundle, name), 'utf8').includes(line),
  );
  expect(having).toHaveLength(1);
  const path = join(bundle, having[0] ?? '');
  const text = readFileSync(path, 'utf8');
  expect(text.split(line)).toHaveLength(2);
  writeFileSync(path, text.replace(line, instead));
  return join(bundle, 'roombridge.js');
}

describe.concurrent('the demo', () => {
  it(
    'tells the whole story and ends well when every step was seen',
    async ({ expect }) => {
      const { ended, output, worldFolder } = demo(cli, ['--once']);
      expect({ code: await ended, output: output() }).toMatchObject({ code: 0 });
      const placed = ['booked', 'noticed', 'reserved', 'invitation'];
      expect(words(output())).toEqual([
        ...['started', 'subscribed', 'prepared'],
        ...[...placed, 'opened', 'dialled', 'joined', 'seen', 'later end', 'noticed', 'extended', 'extended'],
        ...['left', 'closed', 'locked'],
        ...[...placed, 'killed', 'taken over', 'dialled', 'joined', 'returned', 'left', 'closed', 'locked'],
      ]);
      for (const page of ['/queues', '/api/health', '/api/meetings', '/metrics', '/']) {
        expect(output()).toMatch(new RegExp(`http://127\\.0\\.0\\.1:\\d+${page}$`, 'm'));
      }
      for (const noise of ['{', '\u001b']) expect(output()).not.toContain(noise);
      expect(existsSync(worldFolder())).toBe(false);
    },
    patience,
  );

  it(
    'names the step that a faulty product does not take',
    async ({ expect }) => {
      const faulty = sabotaged(
        'await dialRoom(client, call, sip, silent, profile)',
        '"a leg that nobody has dialled"',
      );
      const { ended, output, worldFolder } = demo(faulty, ['--once'], { ROOMBRIDGE_DIST: 'dist' });
      expect({ code: await ended, output: output() }).toMatchObject({ code: 1 });
      expect(words(output()).at(-2)).toBe('opened');
      expect(output()).toMatch(
        /FAILED +rooms dialled\n +expected .*Board room and Huddle.*\n +seen .*nobody was dialled/,
      );
      expect(output()).toMatch(/log ends with\n(.*\n)*.*conference opened/);
      expect(existsSync(worldFolder())).toBe(false);
    },
    patience,
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing behind when it is interrupted',
    async ({ expect }) => {
      const { pid, ended, output, worldFolder } = demo(cli);
      await until(async () => words(output()).includes('reserved') || undefined, 60_000, output);
      const folder = worldFolder();
      const atWork = processesOf(folder);
      // The product and its Redis.
      expect(atWork).toHaveLength(2);
      const admin = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0];
      for (const page of ['/queues', '/api/health', '/api/meetings', '/metrics', '/']) {
        expect((await fetch(admin + page)).status).toBe(200);
      }
      process.kill(-pid, 'SIGINT');
      expect({ code: await ended, output: output() }).toMatchObject({ code: 0 });
      expect(processesOf(folder)).toEqual([]);
      expect(existsSync(folder)).toBe(false);
    },
    patience,
  );

  it(
    'says in one sentence what the machine lacks',
    async ({ expect }) => {
      const path = [join(temporary(), 'bin')].join(delimiter);
      const { ended, output } = demo(cli, ['--once'], { PATH: path });
      expect(await ended).toBe(1);
      expect(output()).toMatch(/^The demo needs .*the openssl program: run "bash deploy\/setup\.sh".*\.\n$/);
    },
    patience,
  );
});
