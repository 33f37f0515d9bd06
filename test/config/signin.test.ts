/** The sign-in's part of the configuration: what it may say, and each mistake with what it is told. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own notation
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { changed, env, folder, load, mistakes, pem } from './sound.ts';

const tenantId = '5f0f6a2e-0000-4000-8000-000000000001';
const entra = {
  tenantId,
  clientId: 'c2',
  clientSecret: '${SIGN_IN_SECRET}',
  roles: { administrator: ['Roombridge.Administrator'] },
};
const url = 'https://roombridge.example.com';
const withSignIn = (signIn: object, admin: object = { url }) =>
  changed(['signIn', signIn], ['http', { admin }]);
const variables = { ...env, SIGN_IN_SECRET: 'env-sign-in' };
const wrong = (signIn: object, admin?: object) => mistakes(withSignIn(signIn, admin), variables);

describe('a sign-in', () => {
  it('with Entra ID needs little to be said', () => {
    const { signIn, http } = load(withSignIn(entra), variables);
    expect(signIn).toEqual({
      provider: {
        name: 'Entra ID',
        issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
        isEntra: true,
        clientId: 'c2',
        credential: { kind: 'secret', secret: 'env-sign-in' },
        scopes: ['openid', 'profile', 'email'],
      },
      roles: { viewer: [], operator: [], administrator: ['Roombridge.Administrator'] },
      sessions: { idle: 1_800_000, absolute: 43_200_000 },
      local: true,
    });
    expect(http.admin).toEqual({
      ...{ host: '127.0.0.1', port: 8080, url },
      tokenFile: join(folder, 'data', 'admin-token'),
    });
  });

  it('may be with another provider, at another address, by a certificate', () => {
    const own = {
      ...{ issuer: 'https://login.example.com/realms/staff/', clientId: 'roombridge', ca: 'bundle.pem' },
      clientCertificate: { certificate: 'rsa.pem', privateKey: 'rsa.key' },
      scopes: ['openid', 'groups'],
      roles: { viewer: ['staff'], operator: ['av'] },
      sessions: { idle: '1h', absolute: '1h' },
      local: false,
    };
    const admin = {
      ...{ host: '0.0.0.0', url: 'https://Roombridge.example.com:8443/', proxies: ['10.0.0.0/8'] },
      tls: { certificate: 'a.pem', privateKey: 'a.key' },
    };
    const { signIn, http } = load(withSignIn(own, admin), { ...env, ROOMBRIDGE_TOKEN: 'rb_x' });
    expect(signIn?.provider).toMatchObject({
      ...{ name: 'login.example.com', issuer: 'https://login.example.com/realms/staff/', isEntra: false },
      credential: { kind: 'certificate', certificate: pem('rsa.pem') },
      ca: pem('bundle.pem'),
    });
    expect(signIn?.sessions).toEqual({ idle: 3_600_000, absolute: 3_600_000 });
    expect(http.admin).toMatchObject({
      ...{ host: '0.0.0.0', url: 'https://roombridge.example.com:8443', token: 'rb_x' },
      tls: { certificate: pem('a.pem'), privateKey: pem('a.key') },
      proxies: ['10.0.0.0/8'],
    });
  });

  it('may be of local administrators alone, over http on this machine', () => {
    const { signIn } = load(withSignIn({ local: true }, { url: 'http://localhost:8080' }));
    expect(signIn).toMatchObject({ local: true });
    expect(signIn).not.toHaveProperty('provider');
  });
});

it('the section that the example shows is sound, and shows the defaults', () => {
  const example = readFileSync(join(import.meta.dirname, '../../deploy/roombridge.example.yaml'), 'utf8');
  const [, shown = ''] = /\n(# signIn:\n(?:#.*\n)+)/.exec(example) ?? [];
  // What it shows as a comment of a comment are the defaults.
  const text = shown.replace(/^# ?/gm, '').replace(/^( +)# (scopes|name):/gm, '$1$2:');
  const { signIn } = parse(text) as { signIn: object };
  const config = load(withSignIn(signIn), variables);
  const { scopes: _, name: __, sessions: ___, local: ____, ...bare } = signIn as Record<string, unknown>;
  expect(Object.keys(signIn)).toEqual(expect.arrayContaining(['scopes', 'name', 'sessions', 'local']));
  expect(config.signIn).toEqual(load(withSignIn(bare), variables).signIn);
});

describe('is told of', () => {
  const neither = 'signIn: expected exactly one of issuer and tenantId, got neither';
  const url = (got: string) =>
    `http.admin.url: expected an https address without a path such as https://roombridge.example.com (http for localhost only), got ${got}`;

  it.each([
    [
      'nobody who could sign in',
      { local: false },
      ['signIn: nobody can sign in: expected an issuer or a tenantId, or local: true'],
    ],
    ['no provider', { ...entra, tenantId: undefined }, [neither]],
    [
      'two providers',
      { ...entra, issuer: 'https://x.example.com' },
      ['signIn: expected exactly one of issuer and tenantId, got both'],
    ],
    [
      'no credential',
      { ...entra, clientSecret: undefined },
      ['signIn: expected exactly one of clientSecret and clientCertificate, got neither'],
    ],
    [
      'no application',
      { ...entra, clientId: undefined },
      ['signIn.clientId: expected the ID of an application, got nothing'],
    ],
    [
      'a tenant by its name, which its tokens do not say',
      { ...entra, tenantId: 'example.com' },
      ["signIn.tenantId: expected the tenant's own ID, a UUID, got another text"],
    ],
    [
      'no role for anybody',
      { ...entra, roles: {} },
      [
        'signIn.roles: expected a group or an app role for at least one of viewer, operator, administrator, got none',
      ],
    ],
    [
      'an unknown role',
      { ...entra, roles: { viewers: ['x'] } },
      ['signIn.roles.viewers: unknown key; did you mean viewer?'],
    ],
    ['scopes without openid', { ...entra, scopes: ['email'] }, ['signIn.scopes: expected openid among them']],
    [
      'a session that outlives itself',
      { ...entra, sessions: { idle: '2h', absolute: '1h' } },
      ['signIn.sessions.idle: expected no more than signIn.sessions.absolute'],
    ],
    [
      'a session without an end',
      { ...entra, sessions: { idle: '0s', absolute: '90d' } },
      [
        'signIn.sessions.idle: expected a duration such as 90s or 5m, from 1m to 1d, got none at all',
        'signIn.sessions.absolute: expected a duration such as 90s or 5m, from 1m to 7d, got a longer one',
      ],
    ],
  ])('%s', (_, signIn, expected) => {
    expect(wrong(signIn)).toEqual(expected);
  });

  it.each([
    [
      'http to another host',
      { url: 'http://roombridge.example.com' },
      [url('an http address of another host')],
    ],
    ['a path', { url: 'https://example.com/roombridge' }, [url('one with a path or a query')]],
    [
      'proxies that are no networks',
      { url: 'https://x.example.com', proxies: ['all'] },
      ['http.admin.proxies[0]: expected a network such as 10.0.0.0/8, or an IP address, got another text'],
    ],
    ['what is no URL', { url: 'roombridge.example.com' }, [url('a text that is not a URL')]],
    [
      'no address at all',
      {},
      [
        'http.admin.url: expected the address by which browsers reach the admin listener, which signIn needs, got nothing',
      ],
    ],
    [
      'http while others can reach it',
      { host: '0.0.0.0', url: 'http://localhost:8080' },
      ['http.admin.url: expected an https address, for http.admin.host is no loopback address'],
    ],
    [
      'a certificate for http',
      { url: 'http://localhost:8080', tls: { certificate: 'a.pem', privateKey: 'a.key' } },
      ['http.admin.url: expected an https address, which http.admin.tls is the certificate of'],
    ],
  ])('%s', (_, admin, expected) => {
    expect(wrong(entra, admin)).toEqual(expected);
  });

  it('an address that others reach, while nobody has to sign in', () => {
    expect(mistakes(changed(['http', { admin: { host: '0.0.0.0', url: 'https://x.example.com' } }]))).toEqual(
      [
        'http.admin.host: expected a loopback address (127.0.0.1, ::1 or localhost) while no sign-in is configured, got another address',
      ],
    );
  });
});
