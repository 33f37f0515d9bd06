/** Real Redis servers of every kind on loopback, for tests: in a folder of their own, ended by their process ids. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';

export interface TestServer {
  readonly port: number;
  readonly child: ChildProcess;
  /** Everything it has said. */
  log(): string;
  /** An administrator's connection, ended with the servers. */
  readonly admin: Redis;
}

export interface ServerOptions {
  /** In the form of its configuration's file, one a line. */
  readonly settings?: readonly string[];
  readonly program?: string;
  /** How an administrator connects. */
  readonly admin?: RedisOptions;
  readonly isSentinel?: boolean;
}

export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'roombridge-test-redis-'));
  readonly #children = new Set<ChildProcess>();
  readonly #connections: Redis[] = [];

  /** Resolves once it answers. A port that was free may be taken a moment later: then another one. */
  async start(options: ServerOptions = {}): Promise<TestServer> {
    for (let tries = 1; ; tries += 1) {
      const started = await this.#launch(await freePort(), options);
      if (started !== undefined) return started;
      if (tries === 5) throw new Error(`${options.program ?? 'redis-server'} could not be started`);
    }
  }

  /** Three masters that share the slots, and as many replicas of each as are asked for. */
  async startCluster({
    replicas = 0,
    program,
  }: {
    replicas?: number;
    program?: string;
  } = {}): Promise<TestServer[]> {
    const nodes: TestServer[] = [];
    for (let i = 0; i < 3 * (1 + replicas); i += 1) {
      const bus = await freePort();
      const settings = [
        ...['cluster-enabled yes', `cluster-config-file nodes-${i}-${bus}.conf`, `cluster-port ${bus}`],
        ...['cluster-node-timeout 2000', 'cluster-replica-validity-factor 0', 'repl-diskless-sync-delay 0'],
      ];
      nodes.push(await this.start({ settings, ...(program !== undefined && { program }) }));
    }
    const [first] = nodes;
    if (first === undefined) throw new Error('a cluster without nodes');
    const edges = [0, 5_461, 10_923, 16_384];
    for (const [i, { admin }] of nodes.entries()) {
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
      if (i < 3) await admin.call('CLUSTER', 'ADDSLOTSRANGE', edges[i] ?? 0, (edges[i + 1] ?? 0) - 1);
    }
    const [, bus = ''] = (await first.admin.config('GET', 'cluster-port')) as string[];
    for (const { admin } of nodes.slice(1)) await admin.call('CLUSTER', 'MEET', '127.0.0.1', first.port, bus);
    const knowAll = async () => {
      const known = await Promise.all(nodes.map(({ admin }) => admin.cluster('INFO')));
      return known.every((info) => info.includes(`cluster_known_nodes:${nodes.length}\r`));
    };
    await until(knowAll, 'the nodes do not know one another');
    const ids = await Promise.all(nodes.map(({ admin }) => admin.call('CLUSTER', 'MYID') as Promise<string>));
    for (const [i, { admin }] of nodes.entries()) {
      const master = ids[i % 3] ?? '';
      if (i >= 3)
        await until(
          () =>
            admin.call('CLUSTER', 'REPLICATE', master).then(
              () => true,
              () => false,
            ),
          'a replica does not find its master',
        );
    }
    await until(async () => {
      const states = await Promise.all(nodes.map(({ admin }) => admin.cluster('INFO')));
      return states.every((info) => info.includes('cluster_state:ok'));
    }, 'the cluster does not come up');
    for (const { admin } of nodes.slice(3)) await linked(admin);
    return nodes;
  }

  /** Kills one, as a machine that loses its power. */
  async kill({ child }: TestServer): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    this.#children.delete(child);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.disconnect();
    for (const child of this.#children) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #launch(port: number, options: ServerOptions): Promise<TestServer | undefined> {
    const file = join(this.folder, `${port}.conf`);
    const own = options.isSentinel ? [] : ['save ""', 'appendonly no', `dbfilename ${port}.rdb`];
    const hasPort = options.settings?.some((line) => line.startsWith('tls-port'));
    writeFileSync(
      file,
      [
        ...[hasPort ? 'port 0' : `port ${port}`, 'bind 127.0.0.1', `dir ${this.folder}`, ...own],
        ...(options.settings ?? []).map((line) => line.replace('tls-port', `tls-port ${port}`)),
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    const log = join(this.folder, `${port}.log`);
    appendFileSync(file, `logfile ${log}\n`);
    const args = [file, ...(options.isSentinel ? ['--sentinel'] : [])];
    const child = spawn(options.program ?? 'redis-server', args, { stdio: 'ignore' });
    this.#children.add(child);
    let ended = false;
    child.once('error', () => {
      ended = true;
    });
    child.once('exit', () => {
      ended = true;
    });
    const admin = new Redis(port, '127.0.0.1', {
      ...{ lazyConnect: true, retryStrategy: (times) => Math.min(20 * times, 200) },
      ...options.admin,
    });
    admin.on('error', () => {});
    this.#connections.push(admin);
    admin.connect().catch(() => {});
    const answers = async () => {
      if (ended) return true;
      const info = await Promise.race([admin.info('server').catch(() => ''), pause(500, '', { ref: false })]);
      // Somebody else's server on this port would answer too.
      return info.includes(`process_id:${child.pid}\r`);
    };
    const silent = () => `no answer from ${options.program ?? 'redis-server'}: ${readLog(log)}`;
    await until(answers, silent, 30_000);
    if (ended) {
      this.#children.delete(child);
      admin.disconnect();
      return undefined;
    }
    return { port, child, admin, log: () => readLog(log) };
  }
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Until a replica has all that its master has. */
export async function linked(replica: Redis): Promise<void> {
  const isUp = async () => (await replica.info('replication')).includes('master_link_status:up');
  await until(isUp, 'the replica does not follow its master');
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  why: string | (() => string),
  milliseconds = 60_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(typeof why === 'string' ? why : why());
    await pause(20);
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
