/** The public door refuses in its fixed order, and tells nobody why beyond the status. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { board, type Door, openDoor } from './door-fixture.ts';

const path = '/graph/notifications';
const json = { 'content-type': 'application/json' };
const mebibyte = 1_048_576;

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.instance.close());

interface Refusal {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly status: number;
  readonly outcome: string;
}

const refusals: Refusal[] = [
  {
    what: 'unknown path before everything',
    method: 'PUT',
    path: '/graph',
    headers: { 'content-type': 'text/html' },
    body: 'x',
    status: 404,
    outcome: 'unknown-path',
  },
  { what: 'the root', method: 'GET', path: '/', status: 404, outcome: 'unknown-path' },
  {
    what: 'a slash too many',
    method: 'POST',
    path: `${path}/`,
    headers: json,
    body: '{"value":[]}',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'another case',
    method: 'POST',
    path: '/Graph/Notifications',
    headers: json,
    body: '{"value":[]}',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'a path percent-encoded',
    method: 'POST',
    path: '/graph/%6eotifications',
    headers: json,
    body: '{"value":[]}',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'broken percent-encoding',
    method: 'POST',
    path: '/graph/%zz',
    headers: json,
    body: '{}',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'a handshake on an unknown path',
    method: 'POST',
    path: '/elsewhere?validationToken=t',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'a method of WebDAV on an unknown path',
    method: 'PROPFIND',
    path: '/x',
    status: 404,
    outcome: 'unknown-path',
  },
  {
    what: 'GET before the type',
    method: 'GET',
    path,
    headers: { 'content-type': 'text/html' },
    status: 405,
    outcome: 'wrong-method',
  },
  { what: 'HEAD', method: 'HEAD', path, status: 405, outcome: 'wrong-method' },
  { what: 'OPTIONS', method: 'OPTIONS', path: '/graph/lifecycle', status: 405, outcome: 'wrong-method' },
  {
    what: 'PUT with a body',
    method: 'PUT',
    path,
    headers: json,
    body: '{"value":[]}',
    status: 405,
    outcome: 'wrong-method',
  },
  { what: 'DELETE', method: 'DELETE', path, status: 405, outcome: 'wrong-method' },
  { what: 'TRACE', method: 'TRACE', path, status: 405, outcome: 'wrong-method' },
  { what: 'a method of WebDAV', method: 'PROPFIND', path, status: 405, outcome: 'wrong-method' },
  {
    what: 'a handshake by GET',
    method: 'GET',
    path: `${path}?validationToken=t`,
    status: 405,
    outcome: 'wrong-method',
  },
  { what: 'no type', method: 'POST', path, body: '{"value":[]}', status: 415, outcome: 'wrong-type' },
  {
    what: 'plain text',
    method: 'POST',
    path,
    headers: { 'content-type': 'text/plain' },
    body: '{"value":[]}',
    status: 415,
    outcome: 'wrong-type',
  },
  {
    what: 'a type that begins alike',
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json-patch+json' },
    body: '{"value":[]}',
    status: 415,
    outcome: 'wrong-type',
  },
  {
    what: 'a compressed body',
    method: 'POST',
    path,
    headers: { ...json, 'content-encoding': 'gzip' },
    body: '{"value":[]}',
    status: 415,
    outcome: 'wrong-type',
  },
  {
    what: 'an empty token, which is no handshake',
    method: 'POST',
    path: `${path}?validationToken=`,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    outcome: 'wrong-type',
  },
  {
    what: 'a wrong type before the size',
    method: 'POST',
    path,
    headers: { 'content-type': 'text/plain' },
    body: 'x'.repeat(mebibyte + 1),
    status: 415,
    outcome: 'wrong-type',
  },
  {
    what: 'a byte too many before broken JSON',
    method: 'POST',
    path,
    headers: json,
    body: '{'.repeat(mebibyte + 1),
    status: 413,
    outcome: 'too-large',
  },
  {
    what: 'a byte too many in chunks',
    method: 'POST',
    path,
    headers: { ...json, 'transfer-encoding': 'chunked' },
    body: '{'.repeat(mebibyte + 1),
    status: 413,
    outcome: 'too-large',
  },
  { what: 'no body', method: 'POST', path, headers: json, status: 400, outcome: 'malformed' },
  {
    what: 'broken JSON',
    method: 'POST',
    path,
    headers: json,
    body: '{"value":[',
    status: 400,
    outcome: 'malformed',
  },
  {
    what: 'exactly a mebibyte of nothing sensible',
    method: 'POST',
    path,
    headers: json,
    body: 'x'.repeat(mebibyte),
    status: 400,
    outcome: 'malformed',
  },
  {
    what: 'not UTF-8',
    method: 'POST',
    path,
    headers: json,
    body: Buffer.from('{"value":["\xff"]}', 'latin1'),
    status: 400,
    outcome: 'malformed',
  },
  { what: 'null', method: 'POST', path, headers: json, body: 'null', status: 400, outcome: 'malformed' },
  { what: 'a list', method: 'POST', path, headers: json, body: '[]', status: 400, outcome: 'malformed' },
  { what: 'no value', method: 'POST', path, headers: json, body: '{}', status: 400, outcome: 'malformed' },
  {
    what: 'a value that is no list',
    method: 'POST',
    path,
    headers: json,
    body: '{"value":{}}',
    status: 400,
    outcome: 'malformed',
  },
  {
    what: 'a value only by inheritance',
    method: 'POST',
    path,
    headers: json,
    body: '{"__proto__":{"value":[]}}',
    status: 400,
    outcome: 'malformed',
  },
  {
    what: 'a number for a notification',
    method: 'POST',
    path,
    headers: json,
    body: JSON.stringify({ value: [board, 1] }),
    status: 400,
    outcome: 'malformed',
  },
  {
    what: 'a list for a notification',
    method: 'POST',
    path,
    headers: json,
    body: '{"value":[[]]}',
    status: 400,
    outcome: 'malformed',
  },
];

describe('the door refuses in its order', () => {
  test.each(refusals)(
    '$what: $status',
    async ({ method = 'GET', path: at = '/', headers, body, status, outcome }) => {
      const answer = await door.ask(at, {
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      });
      expect(answer.status).toBe(status);
      expect(door.counted()).toEqual({ [outcome]: 1 });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers.allow).toBe(status === 405 ? 'POST' : undefined);
      expect(answer.headers.server).toBeUndefined();
      expect(answer.headers['x-powered-by']).toBeUndefined();
      if (method !== 'HEAD') {
        expect(JSON.parse(answer.body)).toEqual({ type: 'about:blank', title: expect.any(String), status });
      }
      expect(door.rung).toEqual([]);
      expect(door.looked).toEqual([]);
    },
  );

  test('bytes that are not HTTP are answered 400 without a fingerprint', async () => {
    const dialled = await door.dial();
    dialled.socket.write('NONSENSE\r\n\r\n');
    const text = await dialled.over();
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).not.toMatch(/fastify|node|code/i);
    expect(door.counted()).toEqual({ unparseable: 1 });
  });
});

describe('the handshake', () => {
  const tokens = [
    [
      'Validation%3a+Testing+client+application+reachability',
      'Validation: Testing client application reachability',
    ],
    ['a%2Bb', 'a+b'],
    ['a+b', 'a b'],
    ['a%252Bb', 'a%2Bb'],
    ['%3Cscript%3Ealert(1)%3C%2Fscript%3E', '<script>alert(1)</script>'],
    ['%26amp%3B%3D%22', '&amp;="'],
    ['caf%C3%A9%20%E4%BC%9A%E8%AD%B0%20%F0%9F%8F%A2', 'café 会議 🏢'],
  ] as const;

  test.each(tokens)('%s is decoded once, and is text', async (encoded, token) => {
    for (const at of [path, '/graph/lifecycle']) {
      const answer = await door.ask(`${at}?validationToken=${encoded}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toBe(token);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(door.counted()).toEqual({ validated: 1 });
    }
  });

  test('is answered whatever its type, body and further parameters', async () => {
    for (const headers of [{}, { 'content-type': 'image/png' }, json, { 'content-type': ';;;' }] as Record<
      string,
      string
    >[]) {
      const answer = await door.ask(`${path}?tenant=1&validationToken=t&x=y`, {
        method: 'POST',
        headers,
        body: '{ no json',
      });
      expect([answer.status, answer.body]).toEqual([200, 't']);
    }
    door.counted();
  });
});
