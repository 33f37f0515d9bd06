/** Somebody's server on loopback that is told of tickets: what it was sent, and how it answers. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const secret = 'a-secret-for-receivers';

export interface Received {
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly ticket: { readonly id: string; readonly about: string; readonly severity: string } | null;
}

export class Receiver {
  readonly url: string;
  readonly received: Received[] = [];
  /** A status; `silent` for no answer at all. */
  answering: number | 'silent' = 204;
  readonly close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
  }

  static async open(): Promise<Receiver> {
    const server = createServer(async (request, response) => {
      const content = await bodyOf(request);
      if (signatureOf(content, request) !== request.headers['roombridge-signature']) {
        response.writeHead(401).end();
        return;
      }
      receiver.received.push(JSON.parse(content) as Received);
      if (receiver.answering === 'silent') return;
      response.writeHead(receiver.answering, { location: '/elsewhere' }).end('thanks');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    );
    return receiver;
  }

  /** `event about`, in the order of their coming. */
  get heard(): string[] {
    return this.received.map(({ event, ticket }) => `${event.replace('ticket-', '')} ${ticket?.about}`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

/** As a receiver makes it, with the time that was said. */
function signatureOf(content: string, { headers }: IncomingMessage): string {
  const [, seconds = ''] = /^t=(\d+),/.exec(String(headers['roombridge-signature'])) ?? [];
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${content}`).digest('hex')}`;
}
