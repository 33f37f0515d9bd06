/** How a command asks the product on its machine: with the secret of the file or a token, over TLS too, and what it is told. */

import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { AdminListenerConfig } from '../src/config-signin.ts';
import { keepMachineToken } from '../src/machine-token.ts';
import { askRunning } from '../src/running.ts';
import { createTestAuthority } from './simulators/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-running-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenFile = join(folder, 'data', 'admin-token');

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Tells what it was asked by; a wrong secret is nobody's. */
async function serve(
  known: string | undefined,
  tls?: { readonly key: string; readonly cert: string },
): Promise<AdminListenerConfig> {
  const answer: RequestListener = ({ headers, method }, response) => {
    const isKnown = headers.authorization === `Bearer ${known}`;
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ method, detail: 'Sign in first.' }));
  };
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe('the secret of this machine', () => {
  it('is made once, for its user alone, and kept', () => {
    const secret = keepMachineToken(tokenFile);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(keepMachineToken(tokenFile)).toBe(secret);
  });

  it.each([
    ['that others could read', () => chmodSync(tokenFile, 0o644)],
    ['that is none', () => writeFileSync(tokenFile, 'short\n')],
  ])('%s is made anew', (_, spoil) => {
    const before = keepMachineToken(tokenFile);
    spoil();
    const secret = keepMachineToken(tokenFile);
    expect(secret).not.toBe(before);
    expect(readFileSync(tokenFile, 'utf8')).toBe(`${secret}\n`);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  });
});

describe('the product is asked', () => {
  it('with that secret', async () => {
    const admin = await serve(keepMachineToken(tokenFile));
    expect(await askRunning({ ...admin, tokenFile }, '/x')).toMatchObject({ method: 'GET' });
    expect(await askRunning({ ...admin, tokenFile }, '/x', {})).toMatchObject({ method: 'POST' });
    expect(await askRunning({ ...admin, tokenFile }, '/x', undefined, 'DELETE')).toMatchObject({
      method: 'DELETE',
    });
  });

  it('with an API token instead, where there is one', async () => {
    const admin = await serve('rb_token');
    expect(await askRunning({ ...admin, tokenFile, token: 'rb_token' }, '/x')).toBeDefined();
  });

  it('at this machine, where it listens at every address', async () => {
    const { port } = await serve('rb_token');
    expect(await askRunning({ host: '0.0.0.0', port, token: 'rb_token' }, '/x')).toBeDefined();
  });

  it.each([
    ['roombridge.example.com', 'https://roombridge.example.com'],
    ['127.0.0.1', 'https://127.0.0.1:8443'],
  ])('over TLS, where its certificate is for %s', async (name, url) => {
    const { key: privateKey, cert: certificate } = createTestAuthority().issue([name]);
    const admin = await serve('rb_token', { key: privateKey, cert: certificate });
    const tls = { certificate, privateKey };
    expect(await askRunning({ ...admin, url, tls, token: 'rb_token' }, '/x')).toBeDefined();
    const other = { ...admin, url: 'https://other.example.com', tls, token: 'rb_token' };
    await expect(askRunning(other, '/x')).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('over TLS by nobody else than who has its certificate', async () => {
    const name = 'roombridge.example.com';
    const [ours, theirs] = [createTestAuthority().issue([name]), createTestAuthority().issue([name])];
    const admin = await serve('rb_token', theirs);
    const tls = { certificate: ours.cert, privateKey: ours.key };
    await expect(
      askRunning({ ...admin, url: `https://${name}`, tls, token: 'rb_token' }, '/x'),
    ).rejects.toThrow(/does roombridge run\? \(\w+\)/);
  });
});

describe('who is not known is told', () => {
  it.each([
    [
      'that the file cannot be read',
      { tokenFile: join(folder, 'gone') },
      /gone cannot be read by this user: run/,
    ],
    ['that it holds another secret', { tokenFile }, /does not know the secret in .*admin-token/],
    ['that the file has no sign-in', {}, /wants a sign-in, which this configuration file has not/],
    ['that the token is none', { token: 'rb_other' }, /the token in ROOMBRIDGE_TOKEN is not one/],
  ])('%s', async (_, more, words) => {
    keepMachineToken(tokenFile);
    const admin = await serve('another');
    await expect(askRunning({ ...admin, ...more }, '/x')).rejects.toThrow(words);
  });
});
