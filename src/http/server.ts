/** What both listeners stand on: bounds for slow clients, no fingerprint, and a close that takes two seconds at most. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { InHand } from './in-hand.ts';
import { lingerAfter } from './linger.ts';
import type { HttpLog } from './log.ts';
import { Problem, problemBody, sendError, sendProblem } from './problem.ts';

/** PEM texts. */
export interface ListenerTls {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ServerOptions {
  readonly tls?: ListenerTls;
  readonly log: HttpLog;
  /** Networks whose word for who asks is taken (X-Forwarded-For); nobody's unless given. */
  readonly proxies?: readonly string[];
  /** Of every answer that does not say otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Status for a path whose percent-encoding is broken. */
  readonly badPath: 400 | 404;
  /** Told of each request refused before any route saw it. */
  readonly onUnread?: (what: 'bad-path' | 'unparseable') => void;
  /** Under what else a path is known. */
  readonly alias?: (url: string) => string;
  /** Milliseconds until a request must be here whole. */
  readonly requestTimeout?: number;
}

/** Milliseconds that requests in hand get when the listener closes. */
const farewell = 2_000;

/** Long enough for the identifiers of Exchange, three bytes to a percent-encoded one. */
const maxParamLength = 4_096;

/** What is shown in a handshake, and what is spoken in it. */
export function contextOf({ certificate, privateKey }: ListenerTls) {
  return { cert: certificate, key: privateKey, minVersion: 'TLSv1.2' } as const;
}

/** A fastify instance that does not listen yet. */
export function createInstance(options: ServerOptions): FastifyInstance {
  const { tls, log, badPath, onUnread, alias, headers = {} } = options;
  const sockets = new Set<Socket>();
  const inHand = new InHand();
  let closing = false;
  const requestTimeout = options.requestTimeout ?? 10_000;
  const limits = {
    requestTimeout,
    headersTimeout: Math.min(5_000, requestTimeout),
    connectionsCheckingInterval: 500,
    // Longer than the minute after which most proxies drop an idle connection, so that they do it first.
    keepAliveTimeout: 65_000,
  };
  const instance = fastify({
    serverFactory: (handle) => {
      const listener: typeof handle = (request, response) => {
        inHand.take(request, response);
        lingerAfter(request, response, { patience: farewell, closing: () => closing });
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        handle(request, response);
      };
      const server: Server =
        tls === undefined
          ? createServer(limits, listener)
          : createSecureServer({ ...limits, ...contextOf(tls), handshakeTimeout: 5_000 }, listener);
      return server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
    },
    // A request that comes in while we close is still a doorbell: it is heard, and its connection closed after it.
    return503OnClosing: false,
    routerOptions: { maxParamLength },
    trustProxy: options.proxies === undefined ? false : [...options.proxies],
    rewriteUrl: ({ url = '/' }: IncomingMessage) => alias?.(url) ?? url,
    frameworkErrors: (_error, _request, reply) => {
      onUnread?.('bad-path');
      sendProblem(reply, new Problem(badPath));
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const status = statusOf(error.code);
      // Who leaves in the middle of a request has sent nothing wrong.
      if (status !== 408 && error.code !== 'HPE_INVALID_EOF_STATE') onUnread?.('unparseable');
      inHand.afterAnswers(socket, (isAnswered) => {
        if (isAnswered || !socket.writable) {
          socket.destroy();
          return;
        }
        const body = problemBody(new Problem(status));
        socket.end(
          `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        );
      });
    },
  });
  instance.setErrorHandler((error, _request, reply) => sendError(reply, error, log));
  instance.addHook('preClose', (done) => {
    closing = true;
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, farewell);
    instance.server.once('close', () => clearTimeout(cut));
    // An instance that never listened has nothing to cut.
    if (!instance.server.listening) clearTimeout(cut);
    done();
  });
  return instance;
}

function statusOf(code: string | undefined): 400 | 408 | 431 {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}
