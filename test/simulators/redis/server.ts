/** The simulated Redis behind a socket of loopback, for tests that ask of it what they ask of a real one. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { RedisSimulator } from './simulator.ts';

export interface RedisSimulatorServer {
  readonly url: string;
  readonly redis: RedisSimulator;
  close(): Promise<void>;
}

export async function serveRedis(): Promise<RedisSimulatorServer> {
  const redis = new RedisSimulator();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const session = redis.connect((text) => socket.write(text, 'latin1'));
    socket.setNoDelay(true);
    socket.on('data', (piece) => session.receive(piece.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      session.close();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    redis,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
