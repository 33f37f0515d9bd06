/** For tests: a receiver of call detail records that answers as it is told, and remembers what it was sent. */
import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ReceivedRecord {
  session: string;
  /** Empty where the bridge stands alone. */
  callBridge: string;
  type: string;
  time: string;
  recordIndex: number;
  correlatorIndex: number;
  /** numPreceedingRecordsMissing. */
  missing: number;
  /** Of the call or leg. */
  id: string;
  /** What is within the element of the call or leg. */
  body: string;
}

export interface ReceivedPost {
  path: string;
  body: string;
  status: number;
  /** Of the client, by which connections are told apart. */
  port: number;
  records: ReceivedRecord[];
}

export class CdrListener implements AsyncDisposable {
  readonly posts: ReceivedPost[] = [];
  /** The status of the next answers; `hang`: none comes, `cut`: the connection is cut instead. */
  answer: number | 'hang' | 'cut' = 200;
  readonly #server: ReturnType<typeof createServer> | ReturnType<typeof createPlainServer>;
  readonly #scheme: string;

  private constructor(tls: { key: string; cert: string } | undefined) {
    const take = (request: IncomingMessage, response: ServerResponse) => this.#take(request, response);
    this.#server = tls === undefined ? createPlainServer(take) : createServer(tls, take);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server.on('tlsClientError', () => {});
  }

  /** Without `tls` it speaks plain HTTP. */
  static async start(tls?: { key: string; cert: string }, port = 0): Promise<CdrListener> {
    const listener = new CdrListener(tls);
    listener.#server.listen(port, '127.0.0.1');
    await once(listener.#server, 'listening');
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** To be configured at a bridge. */
  get uri(): string {
    return `${this.#scheme}://localhost:${this.port}/cdr?token=1`;
  }

  /** Of the POSTs that were answered with 200, in the order of arrival. */
  get records(): ReceivedRecord[] {
    return this.posts.filter(({ status }) => status === 200).flatMap(({ records }) => records);
  }

  /** All that came, as `type recordIndex/correlatorIndex`. */
  get story(): string[] {
    return this.posts.flatMap(({ records }) =>
      records.map(({ type, recordIndex, correlatorIndex }) => `${type} ${recordIndex}/${correlatorIndex}`),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { answer } = this;
      const status = typeof answer === 'number' ? answer : 0;
      const { url: path = '', socket } = request;
      this.posts.push({ path, body, status, port: socket.remotePort ?? 0, records: readRecords(body) });
      if (answer === 'cut') socket.destroy();
      else if (answer !== 'hang') response.writeHead(answer).end('OK');
    });
  }
}

const records =
  /^<\?xml version="1\.0"\?><records session="([^"]*)"(?: callBridge="([^"]*)")?>(.*)<\/records>$/s;
const record =
  /<record type="(\w+)" time="([^"]+)" recordIndex="(\d+)" correlatorIndex="(\d+)"(?: numPreceedingRecordsMissing="(\d+)")?>\n<(call|callLeg) id="([^"]+)">(.*?)<\/\6><\/record>\n/gs;

/** Throws where it is not byte for byte in the form of the bridge. */
export function readRecords(document: string): ReceivedRecord[] {
  const [whole, session = '', callBridge = '', content = ''] = records.exec(document) ?? [];
  if (whole === undefined || content.replace(record, '') !== '') throw new Error(`no records: ${document}`);
  return [...content.matchAll(record)].map(
    ([, type = '', time = '', recordIndex, correlatorIndex, missing = 0, , id = '', body = '']) => ({
      ...{ session, callBridge, type, time, id, body },
      ...{
        recordIndex: Number(recordIndex),
        correlatorIndex: Number(correlatorIndex),
        missing: Number(missing),
      },
    }),
  );
}
