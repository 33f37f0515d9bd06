/** The HTTPS front of sign-in and API: faults, tokens, the limit per mailbox, routes, and a log of it all. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Agenda } from './agenda.ts';
import { type Call, readPrefer, readQuery } from './call.ts';
import type { Directory } from './directory.ts';
import type { EventRoutes } from './event-routes.ts';
import { insteadOf } from './fault-answer.ts';
import type { Fault, Faults } from './faults.ts';
import type { Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import { badRequest, errorBody, GraphRefusal, type Reply } from './reply.ts';
import type { SignIn } from './sign-in.ts';
import type { Subscriptions } from './subscriptions.ts';

const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** One request as it was answered. */
export interface LogEntry {
  /** Epoch ms of its arrival. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Lower case. */
  readonly mailbox: string | undefined;
  /** 0: the connection was cut or never answered. */
  readonly status: number;
  readonly prefer: string | undefined;
  readonly ifMatch: string | undefined;
  /** The JSON sent, never a token request's form. */
  readonly body: unknown;
}

export interface Counters {
  requests: number;
  tokenRequests: number;
  /** Requests refused because a mailbox had too many at once. */
  concurrencyViolations: number;
  /** The most requests any mailbox had at once. */
  maxConcurrent: number;
}

export interface ServerParts {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly knobs: Knobs;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly directory: Directory;
  readonly signIn: SignIn;
  readonly subscriptions: Subscriptions;
  readonly events: EventRoutes;
}

