/**
 * The provider of identities: OpenID Connect's authorization code flow with PKCE, state and nonce, one way for Entra ID and
 * all others. What a browser brings back is believed only after the provider itself has signed for it.
 */
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import * as oidc from 'openid-client';
import { type Dispatcher, fetch } from 'undici';
import type { ProviderConfig } from '../../config-signin.ts';
import { within } from '../deadline.ts';
import { SignInFault, signInFault } from './provider-fault.ts';

/** What the browser must come back with, and what only we know. */
export interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

export type Claims = Readonly<Record<string, unknown>>;

export interface ProviderOptions {
  readonly provider: ProviderConfig;
  /** Where the provider sends browsers back to. */
  readonly redirect: string;
  readonly dispatcher: Dispatcher;
  /** Milliseconds for one answer of the provider. */
  readonly deadline?: number;
}

/** Milliseconds for which what the provider says of itself is believed. */
const metadataFor = 600_000;
/** What a provider says of an application whose credential is not right (RFC 6749, 5.2). */
const notUs = ['invalid_client', 'unauthorized_client'];
/** Seconds by which clocks may differ. */
const clockTolerance = 60;

export class Provider {
  readonly name: string;
  readonly #options: ProviderOptions;
  readonly #deadline: number;
  #known: { readonly metadata: oidc.ServerMetadata; readonly at: number } | undefined;

  constructor({ deadline = 5_000, ...options }: ProviderOptions) {
    this.#options = options;
    this.#deadline = deadline;
    this.name = options.provider.name;
  }

  /** @throws SignInFault */
  async begin(): Promise<Begun & { readonly url: string }> {
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    return await this.#said(async () => {
      const url = oidc.buildAuthorizationUrl(await this.#configuration(), {
        redirect_uri: this.#options.redirect,
        scope: this.#options.provider.scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...{ state, nonce },
      });
      return { verifier, state, nonce, url: url.href };
    });
  }

  /**
   * Who has signed in.
   * @param query with which the browser came back, with its question mark
   * @throws SignInFault
   */
  async finish(query: string, { verifier, state, nonce }: Begun): Promise<Claims> {
    return await this.#said(async () => {
      const answer = await oidc.authorizationCodeGrant(
        await this.#configuration(),
        // Never what Host says: it is compared with where we have sent the browser from.
        new URL(this.#options.redirect + query),
        { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      );
      const claims = answer.claims();
      if (claims === undefined) throw new SignInFault('garbled', 'no-id-token');
      return claims;
    });
  }

  /**
   * Whether it answers, and takes us for the application that we say we are: asked for a code that nobody has.
   * @throws SignInFault
   */
  async tryOut(): Promise<void> {
    const { url: _, ...begun } = await this.begin();
    const query = new URLSearchParams({ code: 'roombridge-check', state: begun.state });
    await this.finish(`?${query}`, begun).catch((error: unknown) => {
      const isOurs =
        error instanceof SignInFault && error.kind === 'refused' && !notUs.includes(error.reason);
      if (!isOurs) throw error;
    });
  }

  async #said<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await within(3 * this.#deadline, work);
    } catch (error) {
      throw signInFault(error);
    }
  }

  /** Made anew for each step: its keys are read then, so that they may change whenever the provider likes. */
  async #configuration(): Promise<oidc.Configuration> {
    const { clientId, credential } = this.#options.provider;
    const metadata = await this.#metadata();
    const client = { [oidc.clockTolerance]: clockTolerance };
    const authentication =
      credential.kind === 'secret'
        ? bySecret(credential.secret, metadata)
        : await this.#byCertificate(credential);
    const configuration = new oidc.Configuration(metadata, clientId, client, authentication);
    configuration.timeout = this.#deadline / 1_000;
    configuration[oidc.customFetch] = this.#fetch;
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  }

  async #metadata(): Promise<oidc.ServerMetadata> {
    if (this.#known !== undefined && Date.now() < this.#known.at + metadataFor) return this.#known.metadata;
    const { issuer, clientId } = this.#options.provider;
    const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
      [oidc.customFetch]: this.#fetch,
      timeout: this.#deadline / 1_000,
    });
    const metadata = found.serverMetadata();
    this.#known = { metadata, at: Date.now() };
    return metadata;
  }

  readonly #fetch: oidc.CustomFetch = async (url, options) => {
    const { dispatcher } = this.#options;
    const answer = await fetch(url, { ...(options as object), dispatcher });
    // Its own failure is no answer, whatever else it says.
    if (answer.status >= 500) throw new SignInFault('unreachable', `status-${answer.status}`);
    return answer as unknown as Response;
  };

  async #byCertificate(pair: {
    readonly certificate: string;
    readonly privateKey: string;
  }): Promise<oidc.ClientAuth> {
    const key = await webcrypto.subtle.importKey(
      'pkcs8',
      createPrivateKey(pair.privateKey).export({ type: 'pkcs8', format: 'der' }),
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const fingerprint = new X509Certificate(pair.certificate).fingerprint256.replaceAll(':', '');
    const { token_endpoint: endpoint } = await this.#metadata();
    return oidc.PrivateKeyJwt(key, {
      [oidc.modifyAssertion]: (header, payload) => {
        // https://learn.microsoft.com/entra/identity-platform/certificate-credentials
        header['x5t#S256'] = Buffer.from(fingerprint, 'hex').toString('base64url');
        if (this.#options.provider.isEntra && endpoint !== undefined) payload.aud = endpoint;
      },
    });
  }
}

/** In the body where the provider takes it so, else in a header, which is what every provider takes that says nothing. */
function bySecret(secret: string, { token_endpoint_auth_methods_supported: taken }: oidc.ServerMetadata) {
  return taken?.includes('client_secret_post')
    ? oidc.ClientSecretPost(secret)
    : oidc.ClientSecretBasic(secret);
}
