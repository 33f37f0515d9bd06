/** A real Redis for one run, as durable as the product's own; nothing of it is left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export class RedisServer {
  readonly url: string;
  readonly #options: readonly string[];
  readonly #folder: string;
  #process: ChildProcess;

  private constructor(url: string, options: readonly string[], folder: string) {
    this.url = url;
    this.#options = options;
    this.#folder = folder;
    this.#process = spawn('redis-server', options, { stdio: 'ignore' });
  }

  static async start(): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'roombridge-bench-redis-'));
    const port = await freePort();
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];
    const server = new RedisServer(`redis://127.0.0.1:${port}`, [...options, ...durable], folder);
    try {
      await server.#answers();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** With what it had written. */
  async startAgain(): Promise<void> {
    this.#process = spawn('redis-server', this.#options, { stdio: 'ignore' });
    await this.#answers();
  }

  async #answers(): Promise<void> {
    const redis = new Redis(this.url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
    redis.on('error', () => {});
    try {
      await redis.ping();
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill(signal);
    this.#process.kill('SIGCONT');
    await ended;
  }
}

/** Calls and microseconds of one command since the last reset, as Redis itself has counted them. */
export async function commandTime(
  redis: Redis,
  command: string,
): Promise<{ readonly calls: number; readonly microseconds: number }> {
  const info = await redis.info('commandstats');
  const found = new RegExp(`cmdstat_${command}:calls=(\\d+),usec=(\\d+)`).exec(info);
  return { calls: Number(found?.[1] ?? 0), microseconds: Number(found?.[2] ?? 0) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
