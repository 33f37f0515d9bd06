/** The API as a whole: its description says what its routes do, and each of them says who may ask. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asker, may, userRoles } from '../../src/http/rights.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

interface Operation {
  readonly description: string;
  readonly responses: Readonly<Record<string, { content: Record<string, { schema: Json }> }>>;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Json }[];
}
type Json = Readonly<Record<string, unknown>>;
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Record<string, Operation>>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

let admin: Admin;
let asker: Asker | undefined;
beforeEach(async () => {
  asker = { name: 'ann', role: 'administrator' };
  admin = await openAdmin({ identify: async () => asker });
});
afterEach(() => admin.instance.close());

async function description(): Promise<Document> {
  return JSON.parse((await admin.ask('/api/openapi.json')).body) as Document;
}

describe('its description', () => {
  it('has every route of the API', async () => {
    const { openapi, paths } = await description();
    expect(openapi).toBe('3.1.0');
    const routes = Object.entries(paths).flatMap(([path, all]) =>
      Object.keys(all).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toMatchInlineSnapshot(`
      [
        "get /api/audit-log",
        "get /api/call-bridges",
        "get /api/call-bridges/{address}/what-if",
        "get /api/changes",
        "get /api/clusters",
        "get /api/clusters/{name}/capacity",
        "get /api/clusters/{name}/slots",
        "get /api/health",
        "get /api/live",
        "get /api/me",
        "get /api/meetings",
        "get /api/meetings/{key}",
        "get /api/meetings/{key}/exchanges",
        "get /api/meetings/{key}/invitation",
        "get /api/meetings/{key}/participants",
        "get /api/now",
        "get /api/queues",
        "get /api/queues/{name}/failing",
        "get /api/reports",
        "get /api/reports/rooms",
        "get /api/rooms",
        "get /api/rooms/{mailbox}",
        "get /api/rooms/{mailbox}/entries",
        "get /api/rooms/{mailbox}/explain",
        "get /api/starts",
        "get /api/tickets",
        "get /api/timeline",
        "post /api/call-bridges/{address}/drain",
        "post /api/call-bridges/{address}/resume",
        "post /api/meetings/{key}/operations",
        "post /api/queues/{name}/actions",
        "post /api/rooms/{mailbox}/sync",
        "post /api/tickets/{id}/acknowledge",
      ]
    `);
  });

  it('refers to nothing that is not in it', async () => {
    const document = await description();
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(20);
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...new Set(names)].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('says what a path and a query may have', async () => {
    const { paths } = await description();
    const parameters = paths['/api/call-bridges/{address}/what-if']?.get?.parameters ?? [];
    expect(parameters.map(({ name, in: where, required }) => [name, where, required])).toEqual([
      ['address', 'path', true],
      ['from', 'query', true],
      ['to', 'query', true],
    ]);
  });
});

/** By what is needed: paths with something for each of their parts. */
async function routes(): Promise<{ path: string; method: string; needs: string }[]> {
  const { paths } = await description();
  const described = Object.entries(paths).flatMap(([path, all]) =>
    Object.entries(all).map(([method, { description: says }]) => ({
      path: path.replaceAll(/\{\w+\}/g, 'x'),
      method: method.toUpperCase(),
      needs: / role (\w+)\./.exec(says)?.[1] ?? 'anyone',
    })),
  );
  const others = [
    { path: '/metrics', method: 'GET', needs: 'viewer' },
    { path: '/api/openapi.json', method: 'GET', needs: 'viewer' },
    { path: '/queues', method: 'GET', needs: 'administrator' },
    { path: '/queues/api/queues', method: 'GET', needs: 'administrator' },
    { path: '/live', method: 'GET', needs: 'anyone' },
    { path: '/ready', method: 'GET', needs: 'anyone' },
  ];
  return [...described, ...others];
}

it('what has no version in its path is version 1', async () => {
  const [plain, first, second] = await Promise.all(
    ['/api/rooms', '/api/v1/rooms', '/api/v2/rooms'].map((path) => admin.ask(path)),
  );
  expect(first?.body).toBe(plain?.body);
  expect(second?.status).toBe(404);
});

describe('rights', () => {
  it.each([undefined, ...userRoles])(
    'of %s: each route answers whom it should, and nobody else',
    async (role) => {
      const all = await routes();
      expect(all.length).toBeGreaterThan(20);
      asker = role && { name: 'ann', role };
      const wrong: string[] = [];
      for (const { path, method, needs } of all) {
        const { status } = await admin.ask(path, {
          method,
          headers: method === 'POST' ? { 'content-type': 'application/json' } : {},
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
        const isRefused = status === 401 || status === 403;
        const isMeant = !may(asker, needs as Asker['role']);
        if (isRefused !== isMeant || (isRefused && status !== (role === undefined ? 401 : 403)))
          wrong.push(`${method} ${path}: ${status}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('say what is needed and what one has', async () => {
    asker = { name: 'vic', role: 'viewer' };
    const answer = await admin.ask('/api/meetings/k/operations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"do":"end"}',
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({
      detail: 'That needs the role operator; yours is viewer.',
    });
  });
});

it('who has signed in is who does it, whatever the body says', async () => {
  const by: string[] = [];
  await admin.instance.close();
  admin = await openAdmin({
    identify: async () => ({ name: 'ann@example.com', role: 'operator' }),
    operate: async (_, order) => {
      by.push(order.by);
      return { state: 'done', at: 0 };
    },
  });
  for (const body of ['{"do":"end"}', '{"do":"end","by":"somebody else"}'])
    await admin.ask('/api/meetings/k/operations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  expect(by).toEqual(['ann@example.com', 'ann@example.com']);
});
