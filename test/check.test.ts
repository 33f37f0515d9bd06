import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, freePort, grantLeast, hostOf, outside, portOf, startServer } from './check-run.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { World } from './world/world.ts';

describe('beside a running product', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
    grantLeast(world);
    await world.start();
    await world.cms.waitFor(() => world.cms.spaces().length === 20, 20_000);
    await world.graph.waitFor(() => world.graph.subscriptions.size === 2, 20_000);
  });
  afterAll(() => world.destroy());

  test('all is well: each thing that the configuration names has its line', async () => {
    const checked = await check(world, {}, {}, outside);
    expect(checked.rows.map(({ what, state }) => [what, state])).toEqual([
      ["Redis, the machine's own", 'ok'],
      ['token', 'ok'],
      ['permissions', 'ok'],
      ['reach', 'ok'],
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
    expect(checked.row('room huddle@example.com')?.detail).toMatch(
      /^its calendar can be read; no booking tells .*; UTC, en-US; subscribed until 20\d\d-\d\d-\d\dT\d\d:\d\dZ$/,
    );
    expect(checked.text).toContain('10 ok, 0 warnings, 0 FAILED');
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

  test('a room whose subscription was lost is told, and where the reason stands', async () => {
    const lost = [...world.graph.subscriptions].find(([, { resource }]) => resource.includes('huddle'));
    world.graph.subscriptions.delete(lost?.[0] ?? '');
    const checked = await check(world);
    expect(checked.row('room huddle@example.com')).toMatchObject({
      state: 'warning',
      detail: 'no living subscription tells of its changes: only calendar.sweep finds them',
      remedy: expect.stringContaining('/api/rooms'),
    });
    expect(checked.row('room boardroom@example.com')?.state).toBe('ok');
    expect(checked.code).toBe(0);
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
    grantLeast(world);
  });
  afterAll(() => world.destroy());

  test('the notification address could not be tried from outside, which is a warning', async () => {
    const checked = await check(world, {}, {}, outside);
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
        /Add-DistributionGroupMember -Identity "<group of the scope>" -Member huddle@example\.com/,
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

  test('a notification address whose name is unknown here may be known outside, which is a warning', async () => {
    const checked = await check(world, { graph: { notificationUrl: 'https://roombridge.invalid' } });
    expect(checked.row('notification address')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/could not be tried from outside.*unknown to DNS/),
    });
    expect(checked.code).toBe(0);
  });

  test('what stands at the notification address is told: its certificate, and who has the port', async () => {
    const authority = createTestAuthority();
    writeFileSync(join(world.folder, 'private.pem'), authority.ca);
    const tls = authority.issue(['localhost'], { expired: true });
    const own = authority.issue(['localhost'], { days: 5 });
    writeFileSync(join(world.folder, 'own.pem'), own.cert);
    writeFileSync(join(world.folder, 'own.key'), own.key);
    writeFileSync(join(world.folder, 'expired.pem'), tls.cert);
    writeFileSync(join(world.folder, 'expired.key'), tls.key);
    const server = await startServer(world, tls, 200);
    const port = portOf(server);
    const ca = `${readFileSync(join(world.folder, 'ca.pem'), 'utf8')}\n${authority.ca}`;
    writeFileSync(join(world.folder, 'both.pem'), ca);
    const checked = await check(world, {
      graph: { notificationUrl: `https://localhost:${port}`, ca: 'both.pem' },
      http: {
        public: { host: '127.0.0.1', port, tls: { certificate: 'own.pem', privateKey: 'own.key' } },
        admin: { url: 'https://localhost', tls: { certificate: 'expired.pem', privateKey: 'expired.key' } },
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
      detail: `another program has port ${port} of 127.0.0.1: it shows another certificate than that of http.public.tls`,
    });
    expect(checked.row('http.public.tls')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^its certificate: it expires on \d{4}-\d\d-\d\d$/),
      remedy: expect.stringContaining('takes it in by itself'),
    });
    expect(checked.row('http.admin.tls')).toMatchObject({
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
