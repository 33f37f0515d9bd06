/** Sessions: of one browser each, not to be had by guessing, keeping or planting them, and over when they are over. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Browser, hour, machineSecret, minute, openScene, type Scene, url } from './scene.ts';

const cookie = '__Host-session';

let scene: Scene;
let browser: Browser;
beforeAll(async () => {
  scene = await openScene();
  scene.entra.knobs.person = { roles: ['av'] };
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  scene.now = Date.now();
  await scene.redis.redis.flushall();
  browser = scene.browser();
  await browser.signIn();
});

const isIn = async (one: Browser) => typeof (await one.me()) === 'object';

describe('a session ends', () => {
  it('when it was not used for half an hour', async () => {
    for (let times = 0; times < 3; times += 1) {
      scene.now += 30 * minute - 1;
      expect(await isIn(browser)).toBe(true);
    }
    scene.now += 30 * minute;
    expect(await isIn(browser)).toBe(false);
    scene.now -= 30 * minute;
    expect(await isIn(browser)).toBe(false);
  });

  it('after twelve hours, however busy it was', async () => {
    const begun = scene.now;
    for (; scene.now <= begun + 12 * hour - 20 * minute; scene.now += 20 * minute)
      expect(await isIn(browser)).toBe(true);
    scene.now = begun + 12 * hour - 1;
    expect(await isIn(browser)).toBe(true);
    scene.now = begun + 12 * hour;
    expect(await isIn(browser)).toBe(false);
  });

  it('for Redis too, which forgets it by itself', async () => {
    const [key = ''] = await scene.redis.redis.keys('*:session:*');
    const left = await scene.redis.redis.pttl(key);
    expect(left).toBeGreaterThan(29 * minute);
    expect(left).toBeLessThanOrEqual(30 * minute);
    scene.now += 11 * hour + 50 * minute;
    await scene.redis.redis.hset(key, 'seen', scene.now - minute);
    expect(await isIn(browser)).toBe(true);
    expect(await scene.redis.redis.pttl(key)).toBeLessThanOrEqual(10 * minute);
  });
});

describe('to sign out', () => {
  it('ends the session here and not in another browser, for good', async () => {
    const other = scene.browser();
    await other.signIn();
    const kept = browser.cookies.get(cookie) ?? '';
    const { status, body } = await browser.send('/sign-out', {});
    expect([status, JSON.parse(body)]).toEqual([200, { signedOut: true }]);
    expect(browser.cookies.has(cookie)).toBe(false);
    browser.cookies.set(cookie, kept);
    expect([await isIn(browser), await isIn(other)]).toEqual([false, true]);
  });

  it('everywhere ends it in all browsers of this person, and of nobody else', async () => {
    const [other, somebody] = [scene.browser(), scene.browser()];
    await other.signIn();
    scene.entra.knobs.person = {
      roles: ['av'],
      sub: 'subject-of-bob',
      preferred_username: 'bob@example.com',
    };
    await somebody.signIn();
    scene.entra.knobs.person = { roles: ['av'] };
    await browser.submit('/sign-out', { everywhere: 'true' });
    expect([await isIn(browser), await isIn(other), await isIn(somebody)]).toEqual([false, false, true]);
  });

  it('by the form of a page leads to the sign-in, which says so', async () => {
    const { status, headers } = await browser.submit('/sign-out', {});
    expect([status, headers.location]).toEqual([303, '/sign-in?said=signed-out']);
    expect((await browser.visit('/sign-in?said=signed-out')).body).toContain('You are signed out here.');
    // Every object has one of these.
    expect((await browser.visit('/sign-in?said=constructor')).status).toBe(200);
  });

  it('is in the log by name; who is nobody may as well', async () => {
    scene.said.length = 0;
    await browser.send('/sign-out', {});
    expect((await browser.send('/sign-out', {})).status).toBe(200);
    expect(scene.said.map(({ message, fields }) => [message, fields.name])).toEqual([
      ['signed out', 'ann@example.com'],
    ]);
  });

  it('is nothing that another site can do', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }])
      expect((await browser.submit('/sign-out', {}, headers)).status).toBe(403);
    expect(await isIn(browser)).toBe(true);
  });

  it('ends what the browser still reads of changes, within 15 s', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const socket = await scene.admin.dial();
      const lines = [
        'GET /api/changes?after=0-0 HTTP/1.1',
        `Host: ${new URL(url).host}`,
        `Cookie: ${cookie}=${browser.cookies.get(cookie)}`,
      ];
      socket.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      await socket.until(/retry: 1000/);
      expect(socket.received()).toMatch(/content-security-policy: default-src 'none'/i);
      vi.advanceTimersByTime(15_000);
      await socket.until(/: here/);
      await browser.send('/sign-out', {});
      vi.advanceTimersByTime(15_000);
      // The end of a chunked answer.
      await socket.until(/\r\n0\r\n\r\n$/);
      socket.socket.destroy();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an administrator', () => {
  const machine = { authorization: `Bearer ${machineSecret}` };

  it('sees who is signed in, and nothing by which to be them', async () => {
    scene.now += minute;
    await browser.me();
    const { body } = await scene.browser().get('/api/sessions', machine);
    expect(JSON.parse(body)).toEqual({
      sessions: [
        {
          ...{ name: 'ann@example.com', role: 'operator', how: 'provider' },
          since: new Date(scene.now - minute).toISOString(),
          lastUsed: new Date(scene.now).toISOString(),
        },
      ],
    });
    scene.now += 30 * minute;
    expect(JSON.parse((await scene.browser().get('/api/sessions', machine)).body)).toEqual({ sessions: [] });
  });

  it('signs out one person, or everybody', async () => {
    const end = async (body: object) =>
      JSON.parse((await scene.browser().send('/api/sessions/end', body, machine)).body);
    expect(await end({ name: 'bob@example.com' })).toEqual({ ended: 0 });
    expect(await isIn(browser)).toBe(true);
    expect(await end({ name: 'ann@example.com' })).toEqual({ ended: 1 });
    expect(await isIn(browser)).toBe(false);
    await browser.signIn();
    expect(await end({})).toEqual({ ended: 1 });
    expect(await isIn(browser)).toBe(false);
  });
});

describe('a session is not to be had', () => {
  it.each([
    ['guessed', 'A'.repeat(43)],
    ['too short', 'A'.repeat(42)],
    ['by another name', ''],
    ['with a sign too many', '*'],
    ['from what Redis has', 'hash'],
  ])('%s', async (how, value) => {
    const real = browser.cookies.get(cookie) ?? '';
    const [key = ''] = await scene.redis.redis.keys('*:session:*');
    const thief = scene.browser();
    if (how === 'by another name') thief.cookies.set('session', real).set('roombridge-session', real);
    else if (value === '*') thief.cookies.set(cookie, `${real}*`);
    else thief.cookies.set(cookie, value === 'hash' ? (key.split(':').at(-1) ?? '') : value);
    expect(await thief.me()).toBe(401);
  });

  it('with a letter changed', async () => {
    const real = browser.cookies.get(cookie) ?? '';
    const other = real.startsWith('A') ? 'B' : 'A';
    browser.cookies.set(cookie, other + real.slice(1));
    expect(await browser.me()).toBe(401);
  });

  it('by one beside another', async () => {
    const real = browser.cookies.get(cookie) ?? '';
    const { status } = await browser.get('/api/me', { cookie: `${cookie}=x; ${cookie}=${real}` });
    expect(status).toBe(401);
  });

  it('by planting it before somebody signs in', async () => {
    const victim = scene.browser();
    victim.cookies.set(cookie, 'F'.repeat(43));
    await victim.signIn();
    expect(victim.cookies.get(cookie)).not.toBe('F'.repeat(43));
    const thief = scene.browser();
    thief.cookies.set(cookie, 'F'.repeat(43));
    expect([await isIn(victim), await isIn(thief)]).toEqual([true, false]);
  });

  it('by keeping the one from before a new sign-in', async () => {
    const kept = browser.cookies.get(cookie) ?? '';
    await browser.signIn();
    const thief = scene.browser();
    thief.cookies.set(cookie, kept);
    expect([await isIn(browser), await isIn(thief)]).toEqual([true, false]);
  });

  it('by a token, which nobody has shown', async () => {
    const real = browser.cookies.get(cookie) ?? '';
    for (const authorization of [`Bearer ${real}`, 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(200)}`])
      expect((await browser.get('/api/me', { authorization })).status).toBe(401);
  });
});

it('what changes something is taken from our own pages only, and read as JSON only', async () => {
  const send = (headers: Record<string, string>) =>
    browser.send('/api/meetings/k/operations', { do: 'end' }, headers).then(({ status }) => status);
  expect(await send({})).toBe(200);
  expect(await send({ origin: 'https://evil.example' })).toBe(403);
  expect(await send({ origin: 'http://roombridge.test' })).toBe(403);
  expect(await send({ origin: 'null' })).toBe(403);
  expect(await send({ 'content-type': 'text/plain' })).toBe(415);
  expect(await send({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
});

it('without an address of our own in Host no cookie is looked at, but a probe is answered', async () => {
  const host = '10.1.2.3:8080';
  expect((await browser.get('/api/me', { host })).status).toBe(403);
  const nobody = scene.browser();
  expect((await nobody.get('/live', { host })).status).toBe(200);
  expect((await nobody.get('/api/me', { host })).status).toBe(401);
  expect((await nobody.submit('/sign-in/local', { name: 'a', password: 'b' }, { host })).status).toBe(403);
});

it('while Redis is away nobody is known, and that is said soon; probes and the page are there', async () => {
  scene.redis.kill('SIGSTOP');
  try {
    const nobody = scene.browser();
    expect((await nobody.get('/live')).status).toBe(200);
    expect((await browser.visit('/sign-in')).status).toBe(200);
    const { status, body } = await browser.get('/api/me');
    expect([status, JSON.parse(body).detail]).toEqual([503, 'The store (Redis) did not answer in time.']);
  } finally {
    scene.redis.kill('SIGCONT');
  }
  for (let times = 0; times < 50 && !(await isIn(browser)); times += 1) await pause(100);
  expect(await isIn(browser)).toBe(true);
});

describe('what every answer tells browsers', () => {
  it.each([['/live'], ['/sign-in'], ['/api/rooms'], ['/api/nothing'], ['/%'], ['/queues']])(
    '%s',
    async (path) => {
      const { headers } = await scene.browser().get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'strict-transport-security': 'max-age=31536000',
      });
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/);
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );
});

it('without https, on this machine only, the cookie is as good as it can be', async () => {
  await using plain = await openScene({ url: 'http://localhost:8080' });
  plain.entra.knobs.person = { roles: ['av'] };
  const one = plain.browser();
  const { headers } = await one.signIn();
  expect(headers['set-cookie']).toContainEqual(
    expect.stringMatching(/^roombridge-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
  );
  expect(headers).not.toHaveProperty('strict-transport-security');
  expect(await isIn(one)).toBe(true);
});
