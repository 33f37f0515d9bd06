/** Every way on which the product goes to somebody else, each with the credentials that it has for them. */
import type { Dispatcher } from 'undici';
import { CmsClient } from '../../src/cms/client.ts';
import { openSocket } from '../../src/cms/events/handshake.ts';
import { Tokens } from '../../src/cms/events/tokens.ts';
import type { Config } from '../../src/config.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { SignIn } from '../../src/graph/sign-in.ts';
import { postSigned } from '../../src/http/webhook.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { providerOf } from '../../src/signing-in.ts';
import { connectTargets } from '../../workers/targets.ts';

export interface WayOut {
  readonly name: string;
  /** Goes there, and gives what an administrator is told of the failure. */
  readonly go: (url: string, ca: string) => Promise<string>;
  /** What is told of a certificate: for another name, of a strange authority, that has expired. */
  readonly told: readonly [name: RegExp, authority: RegExp, expired: RegExp];
}

/** In words, and by the codes of OpenSSL. */
const inWords = [
  /certificate is for cms9\.example\.com, not for localhost/,
  /not trusted here/,
  /expired/,
] as const;
const byNode = [/does not match certificate's altnames/, /unable to .* certificate/, /has expired/] as const;
const byCode = [/ERR_TLS_CERT_ALTNAME_INVALID/, /UNABLE_TO_\w+/, /CERT_HAS_EXPIRED/] as const;

const deadline = 30_000;
const credential = { kind: 'secret', secret: 'the-client-secret' } as const;

/** Gives the words of the failure; a success has none. */
async function failureOf(ca: string, work: (dispatcher: Dispatcher) => Promise<unknown>): Promise<string> {
  const dispatcher = createDispatcher({ proxy: {}, ca, connections: 2, connectTimeout: deadline });
  try {
    return `none, but ${JSON.stringify(await work(dispatcher))}`;
  } catch (error) {
    const { message, reason = '' } = error as Error & { reason?: string };
    return `${message} ${reason}`;
  } finally {
    await dispatcher.destroy();
  }
}

const graphAt = (apiUrl: string, dispatcher: Dispatcher) =>
  new GraphClient({
    ...{ graph: { apiUrl }, dispatcher, deadline },
    signIn: { token: async () => 'the-token', forget: () => {} },
  });
const callBridge = (address: string) => ({ address, username: 'api', password: 'the-password' });

/** What a sign-in of people asks for, as far as it gets. */
async function signedIn(url: string, ca: string, query: string): Promise<string> {
  const provider = { name: 'Entra ID', issuer: `${url}/tenant/v2.0`, isEntra: true, clientId: 'client' };
  const signIn = { provider: { ...provider, credential, scopes: ['openid'], ca } };
  const closers: (() => Promise<unknown>)[] = [];
  const config = { signIn, http: { admin: { url: 'https://roombridge.test' } }, proxy: {} };
  const made = providerOf(config as unknown as Config, closers);
  try {
    return await failureOf(ca, async () => {
      const begun = await made?.begin();
      return begun && query !== '' && (await made?.finish(`${query}&state=${begun.state}`, begun));
    });
  } finally {
    for (const close of closers) await close();
  }
}

export const waysOut: readonly WayOut[] = [
  {
    name: 'Graph',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) => graphAt(url, dispatcher).send({ method: 'GET', path: '/users' })),
    told: byNode,
  },
  {
    name: 'a write to Graph',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) =>
        graphAt(url, dispatcher).send({ method: 'POST', path: '/subscriptions', body: { clientState: 'x' } }),
      ),
    told: byNode,
  },
  {
    name: 'the sign-in of the application',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) => {
        const graph = { tenantId: 'tenant', clientId: 'client', credential, loginUrl: url, apiUrl: url };
        return new SignIn({ graph, dispatcher, deadline }).token();
      }),
    told: byNode,
  },
  {
    name: 'a call bridge',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) =>
        new CmsClient({ callBridge: callBridge(url), dispatcher, deadline }).get('system/status'),
      ),
    told: inWords,
  },
  {
    name: 'a write to a call bridge',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) =>
        new CmsClient({ callBridge: callBridge(url), dispatcher, deadline }).post('calls', []),
      ),
    told: inWords,
  },
  {
    name: 'the token for events of a call bridge',
    go: (url, ca) =>
      failureOf(ca, (dispatcher) =>
        new Tokens({ callBridge: callBridge(url), dispatcher, deadline }).take(new AbortController().signal),
      ),
    told: inWords,
  },
  {
    name: 'the websocket for events of a call bridge',
    go: (url, ca) =>
      failureOf(ca, async (dispatcher) => {
        const { signal } = new AbortController();
        const open = await openSocket({ address: url, token: 'the-token', dispatcher, deadline, signal });
        open.connection.destroy();
      }),
    told: inWords,
  },
  {
    name: 'a webhook',
    go: async (url, ca) => {
      const target = { kind: 'webhook', url, secret: 'the-signing-secret', ca, severities: [], events: [] };
      const closers: (() => Promise<unknown>)[] = [];
      const [post] = connectTargets({ tickets: { tell: [target as never] }, proxy: {} }, closers).values();
      if (post === undefined || !('dispatcher' in post)) throw new Error('no webhook');
      const posted = await postSigned(post, { event: 'test' }, Date.now());
      for (const close of closers) await close();
      return JSON.stringify(posted);
    },
    told: byCode,
  },
  { name: 'the provider of identities', go: (url, ca) => signedIn(url, ca, ''), told: byCode },
  { name: 'a code for the provider', go: (url, ca) => signedIn(url, ca, '?code=a-code'), told: byCode },
];
