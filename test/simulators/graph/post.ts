/** One HTTPS POST to a subscriber, as Graph makes it: no redirects, a time limit over the whole exchange. */
import { type Agent, request } from 'node:https';

export interface Posted {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export class PostTimeout extends Error {}

export interface PostOptions {
  readonly agent: Agent;
  /** Ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly contentType: string;
  readonly body: string;
}

/** Rejects with a PostTimeout, or with the network's error. */
export function post(url: string, options: PostOptions): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeout)]);
    const fail = (error: Error) => {
      const timedOut = signal.aborted && !options.signal.aborted;
      reject(timedOut ? new PostTimeout(`No answer from ${url} in ${options.timeout} ms`) : error);
    };
    const headers = {
      'Content-Type': options.contentType,
      'Content-Length': Buffer.byteLength(options.body),
      'User-Agent': 'Microsoft Graph (simulated)',
    };
    const sent = request(url, { method: 'POST', agent: options.agent, signal, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', fail);
    sent.end(options.body);
  });
}
