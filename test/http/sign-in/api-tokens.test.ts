/** API tokens: for scripts, with a role and an end; and the secret of commands on this machine. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { may, userRoles } from '../../../src/http/rights.ts';
import { type Browser, hour, machineSecret, minute, openScene, type Scene } from './scene.ts';

const day = 24 * hour;

let scene: Scene;
let browser: Browser;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  scene.now = Date.now();
  scene.said.length = 0;
  await scene.redis.redis.flushall();
  scene.entra.knobs.person = { roles: ['Roombridge.Admin'] };
  browser = scene.browser();
  await browser.signIn();
});

interface Made {
  readonly token: string;
  readonly id: string;
}

const iso = (at: number) => new Date(at).toISOString();

async function make(more: object = {}): Promise<Made> {
  const order = { name: 'nightly report', role: 'viewer', ends: iso(scene.now + day), ...more };
  const { status, body } = await browser.send('/api/tokens', order);
  expect(status).toBe(200);
  return JSON.parse(body) as Made;
}

const by = (token: string) => ({ authorization: `Bearer ${token}` });
const meBy = async (token: string) => {
  const { status, body } = await scene.browser().get('/api/me', by(token));
  return status === 200 ? JSON.parse(body) : status;
};

describe('a token', () => {
  it('is shown once, and lets in by its role until its end', async () => {
    const { token, ...shown } = await make();
    expect(token).toMatch(/^rb_[\w-]{43}$/);
    expect(shown).toMatchObject({ name: 'nightly report', by: 'ann@example.com', lastUsed: null });
    expect(await meBy(token)).toEqual({
      ...{ name: 'nightly report (token)', role: 'viewer', how: 'token', expires: iso(scene.now + day) },
    });
    const { tokens } = JSON.parse((await browser.get('/api/tokens')).body);
    expect(tokens).toEqual([{ ...shown, lastUsed: iso(scene.now) }]);
    scene.now += day;
    expect(await meBy(token)).toBe(401);
  });

  it('is nowhere in Redis or in the log', async () => {
    const { token } = await make();
    await meBy(token);
    const keys = await scene.redis.redis.keys('*');
    const texts = await Promise.all(
      keys.map(async (key) =>
        (await scene.redis.redis.type(key)) === 'string' ? scene.redis.redis.get(key) : key,
      ),
    );
    expect(JSON.stringify([keys, texts, scene.said])).not.toContain(token.slice(3));
    expect(scene.said.at(-1)).toMatchObject({
      ...{ message: 'an API token was made', fields: { token: 'nightly report', by: 'ann@example.com' } },
    });
  });

  it('that is ended is none from then on', async () => {
    const { token, id } = await make();
    const end = () => browser.send(`/api/tokens/${id}`, undefined, {}, 'DELETE');
    expect((await end()).status).toBe(200);
    expect(await meBy(token)).toBe(401);
    expect((await end()).status).toBe(404);
    expect(JSON.parse((await browser.get('/api/tokens')).body)).toEqual({ tokens: [] });
  });

  it('that has ended is not listed', async () => {
    await make();
    await make({ name: 'longer', ends: iso(scene.now + 2 * day) });
    scene.now += day;
    await browser.signIn();
    const { tokens } = JSON.parse((await browser.get('/api/tokens')).body);
    expect(tokens.map(({ name }: { name: string }) => name)).toEqual(['longer']);
  });

  it('with a letter changed, or shown otherwise, is none', async () => {
    const { token } = await make();
    const other = token.endsWith('A') ? 'B' : 'A';
    expect(await meBy(token.slice(0, -1) + other)).toBe(401);
    for (const authorization of [token, `Basic ${token}`, `Bearer  ${token}`, `Bearer ${token},${token}`])
      expect((await scene.browser().get('/api/me', { authorization })).status).toBe(401);
  });

  it('that is none is not saved by a session beside it', async () => {
    expect((await browser.get('/api/me', by('rb_none-of-ours-at-all'))).status).toBe(401);
  });

  it('makes neither tokens nor people, and ends none', async () => {
    const { token, id } = await make({ role: 'administrator' });
    const script = scene.browser();
    const answers = [
      await script.send('/api/tokens', { name: 'x', role: 'viewer', ends: iso(scene.now + day) }, by(token)),
      await script.send('/api/administrators', { name: 'eve' }, by(token)),
      await script.send(`/api/tokens/${id}`, undefined, by(token), 'DELETE'),
      await script.send('/api/administrators/eve', undefined, by(token), 'DELETE'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await meBy(token)).toMatchObject({ role: 'administrator' });
  });

  it('is who does it', async () => {
    const { token } = await make({ role: 'operator', ends: iso(scene.now + day) });
    const { status } = await scene.browser().send('/api/meetings/k/operations', { do: 'end' }, by(token));
    expect(status).toBe(200);
  });

  it.each([
    ['no name', { name: '' }, 'name'],
    ['a name with signs in it', { name: '<b>' }, 'name'],
    ['a role that is none', { role: 'root' }, 'role'],
    ['no end', { ends: undefined }, 'ends'],
    ['an end that is none', { ends: 'tomorrow' }, 'ends'],
    ['an end that is over', { ends: iso(Date.now() - minute) }, 'ends'],
    ['an end too far off', { ends: iso(Date.now() + 400 * day) }, 'ends'],
    ['something else', { scope: 'all' }, 'scope'],
  ])('with %s is not made', async (_, more, parameter) => {
    const order = { name: 'x', role: 'viewer', ends: iso(scene.now + day), ...more };
    const { status, body } = await browser.send('/api/tokens', order);
    expect([status, JSON.parse(body).parameter]).toEqual([400, parameter]);
  });
});

describe('a command on this machine', () => {
  it('is an administrator by the secret of its file, without a name', async () => {
    const me = await meBy(machineSecret);
    expect(me).toEqual({ name: null, role: 'administrator', how: 'machine', expires: null });
  });

  it('says who it does something for, and has to', async () => {
    const ask = (body: object) =>
      scene.browser().send('/api/meetings/k/operations', { do: 'end', ...body }, by(machineSecret));
    expect((await ask({ by: 'ann' })).status).toBe(200);
    expect((await ask({})).status).toBe(400);
  });
});

describe('rights', () => {
  it.each([undefined, ...userRoles])(
    'of %s, by a token: each route of the sign-in answers whom it should',
    async (role) => {
      const token = role && (await make({ role })).token;
      const { paths } = JSON.parse((await browser.get('/api/openapi.json')).body) as {
        paths: Record<string, Record<string, { description: string }>>;
      };
      const own = Object.entries(paths).filter(([path]) =>
        /^\/api\/(me|tokens|administrators|sessions)(\/|$)/.test(path),
      );
      const all = own.flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { description }]) => ({ path, method, description })),
      );
      expect(all.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
        'delete /api/administrators/{name}',
        'delete /api/tokens/{id}',
        'get /api/administrators',
        'get /api/me',
        'get /api/sessions',
        'get /api/tokens',
        'post /api/administrators',
        'post /api/sessions/end',
        'post /api/tokens',
      ]);
      for (const { path, method, description } of all) {
        const needs = / role (\w+)\./.exec(description)?.[1] as (typeof userRoles)[number];
        const script = scene.browser();
        const place = path.replace(/\{\w+\}/, 'x');
        const headers = token === undefined ? {} : by(token);
        const { status, body } =
          method === 'get'
            ? await script.get(place, headers)
            : await script.send(place, method === 'post' ? {} : undefined, headers, method.toUpperCase());
        const isRefusedByRole = status === 401 || (status === 403 && body.includes('needs the role'));
        const asker = role && { name: 'x', role };
        expect([method, path, isRefusedByRole]).toEqual([method, path, !may(asker, needs)]);
      }
    },
  );

  it.each(userRoles)('of %s, by a session, are those of the role', async (role) => {
    const group = { viewer: 'group-viewers', operator: 'av', administrator: 'Roombridge.Admin' }[role];
    scene.entra.knobs.person = { roles: [group] };
    const one = scene.browser();
    await one.signIn();
    const statuses = [
      (await one.get('/api/rooms')).status,
      (await one.send('/api/meetings/k/operations', { do: 'end' })).status,
      (await one.get('/queues')).status,
      (await one.get('/api/tokens')).status,
    ];
    const allowed = { viewer: 1, operator: 2, administrator: 4 }[role];
    expect(statuses).toEqual([200, 200, 200, 200].map((status, index) => (index < allowed ? status : 403)));
  });
});
