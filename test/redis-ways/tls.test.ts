/** One server by TLS that wants a certificate of ours, and a user with the rights that the runbook names, and no others. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../check-run.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { World } from '../world/world.ts';
import { Servers, type TestServer } from './servers.ts';
import { booked, opensOnce, startAll, userRule } from './story.ts';

const secret = 'a-secret-of-redis';
const servers = new Servers();
let server: TestServer;
let world: World;
let redis: Record<string, unknown>;
let client: { readonly certificate: string; readonly privateKey: string };
let tls: { readonly ca: string; readonly cert: Buffer; readonly key: Buffer };

beforeAll(async () => {
  const authority = createTestAuthority(servers.folder);
  const { key, cert } = authority.issue(['localhost', '127.0.0.1']);
  const file = (name: string) => join(servers.folder, name);
  writeFileSync(file('redis.pem'), cert);
  writeFileSync(file('redis.key'), key, { mode: 0o600 });
  client = { certificate: file('client.pem'), privateKey: file('client.key') };
  const ours = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=roombridge',
  ];
  const made = ['-out', client.certificate, '-keyout', client.privateKey];
  execFileSync('openssl', ['req', '-x509', ...ours, ...made], { stdio: 'pipe' });
  tls = { ca: authority.ca, cert: readFileSync(client.certificate), key: readFileSync(client.privateKey) };
  const settings = [
    ...['tls-port', `tls-cert-file ${file('redis.pem')}`, `tls-key-file ${file('redis.key')}`],
    ...[`tls-ca-cert-file ${client.certificate}`, 'tls-auth-clients yes'],
    ...['user default on >an-administrator ~* &* +@all', `user ${userRule(secret)}`],
  ];
  server = await servers.start({ settings, admin: { password: 'an-administrator', tls } });
  const url = `rediss://roombridge:${secret}@localhost:${server.port}`;
  redis = { url, ca: file('ca.pem'), clientCertificate: client };
  world = await World.create({ config: { redis } });
});
afterAll(async () => {
  await world.destroy();
  await servers.close();
});

test('a whole story, and nothing is asked of Redis that the user may not', async () => {
  const { receiver, workers } = await startAll(world);
  const meeting = await booked(world, receiver, 5);
  await opensOnce(world, receiver, meeting);
  expect(await server.admin.call('ACL', 'LOG')).toEqual([]);
  const shown = [receiver, ...workers].map(({ output }) => output()).join('\n');
  expect(shown).not.toContain(secret);
});

test('the user reaches nothing else', async () => {
  const user = new Redis(server.port, 'localhost', {
    ...{ username: 'roombridge', password: secret, lazyConnect: true, tls },
  });
  user.on('error', () => {});
  await user.connect();
  const forbidden: [string, ...string[]][] = [
    ...([['GET', 'another:key'], ['FLUSHALL'], ['FLUSHDB'], ['KEYS', '*'], ['CONFIG', 'GET', '*']] as const),
    ...([
      ['ACL', 'LIST'],
      ['SHUTDOWN'],
      ['REPLICAOF', 'a', '1'],
      ['PUBLISH', 'a', 'b'],
      ['MONITOR'],
    ] as const),
    ...([
      ['EVAL', "return redis.call('GET', 'another:key')", '0'],
      ['SCRIPT', 'FLUSH'],
    ] as const),
    ...([
      ['CLIENT', 'KILL', 'ID', '1'],
      ['MODULE', 'LIST'],
    ] as const),
  ].map((words) => [...words]);
  for (const [name, ...words] of forbidden) {
    await expect(user.call(name, ...words), name).rejects.toThrow(/NOPERM|permission|can't access/);
  }
  user.disconnect();
});

test('check reads all it wants to know, and tells what vouches for nobody', async () => {
  const well = await check(world);
  expect(well.row(/^Redis/)).toMatchObject({ what: `Redis localhost:${server.port}`, state: 'ok' });
  const stranger = await check(world, { redis: { ca: client.certificate } });
  expect(stranger.row(/^Redis/)).toMatchObject({
    state: 'FAILED',
    remedy: 'if it is the right one, name the authority that signed it in redis.ca',
  });
});
