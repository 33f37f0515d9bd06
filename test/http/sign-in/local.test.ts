/** Local administrators: a link sets a password, the password lets in, and nothing tells who there is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPassword, mistakeIn, recordOf } from '../../../src/http/sign-in/passwords.ts';
import { type Browser, hour, machineSecret, openScene, type Scene, url } from './scene.ts';

const password = 'correct horse battery';
const machine = { authorization: `Bearer ${machineSecret}` };

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  scene.now = Date.now();
  scene.said.length = 0;
  await scene.redis.redis.flushall();
});

async function invite(name = 'admin'): Promise<{ path: string; link: string }> {
  const { status, body } = await scene.browser().send('/api/administrators', { name }, machine);
  expect(status).toBe(200);
  const { link, ends } = JSON.parse(body) as { link: string; ends: string };
  expect(ends).toBe(new Date(scene.now + hour).toISOString());
  expect(link.startsWith(`${url}/sign-in/set-up?link=${name}.`)).toBe(true);
  return { path: link.slice(url.length), link: link.slice(link.indexOf('=') + 1) };
}

async function setUp(name = 'admin', word = password): Promise<void> {
  const { link } = await invite(name);
  const { status } = await scene.browser().submit('/sign-in/set-up', { link, password: word, again: word });
  expect(status).toBe(303);
}

const signIn = (browser: Browser, name: string, word: string, to = '/') =>
  browser.submit('/sign-in/local', { name, password: word, to });
const sentence = (body: string) => /role="alert"[^>]*>([^<]+)</.exec(body)?.[1];

describe('a set-up link', () => {
  it('sets a password that lets in, as an administrator, on to where they wanted', async () => {
    const { path, link } = await invite();
    const browser = scene.browser();
    expect((await browser.visit(path)).body).toContain('for the local administrator admin');
    const set = await browser.submit('/sign-in/set-up', {
      link,
      password,
      again: password,
      username: 'admin',
    });
    expect([set.status, set.headers.location]).toEqual([303, '/sign-in?said=password-set']);
    expect(await browser.me()).toBe(401);
    const back = await signIn(browser, ' Admin ', password, '/api/tickets');
    expect([back.status, back.headers.location]).toEqual([303, '/api/tickets']);
    expect(await browser.me()).toMatchObject({ name: 'admin', role: 'administrator', how: 'local' });
  });

  it('is good once', async () => {
    const { path, link } = await invite();
    const browser = scene.browser();
    const fields = { link, password, again: password };
    const both = await Promise.all([1, 2].map(() => browser.submit('/sign-in/set-up', fields)));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 403]);
    for (const { status, body } of [
      await browser.visit(path),
      await browser.submit('/sign-in/set-up', fields),
    ]) {
      expect(status).toBe(403);
      expect(sentence(body)).toMatch(/^This link has been used, or is over an hour old/);
    }
  });

  it('is good for an hour', async () => {
    const { path, link } = await invite();
    scene.now += hour - 1;
    expect((await scene.browser().visit(path)).status).toBe(200);
    scene.now += 1;
    expect((await scene.browser().visit(path)).status).toBe(403);
    const late = await scene.browser().submit('/sign-in/set-up', { link, password, again: password });
    expect(late.status).toBe(403);
  });

  it('ends with the next one, which takes the former password and its sessions away', async () => {
    await setUp();
    const browser = scene.browser();
    await signIn(browser, 'admin', password);
    const first = await invite();
    const { link } = await invite();
    expect((await scene.browser().visit(first.path)).status).toBe(403);
    expect(await browser.me()).toMatchObject({ name: 'admin' });
    const next = 'another horse battery';
    await scene.browser().submit('/sign-in/set-up', { link, password: next, again: next });
    expect(await browser.me()).toBe(401);
    expect((await signIn(browser, 'admin', password)).status).toBe(403);
    expect((await signIn(browser, 'admin', next)).status).toBe(303);
  });

  it.each([
    ['of nobody', 'admin'],
    ['of a strange name', `../x.${'a'.repeat(43)}`],
    ['that is empty', ''],
  ])('%s is none', async (_, link) => {
    const { status } = await scene.browser().get(`/sign-in/set-up?link=${encodeURIComponent(link)}`);
    expect(status).toBe(400);
  });

  it('with a letter changed is none', async () => {
    const { path } = await invite();
    const other = path.endsWith('A') ? 'B' : 'A';
    expect((await scene.browser().visit(path.slice(0, -1) + other)).status).toBe(403);
    expect((await scene.browser().visit(path.replace('=admin.', '=other.'))).status).toBe(403);
  });

  it('is for a name as names are', async () => {
    for (const name of ['', 'Ann', 'ann@example.com', '1', 'a'.repeat(41), 'a b', 5]) {
      const { status, body } = await scene.browser().send('/api/administrators', { name }, machine);
      expect([name, status, JSON.parse(body).parameter]).toEqual([name, 400, 'name']);
    }
  });

  it('leaves neither itself nor the password in Redis or in the log', async () => {
    const { link } = await invite();
    const secret = link.slice(link.indexOf('.') + 1);
    const all = async () => {
      const keys = await scene.redis.redis.keys('*');
      const hashes = await Promise.all(
        keys.map(async (key) =>
          (await scene.redis.redis.type(key)) === 'hash' ? scene.redis.redis.hgetall(key) : key,
        ),
      );
      return JSON.stringify([hashes, scene.said]);
    };
    expect(await all()).not.toContain(secret);
    await scene.browser().submit('/sign-in/set-up', { link, password, again: password });
    const held = await all();
    expect(held).not.toContain(password);
    expect(held).toContain('scrypt$4096$8$1$');
  });
});

describe('a password', () => {
  it.each([
    ['elevensigns', undefined, /at least 12 characters; this one has 11/],
    ['x'.repeat(129), undefined, /128 characters at most/],
    [password, 'another horse battery', /not the same/],
    ['administrator', undefined, /soon guessed/],
    ['admin-admin-admin', undefined, /soon guessed/],
    ['aaaaaaaaaaaaaaaa', undefined, /soon guessed/],
    ['Passw0rd1234', undefined, /soon guessed/],
    ['qwertyuiop12', undefined, /soon guessed/],
    ['roombridge2026', undefined, /soon guessed/],
    ['vX3#pLq9!zTe', undefined, undefined],
    ['𝒳'.repeat(6), undefined, /this one has 6/],
    ['twelve signs', undefined, undefined],
  ])('%s (%s) is told %s', async (word, again, told) => {
    const mistake = await mistakeIn(word, again ?? word, 'admin');
    if (told === undefined) expect(mistake).toBeUndefined();
    else expect(mistake).toMatch(told);
  });

  it('that will not do is told on the page, whose link is still good', async () => {
    const { path, link } = await invite();
    const fields = { link, password: 'short', again: 'short' };
    const { status, body } = await scene.browser().submit('/sign-in/set-up', fields);
    expect([status, sentence(body)]).toEqual([400, expect.stringMatching(/at least 12 characters/)]);
    expect(body).not.toContain('short');
    expect((await scene.browser().visit(path)).status).toBe(200);
  });

  it('has a salt of its own, and is the same however its signs are made', async () => {
    const [one, two] = [await recordOf('Grüße aus Köln'), await recordOf('Grüße aus Köln')];
    expect(one).toMatch(/^scrypt\$131072\$8\$1\$/);
    expect(one).not.toBe(two);
    expect(await isPassword('Grüße aus Köln'.normalize('NFD'), one)).toBe(true);
    expect(await isPassword('Grusse aus Koln', one)).toBe(false);
  });

  it('made with other parameters is still known', async () => {
    const { scryptSync } = await import('node:crypto');
    const salt = Buffer.from('salt');
    const key = scryptSync(password, salt, 32, { N: 1_024, r: 8, p: 2 });
    const record = `scrypt$1024$8$2$${salt.toString('base64url')}$${key.toString('base64url')}`;
    expect(await isPassword(password, record)).toBe(true);
    expect(await isPassword(`${password} `, record)).toBe(false);
  });
});

describe('who guesses', () => {
  it('is told the same of a name that there is and of one that there is not, after as much work', async () => {
    await setUp();
    const tried = async (name: string) => {
      const begun = process.hrtime.bigint();
      const { status, body, headers } = await signIn(scene.browser(), name, 'wrong horse battery');
      return {
        took: Number(process.hrtime.bigint() - begun) / 1e6,
        status,
        body,
        cookie: headers['set-cookie'],
      };
    };
    const [known, unknown] = [await tried('admin'), await tried('nobody')];
    expect([known.status, sentence(known.body)]).toEqual([403, 'The name or the password is not right.']);
    expect({ ...unknown, took: 0 }).toEqual({ ...known, took: 0 });
    // Hashing is most of the time: without it the answer would be there at once.
    expect(unknown.took).toBeGreaterThan(known.took / 4);
  });

  it('at one name has to wait longer and longer, also where there is no such name', async () => {
    await setUp();
    for (const name of ['admin', 'nobody']) {
      for (let times = 0; times < 5; times += 1)
        expect((await signIn(scene.browser(), name, 'wrong horse battery')).status).toBe(403);
      const waits: number[] = [];
      for (let times = 0; times < 3; times += 1) {
        const { status, headers } = await signIn(scene.browser(), name, 'wrong horse battery');
        expect(status).toBe(429);
        waits.push(Number(headers['retry-after']));
        scene.now += Number(headers['retry-after']) * 1_000;
        expect((await signIn(scene.browser(), name, 'wrong horse battery')).status).toBe(403);
      }
      expect(waits).toEqual([1, 2, 4]);
    }
  });

  it('many at once gets no further', async () => {
    await setUp();
    const all = await Promise.all(
      Array.from({ length: 12 }, () => signIn(scene.browser(), 'admin', 'wrong horse battery')),
    );
    expect(all.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('has to wait even with the right password, which ends the waiting in time', async () => {
    await setUp();
    for (let times = 0; times < 5; times += 1) await signIn(scene.browser(), 'admin', 'wrong horse battery');
    expect((await signIn(scene.browser(), 'admin', password)).status).toBe(429);
    scene.now += 1_000;
    expect((await signIn(scene.browser(), 'admin', password)).status).toBe(303);
    expect((await signIn(scene.browser(), 'admin', 'wrong horse battery')).status).toBe(403);
  });

  it('at many names from one address has to wait too', async () => {
    const { redis } = scene.redis;
    expect((await signIn(scene.browser(), 'name-1', 'x')).status).toBe(403);
    const [address = ''] = await redis.keys('*:attempts:address*');
    await redis.hset(address, 'count', 29);
    expect((await signIn(scene.browser(), 'name-29', 'x')).status).toBe(403);
    expect((await signIn(scene.browser(), 'name-30', 'x')).status).toBe(429);
    const keys = await redis.keys('*:attempts:*');
    expect(JSON.stringify(keys)).not.toMatch(/name-|127\.0\.0\.1/);
  });
});

it('a local administrator can be removed, and is out at once', async () => {
  await setUp('ann');
  const browser = scene.browser();
  await signIn(browser, 'ann', password);
  const list = await browser.get('/api/administrators');
  expect(JSON.parse(list.body)).toEqual({ administrators: [{ name: 'ann', hasPassword: true }] });
  const remove = () => scene.browser().send('/api/administrators/ann', undefined, machine, 'DELETE');
  expect((await remove()).status).toBe(200);
  expect(await browser.me()).toBe(401);
  expect((await signIn(browser, 'ann', password)).status).toBe(403);
  expect((await remove()).status).toBe(404);
});

it('without local administrators there is no form, and nothing behind it', async () => {
  await using other = await openScene({ local: false });
  const browser = other.browser();
  expect((await browser.visit('/sign-in')).body).not.toContain('<form');
  expect((await signIn(browser, 'admin', password)).status).toBe(404);
  expect((await browser.send('/api/administrators', { name: 'a' }, machine)).status).toBe(404);
});

it('without a provider there is the form only', async () => {
  await using other = await openScene({ provider: false });
  const { body } = await other.browser().visit('/sign-in?to=%2Fx%22%3E%3Cscript%3E');
  expect(body).not.toContain('Sign in with');
  expect(body).not.toContain('<script');
  expect(body).toContain('action="/sign-in/local"');
  expect((await other.browser().get('/sign-in/start')).status).toBe(404);
  expect((await other.browser().get('/sign-in/callback?code=x')).status).toBe(404);
});

it('what is no form of ours is refused before it is read', async () => {
  const browser = scene.browser();
  const ask = async (headers: Record<string, string>, fields: Record<string, string>) =>
    (await browser.submit('/sign-in/local', fields, headers)).status;
  const fields = { name: 'admin', password };
  expect(await ask({ origin: 'https://evil.example' }, fields)).toBe(403);
  expect(await ask({ 'content-type': 'text/plain' }, fields)).toBe(415);
  expect(await ask({ 'content-type': 'application/json' }, fields)).toBe(415);
  expect(await ask({}, { ...fields, more: 'x' })).toBe(400);
  expect(await ask({}, { name: 'admin' })).toBe(400);
  expect(await ask({}, { ...fields, password: 'x'.repeat(20_000) })).toBe(413);
  const { host } = new URL(url);
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const bare = await scene.admin.ask('/sign-in/local', {
    method: 'POST',
    headers,
    body: 'name=a&password=b',
  });
  expect([bare.status, JSON.parse(bare.body).detail]).toEqual([
    403,
    'A form has to come from a page of this listener.',
  ]);
});
