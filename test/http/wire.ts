/** HTTP as clients really speak it, down to the bytes of a connection. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { listen } from '../../src/http/listen.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface Bound {
  readonly port: number;
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** A connection of bytes. */
  dial(): Promise<Dialled>;
}

/** What came in so far, and a wait for more. */
interface Dialled {
  readonly socket: Socket;
  received(): string;
  /** Resolves once the bytes received match; rejects when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves once the connection is over, with all it brought. */
  over(): Promise<string>;
}

export async function bind(instance: FastifyInstance, at = 0): Promise<Bound> {
  const { port } = await listen(instance, { host: '127.0.0.1', port: at });
  return { port, ask: (path, asking = {}) => ask(port, path, asking), dial: () => dial(port) };
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function dial(port: number): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let ended = false;
    const watchers = new Set<() => void>();
    const tell = () => {
      for (const watcher of watchers) watcher();
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      tell();
    });
    socket.on('close', () => {
      ended = true;
      tell();
    });
    socket.on('error', reject);
    const wait = (isDone: () => boolean): Promise<string> =>
      new Promise((done, fail) => {
        const look = () => {
          if (!isDone() && !ended) return;
          watchers.delete(look);
          if (isDone()) done(text);
          else fail(new Error(`the connection ended after ${JSON.stringify(text)}`));
        };
        watchers.add(look);
        look();
      });
    socket.once('connect', () =>
      resolve({
        socket,
        received: () => text,
        until: (pattern) => wait(() => pattern.test(text)),
        over: () => wait(() => ended),
      }),
    );
  });
}
