/**
 * Speaks to one call bridge: at most one POST on the wire for each call of `post` that may have been carried out,
 * credentials sent at first, every failure a `CmsFault`, every request over within its deadline.
 */
import type { Dispatcher } from 'undici';
import type { CallBridgeConfig } from '../config.ts';
import type { Deadlines } from './exchange.ts';
import { CmsFault } from './fault.ts';
import type { Form } from './form.ts';
import type { Traffic } from './traffic.ts';
import type { Priority } from './turns.ts';
import { Wire } from './wire.ts';
import type { XmlElement } from './xml.ts';

export interface RequestOptions {
  /** Milliseconds for the whole request, connecting included; instead of the client's. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whose turn comes first where many wait; `look` when left out. */
  readonly priority?: Priority | undefined;
  /** The id of the space, call or leg that a write concerns: writes about the same one keep their order. */
  readonly about?: string | undefined;
  /** Goes side by side with others that share, about the same one. */
  readonly shares?: boolean | undefined;
  /**
   * Asked as the last thing before the first byte of a write leaves, however long it had to wait for its turn and its
   * connection, and this process for the processor. False keeps it here: a `CmsFault` of kind `unreachable`, not sent,
   * `unwanted`.
   */
  readonly stillWanted?: (() => boolean) | undefined;
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
  readonly callBridge: Pick<CallBridgeConfig, 'address' | 'username' | 'password'>;
  /** Stays the caller's to close. */
  readonly dispatcher: Dispatcher;
  /** Milliseconds for a whole request once its turn has come, 2000 when left out. */
  readonly deadline?: number;
  /** Milliseconds for each part of it, within the whole; see `defaultDeadlines`. */
  readonly parts?: Partial<Deadlines>;
  /** Requests at once, 64 when left out; the dispatcher should have as many connections. */
  readonly width?: number;
  /** Asked when a request had to wait for its turn: a reason spares it a call bridge that has failed meanwhile. */
  readonly reasonToSpare?: (() => string | undefined) | undefined;
  readonly observe?: (observation: Observation) => void;
  /** Told the same with all that was said, secrets too. */
  readonly record?: (traffic: Traffic) => void;
}

/** Who may write, asked again before each write leaves, and what is thrown in its place once they may not. */
export interface Guard {
  stillWanted(): boolean;
  otherwise(): Error;
}

export class CmsClient {
  /** The call bridge's address. */
  readonly address: string;
  readonly #wire: Wire;
  readonly #guard: Guard | undefined;

  constructor(options: CmsClientOptions | { readonly wire: Wire; readonly guard: Guard }) {
    this.#wire = 'wire' in options ? options.wire : new Wire(options);
    this.#guard = 'wire' in options ? options.guard : undefined;
    this.address = this.#wire.address;
  }

  /** The same client for somebody whose right to write may end at any moment. */
  guardedBy(guard: Guard): CmsClient {
    return new CmsClient({ wire: this.#wire, guard });
  }

  /** Writes about the part (a call, a leg) are from now on writes about the whole. Ids. */
  belongs(part: string, whole: string): void {
    this.#wire.belongs(part, whole);
  }

  /** The root element of the answer. `path` is relative to `/api/v1/`. */
  async get(path: string, query: Query = {}, { root, ...options }: GetOptions = {}): Promise<XmlElement> {
    const answer = await this.#wire.ask('GET', path, {
      query,
      options,
      accept: (given) => !!given.root && (!root || given.root.is(root)),
    });
    return answer.root as XmlElement;
  }

  /** The id of what was made. */
  async post(path: string, form: Form, options: RequestOptions = {}): Promise<string> {
    const answer = await this.#write('POST', path, options, form);
    return answer.id as string;
  }

  async put(path: string, form: Form, options: RequestOptions = {}): Promise<void> {
    await this.#write('PUT', path, options, form);
  }

  async delete(path: string, options: RequestOptions = {}): Promise<void> {
    await this.#write('DELETE', path, options);
  }

  async #write(method: 'POST' | 'PUT' | 'DELETE', path: string, options: RequestOptions, form?: Form) {
    const guard = this.#guard;
    const { stillWanted = guard && (() => guard.stillWanted()) } = options;
    const detail = {
      ...(form && { form }),
      options: { ...options, stillWanted },
      ...(method === 'POST' && { accept: ({ id }: { id: string | undefined }) => id !== undefined }),
    };
    try {
      return await this.#wire.ask(method, path, detail);
    } catch (error) {
      if (guard !== undefined && error instanceof CmsFault && error.withheld === 'unwanted')
        throw guard.otherwise();
      throw error;
    }
  }
}
