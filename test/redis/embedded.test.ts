import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/redis/embedded.ts';
import { isAlive, markOf, type ProcessMark } from '../../src/redis/embedded-lock.ts';
import type { Told } from './embedded-user.ts';

const root = join(import.meta.dirname, '../..');
let built: string;
let dataDir: string;
let opened: { close(): Promise<void> }[] = [];
let users: ChildProcess[] = [];

// Inside of the project, where the compiled program finds its packages.
beforeAll(() => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  built = mkdtempSync(join(root, 'dist/embedded-'));
  const options = { noEmit: false, outDir: '.', rootDir: root };
  const files = [join(root, 'test/redis/embedded-user.ts')];
  const project = { extends: join(root, 'tsconfig.json'), compilerOptions: options, files, include: [] };
  writeFileSync(join(built, 'tsconfig.json'), JSON.stringify(project));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', built]);
});
afterAll(() => rmSync(built, { recursive: true }));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'roombridge redis "q" '));
});
afterEach(async () => {
  for (const user of users) await kill(user.pid);
  // Whatever a test left running is adopted by one more user and ended with it.
  if (existsSync(file('server.json'))) await open();
  for (const one of opened) await one.close();
  opened = [];
  users = [];
  rmSync(dataDir, { recursive: true, force: true });
});

const file = (name: string) => join(dataDir, 'redis', name);
const state = () => JSON.parse(readFileSync(file('server.json'), 'utf8'));
const server = (): ProcessMark => state();

async function open(folder = dataDir): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ dataDir: folder });
  opened.push(redis);
  return redis;
}

