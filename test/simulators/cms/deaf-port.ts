/**
 * A port that takes no connection: whoever connects hears nothing at all, as from a host that is switched off. Someone
 * listens there in a thread that sleeps, and the queue before it is full.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

const sleeper = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.once('error', (error) => { throw error; });
server.listen({ port: workerData.port, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage('listening');
  setImmediate(() => {
    Atomics.wait(workerData.awake, 0, 0);
    server.close();
    process.exit();
  });
});
`;

/** Milliseconds after which a connection on loopback will not come about any more. */
const patience = 300;
const queueAtMost = 16;

export class DeafPort {
  readonly #awake: Int32Array;
  readonly #thread: Worker;
  readonly #queue: Socket[] = [];

  private constructor(port: number) {
    this.#awake = new Int32Array(new SharedArrayBuffer(4));
    this.#thread = new Worker(sleeper, { eval: true, workerData: { port, awake: this.#awake } });
  }

  /** The port must be free. */
  static async take(port: number): Promise<DeafPort> {
    const deaf = new DeafPort(port);
    await once(deaf.#thread, 'message');
    while (deaf.#queue.length < queueAtMost && (await deaf.#fills(port)));
    return deaf;
  }

  /** Resolves when the port is free again. */
  async release(): Promise<void> {
    const ended = once(this.#thread, 'exit');
    Atomics.store(this.#awake, 0, 1);
    Atomics.notify(this.#awake, 0);
    for (const socket of this.#queue) socket.destroy();
    await ended;
  }

  async #fills(port: number): Promise<boolean> {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    this.#queue.push(socket);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patience);
    });
    const connected = new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)));
    return await Promise.race([connected, late]).finally(() => clearTimeout(timer));
  }
}
