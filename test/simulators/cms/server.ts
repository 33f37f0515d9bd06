/** One bridge on the wire: TLS, Basic sign-in, keep-alive limits, and whatever fault it was given. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { BridgeState } from './bridge-state.ts';
import { failureBody } from './failure.ts';
import { type Fault, Faults } from './faults.ts';
import type { LogEntry } from './journal.ts';
import type { CallBridgeOptions } from './options.ts';
import type { Answer } from './routes.ts';
import type { World } from './world.ts';
import { PROLOG } from './xml.ts';

interface Exchange {
  entry: LogEntry;
  body: string;
  authorization: string | undefined;
  request: IncomingMessage;
  response: ServerResponse;
}

const UNAUTHORIZED: Answer = { status: 401, body: '' };
const HTML =
  '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Back soon.<br></body></html>';

export class BridgeServer {
  readonly faults = new Faults();
  readonly sockets = new Set<Socket>();
  connectionsOpened = 0;
  requests = 0;
  readonly #world: World;
  readonly #state: () => BridgeState;
  readonly #authorization: string;
  readonly #name: string;
  #server: Server | undefined;
  #port: number;

  constructor(world: World, options: CallBridgeOptions, state: () => BridgeState) {
    this.#world = world;
    this.#state = state;
    this.#name = options.name;
    this.#port = options.port ?? 0;
    this.#authorization = Buffer.from(`${options.username}:${options.password}`).toString('base64');
  }

  get port(): number {
    return this.#port;
  }

  /** Listens on the same port as before; waits a moment for it where something else has borrowed it. */
  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    for (let attempt = 1; ; attempt += 1) {
      const server = this.#createServer();
      server.listen(this.#port, '127.0.0.1');
      try {
        await once(server, 'listening');
        this.#server = server;
        const address = server.address();
        if (address !== null && typeof address === 'object') this.#port = address.port;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 50 || this.#port === 0)
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Refuses from now on and cuts what is open; the promise tells when the last connection is gone. */
  close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
      this.sockets.clear();
    });
  }

  /** Makes handshakes fail or succeed as the faults say from now on; what is open is cut. */
  changeHandshake(): void {
    this.#server?.setSecureContext(this.#handshake());
    for (const socket of this.sockets) socket.destroy();
  }

  /** A version of the protocol that nobody speaks any more fails with everybody. */
  #handshake() {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1' } as const;
    return { ...this.#world.settings.tls, ...(this.faults.has('tls') ? old : {}) };
  }

  #createServer(): Server {
    const { settings } = this.#world;
    const server = createServer(this.#handshake(), (request, response) => {
      this.#receive(server, request, response);
    });
    server.keepAliveTimeout = settings.idleTimeout;
    server.maxRequestsPerSocket = settings.requestsPerConnection;
    server.on('connection', (socket: Socket) => {
      this.connectionsOpened += 1;
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.sockets.delete(socket);
        this.#world.journal.changed();
      });
    });
    return server;
  }

  #receive(server: Server, request: IncomingMessage, response: ServerResponse): void {
    const { journal } = this.#world;
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const entry: LogEntry = {
      at: journal.now(),
      bridge: this.#name,
      method: request.method ?? '',
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? '' : target.slice(mark + 1),
      form: [],
      bytes: 0,
      status: 0,
      trace: journal.nextTrace(),
    };
    this.requests += 1;
    journal.log.push(entry);
    const { authorization } = request.headers;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8');
      if (body !== '') {
        entry.bytes = Buffer.byteLength(body);
        entry.form = [...new URLSearchParams(body)];
      }
      this.#serve(server, { entry, body, authorization, request, response });
    });
    request.on('error', () => journal.changed());
  }

  #serve(server: Server, exchange: Exchange): void {
    if (this.#server !== server) return;
    const { entry, body } = exchange;
    const { settings, journal } = this.#world;
    const { delay, fault, struck } = this.faults.take({ method: entry.method, path: entry.path, body });
    const { remotePort = 0 } = exchange.request.socket;
    const later = (wait: number, act: () => void): void => {
      // What a bridge had in hand when it was killed is lost with it.
      if (wait === 0) act();
      else setTimeout(() => this.#server === server && act(), wait);
    };
    const wait = settings.latency + delay;
    if (fault === undefined) {
      const answer = this.#perform(exchange);
      for (const tell of struck) tell(remotePort);
      later(wait, () => this.#send(exchange, answer));
    } else {
      entry.fault = fault.kind;
      this.#misbehave(exchange, fault, (extra, act) => later(wait + extra, act));
      for (const tell of struck) tell(remotePort);
    }
    journal.changed();
  }

  #misbehave(exchange: Exchange, fault: Fault, later: (extra: number, act: () => void) => void): void {
    const { request, response } = exchange;
    const cut = (): void => {
      request.socket.destroy();
      this.#world.journal.changed();
    };
    const canned = cannedAnswer(fault);
    if (canned !== undefined) {
      later(0, () => this.#send(exchange, canned.answer, canned.type));
      return;
    }
    switch (fault.kind) {
      case 'hang-answer':
        this.#perform(exchange);
        return;
      case 'hang-body': {
        const answer = this.#perform(exchange);
        const length = Math.max(1, Buffer.byteLength(answer.body));
        later(0, () => {
          response
            .writeHead(answer.status, { ...headersOf(answer), 'Content-Length': length })
            .flushHeaders();
        });
        return;
      }
      case 'late':
        later(fault.ms ?? 1_000, () => this.#send(exchange, this.#perform(exchange)));
        return;
      case 'lost-answer':
        this.#perform(exchange);
        later(0, cut);
        return;
      case 'drop-request':
        later(0, cut);
        return;
      case 'half-answer': {
        const answer = this.#perform(exchange);
        const body = answer.body || `${PROLOG}<failureDetails><parameterError`;
        const half = { ...answer, body: body.slice(0, Math.ceil(body.length * 0.6)) };
        later(0, () => this.#send(exchange, half));
        return;
      }
    }
  }

  #perform({ entry, authorization }: Exchange): Answer {
    const credentials = authorization === undefined ? undefined : /^Basic +(.*)$/i.exec(authorization)?.[1];
    if (credentials !== this.#authorization) return UNAUTHORIZED;
    return this.#world.router.answer(this.#state(), entry.method, entry.path, entry.query, entry.form);
  }

  #send({ entry, request, response }: Exchange, answer: Answer, type = 'text/xml'): void {
    if (response.destroyed || response.socket === null || response.socket.destroyed) return;
    entry.status = answer.status;
    const headers = headersOf(answer);
    if (answer.body !== '') headers['Content-Type'] = type;
    if (answer.body !== '' && String(request.headers['accept-encoding'] ?? '').includes('gzip')) {
      headers['Content-Encoding'] = 'gzip';
      response.writeHead(answer.status, headers);
      // Two writes make it chunked, as the bridge sends it.
      response.write(gzipSync(answer.body));
      response.end();
    } else {
      headers['Content-Length'] = Buffer.byteLength(answer.body);
      response.writeHead(answer.status, headers);
      response.end(answer.body);
    }
    this.#world.journal.changed();
  }
}

/** What is answered without doing anything. */
function cannedAnswer(fault: Fault): { answer: Answer; type?: string } | undefined {
  switch (fault.kind) {
    case 'busy':
      return { answer: { status: 503, body: '' } };
    case 'error':
      return { answer: { status: fault.status ?? 500, body: '' } };
    case 'failure':
      return { answer: { status: 400, body: failureBody([fault.reason ?? 'databaseNotReady']) } };
    case 'read-only':
      return { answer: { status: 500, body: failureBody(['databaseNotReady']) } };
    case 'html':
      return { answer: { status: 200, body: HTML }, type: 'text/html' };
    case 'unauthorized':
      return { answer: UNAUTHORIZED };
    default:
      return undefined;
  }
}

function headersOf(answer: Answer): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    Server: 'Apache',
    'X-Frame-Options': 'DENY',
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    Vary: 'Accept-Encoding',
  };
  if (answer.location !== undefined) headers.Location = answer.location;
  if (answer.status === 401) headers['WWW-Authenticate'] = 'Basic realm="acano"';
  return headers;
}
