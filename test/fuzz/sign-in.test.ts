/** Whatever a browser or a script brings to prove who it is: nobody gets in by it, and each is told so in one way. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScene, type Scene } from '../http/sign-in/scene.ts';
import { contentsOf, holds, timeout, watchForThrown } from './hunting.ts';
import { awkward, wellFormed } from './mutations.ts';

watchForThrown();

let scene: Scene;
/** Of a session that holds; no test may guess it, and each comes near. */
let session: string;
let token: string;
/** Where the provider sends a browser back to, and the cookie that it has then. */
let callback: string;
let underWay: string;
beforeAll(async () => {
  scene = await openScene();
  scene.entra.knobs.person = { roles: ['Roombridge.Admin'] };
  const browser = scene.browser();
  await browser.signIn();
  session = browser.cookies.get('__Host-session') ?? '';
  const ends = new Date(scene.now + 86_400_000).toISOString();
  const made = await browser.send('/api/tokens', { name: 'script', role: 'viewer', ends });
  token = (JSON.parse(made.body) as { token: string }).token;
  const other = scene.browser();
  callback = await other.goToProvider();
  underWay = other.cookies.get('__Host-sign-in') ?? '';
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Only what a client can put into a header. */
const headed = (text: string) => wellFormed(text).replaceAll(/[^\x20-\x7e]/g, '');
const ask = (path: string, headers: Record<string, string>, method = 'GET', body?: string) =>
  scene.admin.ask(path, {
    method,
    headers: { host: 'roombridge.test', ...headers },
    ...(body !== undefined && { body }),
  });

/** A text that is nearly another: cut, doubled, one letter another one, put into something. */
const near = (text: () => string) =>
  fc
    .tuple(fc.nat(), fc.constantFrom('cut', 'other', 'double', 'longer', 'upper', 'quoted', 'none'), awkward)
    .map(([at, how, more]) => {
      const whole = text();
      const place = at % whole.length;
      const changes: Record<string, string> = {
        cut: whole.slice(0, place),
        other: `${whole.slice(0, place)}${whole[place] === 'A' ? 'B' : 'A'}${whole.slice(place + 1)}`,
        double: whole + whole,
        longer: `${whole}x${headed(more)}`,
        upper: whole === whole.toUpperCase() ? '' : whole.toUpperCase(),
        quoted: `"${whole}"`,
        none: headed(more),
      };
      return changes[how] as string;
    });

it('a session or a token that is nearly right is none', { timeout }, async () => {
  const proofs = fc.oneof(
    near(() => session).map((value) => ({ cookie: `__Host-session=${value}` })),
    fc
      .constantFrom(
        '__Host-session=',
        '__Secure-session=',
        'roombridge-session=',
        '__host-session=',
        ' __Host-session =',
      )
      .map((name) => ({
        // Under another name it is another cookie.
        cookie: name.startsWith('__Host-session=') ? `${name}x` : `${name}${session}`,
      })),
    near(() => session).map((value) => ({ cookie: `__Host-session=${value}; __Host-session=${session}` })),
    near(() => token).map((value) => ({ authorization: `Bearer ${value}` })),
    fc
      .constantFrom('Basic ', 'bearer', 'Bearer  ', 'Token ', '')
      .map((scheme) => ({ authorization: scheme + token })),
    near(() => token).map((value) => ({
      authorization: `Bearer ${value}`,
      cookie: `__Host-session=${session}`,
    })),
  );
  const paths = fc.constantFrom(
    '/api/me',
    '/api/meetings',
    '/api/audit-log',
    '/queues/api/queues',
    '/metrics',
    '/api/changes?after=1-1',
  );
  await holds(fc.tuple(proofs, paths), 120, async ([headers, path]) => {
    const { status, body } = await ask(path, headers);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ title: 'Unauthorized', status: 401 });
  });
});

