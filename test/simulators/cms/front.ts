/** The port of one bridge: who connects is let in, refused, swallowed, or not even taken. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DeafPort } from './deaf-port.ts';

export type PortState = 'open' | 'closed' | 'deaf';

export class Front {
  readonly sockets = new Set<Socket>();
  connectionsOpened = 0;
  /** Connections are taken and nothing is heard on them. */
  swallows = false;
  readonly #letIn: (socket: Socket) => void;
  readonly #onChange: () => void;
  #port: number;
  #server: Server | undefined;
  #deaf: DeafPort | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(port: number, letIn: (socket: Socket) => void, onChange: () => void) {
    this.#port = port;
    this.#letIn = letIn;
    this.#onChange = onChange;
  }

  /** The same each time that it is opened. */
  get port(): number {
    return this.#port;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  /** What closes, closes at once; resolves when the port is as wanted, and the last connection gone if it is closed. */
  become(state: PortState): Promise<void> {
    const closed = state === 'open' ? undefined : this.#close();
    this.#last = this.#last.then(async () => {
      await closed;
      if (state !== 'deaf') await this.#hearAgain();
      if (state === 'open') await this.#open();
      else await this.#close();
      if (state === 'deaf') this.#deaf ??= await DeafPort.take(this.#port);
    });
    return this.#last;
  }

  /** Cuts every connection; new ones are taken as before. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** The connection from that port of the client is reset. */
  reset(remotePort: number | undefined): void {
    for (const socket of this.sockets) if (socket.remotePort === remotePort) socket.resetAndDestroy();
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    this.sockets.clear();
    await closed;
  }

  async #hearAgain(): Promise<void> {
    await this.#deaf?.release();
    this.#deaf = undefined;
  }

  /** Waits a moment for the port where something else has borrowed it. */
  async #open(): Promise<void> {
    for (let attempt = 1; this.#server === undefined; attempt += 1) {
      const server = createServer((socket) => this.#take(socket));
      try {
        server.listen(this.#port, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        if (address !== null && typeof address === 'object') this.#port = address.port;
        this.#server = server;
      } catch (error) {
        const borrowed = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!borrowed || attempt === 50 || this.#port === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  #take(socket: Socket): void {
    this.connectionsOpened += 1;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.#onChange();
    });
    if (this.swallows) socket.on('error', () => {});
    else this.#letIn(socket);
  }
}
