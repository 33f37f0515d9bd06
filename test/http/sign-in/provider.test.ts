/** Sign-in with the provider: who comes back signed for by it is in, and nobody else. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minute, openScene, type Scene, url } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  scene.now = Date.now();
  scene.entra.knobs.person = { roles: ['Roombridge.Admin'] };
  await scene.redis.redis.flushall();
});
afterEach(() => {
  scene.said.length = 0;
  Object.assign(scene.entra.knobs, { wrong: {}, refusal: undefined, down: undefined, forged: false });
});

const sentence = (body: string) => /role="alert"[^>]*>([^<]+)</.exec(body)?.[1];

describe('somebody whom the provider knows', () => {
  it('goes on to where they wanted, by a session that only their browser has', async () => {
    const browser = scene.browser();
    const first = await browser.visit('/api/rooms?x=1');
    expect([first.status, first.headers.location]).toEqual([303, '/sign-in?to=%2Fapi%2Frooms%3Fx%3D1']);
    const page = await browser.visit(first.headers.location as string);
    expect(page.body).toContain('href="/sign-in/start?to=%2Fapi%2Frooms%3Fx%3D1">Sign in with Entra ID</a>');
    const back = await browser.signIn('/api/rooms?x=1');
    expect([back.status, back.headers.location]).toEqual([303, '/api/rooms?x=1']);
    const [gone, session] = back.headers['set-cookie'] as string[];
    expect(gone).toBe('__Host-sign-in=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0');
    expect(session).toMatch(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect(await browser.me()).toEqual({
      ...{ name: 'ann@example.com', role: 'administrator', how: 'provider' },
      expires: new Date(scene.now + 12 * 60 * minute).toISOString(),
    });
    expect((await browser.visit('/api/rooms')).status).toBe(200);
  });

  it.each([
    ['an app role', { roles: ['Roombridge.Admin'] }, 'administrator'],
    ['a group', { groups: ['other', 'group-viewers'] }, 'viewer'],
    ['the highest of several', { groups: ['group-viewers'], roles: ['av'] }, 'operator'],
    ['an app role beside too many groups', { roles: ['av'], _claim_names: { groups: 'src1' } }, 'operator'],
    ['a role as a single text', { roles: 'av' }, 'operator'],
  ])('has the role of %s', async (_, person, role) => {
    scene.entra.knobs.person = person;
    const browser = scene.browser();
    await browser.signIn();
    expect(await browser.me()).toMatchObject({ role });
  });

  it.each([
    ['no role here', { roles: ['x'] }, /none of your groups and app roles has a role here/],
    ['a role by another kind of value', { roles: { 0: 'av' } }, /none of your groups/],
    [
      'more groups than Entra tells',
      { _claim_names: { groups: 'src1' } },
      /so many groups .* app roles instead/,
    ],
    ['more groups, told otherwise', { hasgroups: true }, /so many groups/],
  ])('but has %s is told so', async (_, person, words) => {
    scene.entra.knobs.person = person;
    const browser = scene.browser();
    const { status, body } = await browser.signIn();
    expect(status).toBe(403);
    expect(sentence(body)).toMatch(words);
    expect(await browser.me()).toBe(401);
    expect(scene.said.at(-1)?.fields).toMatchObject({ name: 'ann@example.com' });
  });

  it('may have a key that the provider has changed a moment ago, of another kind too', async () => {
    const browser = scene.browser();
    for (let times = 0; times < 2; times += 1) {
      await browser.signIn();
      expect(await browser.me()).toMatchObject({ role: 'administrator' });
      scene.entra.rotate();
    }
  });

  it('is in the log by their name, and nothing else of them is', async () => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    await browser.get(back);
    const { message, fields } = scene.said.at(-1) ?? {};
    expect(message).toBe('signed in');
    expect(Object.keys(fields ?? {})).toEqual(['name', 'role', 'how', 'from']);
    const secrets = [...browser.cookies.values(), new URLSearchParams(back).get('code') ?? '?'];
    for (const secret of secrets) expect(JSON.stringify(scene.said)).not.toContain(secret);
    const stored = JSON.stringify(await dump(scene));
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });
});

async function dump({ redis: { redis } }: Scene): Promise<unknown[]> {
  const keys = await redis.keys('*');
  return await Promise.all(
    keys.map(async (key) => [key, (await redis.type(key)) === 'hash' ? await redis.hgetall(key) : '']),
  );
}

describe('is not believed', () => {
  const seconds = () => Math.floor(Date.now() / 1_000);
  it.each([
    ['a token that has ended', () => ({ exp: seconds() - 120 })],
    ['a token that has not begun', () => ({ nbf: seconds() + 600 })],
    ['a token for another application', () => ({ aud: 'another' })],
    ['a token of another provider', () => ({ iss: 'https://login.example.com/tenant/v2.0' })],
    ['a token of another sign-in', () => ({ nonce: 'another' })],
    ['a token of no sign-in', () => ({ nonce: undefined })],
    ['a token of nobody', () => ({ sub: undefined })],
  ])('%s', async (_, wrong) => {
    scene.entra.knobs.wrong = wrong();
    await refused();
  });

  it.each([[true], ['unsigned' as const]])(
    'a token that somebody else has signed, or nobody (%s)',
    async (forged) => {
      scene.entra.knobs.forged = forged;
      await refused();
    },
  );

  async function refused(): Promise<void> {
    const browser = scene.browser();
    const { status, body } = await browser.signIn();
    expect([status, sentence(body)]).toEqual([
      400,
      'What the provider answered cannot be trusted, and was not believed. Try again.',
    ]);
    expect(browser.cookies.has('__Host-session')).toBe(false);
    expect(await browser.me()).toBe(401);
  }

  it('another state than ours', async () => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    const { status } = await browser.get(back.replace(/state=[^&]+/, 'state=another'));
    expect(status).toBe(400);
    expect(await browser.me()).toBe(401);
  });

  it('a code that was used, in the same browser or with a new sign-in', async () => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    await browser.get(back);
    const again = await browser.get(back);
    expect([again.status, sentence(again.body)]).toEqual([
      400,
      'This sign-in was not begun in this browser, or too long ago, or is over already.',
    ]);
    const thief = scene.browser();
    const code = new URLSearchParams(back.slice(back.indexOf('?'))).get('code') ?? '';
    const other = await thief.goToProvider();
    const { status } = await thief.get(other.replace(/code=[^&]+/, `code=${encodeURIComponent(code)}`));
    expect(status).toBe(403);
    expect(await thief.me()).toBe(401);
  });

  it('a code of somebody else’s sign-in, which their own PKCE belongs to', async () => {
    const [one, two] = [scene.browser(), scene.browser()];
    const [first, second] = [await one.goToProvider(), await two.goToProvider()];
    const code = /code=[^&]+/.exec(first)?.[0] ?? '';
    expect((await two.get(second.replace(/code=[^&]+/, code))).status).toBe(403);
    expect(await two.me()).toBe(401);
  });

  it('who was sent back in another browser than they began in', async () => {
    const back = await scene.browser().goToProvider();
    const victim = scene.browser();
    expect((await victim.get(back)).status).toBe(400);
    expect(await victim.me()).toBe(401);
  });

  it('who takes over ten minutes for it', async () => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    scene.now += 10 * minute;
    expect((await browser.get(back)).status).toBe(400);
  });
});

describe('a provider', () => {
  it('that says no is quoted in nothing', async () => {
    scene.entra.knobs.refusal = 'access_denied';
    const { status, body } = await scene.browser().signIn();
    expect([status, sentence(body)]).toEqual([403, 'The provider has not signed you in.']);
    expect(body).not.toMatch(/AADSTS|script|declined/);
    expect(scene.said.at(-1)?.fields).toMatchObject({ kind: 'refused', reason: 'access_denied' });
  });

  it('that is down is said to be', async () => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    scene.entra.knobs.down = 503;
    const { status, body } = await browser.get(back);
    expect([status, sentence(body)]).toEqual([
      502,
      'The provider of the sign-in does not answer. Try again in a while.',
    ]);
  });

  it('that is down before anything is known of it is said to be, and asked again the next time', async () => {
    await using other = await openScene({ algorithm: 'ES256' });
    Object.assign(other.entra.knobs, { down: 503, person: { roles: ['av'] } });
    const browser = other.browser();
    expect((await browser.get('/sign-in/start')).status).toBe(502);
    other.entra.knobs.down = undefined;
    await browser.signIn();
    expect(await browser.me()).toMatchObject({ role: 'operator' });
  });
});

it('only paths of our own are gone on to', async () => {
  const bad = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'x',
    '/sign-out',
  ];
  for (const to of bad) {
    const { headers } = await scene.browser().signIn(to);
    expect([to, headers.location]).toEqual([to, '/']);
  }
  expect((await scene.browser().signIn('/meetings/a%2Fb?x=1#y')).headers.location).toBe(
    '/meetings/a%2Fb?x=1#y',
  );
});

it('many sign-ins begun from one address have to wait', async () => {
  const browser = scene.browser();
  for (let times = 0; times < 60; times += 1) expect((await browser.get('/sign-in/start')).status).toBe(303);
  const { status, headers, body } = await browser.get('/sign-in/start');
  expect([status, headers['retry-after'], sentence(body)]).toEqual([
    429,
    '1',
    'Too many attempts. Try again in a second.',
  ]);
});

it('what is sent to the provider is what the standard wants, and no secret', async () => {
  const { headers } = await scene.browser().get('/sign-in/start');
  const { origin, searchParams } = new URL(headers.location as string);
  expect(origin).toBe(scene.entra.url);
  expect(Object.fromEntries(searchParams)).toEqual({
    ...{ client_id: 'client', response_type: 'code', scope: 'openid profile' },
    ...{ redirect_uri: `${url}/sign-in/callback`, code_challenge_method: 'S256' },
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    ...{ state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
  });
});
