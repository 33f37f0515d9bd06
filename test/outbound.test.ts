import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fetch } from 'undici';
import { expect, test } from 'vitest';
import { createDispatcher } from '../src/outbound.ts';
import { ca, startRecordedServer } from './graph/recorded-server.ts';

test('HTTPS_PROXY is the way out, NO_PROXY goes past it', async () => {
  const server = await startRecordedServer(() => ({ body: { well: true } }));
  const proxy = await startProxy();
  const options = { ca, connections: 2, connectTimeout: 2_000 };
  const through = createDispatcher({ ...options, proxy: { https: proxy.url } });
  const past = createDispatcher({ ...options, proxy: { https: proxy.url, no: 'example.com,localhost' } });
  try {
    expect(await (await fetch(server.url, { dispatcher: through })).json()).toEqual({ well: true });
    expect(proxy.tunnels).toEqual([`localhost:${server.port}`]);

    expect(await (await fetch(server.url, { dispatcher: past })).json()).toEqual({ well: true });
    expect(proxy.tunnels).toHaveLength(1);
    expect(server.asked).toHaveLength(2);
  } finally {
    await Promise.all([through.destroy(), past.destroy()]);
    await proxy.close();
    await server.close();
  }
});

test('a certificate of an authority that nobody named is refused', async () => {
  const server = await startRecordedServer();
  const dispatcher = createDispatcher({ proxy: {}, connections: 1, connectTimeout: 2_000 });
  await expect(fetch(server.url, { dispatcher })).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/UNABLE/) },
  });
  expect(server.asked).toEqual([]);
  await dispatcher.destroy();
  await server.close();
});

test('a proxy vouches for nobody', async () => {
  const server = await startRecordedServer();
  const proxy = await startProxy();
  const options = { connections: 1, connectTimeout: 2_000, proxy: { https: proxy.url } };
  const dispatcher = createDispatcher(options);
  await expect(fetch(server.url, { dispatcher })).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/UNABLE/) },
  });
  expect(proxy.tunnels).toEqual([`localhost:${server.port}`]);
  expect(server.asked).toEqual([]);
  await dispatcher.destroy();
  await proxy.close();
  await server.close();
});

/** Knows CONNECT and nothing else. */
async function startProxy() {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((client) => {
    keep(client).once('data', (head) => {
      const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head.toString())?.[1] ?? '';
      tunnels.push(target);
      const { hostname, port } = new URL(`https://${target}`);
      const upstream = keep(connect(Number(port), hostname));
      upstream.once('connect', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    tunnels,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
