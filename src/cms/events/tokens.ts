/** Tokens with which websockets for events are opened; none of them shows in an error. */
import type { Dispatcher } from 'undici';
import type { CallBridgeConfig } from '../../config.ts';
import { readAnswer } from '../answer.ts';
import { exchange } from '../exchange.ts';
import { CmsFault } from '../fault.ts';

export interface TokenSource {
  readonly callBridge: Pick<CallBridgeConfig, 'address' | 'username' | 'password'>;
  readonly dispatcher: Dispatcher;
  /** Milliseconds for a request. */
  readonly deadline: number;
}

/** Milliseconds that a token is used for. How long it is good is not published; clients were seen to renew it after 10 s. */
const used = 5_000;

export class Tokens {
  readonly #source: TokenSource;
  #last: { readonly token: string; readonly at: number } | undefined;

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** A young one. @throws CmsFault */
  async take(signal: AbortSignal): Promise<string> {
    const now = performance.now();
    if (this.#last !== undefined && now - this.#last.at < used) return this.#last.token;
    const token = await requestToken(this.#source, signal);
    this.#last = { token, at: now };
    return token;
  }

  /** The last one did not do. */
  forget(): void {
    this.#last = undefined;
  }
}

async function requestToken(
  { callBridge: { address, username, password }, dispatcher, deadline }: TokenSource,
  signal: AbortSignal,
): Promise<string> {
  const asked = { callBridge: address, method: 'POST', path: '/api/v1/authTokens' } as const;
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const given = await exchange(dispatcher, {
    ...{ origin: address, method: asked.method, path: asked.path, body: '' },
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...{ deadline, parts: { connect: deadline, headers: deadline, body: deadline }, signal },
  });
  readAnswer(asked, given);
  const token = given.headers['x-cisco-cms-auth-token'];
  if (typeof token === 'string' && token !== '') return token;
  throw new CmsFault(`POST ${asked.path} at ${address}: answered ${given.status} without a token`, {
    ...{ kind: 'garbled', callBridge: address, status: given.status },
  });
}
