/** The sign-in as a configuration makes it: through the product's own way out, by a certificate, for who is let in by it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import type { SignInConfig } from '../src/config-signin.ts';
import { signingIn } from '../src/signing-in.ts';
import { type Admin, openAdmin } from './http/admin-fixture.ts';
import { Browser } from './http/sign-in/scene.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { EntraSimulator } from './simulators/entra/provider.ts';

const url = 'https://roombridge.test';
const folder = mkdtempSync(join(tmpdir(), 'roombridge-signing-in-'));
const client = ['client.pem', 'client.key'].map((name) => join(folder, name)) as [string, string];
execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=client'],
    ...['-out', client[0], '-keyout', client[1]],
  ],
  { stdio: 'pipe' },
);
const [certificate, privateKey] = client.map((file) => readFileSync(file, 'utf8')) as [string, string];
const authority = createTestAuthority();

let redis: TestRedis;
let entra: EntraSimulator;
let admin: Admin;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  redis = await startRedis();
  entra = await EntraSimulator.open({
    ...{ tls: authority.issue(['localhost']), tenantId: 'tenant', clientId: 'client', clientSecret: '' },
    ...{ certificate, redirect: `${url}/sign-in/callback` },
  });
  entra.knobs.person = { roles: ['av'] };
});
afterAll(async () => {
  await entra[Symbol.asyncDispose]();
  await redis.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => redis.redis.flushall());
afterEach(async () => {
  await admin.instance.close();
  for (const close of closers.splice(0)) await close();
});

async function open(
  change: Partial<SignInConfig> = {},
  ca = authority.ca,
  proxies?: string[],
): Promise<void> {
  const signIn: SignInConfig = {
    provider: {
      ...{ name: 'Entra ID', issuer: entra.issuer, isEntra: true, clientId: 'client', ca },
      ...{ credential: { kind: 'certificate', certificate, privateKey }, scopes: ['openid'] },
    },
    roles: { viewer: [], operator: ['av'], administrator: [] },
    sessions: { idle: 60_000, absolute: 120_000 },
    local: true,
    ...change,
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const http = { admin: { host: '127.0.0.1', port: 0, url, tokenFile: join(folder, 'data', 'admin-token') } };
  const config = { signIn, http, proxy: {} } as unknown as Config;
  const made = signingIn({ config, redis: redis.redis, audit: async () => {}, log, closers });
  admin = await openAdmin({ ...made, url, ...(proxies && { proxies }) });
}

it('proves itself by its certificate', async () => {
  await open();
  const browser = new Browser(admin, url, authority.ca);
  expect((await browser.signIn()).status).toBe(303);
  expect(await browser.me()).toMatchObject({ name: 'ann@example.com', role: 'operator' });
});

it('asks no provider whose certificate it does not know', async () => {
  await open({}, createTestAuthority().ca);
  expect((await new Browser(admin, url).get('/sign-in/start')).status).toBe(502);
});

it('lets nobody stay whose way in has been closed', async () => {
  await open();
  const browser = new Browser(admin, url, authority.ca);
  await browser.signIn();
  const { cookies } = browser;
  await admin.instance.close();
  for (const close of closers.splice(0)) await close();
  await open({ provider: undefined as never });
  const after = new Browser(admin, url, authority.ca);
  for (const [name, value] of cookies) after.cookies.set(name, value);
  expect(await after.me()).toBe(401);
});

it('knows who asks behind a proxy of its own, and believes nobody else', async () => {
  for (const [proxies, statuses] of [
    [['127.0.0.0/8'], [303, 429, 303]],
    [undefined, [303, 429, 429]],
  ] as const) {
    await redis.redis.flushall();
    await open({}, authority.ca, proxies && [...proxies]);
    const from = async (address: string) =>
      (await new Browser(admin, url).get('/sign-in/start', { 'x-forwarded-for': address })).status;
    const first = await from('192.0.2.1');
    const [key = ''] = await redis.redis.keys('*:attempts:start*');
    await redis.redis.hset(key, 'until', Date.now() + 60_000);
    expect([first, await from('192.0.2.1'), await from('192.0.2.2')]).toEqual(statuses);
    await admin.instance.close();
  }
});
