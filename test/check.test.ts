import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '../src/check-graph.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { CmsCluster } from './simulators/cms/cluster.ts';
import { run } from './world/command.ts';
import { base, clientSecret, World } from './world/world.ts';

interface Row {
  readonly what: string;
  readonly state: string;
  readonly detail: string;
  readonly remedy: string;
}

interface Checked {
  readonly code: number | string;
  readonly text: string;
  readonly rows: readonly Row[];
  row(what: string | RegExp): Row | undefined;
}

async function check(
  world: World,
  change: Readonly<Record<string, unknown>> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Checked> {
  const ended = await run(['check', '--config', world.configFile('check.yaml', 0, change)], { env });
  const rows: Row[] = [];
  for (const line of ended.stdout.split('\n')) {
    const [, what, state, detail] = /^(\S.*?) {2,}(ok|warning|FAILED) +(.+)$/.exec(line) ?? [];
    const remedy = /^ +-> (.+)$/.exec(line)?.[1];
    const last = rows.at(-1);
    if (what !== undefined && state !== undefined && detail !== undefined) {
      rows.push({ what, state, detail, remedy: '' });
    } else if (remedy !== undefined && last !== undefined) {
      rows[rows.length - 1] = { ...last, remedy };
    }
  }
  const text = ended.stdout + ended.stderr;
  // Whatever the case: nobody's secret, and no stack trace.
  expect(text).not.toMatch(new RegExp(`${clientSecret}|cms\\d-pw|hunter2`));
  expect(text).not.toMatch(/^\s+at .+:\d+/m);
  return {
    code: ended.code,
    text,
    rows,
    row: (wanted) =>
      rows.find(({ what }) => (typeof wanted === 'string' ? what === wanted : wanted.test(what))),
  };
}

const cluster = (name: string, callBridges: readonly object[], more: object = {}) => ({
  name,
  domain: `${name}.example.com`,
  numbers: { base, quantity: 20 },
  ca: 'ca.pem',
  callBridges,
  ...more,
});

const access = ({ url, username, password }: { url: string; username: string; password: string }) => ({
  address: url,
  username,
  password,
});

const hostOf = (url: string) => new URL(url).host;

describe('beside a running product', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
    await world.start();
    await world.cms.waitFor(() => world.cms.spaces().length === 20, 20_000);
    await world.graph.waitFor(() => world.graph.subscriptions.size === 2, 20_000);
  });
  afterAll(() => world.destroy());

  test('all is well: each thing that the configuration names has its line', async () => {
    const checked = await check(world);
    expect(checked.rows.map(({ what, state }) => [what, state])).toEqual([
      ["Redis, the machine's own", 'ok'],
      ['token', 'ok'],
      ['permissions', 'ok'],
      ['room boardroom@example.com', 'ok'],
      ['room huddle@example.com', 'ok'],
      ['notification address', 'ok'],
      ...world.cms.bridges.map(({ url }) => [`call bridge ${hostOf(url)}`, 'ok']),
      ['slots of emea', 'ok'],
    ]);
    expect(checked.row(/Redis/)?.detail).toMatch(/^\d+\.\d+\.\d+, answers in \d+ ms, runs already$/);
    expect(checked.row('notification address')?.detail).toMatch(
      /a running Roombridge answers.*; Graph has called it for 2 living subscriptions$/,
    );
    expect(checked.row(/call bridge/)?.detail).toMatch(/^CMS 3\.0\.1, up for \d+ s, 0 call legs, answers in/);
    expect(checked.row('slots of emea')?.detail).toBe('20 of 20 stand');
    expect(checked.text).toContain('9 ok, 0 warnings, 0 FAILED');
    expect(checked.code).toBe(0);
  });

  test('nothing is changed at Graph or at a bridge', async () => {
    const [asked, listed] = [world.graph.log.length, world.cms.log.length];
    await check(world);
    const writes = [
      ...world.graph.log.slice(asked).filter(({ path }) => !path.includes('/oauth2/v2.0/token')),
      ...world.cms.log.slice(listed),
    ].filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
    expect(world.cms.log.length).toBeGreaterThan(listed);
    expect([...world.graph.subscriptions.values()]).toHaveLength(2);
  });

  test('a notification address that leads elsewhere is not well, although the product runs', async () => {
    const elsewhere = await startServer(world, undefined, 401);
    const url = `https://localhost:${portOf(elsewhere)}`;
    const checked = await check(world, { graph: { notificationUrl: url } });
    expect(checked.row('notification address')).toMatchObject({
      state: 'FAILED',
      detail: `${hostOf(url)}: Roombridge runs here, but /graph/notifications is answered 401`,
      remedy: expect.stringContaining('without a sign-in'),
    });
    expect(checked.code).toBe(1);
    elsewhere.close();
  });

  test('one that cannot be reached from here may still be reached from outside', async () => {
    const checked = await check(world, {
      graph: { notificationUrl: `https://localhost:${await freePort()}` },
    });
    expect(checked.row('notification address')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(
        /could not be tried from outside; Roombridge runs here, but from here it refused/,
      ),
    });
    expect(checked.code).toBe(0);
  });
});

