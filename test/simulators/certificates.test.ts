/** Proves that the test authority's certificates pass a strict verifier, and that expired ones do not. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { createTestAuthority } from './certificates.ts';

async function call(tls: { key: string; cert: string }, ca: string, host: string): Promise<number> {
  const server = createServer(tls, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const url = `https://${host}:${(server.address() as AddressInfo).port}/`;
    const answer = await request(url, { dispatcher });
    await answer.body.dump();
    return answer.statusCode;
  } finally {
    await dispatcher.destroy();
    server.close();
  }
}

test('a certificate is accepted for its DNS name and its address, and only with its authority', async () => {
  const authority = createTestAuthority();
  const tls = authority.issue(['localhost', '127.0.0.1']);
  expect(await call(tls, authority.ca, 'localhost')).toBe(200);
  expect(await call(tls, authority.ca, '127.0.0.1')).toBe(200);
  await expect(call(tls, createTestAuthority().ca, 'localhost')).rejects.toThrow();
});

test('a certificate is refused for a name it does not carry', async () => {
  const authority = createTestAuthority();
  await expect(call(authority.issue(['cms.example']), authority.ca, 'localhost')).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('an expired certificate is refused as expired', async () => {
  const authority = createTestAuthority();
  const tls = authority.issue(['localhost'], { expired: true });
  await expect(call(tls, authority.ca, 'localhost')).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
});
