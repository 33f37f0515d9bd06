/** A simulated tenant with a client and a subscriber's receiver, for the simulator's own tests. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, fetch } from 'undici';
import { createTestAuthority } from '../certificates.ts';
import { GraphSimulator, type GraphSimulatorOptions } from './simulator.ts';

const IDENTITY = {
  tenantId: '5f0f6a2e-0000-4000-8000-000000000001',
  clientId: '5f0f6a2e-0000-4000-8000-000000000002',
  clientSecret: 'correct horse',
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers | Awaited<ReturnType<typeof fetch>>['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
  readonly json: any;
}

/** How the receiver answers a request: undefined is 202, or the decoded token for a handshake. */
export type Behaviour = (request: {
  readonly url: URL;
  readonly body: string;
}) => { status: number; body?: string } | undefined;

export async function startTenant(options: Partial<GraphSimulatorOptions> = {}) {
  const authority = createTestAuthority();
  const tls = authority.issue(['localhost', '127.0.0.1']);
  const graph = await GraphSimulator.start({
    tls,
    ca: authority.ca,
    ...IDENTITY,
    rooms: [
      { mailbox: 'Board@example.com', name: 'Board room' },
      { mailbox: 'attic@example.com', name: 'Attic' },
    ],
    people: [{ mailbox: 'ada@example.com', name: 'Ada' }],
    ...options,
  });
  const dispatcher = new Agent({ connect: { ca: authority.ca } });
  const receiver = await startReceiver(tls);
  let bearer = '';

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(path.startsWith('https:') ? path : `${graph.url}${path}`, {
      method,
      dispatcher,
      headers: {
        Authorization: bearer,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : text,
    } as Answer;
  }

  async function token(change: Record<string, string> = {}): Promise<Answer> {
    const form = {
      client_id: IDENTITY.clientId,
      client_secret: IDENTITY.clientSecret,
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
      ...change,
    };
    const url = `${graph.url}/${IDENTITY.tenantId}/oauth2/v2.0/token`;
    const response = await fetch(url, { method: 'POST', dispatcher, body: new URLSearchParams(form) });
    return { status: response.status, headers: response.headers, json: await response.json() };
  }

  /** The answer to the request for a subscription to a room. */
  function subscribe(mailbox: string, change: Record<string, unknown> = {}): Promise<Answer> {
    const wanted = {
      changeType: 'created,updated,deleted',
      notificationUrl: `${receiver.url}/changes`,
      lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
      resource: `/users/${mailbox}/events`,
      expirationDateTime: new Date((options.clock?.now() ?? Date.now()) + 86_400_000).toISOString(),
      clientState: 'a secret',
      ...change,
    };
    return send('POST', '/v1.0/subscriptions', wanted, { Prefer: 'IdType="ImmutableId"' });
  }

  /** With a new token, and what is permitted by now. */
  async function signIn(): Promise<void> {
    bearer = `Bearer ${(await token()).json.access_token}`;
  }

  await signIn();
  return {
    graph,
    receiver,
    /** Trusts both. */
    dispatcher,
    send,
    signIn,
    authorization: () => bearer,
    token,
    subscribe,
    async stop() {
      await graph.stop();
      await receiver.stop();
      await dispatcher.destroy();
    },
  };
}

async function startReceiver(tls: { key: string; cert: string }) {
  const state: { behave: Behaviour } = { behave: () => undefined };
  const server = createServer(tls, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'https://localhost');
      const handshake = url.searchParams.get('validationToken');
      const answer = state.behave({ url, body }) ?? {
        status: handshake === null ? 202 : 200,
        body: handshake ?? '',
      };
      response.writeHead(answer.status, { 'Content-Type': 'text/plain' }).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    behave(behaviour: Behaviour) {
      state.behave = behaviour;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