describe('without a running product', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ callBridges: ['cms1', 'cms2', 'cms3'] });
  });
  afterAll(() => world.destroy());

  test('the notification address could not be tried from outside, which is a warning', async () => {
    const checked = await check(world);
    expect(checked.rows.filter(({ state }) => state !== 'ok')).toEqual([
      {
        what: 'notification address',
        state: 'warning',
        detail: expect.stringMatching(/could not be tried from outside: no Roombridge runs here/),
        remedy: 'start Roombridge and check again beside it',
      },
    ]);
    expect(checked.row(/Redis/)?.detail).toMatch(/started and stopped again$/);
    expect(checked.row('slots of emea')?.detail).toBe(
      '0 of 20 stand; Roombridge makes the missing 20 when it runs',
    );
    expect(checked.text).toContain('1 warning, 0 FAILED');
    expect(checked.code).toBe(0);
    // Nothing is left running.
    expect(existsSync(join(world.folder, 'data/redis/server.json'))).toBe(false);
  });

  test('a wrong client secret is told with its AADSTS number and its remedy, and rooms are not tried', async () => {
    const checked = await check(world, { graph: { clientSecret: 'hunter2-is-no-secret' } });
    expect(checked.row('token')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(
        /^sign-in at localhost:\d+ was refused \(AADSTS7000215\): the client secret/,
      ),
      remedy: expect.stringContaining('enter the value of a secret'),
    });
    expect(checked.row('rooms')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^2 could not/),
    });
    expect(checked.code).toBe(1);
  });

  test('a room that the policy denies, one that does not exist and one that is busy have each their remedy', async () => {
    world.graph.knobs.deniedMailboxes.add('huddle@example.com');
    const recovered = world.graph.fail({ kind: 'status', status: 429, mailbox: 'boardroom@example.com' });
    const rooms = ['boardroom', 'huddle', 'nowhere'].map((name) => ({ mailbox: `${name}@example.com` }));
    const checked = await check(world, { rooms });
    expect(checked.row('room boardroom@example.com')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/come later \(429: ApplicationThrottled\)/),
    });
    expect(checked.row('room huddle@example.com')).toMatchObject({
      state: 'FAILED',
      detail: 'this application may not read it (403: ErrorAccessDenied)',
      remedy: expect.stringMatching(
        /Add-DistributionGroupMember -Identity "<group>" -Member huddle@example\.com/,
      ),
    });
    expect(checked.row('room nowhere@example.com')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/^is not a mailbox of this tenant \(404/),
      remedy: expect.stringContaining('Get-EXOMailbox -Identity nowhere@example.com'),
    });
    expect(checked.code).toBe(1);
    world.graph.knobs.deniedMailboxes.clear();
    recovered();
  });

  test('each call bridge tells its own fault, the certificate by name', async () => {
    const authority = createTestAuthority();
    writeFileSync(join(world.folder, 'other.pem'), authority.ca);
    const started = (name: string, tls: { key: string; cert: string }) =>
      CmsCluster.start({ tls, callBridges: [{ name, username: 'api', password: 'cms9-pw' }] });
    const names = ['localhost', '127.0.0.1'];
    const expired = await started('expired', authority.issue(names, { expired: true }));
    const misnamed = await started('misnamed', authority.issue(['cms.example.com']));
    const [dead, sound, wrong] = world.cms.bridges;
    if (dead === undefined || sound === undefined || wrong === undefined) throw new Error('three bridges');
    await dead.kill();
    const checked = await check(world, {
      clusters: [
        cluster('emea', [access(dead), access(sound), { ...access(wrong), password: 'hunter2' }]),
        cluster('apac', [...expired.bridges, ...misnamed.bridges].map(access), { ca: 'other.pem' }),
        cluster('amer', [{ ...access(sound), address: sound.url.replace('localhost', '127.0.0.1') }], {
          ca: 'other.pem',
        }),
      ],
    });
    const of = (url: string) => checked.row(`call bridge ${hostOf(url)}`);
    expect(of(dead.url)).toMatchObject({
      state: 'FAILED',
      detail: 'it refused the connection',
      remedy: expect.stringContaining('clusters[0].callBridges[0].address'),
    });
    expect(of(sound.url)?.state).toBe('ok');
    expect(of(wrong.url)).toMatchObject({
      state: 'FAILED',
      detail: 'refuses the user name or the password (401)',
      remedy: expect.stringMatching(
        /mend clusters\[0\]\.callBridges\[2\]\.username.*change its password before/,
      ),
    });
    expect(of(expired.bridge(0).url)).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate has expired',
      remedy: 'give it a new certificate',
    });
    expect(of(misnamed.bridge(0).url)).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate is for cms.example.com, not for localhost',
      remedy: expect.stringContaining('clusters[1].callBridges[1].address'),
    });
    expect(of(sound.url.replace('localhost', '127.0.0.1'))).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate comes from an authority that is not trusted here',
      remedy: expect.stringContaining('clusters[2].ca'),
    });
    expect(checked.row('slots of emea')?.state).toBe('ok');
    expect(checked.row('slots of apac')?.detail).toMatch(/could not be counted/);
    expect(checked.code).toBe(1);
    await Promise.all([dead.restart(), expired.stop(), misnamed.stop()]);
  });

  test('call bridges that do not share their spaces are told apart', async () => {
    const issued = {
      key: readFileSync(join(world.folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(world.folder, 'cert.pem'), 'utf8'),
    };
    const other = await CmsCluster.start({
      tls: issued,
      callBridges: [{ name: 'stranger', username: 'api', password: 'cms9-pw' }],
    });
    const alone = await Promise.all(
      ['one', 'two'].map((name) =>
        CmsCluster.start({
          tls: issued,
          standalone: true,
          callBridges: [{ name, username: 'api', password: 'cms9-pw' }],
        }),
      ),
    );
    const checked = await check(world, {
      clusters: [
        cluster('emea', [...world.cms.bridges, ...other.bridges].map(access)),
        cluster('apac', alone.flatMap(({ bridges }) => bridges).map(access)),
      ],
    });
    expect(checked.row('cluster emea')).toMatchObject({
      state: 'warning',
      detail: `${hostOf(other.bridge(0).url)} is of another cluster than ${hostOf(world.cms.bridge(0).url)}`,
    });
    expect(checked.row('cluster apac')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('stand alone, each with spaces of its own'),
    });
    expect(checked.code).toBe(0);
    await Promise.all([other, ...alone].map((one) => one.stop()));
  });

  test('numbers of the range that somebody else has are counted and named', async () => {
    const slot = world.cms.addSpace({ name: 'a slot', uri: `${base}`, callId: `${base}` });
    const foreign = world.cms.addSpace({ name: "Ann's space", uri: `${base + 1}`, callId: '4711' });
    const checked = await check(world);
    expect(checked.row('slots of emea')).toMatchObject({
      state: 'warning',
      detail: `1 of 20 stand; 1 taken by spaces of others: ${base + 1} (Ann's space); Roombridge makes the missing 18 when it runs`,
      remedy: expect.stringContaining('choose another range under numbers'),
    });
    for (const id of [slot, foreign]) world.cms.removeSpace(id);
  });

  test('what stands at the notification address is told: its certificate, and who has the port', async () => {
    const authority = createTestAuthority();
    writeFileSync(join(world.folder, 'private.pem'), authority.ca);
    const tls = authority.issue(['localhost'], { expired: true });
    writeFileSync(join(world.folder, 'expired.pem'), tls.cert);
    writeFileSync(join(world.folder, 'expired.key'), tls.key);
    const server = await startServer(world, tls, 404);
    const port = portOf(server);
    const ca = `${readFileSync(join(world.folder, 'ca.pem'), 'utf8')}\n${authority.ca}`;
    writeFileSync(join(world.folder, 'both.pem'), ca);
    const checked = await check(world, {
      graph: { notificationUrl: `https://localhost:${port}`, ca: 'both.pem' },
      http: {
        public: { host: '127.0.0.1', port, tls: { certificate: 'expired.pem', privateKey: 'expired.key' } },
      },
    });
    expect(checked.row('notification address')).toMatchObject({
      state: 'FAILED',
      detail: `localhost:${port}: its certificate has expired`,
      remedy: expect.stringMatching(
        /give http\.public\.tls a certificate for localhost that Microsoft trusts/,
      ),
    });
    expect(checked.row('http.public')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/^another program has port \d+ of 127\.0\.0\.1: .* is answered 404$/),
    });
    expect(checked.row('http.public.tls')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/^its certificate: it has expired on \d{4}-\d\d-\d\d$/),
    });
    expect(checked.code).toBe(1);
    server.close();
  });

  test('a sign-in behind a certificate that is not trusted is told by its fault', async () => {
    writeFileSync(join(world.folder, 'stranger.pem'), createTestAuthority().ca);
    const checked = await check(world, { graph: { ca: 'stranger.pem' } });
    expect(checked.row('token')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(
        /^localhost:\d+: its certificate comes from an authority that is not trusted/,
      ),
      remedy: expect.stringContaining('graph.ca'),
    });
    expect(checked.code).toBe(1);
  });

  test('a proxy that is not there is named', async () => {
    const checked = await check(world, {}, { HTTPS_PROXY: 'http://user:hunter2@127.0.0.1:1', NO_PROXY: '' });
    expect(checked.row('token')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/it refused the connection \(HTTPS_PROXY is 127\.0\.0\.1:1\)$/),
      remedy: expect.stringContaining('NO_PROXY'),
    });
    expect(checked.code).toBe(1);
  });

  test('without a Redis server on the machine both ways out are named', async () => {
    const empty = join(world.folder, 'empty');
    mkdirSync(empty, { recursive: true });
    const checked = await check(world, {}, { PATH: empty });
    expect(checked.row(/Redis/)).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/redis-server or valkey-server.*deploy\/setup\.sh.*or set redis\.url/),
    });
    expect(checked.row('token')?.state).toBe('ok');
    expect(checked.code).toBe(1);
  });

  test('a configured Redis is judged: dead, refusing, forgetful', async () => {
    const dead = await check(world, { redis: { url: 'redis://:hunter2@127.0.0.1:1' } });
    expect(dead.row('Redis 127.0.0.1:1')).toMatchObject({
      state: 'FAILED',
      detail: 'it refused the connection',
      remedy: expect.stringContaining('redis.url'),
    });
    expect(dead.code).toBe(1);

    const port = await freePort();
    const options = ['--save', '', '--requirepass', 'hunter2', '--maxmemory-policy', 'allkeys-lru'];
    const server = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', ...options], {
      cwd: world.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const chunk of server.stdout) if (/Ready to accept connections/.test(String(chunk))) break;
    const forgetful = await check(world, { redis: { url: `redis://:hunter2@127.0.0.1:${port}` } });
    expect(forgetful.rows.slice(0, 3).map(({ what, state, remedy }) => [what, state, remedy])).toEqual([
      [`Redis 127.0.0.1:${port}`, 'ok', ''],
      [`Redis 127.0.0.1:${port}`, 'warning', 'set maxmemory-policy noeviction'],
      [`Redis 127.0.0.1:${port}`, 'warning', 'set appendonly yes'],
    ]);
    expect(forgetful.code).toBe(0);
    const refusing = await check(world, { redis: { url: `redis://:hunter2-not@127.0.0.1:${port}` } });
    expect(refusing.row(/Redis/)).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/^refuses us \(WRONGPASS/),
      remedy: 'mend the user name and the password in redis.url',
    });
    const unnamed = await check(world, { redis: { url: `redis://127.0.0.1:${port}` } });
    expect(unnamed.row(/Redis/)?.detail).toMatch(/^refuses us \(NOAUTH/);
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });

  test('it comes to an end also when nothing answers', async () => {
    const silent = await startSilence();
    const at = `localhost:${portOf(silent)}`;
    const began = Date.now();
    const checked = await check(world, {
      graph: { loginUrl: `https://${at}`, apiUrl: `https://${at}`, notificationUrl: `https://${at}` },
      redis: { url: `redis://${at}` },
      clusters: [cluster('emea', [{ address: `https://${at}`, username: 'api', password: 'hunter2' }])],
    });
    // 13 s for each part, and what a slow machine takes to start it.
    expect(Date.now() - began).toBeLessThan(20_000);
    const notOk = ['Redis', 'token', 'call bridge'].map((what) => checked.row(new RegExp(`^${what}`))?.state);
    expect(notOk).toEqual(['FAILED', 'FAILED', 'FAILED']);
    expect(checked.row('notification address')?.state).toBe('warning');
    expect(checked.code).toBe(1);
    silent.close();
  });

  test('rooms are not asked one after the other while Graph is silent', async () => {
    const rooms = Array.from({ length: 60 }, (_, index) => ({ mailbox: `room${index}@example.com` }));
    const recovered = world.graph.fail({ kind: 'hang', path: /calendarView/, times: 1_000 });
    const checked = await check(world, { rooms });
    recovered();
    const states = checked.rows.filter(({ what }) => what.startsWith('room ')).map(({ state }) => state);
    expect(states).toHaveLength(60);
    expect(new Set(states)).toEqual(new Set(['FAILED', 'warning']));
    expect(checked.code).toBe(1);
  });
});

