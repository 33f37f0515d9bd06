/** An administrator reads what is wrong with a certificate, not an error code. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { CmsClient } from '../../src/cms/client.ts';
import { describeConnectionFailure, describeTlsFailure } from '../../src/cms/connection-failure.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { ca, issue, password, RawBridge } from './raw-bridge.ts';

const stranger = createTestAuthority();

test.each([
  ['expired', issue(['localhost'], { expired: true }), 'its certificate has expired'],
  [
    'for another name',
    issue(['cms9.example.com']),
    'its certificate is for cms9.example.com, not for localhost',
  ],
  [
    'of an unknown authority',
    stranger.issue(['localhost']),
    'its certificate comes from an authority that is not trusted here',
  ],
])('a certificate that is %s is said to be so', async (_what, tls, words) => {
  const bridge = await RawBridge.start(({ answer }) => answer(200), tls);
  onTestFinished(() => bridge.stop());
  const fault = await bridge
    .client()
    .post('calls', [])
    .catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: 'unreachable', sent: false });
  expect((fault as Error).message).toBe(`POST /api/v1/calls at ${bridge.address}: ${words}`);
  expect(describeTlsFailure(fault)).toBe(words);
  expect(bridge.requests).toEqual([]);
});

test('a port without TLS is said to be so', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = `https://localhost:${(server.address() as AddressInfo).port}`;
  const dispatcher = createDispatcher({ proxy: {}, ca, connections: 1, connectTimeout: 10_000 });
  onTestFinished(() => dispatcher.destroy());
  const client = new CmsClient({ callBridge: { address, username: 'apiadmin', password }, dispatcher });
  const fault = await client.get('calls').catch((error: unknown) => error);
  expect(describeTlsFailure(fault)).toBe('it does not speak TLS on this port');
});

const failed = (code: string) => Object.assign(new Error('failed'), { code });

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed and not trusted here'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate comes from an authority that is not trusted here'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet (is the clock of this machine right?)'],
  ['EPROTO', 'the TLS handshake with it failed (EPROTO)'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'it accepts no version of TLS that is spoken here'],
])('%s is %s', (code, words) => {
  expect(describeTlsFailure(new Error('outer', { cause: failed(code) }))).toBe(words);
});

test('what has nothing to do with TLS is left to others', () => {
  expect(describeTlsFailure(failed('ECONNREFUSED'))).toBeUndefined();
  expect(describeTlsFailure(undefined)).toBeUndefined();
  expect(describeConnectionFailure(failed('ENOTFOUND'))).toBe('its name is unknown to DNS');
  const both = new AggregateError([failed('ECONNREFUSED'), failed('ECONNREFUSED')]);
  expect(describeConnectionFailure(both)).toBe('it refused the connection');
});
