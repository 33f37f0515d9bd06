/** The HTTPS front of sign-in and API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Agenda } from './agenda.ts';
import type { Answered, Api } from './api.ts';

export class GraphServer {
  readonly #api: Api;
  readonly #agenda: Agenda;
  readonly #server: Server;

  constructor(tls: { readonly key: string; readonly cert: string }, api: Api, agenda: Agenda) {
    this.#api = api;
    this.#agenda = agenda;
    this.#server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
      void agenda.serving(this.#serve(request, response));
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo | null)?.port ?? 0}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = this.#agenda.now();
    const { method = 'GET', url: path = '/', headers } = request;
    const { remotePort: port = 0 } = request.socket;
    let body = '';
    try {
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
    } catch {
      response.destroy();
      this.#api.note({ method, path, headers, body, port }, at, 0);
      return;
    }
    const asked = { method, path, headers, body, port };
    const answer = await this.#api.exchange(asked);
    if (answer === 'hang') return;
    const sent = answer !== 'cut' && !response.destroyed;
    if (sent) write(response, answer);
    else response.destroy();
    this.#api.note(asked, at, sent ? answer.status : 0);
  }
}

function write(response: ServerResponse, { status, headers, text, half }: Answered): void {
  if (!half) {
    response.writeHead(status, headers);
    response.end(text === '' ? undefined : text);
    return;
  }
  const bytes = Buffer.from(text);
  response.writeHead(status, { ...headers, 'Content-Length': Math.max(2, bytes.length) });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
