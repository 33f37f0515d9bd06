/** MSAL's way out: the same dispatcher as all other traffic, remembering what MSAL's own errors leave out. */
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import type { Dispatcher } from 'undici';
import { GraphFault } from '../fault.ts';
import { exchange } from './exchange.ts';
import { refusal } from './refusal.ts';

export class LoginNetwork implements INetworkModule {
  readonly #dispatcher: Dispatcher;
  readonly #deadline: number;
  /** Why the last exchange since `forget` failed. */
  fault: GraphFault | undefined;

  constructor(dispatcher: Dispatcher, deadline: number) {
    this.#dispatcher = dispatcher;
    this.#deadline = deadline;
  }

  forget(): void {
    this.fault = undefined;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(
    method: string,
    url: string,
    options: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const { headers = {}, body } = options;
    const { origin, pathname } = new URL(url);
    try {
      const answer = await exchange({ method, url, headers, body }, this.#dispatcher, this.#deadline);
      const parsed = parse<T>(answer.text);
      if (answer.status < 200 || answer.status > 299) {
        this.fault = refusal(answer, `${method} ${origin}${pathname}`);
      } else if (parsed === undefined) {
        throw new GraphFault('garbled', `${method} ${origin}${pathname} was not answered with JSON`, {
          status: answer.status,
        });
      }
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: parsed ?? ({} as T),
      };
    } catch (error) {
      if (error instanceof GraphFault) this.fault = error;
      throw error;
    }
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
