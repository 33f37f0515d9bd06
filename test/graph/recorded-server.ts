/** A bare HTTPS server with a test certificate that answers what a test tells it and keeps what it was asked. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createDispatcher } from '../../src/outbound.ts';
import { createTestAuthority } from '../simulators/certificates.ts';

export interface Asked {
  readonly method: string;
  /** With its query, as it was on the wire. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A string as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Cuts the connection instead. */
  readonly drop?: boolean;
}

const authority = createTestAuthority();
export const ca = authority.ca;
const certificate = authority.issue(['localhost', '127.0.0.1']);

export type Answering = (asked: Asked) => Reply | Promise<Reply>;

/** Close it when done. `answering` may be replaced at any time. */
export async function startRecordedServer(answering: Answering = () => ({ status: 404 })) {
  const asked: Asked[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer({ key: certificate.key, cert: certificate.cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const question = { method, url, headers, body: Buffer.concat(chunks).toString() };
    asked.push(question);
    const { status = 200, headers: extra = {}, body, drop = false } = await recorded.answering(question);
    if (drop) {
      request.socket.destroy();
      return;
    }
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    response.writeHead(status, {
      ...(text === undefined ? {} : { 'content-type': 'application/json;charset=utf-8' }),
      ...extra,
    });
    response.end(text);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const dispatcher = createDispatcher({ proxy: {}, ca, connections: 50, connectTimeout: 2_000 });
  const { port } = server.address() as AddressInfo;
  const recorded = {
    answering,
    asked,
    port,
    dispatcher,
    url: `https://localhost:${port}`,
    async close() {
      await dispatcher.destroy();
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  return recorded;
}

export type RecordedServer = Awaited<ReturnType<typeof startRecordedServer>>;

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/graph/${name}.json`, import.meta.url), 'utf8'));
}

/** A promise and its key. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