export class GraphServer {
  readonly log: LogEntry[] = [];
  readonly counters: Counters = { requests: 0, tokenRequests: 0, concurrencyViolations: 0, maxConcurrent: 0 };
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #busy = new Map<string, number>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer({ key: parts.tls.key, cert: parts.tls.cert }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo | null)?.port ?? 0}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const [pathname = '/', search = ''] = path.split('?', 2);
    const name = decoded(/^\/v1\.0\/users\/([^/]+)/i.exec(pathname)?.[1])?.toLowerCase();
    const mailbox = name === undefined ? undefined : (this.#parts.directory.find(name)?.address ?? name);
    const requestId = randomUUID();
    const clientRequestId = String(request.headers['client-request-id'] ?? requestId);
    let body = '';
    const answer = (reply: Reply | 'cut') => {
      const sent = reply !== 'cut' && !response.destroyed;
      if (sent) write(response, reply, requestId, clientRequestId);
      else response.destroy();
      this.log.push({
        at,
        method,
        path,
        mailbox,
        status: sent ? reply.status : 0,
        prefer: request.headers.prefer?.toString(),
        ifMatch: request.headers['if-match'],
        body: pathname.startsWith('/v1.0') ? parsed(body) : undefined,
      });
      this.#parts.agenda.changed();
    };
    try {
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
    } catch {
      answer('cut');
      return;
    }
    this.counters.requests++;
    const faults = this.#parts.faults.strike({ method, path, mailbox });
    const reply = await this.#fulfil({
      method,
      path,
      pathname,
      search,
      body,
      mailbox,
      request,
      faults,
    }).catch((error: unknown): Reply => {
      const refusal =
        error instanceof GraphRefusal ? error : new GraphRefusal(500, 'UnknownError', String(error));
      return {
        status: refusal.status,
        headers: refusal.headers,
        body: errorBody(refusal, requestId, clientRequestId),
      };
    });
    const { remotePort = 0 } = request.socket;
    for (const { struck } of faults) struck?.(remotePort);
    if (reply === 'hang' || faults.some(({ kind }) => kind === 'hang-after')) return;
    answer(faults.some(({ kind }) => kind === 'drop-after') ? 'cut' : reply);
  }

  async #fulfil(arrived: Arrived): Promise<Reply | 'cut' | 'hang'> {
    const { knobs, signIn } = this.#parts;
    for (const fault of arrived.faults) if (fault.kind === 'delay') await this.#pause(fault.delay ?? 0);
    const instead = insteadOf(arrived.faults, arrived.pathname.startsWith('/v1.0'));
    if (instead) return instead;
    if (!arrived.pathname.startsWith('/v1.0/')) {
      if (arrived.pathname.endsWith('/token')) this.counters.tokenRequests++;
      await this.#pause(knobs.latency);
      const form = new URLSearchParams(arrived.body);
      // The sign-in service speaks of itself by the name that it was asked by.
      const base = `https://${arrived.request.headers.host ?? new URL(this.url).host}`;
      return signIn.answer(arrived.method, arrived.pathname, form, base) ?? { status: 404, body: {} };
    }
    if (!signIn.accepts(arrived.request.headers.authorization)) {
      throw new GraphRefusal(
        401,
        'InvalidAuthenticationToken',
        'Lifetime validation failed, the token is expired or unknown.',
        {
          'WWW-Authenticate':
            'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
        },
      );
    }
    return arrived.mailbox === undefined
      ? this.#subscriptions(arrived)
      : await this.#limited(arrived.mailbox, () => this.#mailbox(arrived, arrived.mailbox ?? ''));
  }

  async #limited(mailbox: string, serve: () => Reply): Promise<Reply> {
    const { concurrency, latency, throttleRetryAfter } = this.#parts.knobs;
    const busy = (this.#busy.get(mailbox) ?? 0) + 1;
    this.counters.maxConcurrent = Math.max(this.counters.maxConcurrent, busy);
    if (busy > concurrency) {
      this.counters.concurrencyViolations++;
      const headers = throttleRetryAfter === undefined ? {} : { 'Retry-After': String(throttleRetryAfter) };
      throw new GraphRefusal(
        429,
        'ApplicationThrottled',
        'Application is over its MailboxConcurrency limit.',
        headers,
      );
    }
    this.#busy.set(mailbox, busy);
    try {
      await this.#pause(latency);
      return serve();
    } finally {
      this.#busy.set(mailbox, (this.#busy.get(mailbox) ?? 1) - 1);
    }
  }

  #mailbox(arrived: Arrived, name: string): Reply {
    const mailbox: Mailbox | undefined = this.#parts.directory.find(name);
    if (!mailbox || mailbox.kind === 'external') {
      throw new GraphRefusal(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`);
    }
    if (this.#parts.knobs.deniedMailboxes.has(mailbox.address)) {
      throw new GraphRefusal(403, 'ErrorAccessDenied', 'Access to OData is disabled.');
    }
    const [, , , user = '', ...rest] = arrived.pathname.split('/').map((part) => decoded(part) ?? part);
    return (
      this.#parts.events.answer({ ...call(arrived, [user]), mailbox }, rest.join('/')) ?? noRoute(arrived)
    );
  }

  async #subscriptions(arrived: Arrived): Promise<Reply> {
    const { subscriptions, knobs } = this.#parts;
    const match = /^\/v1\.0\/subscriptions(?:\/([^/]+)(\/reauthorize)?)?$/i.exec(arrived.pathname);
    if (!match) return noRoute(arrived);
    await this.#pause(knobs.latency);
    const asked = call(arrived, match[1] === undefined ? [] : [match[1]]);
    switch (`${arrived.method} ${match[1] === undefined ? 'all' : match[2] ? 'reauthorize' : 'one'}`) {
      case 'POST all':
        return subscriptions.create(asked);
      case 'GET all':
        return subscriptions.list(asked);
      case 'GET one':
        return subscriptions.read(asked);
      case 'PATCH one':
        return subscriptions.renew(asked);
      case 'DELETE one':
        return subscriptions.delete(asked);
      case 'POST reauthorize':
        return subscriptions.reauthorize(asked);
      default:
        return noRoute(arrived);
    }
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => this.#parts.agenda.after(ms, resolve));
  }
}

interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly pathname: string;
  readonly search: string;
  readonly body: string;
  readonly mailbox: string | undefined;
  readonly request: IncomingMessage;
  readonly faults: readonly Fault[];
}

function call(arrived: Arrived, params: readonly string[]): Call {
  const { method, path, request, faults } = arrived;
  const body = parsed(arrived.body);
  if (
    (method === 'POST' || method === 'PATCH') &&
    arrived.body !== '' &&
    (typeof body !== 'object' || body === null)
  ) {
    throw badRequest('Unable to read JSON request payload.', 'BadRequest');
  }
  return {
    method,
    path,
    query: readQuery(arrived.search),
    headers: request.headers,
    prefer: readPrefer(request.headers.prefer),
    params,
    body: (body ?? {}) as Record<string, unknown>,
    faults,
  };
}

function noRoute(arrived: Arrived): never {
  throw badRequest(
    `Resource not found for the segment '${arrived.pathname}' with ${arrived.method}.`,
    'BadRequest',
  );
}

function write(response: ServerResponse, reply: Reply, requestId: string, clientRequestId: string): void {
  const isText = typeof reply.body === 'string';
  response.writeHead(reply.status, {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'Cache-Control': 'private',
    ...(reply.body === undefined || isText ? {} : { 'Content-Type': JSON_TYPE }),
    ...reply.headers,
  });
  response.end(reply.body === undefined ? undefined : isText ? reply.body : JSON.stringify(reply.body));
}

function parsed(body: string): unknown {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return part;
  }
}
