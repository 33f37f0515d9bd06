/** One token for everybody, renewed in time, by secret or certificate, through the configured proxy. */
import { execFileSync } from 'node:child_process';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { startProxy } from '../world/proxy.ts';
import { clientSecret, organizer, type Product, until, World } from '../world/world.ts';

interface HealthJson {
  ok: boolean;
  token: { ok: boolean; since: string | null; why: string | null };
}

let world: World;
afterEach(() => world.destroy());

const tokenHealth = async (product: Product) => (await world.api<HealthJson>(product, '/api/health')).token;

const tokenRequests = () => world.graph.log.filter(({ path }) => path.includes('/oauth2/v2.0/token'));

async function everyRoomIsRead(product: Product, timeout = 20_000): Promise<void> {
  await until(
    async () => {
      const { rooms } = await world.api<{ rooms: { lastSync: string | null }[] }>(product, '/api/rooms');
      return rooms.every(({ lastSync }) => lastSync !== null) || undefined;
    },
    timeout,
    () => `rooms are not read:\n${product.output().slice(-2_000)}`,
  );
}

test('many rooms at once ask for one token', async () => {
  const rooms = Array.from({ length: 12 }, (_, i) => ({ mailbox: `room${i}@example.com` }));
  world = await World.create({ rooms });
  const product = await world.start();
  await everyRoomIsRead(product);
  expect(world.graph.counters.tokenRequests).toBe(1);
  expect(world.graph.log.filter(({ status }) => status === 401)).toEqual([]);
  expect(await tokenHealth(product)).toMatchObject({ ok: true, why: null });
});

test('a token is renewed before it expires, and one that is refused is replaced at once', async () => {
  world = await World.create({ config: { calendar: { sweep: '5s' } } });
  world.graph.knobs.tokenLifetime = 8;
  const product = await world.start();
  await everyRoomIsRead(product);
  await world.graph.waitFor(() => tokenRequests().length >= 3, 30_000);
  expect(world.graph.log.filter(({ status }) => status === 401)).toEqual([]);

  const before = tokenRequests().length;
  world.graph.revokeTokens();
  const start = inSeconds(3_600);
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: ['huddle@example.com'], subject: 'After the revocation' },
    ...{ start, end: new Date(start.getTime() + 600_000) },
  });
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
  expect(tokenRequests().length).toBeGreaterThan(before);
});

test('a wrong secret is told without being shown, and once it is mended the work goes on', async () => {
  world = await World.create();
  const wrong = 'this-is-not-the-secret';
  const product = await world.start('all', 'config', { change: { graph: { clientSecret: wrong } } });
  const told = await until(async () => {
    const token = await tokenHealth(product);
    return token.why?.includes('7000215') ? token : undefined;
  }, 15_000);
  expect(told.ok).toBe(false);
  expect((await fetch(`${product.admin}/ready`)).status, 'a sign-in that fails makes nobody unready').toBe(
    200,
  );
  const shown = [
    product.output(),
    JSON.stringify(told),
    await (await fetch(`${product.admin}/metrics`)).text(),
  ];
  for (const text of shown) {
    expect(text).not.toContain(wrong);
    expect(text).not.toContain(clientSecret);
  }
  product.kill('SIGTERM');
  expect(await product.ended).toBe(0);

  const mended = await world.start();
  await everyRoomIsRead(mended);
  expect(await tokenHealth(mended)).toMatchObject({ ok: true, why: null });
});

test('a sign-in that is refused for a while is tried again without a restart and without a flood', async () => {
  world = await World.create();
  const mend = world.graph.fail({
    ...{ kind: 'status', path: /\/oauth2\/v2\.0\/token/, times: 10_000 },
    ...{ status: 401, code: 'invalid_client' },
  });
  const product = await world.start();
  await world.graph.waitFor(() => tokenRequests().length >= 3, 20_000);
  const tries = tokenRequests();
  for (const [i, { at }] of tries.slice(1).entries()) {
    expect(at - (tries[i]?.at ?? 0), 'between two tries').toBeGreaterThanOrEqual(900);
  }
  mend();
  await everyRoomIsRead(product, 40_000);
});

test('a certificate signs in as well as a secret', async () => {
  world = await World.create();
  const clientCertificate = { certificate: 'client.pem', privateKey: 'client.key' };
  const files = ['-out', clientCertificate.certificate, '-keyout', clientCertificate.privateKey];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=roombridge'];
  execFileSync('openssl', ['req', '-x509', ...key, ...files], { cwd: world.folder, stdio: 'pipe' });
  const product = await world.start('all', 'config', {
    change: { graph: { clientSecret: undefined, clientCertificate } },
  });
  await everyRoomIsRead(product);
  expect(world.graph.counters.tokenRequests).toBe(1);
});

test('an authority that is not configured is not trusted, by sign-in as by call bridges', async () => {
  world = await World.create();
  const product = await world.start('all', 'config', { change: { graph: { ca: undefined } } });
  const { why } = await until(async () => {
    const token = await tokenHealth(product);
    return /certificate|self.signed|issuer/i.test(token.why ?? '') ? token : undefined;
  }, 15_000);
  expect(why).toContain(new URL(world.graph.url).host);
  expect(world.graph.counters.requests).toBe(0);
});

test('HTTPS_PROXY carries sign-in, Graph and call bridges, and NO_PROXY goes past it', async () => {
  world = await World.create();
  const { url: proxy, targets, close } = await startProxy();
  onTestFinished(close);
  const graphPort = new URL(world.graph.url).port;
  const [cms1 = '', cms2 = ''] = world.cms.bridges.map(({ url }) => new URL(url).host);
  const loginUrl = world.graph.url.replace('localhost', '127.0.0.1');
  const product = await world.start('all', 'config', {
    env: { HTTPS_PROXY: proxy, NO_PROXY: cms2 },
    change: { graph: { loginUrl } },
  });
  await everyRoomIsRead(product);
  const start = inSeconds(3);
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: ['huddle@example.com'], subject: 'Through the proxy' },
    ...{ start, end: new Date(start.getTime() + 600_000) },
  });
  await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'open', 20_000);
  expect([...targets].sort()).toEqual([`127.0.0.1:${graphPort}`, cms1, `localhost:${graphPort}`].sort());
  expect(
    world.cms.log.some(({ bridge }) => bridge === 'cms2'),
    'cms2 was asked, past the proxy',
  ).toBe(true);
});

test('what the proxy refuses is not sent past it', async () => {
  world = await World.create();
  const { url: proxy, targets, close } = await startProxy('refuse');
  onTestFinished(close);
  const loginUrl = world.graph.url.replace('localhost', '127.0.0.1');
  await world.start('all', 'config', {
    env: { HTTPS_PROXY: proxy, NO_PROXY: '' },
    change: { graph: { loginUrl } },
  });
  const [cms1 = '', cms2 = ''] = world.cms.bridges.map(({ url }) => new URL(url).host);
  const login = new URL(loginUrl).host;
  await until(
    async () => [login, cms1, cms2].every((target) => targets.has(target)) || undefined,
    20_000,
    () => `only ${[...targets]} went to the proxy`,
  );
  expect(world.graph.counters.requests).toBe(0);
  expect(world.cms.log).toEqual([]);
});
