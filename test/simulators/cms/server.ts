/** One bridge on the wire: TLS, Basic sign-in, keep-alive limits, and whatever fault it was given. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { createTestAuthority } from '../certificates.ts';
import { cannedAnswer, headersOf, UNAUTHORIZED } from './answers.ts';
import type { BridgeState } from './bridge-state.ts';
import { type Fault, Faults, isWhole } from './faults.ts';
import { Front } from './front.ts';
import type { LogEntry } from './journal.ts';
import type { CallBridgeOptions } from './options.ts';
import type { Answer } from './routes.ts';
import { refuse } from './websocket.ts';
import type { World } from './world.ts';
import { PROLOG } from './xml.ts';

interface Exchange {
  entry: LogEntry;
  body: string;
  authorization: string | undefined;
  request: IncomingMessage;
  response: ServerResponse;
}

export class BridgeServer {
  readonly faults = new Faults();
  requests = 0;
  readonly #world: World;
  readonly #state: () => BridgeState;
  readonly #alive: () => boolean;
  readonly #authorization: string;
  readonly #name: string;
  readonly #server: Server;
  readonly #front: Front;
  #handshake: 'well' | 'tls' | 'untrusted' = 'well';
  /** Counts how often the bridge was brought down: what it had in hand then is lost with it. */
  #falls = 0;

  constructor(world: World, options: CallBridgeOptions, state: () => BridgeState, alive: () => boolean) {
    this.#world = world;
    this.#state = state;
    this.#alive = alive;
    this.#name = options.name;
    this.#authorization = Buffer.from(`${options.username}:${options.password}`).toString('base64');
    const { settings, journal } = world;
    this.#server = createServer({ ...settings.tls }, (request, response) => this.#receive(request, response));
    this.#server.keepAliveTimeout = settings.idleTimeout;
    this.#server.maxRequestsPerSocket = settings.requestsPerConnection;
    this.#server.on('tlsClientError', () => {});
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#front = new Front(
      options.port ?? 0,
      (socket) => this.#server.emit('connection', socket),
      () => journal.changed(),
    );
  }

  get port(): number {
    return this.#front.port;
  }

  get sockets(): ReadonlySet<Socket> {
    return this.#front.sockets;
  }

  get connectionsOpened(): number {
    return this.#front.connectionsOpened;
  }

  /**
   * Brings the port to where life and faults want it. What closes, closes at once, and cuts what is open; the promise tells
   * when all is so, and when the last connection is gone.
   */
  async settle(): Promise<void> {
    const { faults } = this;
    this.#shakeHands();
    const swallows = faults.has('black-hole');
    // What was swallowed never comes to light: those connections are of no use any more.
    if (this.#front.swallows && !swallows) this.#front.cut();
    this.#front.swallows = swallows;
    const state = !this.#alive() || faults.has('refuse') ? 'closed' : faults.has('deaf') ? 'deaf' : 'open';
    if (state !== 'open' && this.#front.isOpen) this.#falls += 1;
    await this.#front.become(state);
  }

  async close(): Promise<void> {
    this.#falls += 1;
    await this.#front.become('closed');
  }

  #shakeHands(): void {
    const handshake = this.faults.has('tls') ? 'tls' : this.faults.has('untrusted') ? 'untrusted' : 'well';
    if (handshake === this.#handshake) return;
    this.#handshake = handshake;
    const { tls } = this.#world.settings;
    // A version of the protocol that nobody speaks any more fails with everybody.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1' } as const;
    this.#server.setSecureContext({
      ...(handshake === 'untrusted' ? createTestAuthority().issue(['localhost', '127.0.0.1']) : tls),
      ...(handshake === 'tls' ? old : {}),
    });
    this.#front.cut();
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.#front.swallows) return;
    const { journal } = this.#world;
    const entry = this.#note(request);
    const { authorization } = request.headers;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8');
      if (body !== '') {
        entry.bytes = Buffer.byteLength(body);
        entry.form = [...new URLSearchParams(body)];
      }
      this.#serve({ entry, body, authorization, request, response });
    });
    request.on('error', () => journal.changed());
  }

  /** A websocket for events is asked for: a fault that refuses does so here as well, and so do silence and a cut. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {});
    if (this.#front.swallows) return;
    const entry = this.#note(request);
    const { fault, struck } = this.faults.take({ method: entry.method, path: entry.path, body: '' });
    for (const tell of struck) tell(request.socket.remotePort ?? 0);
    if (fault === undefined) {
      const knock = { request, socket, head, isHeard: () => !this.#front.swallows };
      entry.status = this.#world.eventStreams.open(this.#state(), entry, knock);
    } else {
      entry.fault = fault.kind;
      const canned = cannedAnswer(fault);
      if (canned !== undefined) entry.status = refuse(socket, canned.answer.status);
      else if (isWhole(fault.kind)) void this.settle();
      else if (!fault.kind.startsWith('hang')) socket.destroy();
    }
    this.#world.journal.changed();
  }

  #note(request: IncomingMessage): LogEntry {
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
    return entry;
  }

  #serve(exchange: Exchange): void {
    if (!this.#front.isOpen || this.#front.swallows) return;
    const falls = this.#falls;
    const { entry, body } = exchange;
    const { settings, journal } = this.#world;
    const { delay, fault, struck } = this.faults.take({ method: entry.method, path: entry.path, body });
    const { remotePort = 0 } = exchange.request.socket;
    const later = (wait: number, act: () => void): void => {
      // What a bridge had in hand when it was killed is lost with it.
      if (wait === 0) act();
      else setTimeout(() => this.#falls === falls && act(), wait);
    };
    const wait = settings.latency + delay;
    if (fault === undefined) {
      if (delay > 0) entry.fault = 'slow';
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
    if (isWhole(fault.kind)) {
      void this.settle();
      return;
    }
    switch (fault.kind) {
      case 'reset':
        later(0, () => this.#front.reset(request.socket.remotePort));
        return;
      case 'garbage':
        later(0, () => request.socket.end('\u0000\u0001 this is no HTTP\r\n\r\n'));
        return;
      case 'cut-answer': {
        const answer = this.#perform(exchange);
        const body = answer.body || PROLOG;
        later(0, () => {
          response.writeHead(answer.status, {
            ...headersOf(answer),
            'Content-Length': Buffer.byteLength(body),
          });
          response.write(body.slice(0, Math.ceil(body.length / 2)), cut);
        });
        return;
      }
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
