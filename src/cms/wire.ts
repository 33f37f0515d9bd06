/** One call bridge on the wire: who may ask next, in which order, how often, and what came of it. */
import type { Dispatcher } from 'undici';
import { type Answer, type Asked, readAnswer } from './answer.ts';
import type { CmsClientOptions, Query, RequestOptions } from './client.ts';
import { isReset } from './connection-failure.ts';
import { type Deadlines, type Exchange, exchange } from './exchange.ts';
import { CmsFault } from './fault.ts';
import { encodeForm, type Form } from './form.ts';
import { Order } from './order.ts';
import { Turns } from './turns.ts';

export interface Detail {
  readonly query?: Query;
  readonly form?: Form;
  readonly options: RequestOptions;
  readonly accept?: (answer: Answer) => boolean;
}

/**
 * Milliseconds. A bridge that takes connections takes them in a moment; its answer depends on its database; a body follows
 * its headers at once.
 */
export const defaultDeadlines: Deadlines = { connect: 1_500, headers: 2_000, body: 1_000 };
const wholeDeadline = 2_000;

/** Milliseconds before one that is busy is asked again; what is left of the deadline may cut them short. */
const busyPauses = [100, 200, 400];

export class Wire {
  readonly address: string;
  readonly #options: CmsClientOptions;
  readonly #dispatcher: Dispatcher;
  readonly #authorization: string;
  readonly #parts: Deadlines;
  readonly #turns: Turns;
  readonly #order = new Order();

  constructor(options: CmsClientOptions) {
    const { callBridge, dispatcher, parts, width = 64 } = options;
    this.#options = options;
    this.address = callBridge.address;
    this.#dispatcher = dispatcher;
    const credentials = Buffer.from(`${callBridge.username}:${callBridge.password}`, 'utf8');
    this.#authorization = `Basic ${credentials.toString('base64')}`;
    this.#parts = { ...defaultDeadlines, ...parts };
    this.#turns = new Turns(width);
  }

  belongs(part: string, whole: string): void {
    this.#order.belongs(part, whole);
  }

  /** @throws CmsFault */
  async ask(method: Asked['method'], path: string, detail: Detail): Promise<Answer> {
    if (!isPath(path)) throw this.#astray(method);
    const { about, shares = false } = detail.options;
    if (method === 'GET' || about === undefined) return await this.#inTurn(method, path, detail, false);
    const { waited, leave } = await this.#order.enter(about, shares);
    try {
      return await this.#inTurn(method, path, detail, waited);
    } finally {
      leave();
    }
  }

  async #inTurn(method: Asked['method'], path: string, detail: Detail, waited: boolean): Promise<Answer> {
    const { reasonToSpare, observe, record } = this.#options;
    const { priority = 'look' } = detail.options;
    const asked = { callBridge: this.address, method, path: `/api/v1/${path}` };
    const spared = (await this.#turns.take(priority)) || waited ? reasonToSpare?.() : undefined;
    const at = Date.now();
    const begun = performance.now();
    let fault: CmsFault | undefined;
    let answer: Answer | undefined;
    try {
      if (spared !== undefined) throw this.#spare(asked, spared);
      answer = await this.#askUnlessBusy(asked, detail, begun);
      return answer;
    } catch (error) {
      if (error instanceof CmsFault) fault = error;
      throw error;
    } finally {
      this.#turns.done(priority);
      const took = performance.now() - begun;
      const { callBridge, path: whole } = asked;
      const seen = { callBridge, method, path: whole, at, took, ...(fault && { fault }) };
      // What was not sent was seen by nobody.
      if (fault?.withheld === undefined) {
        observe?.(seen);
        const { query, form } = detail;
        record?.({ ...seen, query, form, root: answer?.root, made: answer?.id });
      }
    }
  }

  #spare({ method, path }: Asked, why: string): CmsFault {
    const message = `${method} ${path} at ${this.address}: not sent, for ${why}`;
    return new CmsFault(message, { kind: 'unreachable', callBridge: this.address, withheld: 'spared' });
  }

  #astray(method: string): CmsFault {
    const message = `${method} at ${this.address}: not sent, for what it gave as an id is none`;
    return new CmsFault(message, { kind: 'garbled', callBridge: this.address });
  }

  /** One that is busy has done nothing, so that even a POST may be repeated. */
  async #askUnlessBusy(asked: Asked, detail: Detail, begun: number): Promise<Answer> {
    for (const pause of busyPauses) {
      try {
        return await this.#askTwiceAtMost(asked, detail, begun);
      } catch (error) {
        if (!(error instanceof CmsFault) || error.kind !== 'busy' || error.sent) throw error;
        if (this.#left(detail, begun) < pause * 2 || detail.options.signal?.aborted) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return await this.#askTwiceAtMost(asked, detail, begun);
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
      // The second one not being sent, or not being done, does not undo the first.
      const undone = error instanceof CmsFault && !error.sent;
      if (undone && asked.method !== 'GET' && (error.kind === 'unreachable' || error.kind === 'busy')) {
        throw new CmsFault(error.message, { ...error, sent: true, cause: error.cause });
      }
      throw error;
    }
  }

  #exchange(asked: Asked, detail: Detail, begun: number): Promise<Exchange> {
    const { query, form, options } = detail;
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
      deadline: Math.max(1, Math.round(this.#left(detail, begun))),
      parts: this.#parts,
      signal: options.signal,
      stillWanted: options.stillWanted,
    });
  }

  #left({ options }: Detail, begun: number): number {
    const { deadline = this.#options.deadline ?? wholeDeadline } = options;
    return deadline - (performance.now() - begun);
  }
}

/** Parts of it are ids that the bridge itself gave: none of them may lead anywhere else. */
function isPath(path: string): boolean {
  return path.split('/').every((part) => part === '*' || /^[\w:-][\w.:-]{0,99}$/.test(part));
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
