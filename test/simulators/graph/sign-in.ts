/** The tenant's sign-in: discovery and client-credential tokens, and which tokens are still good. */
import { randomUUID } from 'node:crypto';
import type { Knobs } from './knobs.ts';
import type { Reply } from './reply.ts';

export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export class SignIn {
  readonly #app: Application;
  readonly #knobs: Knobs;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { readonly expires: number; readonly roles: ReadonlySet<string> }>();

  /** Every token that was ever given out. */
  readonly given: string[] = [];

  constructor(app: Application, knobs: Knobs, now: () => number) {
    this.#app = app;
    this.#knobs = knobs;
    this.#now = now;
  }

  /** Every token given out so far is refused from now on. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  /** The application permissions in the token; undefined where it is not accepted, or no longer. */
  rolesOf(authorization: string | undefined): ReadonlySet<string> | undefined {
    const token = this.#tokens.get(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '');
    return token && token.expires > this.#now() ? token.roles : undefined;
  }

  /** Answers a request below the login host, or undefined where the path is none of its. */
  answer(method: string, pathname: string, form: URLSearchParams, base: string): Reply | undefined {
    if (method === 'GET' && pathname === '/common/discovery/instance') {
      const host = new URL(base).host;
      return {
        status: 200,
        body: {
          tenant_discovery_endpoint: `${base}/${this.#app.tenantId}/v2.0/.well-known/openid-configuration`,
          'api-version': '1.1',
          metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
        },
      };
    }
    const match = /^\/([^/]+)(\/v2\.0\/\.well-known\/openid-configuration|\/oauth2\/v2\.0\/token)$/.exec(
      pathname,
    );
    const tenant = match?.[1];
    if (!tenant) return undefined;
    if (tenant.toLowerCase() !== this.#app.tenantId.toLowerCase()) {
      return refusal(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
    }
    if (method === 'GET' && match[2]?.startsWith('/v2.0'))
      return { status: 200, body: metadata(base, tenant) };
    return method === 'POST' && match[2]?.startsWith('/oauth2') ? this.#token(form) : undefined;
  }

  #token(form: URLSearchParams): Reply {
    const { clientId, clientSecret } = this.#app;
    const id = form.get('client_id') ?? '';
    if (id.toLowerCase() !== clientId.toLowerCase()) {
      return refusal(
        400,
        'unauthorized_client',
        700016,
        `Application with identifier '${id}' was not found in the directory.`,
      );
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return refusal(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
    }
    if (
      !form
        .get('scope')
        ?.split(' ')
        .some((scope) => scope.endsWith('/.default'))
    ) {
      return refusal(
        400,
        'invalid_scope',
        1002012,
        'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.',
      );
    }
    const assertion = form.get('client_assertion');
    if (
      assertion === null ? form.get('client_secret') !== clientSecret : !isAssertionOf(assertion, clientId)
    ) {
      return assertion === null
        ? refusal(
            401,
            'invalid_client',
            7000215,
            'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
          )
        : refusal(
            401,
            'invalid_client',
            700027,
            'The certificate with identifier used to sign the client assertion is not registered on application.',
          );
    }
    const token = this.#issue();
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: this.#knobs.tokenLifetime,
        ext_expires_in: this.#knobs.tokenLifetime,
        ...(this.#knobs.tokenRefreshIn === undefined ? {} : { refresh_in: this.#knobs.tokenRefreshIn }),
        access_token: token,
      },
    };
  }

  #issue(): string {
    const expires = this.#now() + this.#knobs.tokenLifetime * 1000;
    const roles = new Set(this.#knobs.permissions);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${this.#app.tenantId}/`,
      exp: Math.floor(expires / 1000),
      appid: this.#app.clientId,
      tid: this.#app.tenantId,
      // An app without any consent gets a token without the claim.
      ...(roles.size > 0 ? { roles: [...roles] } : {}),
      uti: randomUUID(),
    };
    const token = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${part('simulated')}`;
    this.#tokens.set(token, { expires, roles });
    this.given.push(token);
    return token;
  }
}

/** Only the form is checked: three parts, and the app as the issuer. */
function isAssertionOf(assertion: string, clientId: string): boolean {
  const parts = assertion.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
    return parts.length === 3 && issuer === clientId;
  } catch {
    return false;
  }
}

function refusal(status: number, error: string, number: number, words: string): Reply {
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${number}: ${words} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    },
  };
}

function metadata(base: string, tenant: string): unknown {
  return {
    token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/${tenant}/v2.0`,
    authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/${tenant}/oauth2/v2.0/logout`,
  };
}