async function talk<T>(url: string, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

const set = (url: string, value: string) => talk(url, (client) => client.set('kept', value));
const get = (url: string) => talk(url, (client) => client.get('kept'));

async function openElsewhere(): Promise<Told & { process: ChildProcess }> {
  const program = join(built, 'test/redis/embedded-user.js');
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  users.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { ...(JSON.parse(line) as Told), process: child };
}

async function kill(pid: number | undefined): Promise<void> {
  const mark = markOf(pid ?? 0);
  if (mark === undefined) return;
  process.kill(mark.pid, 'SIGKILL');
  await vi.waitUntil(() => !isAlive(mark));
}

/** The number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the embedded Redis', () => {
  it('keeps every write, evicts nothing, and lets nobody in without the password', async () => {
    const { url, owned } = await open();
    expect(owned).toBe(true);
    const settings = await talk(url, async (client) =>
      Promise.all(
        ['appendonly', 'appendfsync', 'maxmemory-policy', 'bind', 'protected-mode', 'unixsocket', 'save'].map(
          async (name) => ((await client.config('GET', name)) as string[])[1],
        ),
      ),
    );
    expect(settings).toEqual(['yes', 'everysec', 'noeviction', '127.0.0.1', 'yes', '', '']);
    const { port, password } = state();
    await expect(talk(`redis://127.0.0.1:${port}`, (client) => client.get('x'))).rejects.toThrow('NOAUTH');
    expect(execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })).not.toContain(password);
    for (const secret of ['server.json', 'redis.conf', 'redis.log'])
      expect(statSync(file(secret)).mode & 0o77).toBe(0);
    expect(statSync(file('.')).mode & 0o77).toBe(0);
  });

  it('gives nothing of our environment to the server', async () => {
    vi.stubEnv('CMS1_PASSWORD', 'hunter2');
    await open();
    vi.unstubAllEnvs();
    expect(readFileSync(`/proc/${server().pid}/environ`, 'utf8')).not.toContain('hunter2');
  });

  it('is stopped by its only user, and has its data when it is started again', async () => {
    const first = await open();
    await set(first.url, 'once');
    const before = server();
    await first.close();
    await first.close();
    expect(isAlive(before)).toBe(false);
    expect(existsSync(file('server.json'))).toBe(false);
    expect(await get((await open()).url)).toBe('once');
  });

  it('is shared, and stopped by the last of its users', async () => {
    const first = await open();
    const second = await open();
    expect(second).toMatchObject({ url: first.url, owned: false });
    const before = server();
    await first.close();
    await set(second.url, 'still here');
    await second.close();
    expect(isAlive(before)).toBe(false);
  });

  it('is one for processes that start in the same instant', async () => {
    const all = await Promise.all([openElsewhere(), openElsewhere(), open(), open()]);
    expect(new Set(all.map(({ url }) => url)).size).toBe(1);
    expect(all.filter(({ owned }) => owned)).toHaveLength(1);
  });

  it('is stopped by a process that ends well', async () => {
    const user = await openElsewhere();
    const before = server();
    user.process.stdin?.end();
    await once(user.process, 'exit');
    expect(isAlive(before)).toBe(false);
  });

  it('outlives Ctrl-C until its user has finished with it', async () => {
    const user = await openElsewhere();
    const before = server();
    process.kill(before.pid, 'SIGSTOP');
    process.kill(-(user.process.pid ?? 0), 'SIGINT');
    expect(isAlive(before)).toBe(true);
    process.kill(before.pid, 'SIGCONT');
    await once(user.process, 'exit');
    expect(isAlive(before)).toBe(false);
  });

  it('is stopped also when its folder is gone', async () => {
    const redis = await open();
    const before = server();
    rmSync(dataDir, { recursive: true });
    await redis.close();
    expect(isAlive(before)).toBe(false);
  });
});

describe('after kill -9', () => {
  it('of the program, its server is found with its data and stopped by the one that found it', async () => {
    const user = await openElsewhere();
    await set(user.url, 'kept');
    const before = server();
    await kill(user.process.pid);
    expect(isAlive(before)).toBe(true);
    const redis = await open();
    expect(redis).toMatchObject({ url: user.url, owned: false });
    expect(await get(redis.url)).toBe('kept');
    await redis.close();
    expect(isAlive(before)).toBe(false);
    expect(readdirSync(file('users'))).toEqual([]);
  });

  it('of the program just after it started the server, the server is found all the same', async () => {
    const user = await openElsewhere();
    await kill(user.process.pid);
    rmSync(file('server.json'));
    expect(await open()).toMatchObject({ url: user.url, owned: false });
  });

  it('of the program and the server, a new one is started on the same data', async () => {
    const user = await openElsewhere();
    await set(user.url, 'kept');
    await kill(user.process.pid);
    await kill(server().pid);
    const redis = await open();
    expect(redis.owned).toBe(true);
    expect(await get(redis.url)).toBe('kept');
  });

  it('of the server alone, its user has it back at the same address', async () => {
    const { url } = await open();
    await set(url, 'kept');
    await kill(server().pid);
    await vi.waitUntil(
      () =>
        get(url).then(
          (value) => value === 'kept',
          () => false,
        ),
      { timeout: 20_000 },
    );
  });

  it('in the middle of a write, what was whole is loaded', async () => {
    const { url, close } = await open();
    await set(url, 'kept');
    await close();
    const parts = readdirSync(file('appendonlydir')).filter((name) => name.endsWith('.incr.aof'));
    appendFileSync(file(`appendonlydir/${parts[0]}`), '*3\r\n$3\r\nSET\r\n$4\r\nkep');
    expect(await get((await open()).url)).toBe('kept');
  });

  it('a lock of the dead is broken', async () => {
    mkdirSync(file('.'), { recursive: true });
    writeFileSync(file('lock'), JSON.stringify({ pid: await deadPid(), started: 'then' }));
    expect((await open()).owned).toBe(true);
  });

  it('a lock of the dead is broken also when its number lives again', async () => {
    mkdirSync(file('.'), { recursive: true });
    writeFileSync(file('lock'), JSON.stringify({ pid: process.pid, started: 'before the restart' }));
    expect((await open()).owned).toBe(true);
  });

  it('dead users keep no server running', async () => {
    const redis = await open();
    writeFileSync(file(`users/${await deadPid()}`), '');
    writeFileSync(file(`users/${process.pid}`), 'before the restart');
    const before = server();
    await redis.close();
    expect(isAlive(before)).toBe(false);
  });
});

describe('a server that can not be joined', () => {
  it('is replaced with its data kept when it takes no password of ours', async () => {
    const user = await openElsewhere();
    await set(user.url, 'kept');
    await kill(user.process.pid);
    const before = server();
    writeFileSync(file('server.json'), JSON.stringify({ ...state(), password: 'another' }));
    const redis = await open();
    expect(redis.owned).toBe(true);
    expect(isAlive(before)).toBe(false);
    expect(await get(redis.url)).toBe('kept');
  });

  it('is replaced with its data kept when it hangs', async () => {
    const user = await openElsewhere();
    await set(user.url, 'kept');
    await kill(user.process.pid);
    const before = server();
    process.kill(before.pid, 'SIGSTOP');
    const redis = await open();
    expect(redis.owned).toBe(true);
    expect(isAlive(before)).toBe(false);
    expect(await get(redis.url)).toBe('kept');
  });

  it('is replaced at another port when its own belongs to something else by now', async () => {
    const user = await openElsewhere();
    await set(user.url, 'kept');
    await kill(user.process.pid);
    const { pid, port } = state();
    await kill(pid);
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(other.listen(port, '127.0.0.1'), 'listening');
    const redis = await open();
    expect(new URL(redis.url).port).not.toBe(String(port));
    expect(await get(redis.url)).toBe('kept');
    other.close();
  });

  it('is left alone when it serves the folder that this one was copied from', async () => {
    const first = await open();
    await set(first.url, 'the original');
    const copy = mkdtempSync(join(tmpdir(), 'roombridge-copy-'));
    cpSync(file('.'), join(copy, 'redis'), { recursive: true });
    const second = await open(copy);
    expect(second.owned).toBe(true);
    await set(second.url, 'the copy');
    const copied: ProcessMark = JSON.parse(readFileSync(join(copy, 'redis/server.json'), 'utf8'));
    await second.close();
    expect(isAlive(copied)).toBe(false);
    expect(await get(first.url)).toBe('the original');
    rmSync(copy, { recursive: true });
  });
});

describe('what stands in the way is told', () => {
  it('when the machine has no Redis server', async () => {
    vi.stubEnv('PATH', dataDir);
    const attempt = startEmbeddedRedis({ dataDir });
    await expect(attempt).rejects.toThrow(/No Redis server .*deploy\/setup\.sh.*or set redis\.url/);
    vi.unstubAllEnvs();
  });

  it('when the data folder can not be written', async () => {
    writeFileSync(join(dataDir, 'file'), '');
    await expect(startEmbeddedRedis({ dataDir: join(dataDir, 'file') })).rejects.toThrow(
      /^The data folder .*file can't be written \(ENOTDIR\).*or set dataDir/,
    );
  });

  it('when the data are damaged', async () => {
    const { url, close } = await open();
    await set(url, 'kept');
    await close();
    const parts = readdirSync(file('appendonlydir')).filter((name) => name.endsWith('.incr.aof'));
    appendFileSync(file(`appendonlydir/${parts[0]}`), 'nonsense\r\n*1\r\n$4\r\nPING\r\n');
    await expect(startEmbeddedRedis({ dataDir })).rejects.toThrow(/redis.server stopped .*Bad file format/i);
    rmSync(dataDir, { recursive: true });
  });
});
