import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SignIn, type SignInConfig } from '../../src/graph/sign-in.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { faultOf } from './graph-under-test.ts';
import { type Asked, gate, type RecordedServer, type Reply, startRecordedServer } from './recorded-server.ts';

const TENANT = '5f0f6a2e-0000-4000-8000-000000000001';
const CLIENT = '5f0f6a2e-0000-4000-8000-000000000002';
const SECRET = 'p~8Q-very-secret-value';
const HOUR = 3_600_000;

let server: RecordedServer;
let now: number;
/** The token endpoint; the discovery document is served beside it. */
let login: (asked: Asked, number: number) => Reply | Promise<Reply>;

beforeEach(async () => {
  now = Date.parse('2026-11-21T08:00:00Z');
  login = (_, number) => token(`token-${number}`);
  server = await startRecordedServer((asked) => {
    if (asked.method === 'POST') return login(asked, posts().length);
    return {
      body: {
        issuer: `${server.url}/${TENANT}/v2.0`,
        authorization_endpoint: `${server.url}/${TENANT}/oauth2/v2.0/authorize`,
        token_endpoint: `${server.url}/${TENANT}/oauth2/v2.0/token`,
        jwks_uri: `${server.url}/${TENANT}/discovery/v2.0/keys`,
      },
    };
  });
});
afterEach(() => server.close());

test('fifty callers make one token request', async () => {
  const signIn = signInAt();
  const tokens = await Promise.all(Array.from({ length: 50 }, () => signIn.token()));
  expect(new Set(tokens)).toEqual(new Set(['token-1']));
  expect(await signIn.token()).toBe('token-1');
  expect(posts()).toHaveLength(1);
  const form = new URLSearchParams(posts()[0]?.body);
  expect(Object.fromEntries(form)).toMatchObject({
    grant_type: 'client_credentials',
    client_id: CLIENT,
    client_secret: SECRET,
  });
  expect(form.get('scope')).toContain('https://graph.microsoft.com/.default');
  expect(server.asked.every(({ url }) => url.startsWith(`/${TENANT}/`))).toBe(true);
});

test('the state says since when and why', async () => {
  const signIn = signInAt();
  expect(signIn.state).toEqual({ ok: false, since: now, error: 'no token has been asked for yet' });
  now += 5;
  await signIn.token();
  expect(signIn.state).toEqual({ ok: true, since: now });
  now += HOUR;
  login = () => ({ status: 503 });
  await faultOf(signIn.token());
  expect(signIn.state).toMatchObject({ ok: false, since: now, error: expect.stringContaining('503') });
});

test('a token is renewed before it expires, and nobody waits for it', async () => {
  const signIn = signInAt();
  await signIn.token();
  now += 0.79 * HOUR;
  expect(await signIn.token()).toBe('token-1');
  expect(posts()).toHaveLength(1);

  now += 0.02 * HOUR;
  const renewal = gate();
  const asked = gate();
  login = async () => {
    asked.open();
    await renewal.passed;
    return token('token-2');
  };
  expect(await Promise.all([signIn.token(), signIn.token()])).toEqual(['token-1', 'token-1']);
  await asked.passed;
  expect(await signIn.token()).toBe('token-1');
  renewal.open();
  await until(async () => (await signIn.token()) === 'token-2');
  expect(posts()).toHaveLength(2);
});

test('a failed renewal keeps the old token in use until it expires, without hammering', async () => {
  const signIn = signInAt();
  await signIn.token();
  now += 0.81 * HOUR;
  login = () => ({ status: 500, body: { error: 'temporarily_unavailable' } });
  expect(await signIn.token()).toBe('token-1');
  await until(() => !signIn.state.ok);
  for (let i = 0; i < 5; i += 1) expect(await signIn.token()).toBe('token-1');
  expect(posts()).toHaveLength(2);
  now += 15_000;
  expect(await signIn.token()).toBe('token-1');
  await until(() => posts().length === 3);
  now += 0.2 * HOUR;
  login = () => token('token-4');
  await until(async () => {
    now += 1_000;
    return (await signIn.token().catch(() => 'the third attempt is not over')) === 'token-4';
  });
  expect(signIn.state.ok).toBe(true);
});

test('a token that Graph refused is not given out again', async () => {
  const signIn = signInAt();
  expect(await signIn.token()).toBe('token-1');
  signIn.forget('another');
  expect(await signIn.token()).toBe('token-1');
  signIn.forget('token-1');
  expect(await Promise.all([signIn.token(), signIn.token()])).toEqual(['token-2', 'token-2']);
  signIn.forget('token-1');
  expect(await signIn.token()).toBe('token-2');
});

