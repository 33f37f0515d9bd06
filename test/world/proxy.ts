/** A CONNECT proxy: the way of one process to everything, which can be cut to some of it. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Proxy {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** Where it was asked to lead, as `host:port`. */
  readonly targets: Set<string>;
  /** Whose tunnels fall silent, those that stand too, and to whom none is dug: the requests vanish. */
  readonly cut: Set<string>;
  close(): void;
}

export async function startProxy(how: 'through' | 'refuse' = 'through'): Promise<Proxy> {
  const targets = new Set<string>();
  const cut = new Set<string>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    const target = request.url ?? '';
    targets.add(target);
    client.on('error', () => client.destroy());
    if (how === 'refuse') {
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (cut.has(target)) return;
    const [host, port] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.on('data', (data) => cut.has(target) || client.write(data));
      client.on('data', (data) => cut.has(target) || upstream.write(data));
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, cut, close };
}
