/** One request to sign-in or API and what comes of it: faults, tokens, permissions, the limit per mailbox, routes, and a log. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Agenda } from './agenda.ts';
import { type Call, readPrefer, readQuery } from './call.ts';
import type { Directory } from './directory.ts';
import type { EventRoutes } from './event-routes.ts';
import { insteadOf } from './fault-answer.ts';
import type { Fault, Faults } from './faults.ts';
import type { Knobs } from './knobs.ts';
import type { Mails } from './mail.ts';
import { mayDo } from './permissions.ts';
import type { Places } from './places.ts';
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
  readonly clientRequestId: string | undefined;
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

export interface ApiParts {
  readonly knobs: Knobs;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly directory: Directory;
  readonly signIn: SignIn;
  readonly subscriptions: Subscriptions;
  readonly events: EventRoutes;
  readonly mails: Mails;
  readonly places: Places;
  readonly base: () => string;
}

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** From which it comes; 0 where no connection carries it. */
  readonly port: number;
}

/** `half`: the connection is cut in the midst of the text. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly half: boolean;
}

interface Arrived extends Asked {
  readonly pathname: string;
  readonly search: string;
  readonly mailbox: string | undefined;
  readonly faults: readonly Fault[];
}

export class Api {
  readonly log: LogEntry[] = [];
  readonly counters: Counters = { requests: 0, tokenRequests: 0, concurrencyViolations: 0, maxConcurrent: 0 };
  readonly #parts: ApiParts;
  readonly #busy = new Map<string, number>();

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** `cut`: the connection ends without an answer; `hang`: there never is one. */
  async exchange(asked: Asked): Promise<Answered | 'cut' | 'hang'> {
    const { agenda } = this.#parts;
    this.counters.requests++;
    const [pathname = '/', search = ''] = asked.path.split('?', 2);
    const mailbox = this.#mailboxIn(asked.path);
    const faults = this.#parts.faults.strike({ ...asked, mailbox });
    const requestId = randomUUID();
    const clientRequestId = String(asked.headers['client-request-id'] ?? requestId);
    const reply = await this.#fulfil({ ...asked, pathname, search, mailbox, faults }).catch(
      (error: unknown): Reply => {
        const refusal =
          error instanceof GraphRefusal ? error : new GraphRefusal(500, 'UnknownError', String(error));
        const body = errorBody(refusal, requestId, clientRequestId, agenda.now());
        return { status: refusal.status, headers: refusal.headers, body };
      },
    );
    for (const { struck } of faults) struck?.(asked.port);
    const strikes = (kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);
    if (reply === 'hang' || strikes('hang-after')) return 'hang';
    if (reply === 'cut' || strikes('drop-after')) return 'cut';
    const isText = typeof reply.body === 'string' || reply.body === undefined;
    return {
      status: reply.status,
      headers: {
        'request-id': requestId,
        'client-request-id': clientRequestId,
        'Cache-Control': 'private',
        ...(isText ? {} : { 'Content-Type': JSON_TYPE }),
        ...reply.headers,
      },
      text: isText ? String(reply.body ?? '') : JSON.stringify(reply.body),
      half: strikes('half-body'),
    };
  }

  /** Writes down what the caller of `exchange` got, 0 where it got nothing; `at` in epoch ms. */
  note(asked: Asked, at: number, status: number): void {
    if (this.#parts.knobs.keepLog) {
      this.log.push({
        at,
        method: asked.method,
        path: asked.path,
        mailbox: this.#mailboxIn(asked.path),
        status,
        prefer: asked.headers.prefer?.toString(),
        ifMatch: asked.headers['if-match'],
        clientRequestId: asked.headers['client-request-id']?.toString(),
        body: asked.path.startsWith('/v1.0') ? parsed(asked.body) : undefined,
      });
    }
    this.#parts.agenda.changed();
  }

  #mailboxIn(path: string): string | undefined {
    const name = decoded(/^\/v1\.0\/users\/([^/?]+)/i.exec(path)?.[1])?.toLowerCase();
    return name === undefined ? undefined : (this.#parts.directory.find(name)?.address ?? name);
  }

  async #fulfil(arrived: Arrived): Promise<Reply | 'cut' | 'hang'> {
    const { knobs, signIn, agenda, base } = this.#parts;
    for (const fault of arrived.faults) if (fault.kind === 'delay') await agenda.pause(fault.delay ?? 0);
    const instead = insteadOf(arrived.faults, arrived.pathname.startsWith('/v1.0'));
    if (instead) return instead;
    if (!arrived.pathname.startsWith('/v1.0/')) {
      if (arrived.pathname.endsWith('/token')) this.counters.tokenRequests++;
      await agenda.pause(knobs.latency);
      const form = new URLSearchParams(arrived.body);
      // The sign-in service speaks of itself by the name that it was asked by.
      const name = `https://${arrived.headers.host ?? new URL(base()).host}`;
      return signIn.answer(arrived.method, arrived.pathname, form, name) ?? { status: 404, body: {} };
    }
    const roles = signIn.rolesOf(arrived.headers.authorization);
    if (!roles) {
      const message = 'Lifetime validation failed, the token is expired or unknown.';
      throw new GraphRefusal(401, 'InvalidAuthenticationToken', message, {
        'WWW-Authenticate':
          'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
      });
    }
    if (!mayDo(arrived.method, arrived.pathname.slice('/v1.0'.length), roles)) throw forbidden(arrived);
    const { mailbox } = arrived;
    if (mailbox !== undefined) return this.#limited(mailbox, () => this.#mailbox(arrived, mailbox));
    await agenda.pause(knobs.latency);
    const place = this.#parts.places.answer(call(arrived, []), arrived.pathname.slice('/v1.0'.length));
    return place ?? this.#subscriptions(arrived);
  }

  async #limited(mailbox: string, serve: () => Reply): Promise<Reply> {
    const { concurrency, latency, throttleRetryAfter } = this.#parts.knobs;
    const busy = (this.#busy.get(mailbox) ?? 0) + 1;
    this.counters.maxConcurrent = Math.max(this.counters.maxConcurrent, busy);
    if (busy > concurrency) {
      this.counters.concurrencyViolations++;
      const headers = throttleRetryAfter === undefined ? {} : { 'Retry-After': String(throttleRetryAfter) };
      const message = 'Application is over its MailboxConcurrency limit.';
      throw new GraphRefusal(429, 'ApplicationThrottled', message, headers);
    }
    this.#busy.set(mailbox, busy);
    try {
      await this.#parts.agenda.pause(latency);
      return serve();
    } finally {
      const left = (this.#busy.get(mailbox) ?? 1) - 1;
      if (left > 0) this.#busy.set(mailbox, left);
      else this.#busy.delete(mailbox);
    }
  }

  #mailbox(arrived: Arrived, name: string): Reply {
    const { directory, knobs, mails, events } = this.#parts;
    const mailbox = directory.find(name);
    if (!mailbox || mailbox.kind === 'external') {
      throw new GraphRefusal(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`);
    }
    if (knobs.deniedMailboxes.has(mailbox.address)) {
      throw new GraphRefusal(403, 'ErrorAccessDenied', 'Access to OData is disabled.');
    }
    const [, , , user = '', ...path] = arrived.pathname.split('/').map((part) => decoded(part) ?? part);
    if (!mailbox.enabled && path.length > 0) {
      const message = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
      throw new GraphRefusal(404, 'MailboxNotEnabledForRESTAPI', message);
    }
    const [asked, rest] = [{ ...call(arrived, [user]), mailbox }, path.join('/')];
    return mails.answer(asked, rest) ?? events.answer(asked, rest) ?? noRoute(arrived);
  }

  #subscriptions(arrived: Arrived): Reply | Promise<Reply> {
    const { subscriptions } = this.#parts;
    const match = /^\/v1\.0\/subscriptions(?:\/([^/]+)(\/reauthorize)?)?$/i.exec(arrived.pathname);
    if (!match) return noRoute(arrived);
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
}

function call(arrived: Arrived, params: readonly string[]): Call {
  const { method, path, headers, faults } = arrived;
  const body = parsed(arrived.body);
  const isSent = (method === 'POST' || method === 'PATCH') && arrived.body !== '';
  if (isSent && (typeof body !== 'object' || body === null)) {
    throw badRequest('Unable to read JSON request payload.', 'BadRequest');
  }
  return {
    method,
    path,
    query: readQuery(arrived.search),
    headers,
    prefer: readPrefer(headers.prefer),
    params,
    body: (body ?? {}) as Record<string, unknown>,
    faults,
  };
}

/** Graph words the refusal of a subscription in the way of the service behind it. Facts 1.1. */
function forbidden(arrived: Arrived): GraphRefusal {
  if (!/\/subscriptions$/i.test(arrived.pathname)) {
    return new GraphRefusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  const message = 'Operation: Create; Exception: [Status Code: Forbidden; Reason: Forbidden]';
  return new GraphRefusal(403, 'ExtensionError', message);
}

function noRoute(arrived: Arrived): never {
  throw badRequest(
    `Resource not found for the segment '${arrived.pathname}' with ${arrived.method}.`,
    'BadRequest',
  );
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