describe('what the token lets us do', () => {
  const token = (roles?: string[]) => `e30.${Buffer.from(JSON.stringify({ roles })).toString('base64url')}.x`;
  test.each([
    [['Calendars.Read', 'Calendars.ReadWrite'], false, 'ok', /Calendars\.Read, Calendars\.ReadWrite/],
    [['Calendars.ReadWrite'], true, 'warning', /may refuse subscriptions/],
    [['Calendars.Read'], true, 'warning', /joining details can't be written/],
    [undefined, true, 'warning', /RBAC for Applications grants it/],
    [['Mail.Send'], false, 'FAILED', /no permission for calendars/],
  ] as const)('%j, a room read: %j: %s', (roles, read, state, words) => {
    const finding = permissions(token(roles && [...roles]), 'the-client', read);
    expect(finding).toMatchObject({ state, detail: expect.stringMatching(words) });
    if (state !== 'ok') expect(finding.remedy).toMatch(/grant the application the-client|Get-ManagementRole/);
  });

  test('a token that is not a JWT is no reason to fail once a room was read', () => {
    expect(permissions('opaque', 'the-client', true).state).toBe('warning');
  });
});

/** Answers everything with one status; with the world's certificate unless another is given. */
async function startServer(
  world: World,
  tls: { key: string; cert: string } | undefined,
  status: number,
): Promise<Server> {
  const own = {
    key: readFileSync(join(world.folder, 'key.pem'), 'utf8'),
    cert: readFileSync(join(world.folder, 'cert.pem'), 'utf8'),
  };
  const server = createServer(tls ?? own, (_request, response) => {
    response.writeHead(status, { connection: 'close' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Takes connections and says nothing. */
async function startSilence(): Promise<TcpServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function portOf(server: TcpServer): number {
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = await startSilence();
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
