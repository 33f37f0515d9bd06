/**
 * Speaks to one call bridge: at most one POST on the wire for each call of `post`, credentials sent at first,
 * every failure a `CmsFault`, every request over within its deadline.
 */
import type { Dispatcher } from 'undici';
import type { CallBridgeConfig } from '../config.ts';
import { type Answer, type Asked, readAnswer } from './answer.ts';
import { isReset } from './connection-failure.ts';
import { type Exchange, exchange } from './exchange.ts';
import { CmsFault } from './fault.ts';
import { encodeForm, type Form } from './form.ts';
import { Turns } from './turns.ts';
import type { XmlElement } from './xml.ts';

export interface RequestOptions {
  /** Milliseconds for the whole request, connecting included; instead of the client's. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions extends RequestOptions {
  /** The root element that the answer must have; any when left out. */
  readonly root?: string;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** One finished request, a repeat on a new connection included. */
export interface Observation {
  readonly callBridge: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Epoch milliseconds of its begin. */
  readonly at: number;
  /** Milliseconds. */
  readonly took: number;
  readonly fault?: CmsFault;
}

export interface CmsClientOptions {
  readonly callBridge: CallBridgeConfig;
  /** Stays the caller's to close. */
  readonly dispatcher: Dispatcher;
  /** Milliseconds for a whole request once its turn has come, 2000 when left out. */
  readonly deadline?: number;
  /** Requests at once, 64 when left out; the dispatcher should have as many connections. */
  readonly width?: number;
  /** Asked when a request had to wait for its turn: a reason spares it a call bridge that has failed meanwhile. */
  readonly reasonToSpare?: (() => string | undefined) | undefined;
  readonly observe?: (observation: Observation) => void;
}

export class CmsClient {
  /** The call bridge's address. */
  readonly address: string;
  readonly #dispatcher: Dispatcher;
  readonly #authorization: string;
  readonly #deadline: number;
  readonly #turns: Turns;
  readonly #reasonToSpare: CmsClientOptions['reasonToSpare'];
  readonly #observe: ((observation: Observation) => void) | undefined;

  constructor({ callBridge, dispatcher, deadline = 2_000, width = 64, ...options }: CmsClientOptions) {
    this.address = callBridge.address;
    this.#dispatcher = dispatcher;
    const credentials = Buffer.from(`${callBridge.username}:${callBridge.password}`, 'utf8');
    this.#authorization = `Basic ${credentials.toString('base64')}`;
    this.#deadline = deadline;
    this.#turns = new Turns(width);
    this.#reasonToSpare = options.reasonToSpare;
    this.#observe = options.observe;
  }

  /** The root element of the answer. `path` is relative to `/api/v1/`. */
  async get(path: string, query: Query = {}, { root, ...options }: GetOptions = {}): Promise<XmlElement> {
    const answer = await this.#ask('GET', path, {
      query,
      options,
      accept: (given) => !!given.root && (!root || given.root.is(root)),
    });
    return answer.root as XmlElement;
  }

  /** The id of what was made. */
  async post(path: string, form: Form, options: RequestOptions = {}): Promise<string> {
    const answer = await this.#ask('POST', path, {
      form,
      options,
      accept: (given) => given.id !== undefined,
    });
    return answer.id as string;
  }

  async put(path: string, form: Form, options: RequestOptions = {}): Promise<void> {
    await this.#ask('PUT', path, { form, options });
  }

  async delete(path: string, options: RequestOptions = {}): Promise<void> {
    await this.#ask('DELETE', path, { options });
  }

  async #ask(method: Asked['method'], path: string, detail: Detail): Promise<Answer> {
    const asked = { callBridge: this.address, method, path: `/api/v1/${path}` };
    const waited = await this.#turns.take(method === 'PUT' || method === 'POST');
    const spared = waited ? this.#reasonToSpare?.() : undefined;
    if (spared !== undefined) {
      this.#turns.done();
      const message = `${method} ${asked.path} at ${this.address}: not sent, for ${spared}`;
      throw new CmsFault(message, { kind: 'unreachable', callBridge: this.address, withheld: true });
    }
    const at = Date.now();
    const begun = performance.now();
    let fault: CmsFault | undefined;
    try {
      return await this.#askTwiceAtMost(asked, detail, begun);
    } catch (error) {
      if (error instanceof CmsFault) fault = error;
      throw error;
    } finally {
      this.#turns.done();
      const { callBridge } = asked;
      const took = performance.now() - begun;
      this.#observe?.({ callBridge, method, path: asked.path, at, took, ...(fault && { fault }) });
    }
  }

  async #askTwiceAtMost(asked: Asked, detail: Detail, begun: number): Promise<Answer> {
    const first = await this.#exchange(asked, detail, begun);
    if (!mayRepeat(asked, first)) return accepted(asked, detail, first);
    const second = await this.#exchange(asked, detail, begun);
    try {
      return accepted(asked, detail, second);
    } catch (error) {
      // What the first request may have deleted is gone, as wanted.
      if (asked.method === 'DELETE' && error instanceof CmsFault && error.kind === 'absent') {
        return { root: undefined, id: undefined };
      }
      // The second one not being sent does not unsend the first.
      if (
        error instanceof CmsFault &&
        asked.method !== 'GET' &&
        !error.sent &&
        error.kind === 'unreachable'
      ) {
        throw new CmsFault(error.message, { ...error, sent: true, cause: error.cause });
      }
      throw error;
    }
  }

  #exchange(asked: Asked, { query, form, options }: Detail, begun: number): Promise<Exchange> {
    const { deadline = this.#deadline, signal } = options;
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) search.append(name, String(value));
    }
    return exchange(this.#dispatcher, {
      origin: this.address,
      method: asked.method,
      path: search.size === 0 ? asked.path : `${asked.path}?${search}`,
      headers: {
        authorization: this.#authorization,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form && encodeForm(form),
      deadline: Math.max(1, Math.round(deadline - (performance.now() - begun))),
      signal,
    });
  }
}

interface Detail {
  readonly query?: Query;
  readonly form?: Form;
  readonly options: RequestOptions;
  readonly accept?: (answer: Answer) => boolean;
}

/**
 * A bridge closes idle connections after 5 s or 100 requests, now and then just as one of ours is on its way.
 * What can be done twice is then done once more; for a POST nothing shows that it was not carried out. (A
 * connection found closed before the first byte is undici's affair, for POST too.)
 */
function mayRepeat({ method }: Asked, { error, started, status }: Exchange): boolean {
  return method !== 'POST' && started && status === undefined && isReset(error);
}

function accepted(asked: Asked, { accept }: Detail, given: Exchange): Answer {
  const answer = readAnswer(asked, given);
  if (accept === undefined || accept(answer)) return answer;
  const lack =
    asked.method === 'POST'
      ? 'without saying where the new object is'
      : `with ${answer.root?.name ?? 'nothing'}`;
  throw new CmsFault(
    `${asked.method} ${asked.path} at ${asked.callBridge}: answered ${given.status} ${lack}`,
    {
      kind: 'garbled',
      callBridge: asked.callBridge,
      status: given.status,
      sent: asked.method !== 'GET',
    },
  );
}