test.each([
  [401, 7000215, 'invalid_client', /client secret is wrong.*not its ID/],
  [401, 7000222, 'invalid_client', /expired; make a new one/],
  [400, 700016, 'unauthorized_client', /check clientId and tenantId/],
  [400, 90002, 'invalid_request', /there is no tenant/],
  [401, 700027, 'invalid_client', /upload it there/],
  [400, 999999, 'invalid_grant', /Something new happened/],
])('a refusal %i AADSTS%i says what to do, and never the secret', async (status, number, code, words) => {
  login = () => ({
    status,
    body: {
      error: code,
      error_description: `AADSTS${number}: Something new happened with ${SECRET}.\r\nTrace ID: t-1\r\nTimestamp: now`,
      error_codes: [number],
      trace_id: 't-1',
    },
  });
  const fault = await faultOf(signInAt().token());
  expect(fault).toMatchObject({ kind: 'refused', status, code: `AADSTS${number}` });
  expect(fault.message).toMatch(words);
  expect(fault.message).toMatch(/^sign-in at localhost:\d+ was refused \(AADSTS/);
  expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain(SECRET);
});

test('recovery is seen at the next attempt, although MSAL would answer from memory for a minute', async () => {
  const signIn = signInAt();
  login = () => ({ status: 503 });
  expect(await faultOf(signIn.token())).toMatchObject({ kind: 'busy', status: 503 });
  login = () => token('token-2');
  now += 1_000;
  expect(await signIn.token()).toBe('token-2');
});

test('Retry-After of the sign-in service is kept, then it is asked again', async () => {
  const signIn = signInAt();
  login = () => ({
    status: 429,
    headers: { 'retry-after': '30' },
    body: { error: 'temporarily_unavailable' },
  });
  expect(await faultOf(signIn.token())).toMatchObject({ kind: 'busy', status: 429, retryAfter: 30_000 });
  now += 20_000;
  expect(await faultOf(signIn.token())).toMatchObject({ kind: 'busy', retryAfter: 10_000 });
  expect(posts()).toHaveLength(1);
  login = () => token('token-2');
  now += 10_000;
  expect(await signIn.token()).toBe('token-2');
});

test('a page of a proxy is garbled', async () => {
  login = () => ({ headers: { 'content-type': 'text/html' }, body: '<html>Please log in</html>' });
  expect(await faultOf(signInAt().token())).toMatchObject({ kind: 'garbled', status: 200 });
});

test('a sign-in service that is not there is unreachable, with the cause', async () => {
  await server.close();
  const dispatcher = createDispatcher({ proxy: {}, connections: 1, connectTimeout: 1_000 });
  const fault = await faultOf(new SignIn({ graph: config(), dispatcher, now: () => now }).token());
  expect(fault).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
  expect((fault.cause as { code?: string }).code).toBe('ECONNREFUSED');
  await dispatcher.close();
  server = await startRecordedServer();
});

test('a certificate signs an assertion that names it by its SHA-256 thumbprint', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-sign-in-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=roombridge', '-days', '2'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    const credential = {
      kind: 'certificate',
      certificate: readFileSync(cert, 'utf8'),
      privateKey: readFileSync(key, 'utf8'),
    } as const;
    expect(await signInAt({ credential }).token()).toBe('token-1');
    const form = new URLSearchParams(posts()[0]?.body);
    expect(form.get('client_secret')).toBeNull();
    const [header, claims] = (form.get('client_assertion') ?? '')
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    const digest = execFileSync('openssl', ['x509', '-in', cert, '-outform', 'DER']);
    expect(header['x5t#S256']).toBe(createHash('sha256').update(digest).digest('base64url'));
    expect(claims).toMatchObject({ iss: CLIENT, sub: CLIENT });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function config(): SignInConfig {
  return {
    tenantId: TENANT,
    clientId: CLIENT,
    credential: { kind: 'secret', secret: SECRET },
    loginUrl: server.url,
    apiUrl: server.url,
  };
}

function signInAt(changed: Partial<SignInConfig> = {}): SignIn {
  return new SignIn({ graph: { ...config(), ...changed }, dispatcher: server.dispatcher, now: () => now });
}

function posts(): Asked[] {
  return server.asked.filter(({ method }) => method === 'POST');
}

function token(value: string): Reply {
  return { body: { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: value } };
}

/** Lets the other side work until this holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((turn) => setImmediate(turn));
}
