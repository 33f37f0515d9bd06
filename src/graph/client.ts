/** Requests to Graph v1.0 that either give Graph's JSON or throw a GraphFault: no sleeping, no repeating, no strangers. */
import { Client, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client';
import type { Dispatcher, Headers } from 'undici';
import type { GraphConfig } from '../config.ts';
import { newRequestId } from '../work.ts';
import { GraphFault } from './fault.ts';
import type { GraphTraffic } from './traffic.ts';
import { Bearer, Deadline, type TokenSource, Wire } from './wire/handlers.ts';
import { Lanes } from './wire/lanes.ts';
import { refusal } from './wire/refusal.ts';

export interface GraphObservation {
  readonly mailbox?: string;
  readonly method: string;
  /** Without the query, where delta tokens are. */
  readonly path: string;
  readonly status?: number;
  /** Milliseconds, without the wait for a turn. */
  readonly took: number;
  readonly fault?: GraphFault;
}

export interface GraphClientOptions {
  readonly graph: Pick<GraphConfig, 'apiUrl'>;
  readonly dispatcher: Dispatcher;
  readonly signIn: TokenSource;
  /** Milliseconds for one exchange. */
  readonly deadline?: number;
  /** Requests at once to one mailbox; Exchange refuses a fifth. */
  readonly perMailbox?: number;
  readonly observe?: (observation: GraphObservation) => void;
  /** Told the same with all that was said. */
  readonly record?: (traffic: GraphTraffic) => void;
  /** Epoch ms. */
  readonly now?: () => number;
}

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1.0`, its variable parts made with `segment`; or an absolute link that Graph gave us. */
  readonly path: string;
  /** Whose quota it uses. */
  readonly mailbox?: string;
  /** Plain values; they are encoded here. */
  readonly query?: Readonly<Record<string, string>>;
  readonly prefer?: readonly string[];
  readonly ifMatch?: string;
  readonly body?: object;
  readonly deadline?: number;
}

export interface GraphAnswer {
  readonly status: number;
  /** Undefined where Graph sent none. */
  readonly body: unknown;
}

export class GraphClient {
  readonly #client: Client;
  readonly #origin: string;
  readonly #lanes: Lanes;
  /** Mailbox -> epoch ms. */
  readonly #restUntil = new Map<string, number>();
  readonly #observe: (observation: GraphObservation) => void;
  readonly #record: (traffic: GraphTraffic) => void;
  readonly #now: () => number;

  constructor(options: GraphClientOptions) {
    const { graph, dispatcher, signIn, deadline = 10_000, perMailbox = 2, now = Date.now } = options;
    const { observe = () => {}, record = () => {} } = options;
    this.#origin = new URL(graph.apiUrl).origin;
    this.#lanes = new Lanes(Math.min(4, Math.max(1, perMailbox)));
    this.#observe = observe;
    this.#record = record;
    this.#now = now;
    // The library's own chain is left out on purpose: its retry handler sleeps inside the call and repeats POSTs.
    this.#client = Client.initWithMiddleware({
      baseUrl: graph.apiUrl,
      defaultVersion: 'v1.0',
      middleware: [new Bearer(signIn, graph.apiUrl), new Wire(dispatcher, deadline)],
    });
  }

  /** @throws GraphFault */
  async send(call: GraphCall): Promise<GraphAnswer> {
    if (!call.path.startsWith('/')) this.#mustBeOurs(call.path);
    const mailbox = call.mailbox?.toLowerCase();
    if (mailbox === undefined) return this.#observed(call);
    return this.#lanes.run(mailbox, () => this.#rested(mailbox, call));
  }

  /** A mailbox that Graph wants left alone is left alone, whoever asks: Retry-After holds for all its callers. */
  async #rested(mailbox: string, call: GraphCall): Promise<GraphAnswer> {
    const rest = (this.#restUntil.get(mailbox) ?? 0) - this.#now();
    if (rest > 0) {
      const said = `${mailbox} is left alone for ${Math.ceil(rest / 1_000)} s more, as Graph has asked`;
      throw new GraphFault('busy', said, { retryAfter: rest });
    }
    try {
      this.#restUntil.delete(mailbox);
      return await this.#observed(call);
    } catch (error) {
      if (error instanceof GraphFault && error.retryAfter !== undefined) {
        this.#restUntil.set(mailbox, this.#now() + error.retryAfter);
      }
      throw error;
    }
  }

  /** A stored link could have been tampered with, and graph-client would take host and version from it. */
  #mustBeOurs(link: string): void {
    if (/^https:/i.test(link) && URL.canParse(link) && new URL(link).origin === this.#origin) return;
    throw new GraphFault('refused', `a link that leads away from ${this.#origin} is not followed`, {
      code: 'foreign-link',
    });
  }

  async #observed(call: GraphCall): Promise<GraphAnswer> {
    const began = performance.now();
    const what = {
      method: call.method,
      path: call.path.replace(/^https:\/\/[^/]+\/v1\.0/i, '').replace(/\?.*$/s, ''),
      ...(call.mailbox === undefined ? {} : { mailbox: call.mailbox }),
    };
    const at = this.#now();
    const clientRequestId = newRequestId();
    const tell = (outcome: Pick<GraphObservation, 'status' | 'fault'>, answer?: Received) => {
      const seen = { ...what, ...outcome, took: performance.now() - began };
      this.#observe(seen);
      const { body, requestId } = answer ?? {};
      this.#record({ ...seen, at, call, body, requestId, clientRequestId });
    };
    try {
      const { status, body, requestId } = await this.#exchange(call, clientRequestId, what);
      tell({ status }, { body, requestId });
      return { status, body };
    } catch (error) {
      if (error instanceof GraphFault)
        tell({ ...(error.status === undefined ? {} : { status: error.status }), fault: error });
      throw error;
    }
  }

  async #exchange(
    call: GraphCall,
    clientRequestId: string,
    what: Pick<GraphObservation, 'method' | 'path'>,
  ): Promise<GraphAnswer & Received> {
    const doing = `${what.method} ${what.path}`;
    const request = this.#client.api(call.path + queryOf(call)).responseType(ResponseType.RAW);
    request.header('client-request-id', clientRequestId).header('return-client-request-id', 'true');
    if (call.prefer !== undefined) request.header('Prefer', call.prefer.join(', '));
    if (call.ifMatch !== undefined) request.header('If-Match', call.ifMatch);
    if (call.deadline !== undefined) request.middlewareOptions([new Deadline(call.deadline)]);
    const response = await dispatch(request, call);
    const { status, headers } = response;
    const text = await response.text();
    if (status < 200 || status > 299) throw refusal({ status, headers, text }, doing);
    const requestId = headers.get('request-id') ?? undefined;
    if (text === '') return { status, body: undefined, requestId };
    try {
      return { status, body: JSON.parse(text) as unknown, requestId };
    } catch (cause) {
      const sent = call.method !== 'GET';
      throw new GraphFault('garbled', `${doing} was answered ${status}, but not with JSON`, {
        status,
        sent,
        cause,
      });
    }
  }
}

interface Received {
  readonly body: unknown;
  readonly requestId: string | undefined;
}

async function dispatch(
  request: GraphRequest,
  { method, body }: GraphCall,
): Promise<{ status: number; headers: Headers; text(): Promise<string> }> {
  try {
    switch (method) {
      case 'GET':
        return await request.get();
      case 'POST':
        return await request.post(body);
      case 'PATCH':
        return await request.patch(body);
      case 'DELETE':
        return await request.delete();
      default:
        return method satisfies never;
    }
  } catch (error) {
    throw (error as { customError?: unknown }).customError ?? error;
  }
}

function queryOf({ query = {} }: GraphCall): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A mailbox or an id as one segment of a path. @throws GraphFault for one that would lead elsewhere */
export function segment(value: string): string {
  if (/^\.{1,2}$/.test(value)) throw new GraphFault('garbled', 'an id of nothing but dots');
  // Half of a surrogate pair cannot be encoded: it becomes the sign of what cannot be read.
  return encodeURIComponent(Buffer.from(value).toString()).replaceAll('%40', '@');
}
