/** The middleware chain under graph-client: our token to our host only, one exchange, nothing repeated but a 401. */
import {
  type Context,
  GraphClientError,
  type Middleware,
  type MiddlewareOptions,
} from '@microsoft/microsoft-graph-client';
import { type Dispatcher, Response } from 'undici';
import { GraphFault } from '../fault.ts';
import { exchange } from './exchange.ts';

/** What the token comes from; `SignIn` in production. */
export interface TokenSource {
  token(): Promise<string>;
  forget(token: string): void;
}

/** Milliseconds for one exchange, carried by graph-client to the wire. */
export class Deadline implements MiddlewareOptions {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
}

/** Adds the token and, after a 401, asks for a fresh one once. */
export class Bearer implements Middleware {
  readonly #tokens: TokenSource;
  readonly #host: string;
  #next: Middleware | undefined;

  constructor(tokens: TokenSource, apiUrl: string) {
    this.#tokens = tokens;
    this.#host = new URL(apiUrl).host;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    try {
      const url = new URL(String(context.request));
      if (url.protocol !== 'https:' || url.host !== this.#host) {
        throw new GraphFault('refused', `the token is not sent to ${url.origin}`, { code: 'foreign-link' });
      }
      const token = await this.#tokens.token();
      await this.#send(context, token);
      if (context.response?.status !== 401) return;
      this.#tokens.forget(token);
      await this.#send(context, await this.#tokens.token());
    } catch (error) {
      // graph-client rewrites every error but its own and drops the cause; ours travels inside one of its own.
      const carrier = new GraphClientError();
      carrier.customError = error;
      throw carrier;
    }
  }

  async #send(context: Context, token: string): Promise<void> {
    const headers = context.options?.headers as Record<string, string> | undefined;
    context.options = { ...context.options, headers: { ...headers, Authorization: `Bearer ${token}` } };
    await this.#next?.execute(context);
  }
}

/** The last of the chain: undici with the dispatcher that knows the proxy and the certificate authorities. */
export class Wire implements Middleware {
  readonly #dispatcher: Dispatcher;
  readonly #deadline: number;

  constructor(dispatcher: Dispatcher, deadline: number) {
    this.#dispatcher = dispatcher;
    this.#deadline = deadline;
  }

  async execute(context: Context): Promise<void> {
    const { method = 'GET', headers, body } = context.options ?? {};
    const own = context.middlewareControl?.getMiddlewareOptions(Deadline);
    const answer = await exchange(
      {
        method,
        url: String(context.request),
        headers: headers as Record<string, string>,
        body: typeof body === 'string' ? body : undefined,
      },
      this.#dispatcher,
      own instanceof Deadline ? own.milliseconds : this.#deadline,
    );
    const { status } = answer;
    const response = new Response(status === 204 || status === 304 ? null : answer.text, {
      status,
      headers: answer.headers,
    });
    context.response = response as unknown as NonNullable<Context['response']>;
  }
}
