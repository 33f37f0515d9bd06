/**
 * The machine's own Redis server for programs without a configured one: all processes with the same data folder share
 * one, the last to close stops it, and what any of them left behind when it was killed is found and used again.
 */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { isAlive, markOf, withLock } from './embedded-lock.ts';
import {
  type Address,
  configFile,
  end,
  findServer,
  freePort,
  greet,
  launch,
  loaded,
  newPassword,
  type Server,
  stop,
  worksIn,
} from './embedded-server.ts';

export interface EmbeddedRedisOptions {
  readonly dataDir: string;
  readonly log?: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
}

export interface EmbeddedRedis {
  /** With the password: never to be logged. */
  readonly url: string;
  /** Whether this call started the server; else it joined one that ran. */
  readonly owned: boolean;
  /** Stops the server unless other living processes use it. May be called again. */
  close(): Promise<void>;
}

/**
 * Throws an `Error` for people when there is no server program, the folder can't be written or the server won't start.
 * A server that dies under its users is started again on the same port within about a second.
 */
export async function startEmbeddedRedis({ dataDir, log }: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const folder = prepareFolder(dataDir);
  const lock = join(folder, 'lock');
  const user = join(folder, 'users', `${process.pid}-${randomUUID()}`);
  const { server, owned } = await withLock(lock, async () => {
    const joined = await adopt(folder);
    const result = { server: joined ?? (await start(folder)), owned: joined === undefined };
    writeFileSync(user, markOf(process.pid)?.started ?? '', { mode: 0o600 });
    return result;
  });
  const leave = async (current: Server) => {
    if (!existsSync(folder)) return stop(current);
    await withLock(lock, async () => {
      rmSync(user, { force: true });
      if (hasUsers(folder)) return;
      const last = readState(folder);
      if (last !== undefined && isAlive(last) && worksIn(folder, last)) await stop(last);
      for (const file of [stateFile(folder), configFile(folder)]) rmSync(file, { force: true });
    });
  };
  try {
    await loaded(folder, server);
  } catch (error) {
    await leave(server);
    throw error;
  }
  log?.info({ pid: server.pid, port: server.port, owned }, 'embedded Redis is up');
  const watch = keepAlive(folder, lock, server, log);
  let closed: Promise<void> | undefined;
  return {
    url: `redis://:${server.password}@127.0.0.1:${server.port}`,
    owned,
    close: () => {
      closed ??= watch.end().then(() => leave(watch.server()));
      return closed;
    },
  };
}

/**
 * The server that runs on this folder, if one does. One that takes no password of ours, or keeps silent for long, is
 * ended, since it holds the data.
 */
async function adopt(folder: string): Promise<Server | undefined> {
  const state = readState(folder);
  const address = state ?? readConfig(folder);
  if (address === undefined) return undefined;
  const holdsData = () => state !== undefined && isAlive(state) && worksIn(folder, state);
  let greeting = await greet(folder, address);
  for (const deadline = Date.now() + 6_000; greeting.kind === 'silent' && holdsData(); ) {
    if (Date.now() > deadline) break;
    await sleep(50);
    greeting = await greet(folder, address);
  }
  if (greeting.kind === 'ours') {
    const mark = markOf(greeting.pid);
    return mark === undefined ? undefined : remember(folder, { ...mark, ...pick(address) });
  }
  // A copy of a folder in use has copies of its users too; they use the other one.
  if (greeting.kind === 'elsewhere') for (const name of users(folder)) rmSync(name, { force: true });
  else if (state !== undefined && holdsData()) await end(state);
  return undefined;
}

/** At the address it had before when that is free, so that processes that live on find it again. */
async function start(folder: string): Promise<Server> {
  const binary = await findServer();
  if (binary === undefined) {
    throw new Error(
      'No Redis server was found on this machine (redis-server or valkey-server): install one with ' +
        'deploy/setup.sh or your package manager, or set redis.url in the configuration to one that runs elsewhere',
    );
  }
  const before = readState(folder) ?? readConfig(folder);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = attempt === 0 && before !== undefined ? before.port : await freePort();
    const password = before?.password ?? newPassword();
    const server = await launch(binary, folder, { port, password }, (spawned) => remember(folder, spawned));
    if (server !== undefined) return server;
  }
  throw new Error('The Redis server found each of five free ports taken when it started: start again');
}

/**
 * Watches the server's process, not its port: a busy server answers late, a dead one is known at once. Its users hold
 * its address, so it comes back there or not at all.
 */
function keepAlive(folder: string, lock: string, first: Server, log: EmbeddedRedisOptions['log']) {
  let server = first;
  let revival: Promise<void> | undefined;
  let told = false;
  const revive = async () => {
    const next = await withLock(lock, async () => (await adopt(folder)) ?? (await start(folder)));
    if (next.port !== first.port) throw new Error(`port ${first.port} is taken; restart this process`);
    server = next;
    told = false;
    log?.warn({ pid: server.pid, port: server.port }, 'embedded Redis was gone and runs again');
  };
  const timer = setInterval(() => {
    if (revival !== undefined || isAlive(server)) return;
    revival = revive()
      .catch((err: unknown) => {
        if (!told) log?.error({ err }, 'embedded Redis is gone');
        told = true;
      })
      .finally(() => {
        revival = undefined;
      });
  }, 1_000).unref();
  return {
    server: () => server,
    end: async () => {
      clearInterval(timer);
      await revival;
    },
  };
}

function prepareFolder(dataDir: string): string {
  const folder = resolve(dataDir, 'redis');
  try {
    mkdirSync(join(folder, 'users'), { recursive: true, mode: 0o700 });
    const probe = join(folder, `.${randomUUID()}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return realpathSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new Error(
      `The data folder ${resolve(dataDir)} can't be written${code}: give this user the right to, ` +
        'or set dataDir in the configuration to another folder',
      { cause: error },
    );
  }
}

const users = (folder: string) =>
  readdirSync(join(folder, 'users')).map((name) => join(folder, 'users', name));

/** Forgets the dead ones. */
function hasUsers(folder: string): boolean {
  const living = users(folder).filter((file) => {
    const mark = markOf(Number.parseInt(basename(file), 10));
    const started = readFileSync(file, 'utf8');
    const lives = mark !== undefined && (started === '' || started === mark.started);
    if (!lives) rmSync(file, { force: true });
    return lives;
  });
  return living.length > 0;
}

const stateFile = (folder: string) => join(folder, 'server.json');

/** Written whole or not at all. */
function remember(folder: string, { pid, started, port, password }: Server): Server {
  const server = { pid, started, port, password };
  const written = `${stateFile(folder)}.new`;
  writeFileSync(written, JSON.stringify(server), { mode: 0o600 });
  renameSync(written, stateFile(folder));
  return server;
}

function readState(folder: string): Server | undefined {
  try {
    const { pid, started, port, password } = JSON.parse(readFileSync(stateFile(folder), 'utf8'));
    const whole = Number.isInteger(pid) && Number.isInteger(port) && typeof password === 'string';
    return whole ? { pid, started: String(started), port, password } : undefined;
  } catch {
    return undefined;
  }
}

/** What the server was started with tells its address too, if the process that started it was killed just then. */
function readConfig(folder: string): Address | undefined {
  try {
    const text = readFileSync(configFile(folder), 'utf8');
    const port = /^port (\d+)$/m.exec(text)?.[1];
    const password = /^requirepass (\w+)$/m.exec(text)?.[1];
    return port === undefined || password === undefined ? undefined : { port: Number(port), password };
  } catch {
    return undefined;
  }
}

function pick({ port, password }: Address): Address {
  return { port, password };
}
