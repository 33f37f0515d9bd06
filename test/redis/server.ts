/**
 * A real Redis server of its own for a test file: on a free loopback port, in memory only, gone with `close()`. With
 * `TEST_REDIS=cluster` in the environment it is a Cluster of three masters, and every store is tried on that.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connect } from '../../src/redis/connection.ts';
import type { Users } from '../../src/redis/ways.ts';
import { Servers } from '../redis-ways/servers.ts';
import { serveRedis } from '../simulators/redis/server.ts';

export interface TestRedis {
  readonly url: string;
  /** As the product connects; ended with the server. */
  readonly redis: Redis;
  /** One more connection, ended with the server. */
  connect(users?: Users): Redis;
  /** Stops and continues the server's process. */
  kill(signal: 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

const names = ['redis-server', 'valkey-server'];

/** With `ROOMBRIDGE_TEST_REDIS=simulated` the tests ask the simulated one what they ask of a real one. */
export async function startRedis(): Promise<TestRedis> {
  if (process.env.TEST_REDIS === 'cluster') return await startCluster();
  if (process.env.ROOMBRIDGE_TEST_REDIS === 'simulated') return await startSimulated();
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-test-redis-'));
  const { child, url } = await launch(folder);
  const connections: Redis[] = [];
  const open = (users?: Users) => {
    const connection = connect(url, users);
    connections.push(connection);
    return connection;
  };
  return {
    url,
    redis: open(),
    connect: open,
    kill: (signal) => void child.kill(signal),
    async close() {
      for (const connection of connections) connection.disconnect();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a test asks of the whole server is asked of the one that has our keys. */
async function startCluster(): Promise<TestRedis> {
  const servers = new Servers();
  const nodes = await servers.startCluster();
  const cluster = nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  const slot = Number(await nodes[0]?.admin.call('CLUSTER', 'KEYSLOT', '{roombridge}'));
  const own = nodes[Math.min(2, Math.floor(slot / 5_461))];
  if (own === undefined) throw new Error('a cluster without nodes');
  const connections: Redis[] = [];
  const open = (users?: Users) => {
    const connection = connect({ cluster }, users);
    connections.push(connection);
    return Object.assign(connection, {
      flushall: () => own.admin.flushall(),
      info: (section: string) => own.admin.info(section),
      config: (...words: ['RESETSTAT']) => own.admin.config(...words),
      keys: async (pattern: string) =>
        (await own.admin.keys(pattern)).map((key) => key.replace(/^\{roombridge\}:/, '')),
    });
  };
  return {
    url: `redis://127.0.0.1:${own.port}`,
    redis: open(),
    connect: open,
    kill: (signal) => void own.child.kill(signal),
    async close() {
      for (const connection of connections) connection.disconnect();
      await servers.close();
    },
  };
}

async function startSimulated(): Promise<TestRedis> {
  const { url, close } = await serveRedis();
  const connections: Redis[] = [];
  const open = () => {
    const connection = connect(url);
    connections.push(connection);
    return connection;
  };
  return {
    ...{ url, redis: open(), connect: open },
    kill() {
      throw new Error('the simulated Redis is no process');
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      await close();
    },
  };
}

/** A port that was free may be taken a moment later: then another one. */
async function launch(folder: string): Promise<{ child: ChildProcess; url: string }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    for (const name of names) {
      const options = [
        '--port',
        port,
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        folder,
      ];
      const child = spawn(name, options.map(String), { stdio: 'ignore' });
      const url = `redis://127.0.0.1:${port}`;
      if (await answers(child, url)) return { child, url };
    }
    if (tries === 5) throw new Error(`none of ${names.join(', ')} could be started`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  let ended = false;
  child.once('error', () => {
    ended = true;
  });
  child.once('exit', () => {
    ended = true;
  });
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  probe.on('error', () => {});
  try {
    while (!ended) {
      const about = await probe.connect().then(
        () => probe.info('server'),
        () => undefined,
      );
      // Somebody else's server on this port would answer too.
      if (about !== undefined) return about.includes(`process_id:${child.pid}\r`);
      await pause(20);
    }
    return false;
  } finally {
    probe.disconnect();
  }
}
