/** One Redis server process on this machine: found, started for a folder, asked who it is, and stopped. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { isAlive, markOf, type ProcessMark } from './embedded-lock.ts';

export interface Address {
  readonly port: number;
  readonly password: string;
}

export interface Server extends Address, ProcessMark {}

/**
 * - `ours`: the server of the folder, perhaps still loading
 * - `elsewhere`: it takes the password but serves another folder, of which this one is a copy
 * - `refused`: something answers that does not take the password
 * - `silent`: nothing answers in time, or only that it is busy
 */
export type Greeting =
  | { readonly kind: 'ours'; readonly pid: number }
  | { readonly kind: 'elsewhere' | 'refused' | 'silent' };

export const configFile = (folder: string) => join(folder, 'redis.conf');
const logFile = (folder: string) => join(folder, 'redis.log');

/** The path of a server program, also where services keep theirs and PATH does not lead. */
export async function findServer(): Promise<string | undefined> {
  const more = '/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin:/opt/homebrew/sbin';
  const search = `PATH="$PATH:${more}"; command -v redis-server || command -v valkey-server`;
  const found = await promisify(execFile)('/bin/sh', ['-c', search]).catch(() => undefined);
  return found?.stdout.trim() || undefined;
}

/**
 * Starts a server and waits until it answers; its data may still be loading. Undefined: the port is taken.
 * `spawned` is called before anything is waited for, so that the process is known should we be killed.
 */
export async function launch(
  binary: string,
  folder: string,
  address: Address,
  spawned: (server: Server) => void,
): Promise<Server | undefined> {
  rmSync(configFile(folder), { force: true });
  writeFileSync(configFile(folder), configuration(folder, address), { mode: 0o600 });
  writeFileSync(logFile(folder), '', { mode: 0o600 });
  // Detached, so that Ctrl-C in a terminal, which goes to a whole process group, leaves it to us; and without our
  // environment, which may hold secrets.
  // What it writes is for its user alone, as the folder is: it holds passcodes.
  const mask = process.umask(0o077);
  const child = spawn(binary, [configFile(folder)], {
    detached: true,
    stdio: 'ignore',
    cwd: folder,
    env: {},
  });
  process.umask(mask);
  const failed = new Promise<Error>((resolve) => child.once('error', resolve));
  child.unref();
  if (child.pid === undefined) throw new Error(`${binary} can't be started: ${(await failed).message}`);
  const mark = markOf(child.pid);
  if (mark !== undefined) {
    const server = { ...mark, ...address };
    spawned(server);
    if (await answers(folder, server)) return server;
    if (isAlive(server)) {
      await end(server);
      throw new Error(`${binary} did not answer within 20 s of its start: ${lastWords(folder)}`);
    }
  }
  if (/Address already in use|Failed listening on port/i.test(readFileSync(logFile(folder), 'utf8'))) {
    return undefined;
  }
  throw new Error(`${binary} stopped at its start: ${lastWords(folder)}`);
}

async function answers(folder: string, server: Server): Promise<boolean> {
  for (const deadline = Date.now() + 20_000; isAlive(server) && Date.now() < deadline; await sleep(20)) {
    if ((await greet(folder, server)).kind === 'ours') return true;
  }
  return false;
}

/** Waits until the data are loaded; throws when the server ends over it. */
export async function loaded(folder: string, server: Server): Promise<void> {
  for (;;) {
    const answer = await converse(server, (client) => client.ping()).catch(String);
    if (!isAlive(server))
      throw new Error(`The Redis server stopped while it loaded its data: ${lastWords(folder)}`);
    // Other refusals (MISCONF when the disk is full) are for the caller's commands to meet.
    if (!/LOADING|ECONN|closed|timed out/i.test(answer)) return;
    await sleep(50);
  }
}

export async function greet(folder: string, address: Address): Promise<Greeting> {
  try {
    return await converse(address, async (client) => {
      const info = await client.info('server');
      const [, serving = ''] = (await client.config('GET', 'dir')) as string[];
      if (realpathSync(serving) !== realpathSync(folder)) return { kind: 'elsewhere' };
      return { kind: 'ours', pid: Number(/^process_id:(\d+)/m.exec(info)?.[1]) };
    });
  } catch (error) {
    const refused = /WRONGPASS|NOAUTH|ERR |Protocol error/.test(String(error));
    return { kind: refused ? 'refused' : 'silent' };
  }
}

/** Asks it to write what it holds and to stop, and insists when it doesn't. */
export async function stop(server: Server): Promise<void> {
  // The answer to a SHUTDOWN that succeeds is the end of the connection.
  await converse(server, (client) => client.call('SHUTDOWN', 'NOSAVE')).catch(() => undefined);
  if (!(await ended(server, 4_000))) await end(server);
}

/** Whether the process works in the folder, as the server of a folder does; unknown (not on Linux) counts as yes. */
export function worksIn(folder: string, { pid }: ProcessMark): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return process.platform !== 'linux';
  }
}

export async function end(process_: ProcessMark): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(process_)) return;
    process.kill(process_.pid, signal);
    if (await ended(process_, 3_000)) return;
  }
}

export const newPassword = () => randomBytes(32).toString('hex');

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/config/ */
function configuration(folder: string, { port, password }: Address): string {
  return `bind 127.0.0.1
port ${port}
protected-mode yes
requirepass ${password}
daemonize no
dir ${JSON.stringify(folder)}
logfile ${JSON.stringify(logFile(folder))}
save ""
appendonly yes
appendfsync everysec
aof-load-truncated yes
maxmemory-policy noeviction
`;
}

async function ended(process_: ProcessMark, within: number): Promise<boolean> {
  for (const deadline = Date.now() + within; isAlive(process_); await sleep(10)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

async function converse<T>({ port, password }: Address, talk: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // Its timer is left running when the server ends the connection first, and keeps the process from exiting.
    disconnectTimeout: 50,
  });
  const timer = setTimeout(() => client.disconnect(), 2_000);
  // What goes wrong is told by the commands' own promises.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.auth(password);
    return await talk(client);
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

/** The last lines of its log, without process number and time. */
function lastWords(folder: string): string {
  const lines = readFileSync(logFile(folder), 'utf8').trim().split('\n').slice(-4);
  return lines.map((line) => line.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ [*#.-] /, '')).join(' | ');
}
