/** A bare HTTPS server in a call bridge's place: records what arrives and answers exactly what a test tells it to. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { CmsClient, type CmsClientOptions } from '../../src/cms/client.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { createTestAuthority } from '../simulators/certificates.ts';

export const password = 'sw0rdfish & co';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly form: [string, string][];
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** 1 for the first connection that the bridge took. */
  readonly connection: number;
}

export interface Exchange extends Recorded {
  /** Answers with XML; the prolog is put before the root. */
  xml(root: string, status?: number): void;
  answer(status: number, headers?: Record<string, string>, body?: string | Buffer): void;
  /** Drops the connection. */
  destroy(): void;
  readonly response: ServerResponse;
}

export type Handler = (exchange: Exchange) => void;

const authority = createTestAuthority();
const localhost = authority.issue(['localhost', '127.0.0.1']);

export const ca = authority.ca;
export const issue = authority.issue;

export class RawBridge {
  readonly requests: Recorded[] = [];
  handler: Handler;
  connections = 0;
  readonly #server;
  readonly #sockets = new Map<Socket, number>();
  readonly #dispatchers: Dispatcher[] = [];

  constructor(handler: Handler, tls: { key: string; cert: string }) {
    this.handler = handler;
    this.#server = createServer({ ...tls, keepAliveTimeout: 5_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      request.on('end', () => this.#take(request, response, Buffer.concat(chunks).toString('utf8')));
    });
    this.#server.on('tlsClientError', () => {});
    this.#server.on('secureConnection', (socket) => {
      this.#sockets.set(socket, ++this.connections);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(handler: Handler, tls = localhost): Promise<RawBridge> {
    const bridge = new RawBridge(handler, tls);
    bridge.#server.listen(0, '127.0.0.1');
    await once(bridge.#server, 'listening');
    return bridge;
  }

  get address(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  client(options: Partial<CmsClientOptions> & { connections?: number } = {}): CmsClient {
    const { connections = 4, ...rest } = options;
    const dispatcher = createDispatcher({ proxy: {}, ca, connections, connectTimeout: 10_000 });
    this.#dispatchers.push(dispatcher);
    const callBridge = { address: this.address, username: 'apiadmin', password };
    return new CmsClient({ callBridge, dispatcher, ...rest });
  }

  /** Ends the connections on which nothing is under way, as a bridge does after 5 s. */
  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  /** Drops every connection, as a bridge that restarts. */
  drop(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.destroy()));
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(request: IncomingMessage, response: ServerResponse, body: string): void {
    const url = new URL(request.url ?? '', this.address);
    const recorded: Recorded = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      form: [...new URLSearchParams(body)],
      body,
      headers: request.headers,
      connection: this.#sockets.get(request.socket) ?? 0,
    };
    this.requests.push(recorded);
    const answer = (status: number, headers = {}, content: string | Buffer = '') => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(content), ...headers });
      response.end(content);
    };
    this.handler({
      ...recorded,
      response,
      answer,
      xml: (root, status = 200) => {
        answer(status, { 'content-type': 'text/xml' }, `<?xml version="1.0"?>${root}`);
      },
      destroy: () => request.socket.destroy(),
    });
  }
}
