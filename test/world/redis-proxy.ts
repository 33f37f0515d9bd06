/** A wire to Redis that can be cut at any instant, in the middle of anything, or led to another server. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class RedisProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #frozen = false;
  #trap: { readonly pattern: RegExp; readonly sprung: () => void } | undefined;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    this.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#join(client));
  }

  /** To the server with this address. */
  static async start(redisUrl: string): Promise<RedisProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RedisProxy(server, Number(new URL(redisUrl).port));
  }

  /** From now on nothing passes, in either direction, and nothing is refused. What is sent is lost. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Freezes before the first command in which the pattern is found, and tells. */
  freezeBefore(pattern: RegExp, sprung: () => void): void {
    this.#trap = { pattern, sprung };
  }

  forgetTrap(): void {
    this.#trap = undefined;
  }

  /** Leads to another server; connections are cut, as they are when a server is replaced. */
  leadTo(redisUrl: string): void {
    this.#port = Number(new URL(redisUrl).port);
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket): void {
    const redis = connect(this.#port, '127.0.0.1');
    let before = '';
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (chunk) => {
      // A word may be torn between two chunks; then its command is torn, too, and Redis does not run it.
      before = before.slice(-200) + chunk.toString('latin1');
      if (this.#trap?.pattern.test(before)) {
        const { sprung } = this.#trap;
        this.#trap = undefined;
        this.#frozen = true;
        sprung();
      }
      if (!this.#frozen) redis.write(chunk);
    });
    redis.on('data', (chunk) => {
      if (!this.#frozen) client.write(chunk);
    });
  }
}
