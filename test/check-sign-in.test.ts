/** What `roombridge check` says of the provider by which people sign in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkSignIn } from '../src/check-sign-in.ts';
import type { Config } from '../src/config.ts';
import type { ProviderConfig } from '../src/config-signin.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { EntraSimulator } from './simulators/entra/provider.ts';

const url = 'https://roombridge.test';
const authority = createTestAuthority();
let entra: EntraSimulator;
beforeAll(async () => {
  entra = await EntraSimulator.open({
    ...{
      tls: authority.issue(['localhost']),
      tenantId: 'tenant',
      clientId: 'client',
      clientSecret: 's3cret',
    },
    redirect: `${url}/sign-in/callback`,
  });
});
afterAll(() => entra[Symbol.asyncDispose]());
beforeEach(() => {
  entra.knobs.down = undefined;
});

async function checked(change: Partial<ProviderConfig> = {}) {
  const provider: ProviderConfig = {
    ...{ name: 'Entra ID', issuer: entra.issuer, isEntra: true, clientId: 'client', ca: authority.ca },
    ...{ credential: { kind: 'secret', secret: 's3cret' }, scopes: ['openid'], ...change },
  };
  const config = { signIn: { provider }, http: { admin: { url } }, proxy: {} } as unknown as Config;
  const [finding, ...more] = await checkSignIn(config);
  expect(more).toEqual([]);
  return finding;
}

describe('a provider', () => {
  it('that answers, and knows us, is well', async () => {
    expect(await checked()).toMatchObject({
      ...{ what: 'sign-in with Entra ID', state: 'ok' },
      detail: `answers; it has to know ${url}/sign-in/callback as a redirect URI`,
    });
  });

  it.each([
    [
      'that does not know our secret',
      { credential: { kind: 'secret', secret: 'x' } } as const,
      /\(invalid_client\)/,
    ],
    ['whose certificate is not known', { ca: createTestAuthority().ca }, /does not answer \(\w+\)/],
  ])('%s is not', async (_, change, detail) => {
    expect(await checked(change)).toMatchObject({ state: 'FAILED', detail: expect.stringMatching(detail) });
  });

  it('of another name, and what is none, are not', async () => {
    for (const issuer of [`${entra.url}/tenant/v1.0`, `${entra.issuer}/`])
      expect(await checked({ issuer })).toMatchObject({
        state: 'FAILED',
        detail: expect.stringMatching(/^answers, but not as the provider of this name \(OAUTH_\w+\)$/),
      });
  });

  it('that is down is not', async () => {
    entra.knobs.down = 503;
    expect(await checked()).toMatchObject({ state: 'FAILED', detail: 'does not answer (status-503)' });
  });
});

it('without a provider there is nothing to say', async () => {
  expect(await checkSignIn({ http: {}, proxy: {} } as unknown as Config)).toEqual([]);
});
