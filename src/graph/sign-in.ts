/** The access token for Graph: one request in flight for any number of callers, renewed before it expires. */
import { X509Certificate } from 'node:crypto';
import { ConfidentialClientApplication, type Configuration } from '@azure/msal-node';
import type { Dispatcher } from 'undici';
import type { GraphConfig } from '../config.ts';
import { GraphFault } from './fault.ts';
import { signInFault } from './sign-in-failure.ts';
import { LoginNetwork } from './wire/login-network.ts';

export type SignInConfig = Pick<GraphConfig, 'tenantId' | 'clientId' | 'credential' | 'loginUrl' | 'apiUrl'>;

export interface SignInOptions {
  readonly graph: SignInConfig;
  readonly dispatcher: Dispatcher;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Milliseconds for one exchange with the sign-in service. */
  readonly deadline?: number;
}

export interface SignInState {
  /** The last attempt gave a token. An earlier token may still serve when it did not. */
  readonly ok: boolean;
  /** Epoch milliseconds since when `ok` is what it is. */
  readonly since: number;
  readonly error?: string;
}

interface Held {
  readonly token: string;
  readonly renewAt: number;
  readonly expires: number;
}

/** A fifth of its life is left for a sign-in service that is down. */
const RENEW_AFTER = 0.8;
/** Milliseconds between attempts while the present token serves, and while there is none. */
const PAUSE_IN_BACKGROUND = 15_000;
const PAUSE = 1_000;

export class SignIn {
  readonly #graph: SignInConfig;
  readonly #network: LoginNetwork;
  readonly #now: () => number;
  #application: ConfidentialClientApplication | undefined;
  #held: Held | undefined;
  #pending: Promise<string> | undefined;
  #failure: { readonly fault: GraphFault; readonly at: number } | undefined;
  #state: SignInState;

  constructor({ graph, dispatcher, now = Date.now, deadline = 10_000 }: SignInOptions) {
    this.#graph = graph;
    this.#network = new LoginNetwork(dispatcher, deadline);
    this.#now = now;
    this.#state = { ok: false, since: now(), error: 'no token has been asked for yet' };
  }

  get state(): SignInState {
    return this.#state;
  }

  /**
   * A token that has not expired.
   * @throws GraphFault `refused` with words for an administrator, `busy`, `unreachable` or `garbled`
   */
  async token(): Promise<string> {
    const now = this.#now();
    const held = this.#held;
    if (held !== undefined && now < held.expires) {
      if (now >= held.renewAt && now >= this.#waitUntil(PAUSE_IN_BACKGROUND)) {
        // Nobody waits for it; a failure is kept in `state` and for the next attempt.
        this.#renew().catch(() => {});
      }
      return held.token;
    }
    if (this.#pending === undefined && this.#failure !== undefined) {
      const wait = this.#waitUntil(PAUSE) - now;
      if (wait > 0) throw repeated(this.#failure.fault, wait);
    }
    return this.#renew();
  }

  /** Graph did not take this token: the next caller gets another. */
  forget(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  #waitUntil(pause: number): number {
    return this.#failure === undefined ? 0 : this.#failure.at + (this.#failure.fault.retryAfter ?? pause);
  }

  #renew(): Promise<string> {
    this.#pending ??= this.#acquire().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #acquire(): Promise<string> {
    const asked = this.#now();
    this.#network.forget();
    try {
      this.#application ??= new ConfidentialClientApplication(this.#configuration());
      const result = await this.#application.acquireTokenByClientCredential({
        scopes: [`${resourceOf(this.#graph.apiUrl)}/.default`],
        // The cache is ours: MSAL's would give a token back that Graph has just refused.
        skipCache: true,
      });
      if (result === null || result.expiresOn === null) throw new Error('the sign-in gave no token');
      // MSAL rounds to the second, upwards too.
      const life = Math.max(0, result.expiresOn.getTime() - Date.now() - 1_000);
      this.#held = { token: result.accessToken, renewAt: asked + life * RENEW_AFTER, expires: asked + life };
      this.#failure = undefined;
      if (!this.#state.ok) this.#state = { ok: true, since: this.#now() };
      return result.accessToken;
    } catch (error) {
      // After a failure MSAL answers from memory for up to an hour; a new application asks the service again.
      this.#application = undefined;
      const fault = signInFault(error, this.#network, this.#graph);
      this.#failure = { fault, at: this.#now() };
      const since = this.#state.ok || this.#held === undefined ? this.#now() : this.#state.since;
      this.#state = { ok: false, since, error: fault.message };
      throw fault;
    }
  }

  #configuration(): Configuration {
    const { clientId, tenantId, loginUrl, credential } = this.#graph;
    return {
      auth: {
        clientId,
        authority: `${loginUrl}/${tenantId}`,
        // With its port, or MSAL asks Microsoft's public cloud who this authority is.
        knownAuthorities: [new URL(loginUrl).host],
        ...(credential.kind === 'secret'
          ? { clientSecret: credential.secret }
          : {
              clientCertificate: {
                thumbprintSha256: new X509Certificate(credential.certificate).fingerprint256.replaceAll(
                  ':',
                  '',
                ),
                privateKey: credential.privateKey,
              },
            }),
      },
      system: { networkClient: this.#network },
    };
  }
}

function repeated(fault: GraphFault, wait: number): GraphFault {
  const { kind, message, status, code, requestId, retryAfter } = fault;
  return new GraphFault(kind, message, {
    status,
    code,
    requestId,
    retryAfter: retryAfter === undefined ? undefined : wait,
    cause: fault.cause,
  });
}

/** Microsoft's clouds, each a resource of its own; by whatever other address Graph is reached, it is the public one. */
const CLOUDS = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
];

/** What a token must be for: Graph as the directory names it, not the address that leads to it. */
function resourceOf(apiUrl: string): string {
  const { origin } = new URL(apiUrl);
  return CLOUDS.includes(origin) ? origin : 'https://graph.microsoft.com';
}
