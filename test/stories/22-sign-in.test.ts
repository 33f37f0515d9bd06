/** The first day: nobody can come in, the command on the machine makes a link, and behind it an administrator is made. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../world/command.ts';
import { type Product, World } from '../world/world.ts';

let world: World;
let product: Product;
let file: string;
const url = 'http://localhost:8080';
const change = { signIn: { local: true }, http: { admin: { url } } };

beforeAll(async () => {
  world = await World.create();
  product = await world.start('all', 'config', { change });
  file = world.configFile('command.yaml', Number(new URL(product.admin).port), change);
});
afterAll(() => world.destroy());

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(product.admin + path, { headers, redirect: 'manual' });
const submit = (path: string, fields: Record<string, string>) =>
  fetch(product.admin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: product.admin },
    body: new URLSearchParams(fields),
  });

test('who has not signed in sees the sign-in, and whether it runs', async () => {
  expect((await ask('/api/rooms')).status).toBe(401);
  expect((await ask('/metrics')).status).toBe(401);
  expect((await ask('/queues', { accept: 'text/html' })).headers.get('location')).toBe(
    '/sign-in?to=%2Fqueues',
  );
  expect((await ask('/live')).status).toBe(200);
});

test('commands of the user that it runs as work as before', async () => {
  expect(statSync(join(world.folder, 'data', 'admin-token')).mode & 0o777).toBe(0o600);
  const { stdout, code } = await run(['bridge', 'list', '--config', file]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('in service')]);
});

test('an administrator is made on the machine, and comes in', async () => {
  const created = await run(['admin', 'create', '--config', file, '--name', 'ann']);
  expect([created.code, created.stderr]).toEqual([0, '']);
  const link = new RegExp(`^${url}/sign-in/set-up\\?link=(ann\\.[\\w-]{43})$`, 'm').exec(created.stdout)?.[1];
  const listed = () => run(['admin', 'list', '--config', file]).then(({ stdout }) => stdout);
  expect(await listed()).toBe('ann  has a set-up link only\n');
  const password = 'correct horse battery';
  expect((await submit('/sign-in/set-up', { link: link ?? '', password, again: password })).status).toBe(303);
  expect(await listed()).toBe('ann  has a password\n');
  const back = await submit('/sign-in/local', { name: 'ann', password });
  const cookie = back.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const me = await ask('/api/me', { cookie });
  expect(await me.json()).toMatchObject({ name: 'ann', role: 'administrator', how: 'local' });
  const removed = await run(['admin', 'remove', 'ann', '--config', file]);
  expect(removed.stdout).toBe('ann  is no local administrator any more, and signed out\n');
  expect((await ask('/api/me', { cookie })).status).toBe(401);
  expect(product.output()).toContain('"msg":"signed in"');
  for (const secret of [password, link?.slice(4) ?? '?', cookie.split('=')[1] ?? '?'])
    expect(product.output()).not.toContain(secret);
});

test('everybody can be signed out', async () => {
  const { stdout } = await run(['admin', 'sign-out', '--config', file]);
  expect(stdout).toBe('0 sessions were ended\n');
});

test('a script has a token, and a command may be given one', async () => {
  const secret = readFileSync(join(world.folder, 'data', 'admin-token'), 'utf8').trim();
  const ends = new Date(Date.now() + 60_000).toISOString();
  const made = await fetch(`${product.admin}/api/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'report', role: 'viewer', ends, by: 'ann' }),
  });
  const { token } = (await made.json()) as { token: string };
  const env = { ROOMBRIDGE_TOKEN: token };
  expect((await run(['tickets', '--config', file], { env })).code).toBe(0);
  const refused = await run(['bridge', 'resume', 'https://cms1.example.com', '--config', file], { env });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    'roombridge failed: That needs the role operator; yours is viewer.\n',
  ]);
  const none = await run(['tickets', '--config', file], { env: { ROOMBRIDGE_TOKEN: 'rb_x' } });
  expect(none.stderr).toBe('roombridge failed: the token in ROOMBRIDGE_TOKEN is not one (any more)\n');
});

test('with a certificate of its own it listens at every address, and commands find it there', async () => {
  product.kill('SIGTERM');
  await product.ended;
  const tls = { certificate: 'cert.pem', privateKey: 'key.pem' };
  const admin = { host: '0.0.0.0', url: 'https://localhost:8080', tls };
  const open = { signIn: { local: true }, http: { admin } };
  product = await world.start('all', 'open', { change: open });
  const { protocol, port } = new URL(product.admin);
  expect(protocol).toBe('https:');
  const command = world.configFile('open-command.yaml', Number(port), open);
  expect(await run(['bridge', 'list', '--config', command])).toMatchObject({ code: 0, stderr: '' });
});

test('without a sign-in there is nobody to make', async () => {
  const plain = world.configFile('plain.yaml', 1);
  const { code, stderr } = await run(['admin', 'create', '--config', plain]);
  expect([code, stderr]).toEqual([1, `roombridge failed: nobody has to sign in: ${plain} has no signIn\n`]);
});
