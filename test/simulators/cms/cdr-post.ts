/** The way of call detail records to receivers: one connection to each, kept open, one POST on it at a time. */
import { type ClientRequest, Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { CdrSettings } from './options.ts';

/** How a POST ended. */
export interface Posted {
  /** Undefined where no answer came. */
  status: number | undefined;
  /** Whether all of it left us: then it may have arrived. */
  isOut: boolean;
}

export class CdrPost {
  readonly #patience: number;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  readonly #https: HttpsAgent;
  #request: ClientRequest | undefined;

  constructor({ patience, ca }: CdrSettings) {
    this.#patience = patience;
    this.#https = new HttpsAgent({
      ...{ keepAlive: true, maxSockets: 1, rejectUnauthorized: ca !== undefined },
      ...(ca !== undefined && { ca }),
    });
  }

  /** Called back once, and at once where the address is none. */
  send(uri: string, document: string, settle: (posted: Posted) => void): void {
    const request = this.#open(uri);
    const posted: Posted = { status: undefined, isOut: false };
    if (request === undefined) {
      settle(posted);
      return;
    }
    this.#request = request;
    const late = setTimeout(() => request.destroy(), this.#patience);
    request.on('finish', () => {
      posted.isOut = true;
    });
    request.on('response', (response) => {
      posted.status = response.statusCode;
      response.on('error', () => {}).resume();
    });
    request.on('error', () => {});
    request.on('close', () => {
      clearTimeout(late);
      settle(posted);
    });
    request.end(document);
  }

  /** Cuts what is under way. */
  close(): void {
    this.#request?.destroy();
    this.#http.destroy();
    this.#https.destroy();
  }

  #open(uri: string): ClientRequest | undefined {
    if (!URL.canParse(uri)) return undefined;
    const url = new URL(uri);
    const options = { method: 'POST', headers: { 'Content-Type': 'text/xml' } };
    if (url.protocol === 'https:') return requestHttps(url, { ...options, agent: this.#https });
    return url.protocol === 'http:' ? requestHttp(url, { ...options, agent: this.#http }) : undefined;
  }
}
