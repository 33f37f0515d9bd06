/**
 * A provider of OpenID Connect over TLS, as Entra ID behaves: discovery, authorization, tokens, keys. Whoever comes to its
 * authorization endpoint is signed in as its current person, and sent back.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { isAsserted } from './assertion.ts';
import { type Algorithm, challengeOf, makeKey, type SigningKey, signed, unsigned } from './keys.ts';

export interface ProviderOptions {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM; instead of the secret. */
  readonly certificate?: string;
  readonly redirect: string;
  readonly algorithm?: Algorithm;
}

/** What a test makes it do otherwise. */
interface Knobs {
  /** Claims of who signs in. */
  person: Record<string, unknown>;
  /** Claims of the token that are not as they should be. */
  wrong: Record<string, unknown>;
  /** The answer of the authorization endpoint, instead of a code. */
  refusal: string | undefined;
  /** Every request is answered with this status. */
  down: number | undefined;
  /** Signs with a key that is not published, or not at all. */
  forged: boolean | 'unsigned';
}

interface Code {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirect: string;
}

export class EntraSimulator implements AsyncDisposable {
  readonly knobs: Knobs = { person: {}, wrong: {}, refusal: undefined, down: undefined, forged: false };
  readonly counters = { discovery: 0, keys: 0, tokens: 0 };
  readonly #options: ProviderOptions;
  readonly #server: Server;
  readonly #codes = new Map<string, Code>();
  readonly #unpublished: SigningKey;
  #key: SigningKey;

  private constructor(options: ProviderOptions) {
    this.#options = options;
    this.#key = makeKey(options.algorithm ?? 'RS256');
    this.#unpublished = makeKey('RS256');
    this.#server = createServer(options.tls, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async open(options: ProviderOptions): Promise<EntraSimulator> {
    const simulator = new EntraSimulator(options);
    simulator.#server.listen(0, '127.0.0.1');
    await once(simulator.#server, 'listening');
    return simulator;
  }

  /** As `graph.loginUrl` has it. */
  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.url}/${this.#options.tenantId}/v2.0`;
  }

  /** From now on another key signs, and it alone is published. */
  rotate(algorithm: Algorithm = 'RS256'): void {
    this.#key = makeKey(algorithm);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const url = new URL(request.url ?? '/', this.url);
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const base = `/${this.#options.tenantId}`;
    if (this.knobs.down !== undefined) return send(this.knobs.down, { error: 'temporarily_unavailable' });
    switch (`${request.method} ${url.pathname}`) {
      case `GET ${base}/v2.0/.well-known/openid-configuration`:
        this.counters.discovery += 1;
        return send(200, this.#metadata());
      case `GET ${base}/discovery/v2.0/keys`:
        this.counters.keys += 1;
        return send(200, { keys: [this.#key.jwk] });
      case `GET ${base}/oauth2/v2.0/authorize`: {
        response.writeHead(302, { location: this.#authorize(url.searchParams) });
        response.end();
        return;
      }
      case `POST ${base}/oauth2/v2.0/token`: {
        this.counters.tokens += 1;
        const { status, body } = this.#exchange(form);
        return send(status, body);
      }
      default:
        return send(404, {});
    }
  }

  #metadata(): object {
    const base = `${this.url}/${this.#options.tenantId}`;
    return {
      issuer: this.issuer,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: [this.#key.algorithm],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    };
  }

  #authorize(query: URLSearchParams): string {
    const { clientId, redirect } = this.#options;
    const given = (name: string) => query.get(name) ?? '';
    const isRight =
      given('client_id') === clientId &&
      given('redirect_uri') === redirect &&
      given('response_type') === 'code' &&
      given('code_challenge_method') === 'S256' &&
      given('scope').split(' ').includes('openid');
    const back = new URL(redirect);
    back.searchParams.set('state', given('state'));
    const refusal = isRight ? this.knobs.refusal : 'invalid_request';
    if (refusal !== undefined) {
      back.searchParams.set('error', refusal);
      back.searchParams.set('error_description', 'AADSTS65004: User declined to consent. <script>');
      return back.href;
    }
    const code = `1.${randomUUID()}`;
    this.#codes.set(code, {
      challenge: given('code_challenge'),
      nonce: given('nonce'),
      redirect: given('redirect_uri'),
    });
    back.searchParams.set('code', code);
    back.searchParams.set('session_state', randomUUID());
    return back.href;
  }

  #exchange(form: URLSearchParams): { status: number; body: object } {
    const { clientId, clientSecret, certificate } = this.#options;
    const isClient =
      certificate === undefined
        ? form.get('client_id') === clientId && form.get('client_secret') === clientSecret
        : isAsserted(form, certificate, clientId, `${this.url}/${this.#options.tenantId}/oauth2/v2.0/token`);
    if (!isClient)
      return { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215' } };
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const isRight =
      code !== undefined &&
      form.get('grant_type') === 'authorization_code' &&
      form.get('redirect_uri') === code.redirect &&
      challengeOf(form.get('code_verifier') ?? '') === code.challenge;
    if (!isRight) return { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS54005' } };
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ iss: this.issuer, aud: clientId, iat: now, nbf: now, exp: now + 3_600, nonce: code.nonce },
      ...{ sub: 'subject-of-ann', name: 'Ann Example', preferred_username: 'ann@example.com' },
      ...{ tid: this.#options.tenantId, ver: '2.0', ...this.knobs.person, ...this.knobs.wrong },
    };
    const key = this.knobs.forged ? { ...this.#unpublished, kid: this.#key.kid } : this.#key;
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: 3_600,
        access_token: randomUUID(),
        id_token: this.knobs.forged === 'unsigned' ? unsigned(claims) : signed(key, claims),
      },
    };
  }
}