it('nobody comes in by a callback that is not theirs, and it is used up by the first who tries', {
  timeout,
}, async () => {
  const names = fc.constantFrom(
    'code',
    'state',
    'error',
    'error_description',
    'iss',
    'session_state',
    'id_token',
    'response',
    'scope',
    '__proto__',
  );
  const changes = fc.array(fc.tuple(names, awkward), { maxLength: 4 });
  const cookies = fc.oneof(
    near(() => underWay),
    fc.constant(''),
  );
  await holds(fc.tuple(changes, cookies, fc.boolean()), 90, async ([pairs, cookie, isBare]) => {
    const before = await contentsOf(scene.redis);
    const query = new URLSearchParams(isBare ? '' : callback.slice(callback.indexOf('?')));
    for (const [name, value] of pairs) query.append(name, wellFormed(value));
    const { status, headers, body } = await ask(
      `/sign-in/callback?${query}`,
      cookie === '' ? {} : { cookie: `__Host-sign-in=${cookie}` },
    );
    expect(status).toBe(400);
    expect(body.match(/role="alert"/g)).toHaveLength(1);
    expect([headers['set-cookie'] ?? []].flat().join()).not.toContain('__Host-session');
    expect(await contentsOf(scene.redis)).toEqual(before);
  });
});

it('a true sign-in whose answer was tampered with is refused by what the provider has signed', {
  timeout,
}, async () => {
  const names = fc.constantFrom('code', 'state', 'iss', 'error');
  // What is empty counts as left out.
  const values = awkward.map((text) => (text.trim() === '' ? 'x' : text));
  await holds(fc.tuple(names, values), 15, async ([name, value]) => {
    const browser = scene.browser();
    const back = await browser.goToProvider();
    const query = new URLSearchParams(back.slice(back.indexOf('?')));
    query.set(name, wellFormed(value));
    const { status, body } = await browser.get(`/sign-in/callback?${query}`);
    expect([400, 403, 502]).toContain(status);
    expect(body.match(/role="alert"/g)).toHaveLength(1);
    expect(await browser.me()).toBe(401);
    scene.now += 20_000;
  });
});

it('pages of the sign-in show what is asked of them as text, and forms of others are not taken', {
  timeout,
}, async () => {
  const fields = fc.dictionary(
    fc.constantFrom(
      'name',
      'password',
      'again',
      'link',
      'to',
      'username',
      'everywhere',
      '__proto__',
      'constructor',
    ),
    awkward,
  );
  const drawn = fc.record({
    path: fc.constantFrom('/sign-in', '/sign-in/start', '/sign-in/set-up', '/sign-in/local', '/sign-out'),
    said: fc.oneof(awkward, fc.constantFrom('signed-out', '__proto__', 'constructor', 'toString', 'valueOf')),
    fields,
    origin: fc.constantFrom(
      'https://roombridge.test',
      'https://evil.example',
      'null',
      '',
      'https://roombridge.test.evil.example',
    ),
    isForm: fc.boolean(),
    isPost: fc.boolean(),
  });
  await holds(drawn, 120, async ({ path, said, fields: given, origin, isForm, isPost }) => {
    const query = new URLSearchParams({
      said: wellFormed(said),
      to: wellFormed(said),
      link: wellFormed(said),
    });
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    const pairs = Object.entries(given).map(([name, value]): [string, string] => [name, wellFormed(value)]);
    const body = isForm ? String(new URLSearchParams(pairs)) : JSON.stringify(given);
    const {
      status,
      headers,
      body: page,
    } = isPost
      ? await ask(path, { 'content-type': type, ...(origin !== '' && { origin }) }, 'POST', body)
      : await ask(`${path}?${query}`, {});
    expect([200, 303, 400, 403, 404, 405, 415, 429]).toContain(status);
    if (isPost && origin !== '' && origin !== 'https://roombridge.test') expect(status).toBe(403);
    expect(page).not.toContain('<script>');
    // To nobody else, with whatever was asked for.
    if (status === 303 && path !== '/sign-in/start') expect(headers.location).toMatch(/^\/(?!\/)/);
    expect([headers['set-cookie'] ?? []].flat().join()).not.toMatch(/__Host-session=[^;]/);
    scene.now += 60_000;
    scene.said.length = 0;
  });
});
