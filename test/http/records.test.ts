/** The door of call detail records: 200 means stored, and each refusal has its own status and counter. */
import { afterEach, expect, test } from 'vitest';
import type { RecordsPorts } from '../../src/http/public/records-door.ts';
import { type Door, openDoor } from './door-fixture.ts';

const cms1 = 'https://cms1.example.com:445';
const path = '/cms/cdr/secret-of-cms1';

let door: Door | undefined;
afterEach(async () => {
  await door?.instance.close();
  door = undefined;
});

async function opened(changed: Partial<RecordsPorts> = {}) {
  const taken: [string, string][] = [];
  const records: RecordsPorts = {
    knownSender: (token) => (token === 'secret-of-cms1' ? cms1 : undefined),
    mayComeFrom: () => true,
    takeRecords: async (callBridge, body) => {
      taken.push([callBridge, Buffer.from(body).toString('utf8')]);
      return 'taken';
    },
    ...changed,
  };
  door = await openDoor({ records });
  const post = (to = path, body: string | Buffer = '<records/>', headers: Record<string, string> = {}) =>
    (door as Door).ask(to, { method: 'POST', body, headers });
  return { door, post, taken };
}

test.each([{ 'content-type': 'text/xml' }, { 'content-type': 'application/xml; charset=x' }, {}])(
  'records with the secret of a call bridge are stored as its own, whatever type they say they are: %j',
  async (headers) => {
    const { door, post, taken } = await opened();
    const answer = await post(path, '<records session="ü"/>', headers);
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(taken).toEqual([[cms1, '<records session="ü"/>']]);
    expect(door.counted()).toEqual({ records: 1 });
  },
);

test('a secret that is nobody’s is a path that does not exist, before anything else is looked at', async () => {
  const { door, post, taken } = await opened();
  for (const wrong of ['/cms/cdr/', '/cms/cdr/another', '/cms/cdr/secret-of-cms1/more', '/cms/cdr'])
    expect((await post(wrong)).status).toBe(404);
  expect((await door.ask('/cms/cdr/another')).status).toBe(404);
  expect(taken).toEqual([]);
  expect(door.counted()).toEqual({ 'unknown-path': 5 });
});

test('only a POST brings records', async () => {
  const { door } = await opened();
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect(await door.ask(path, { method })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  expect(door.counted()).toEqual({ 'wrong-method': 3 });
});

test('records from elsewhere in the network are refused', async () => {
  const { door, post, taken } = await opened({ mayComeFrom: (address) => address === '10.0.0.1' });
  expect((await post()).status).toBe(403);
  expect(taken).toEqual([]);
  expect(door.counted()).toEqual({ 'records-from-elsewhere': 1 });
});

test('what is no document of records is 400, and more than a mebibyte 413, said or not', async () => {
  const { door, post } = await opened({ takeRecords: async () => 'unreadable' });
  expect((await post(path, 'hello')).status).toBe(400);
  const large = Buffer.alloc(1_048_577, 32);
  expect((await post(path, large)).status).toBe(413);
  expect((await post(path, large, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect(door.counted()).toEqual({ malformed: 1, 'too-large': 2 });
});

test.each([
  ['Redis fails', () => Promise.reject(new Error('ECONNREFUSED'))],
  ['Redis hangs', () => new Promise<never>(() => {})],
  ['too much waits already', async () => 'full' as const],
])('where %s it is 503, so that the call bridge sends them again', async (_why, takeRecords) => {
  const { door, post } = await opened({ takeRecords });
  expect((await post()).status).toBe(503);
  expect(door.counted()).toEqual({ unavailable: 1 });
});

test('where no records are received, there is no such door', async () => {
  door = await openDoor();
  expect((await door.ask(path, { method: 'POST', body: '<records/>' })).status).toBe(404);
});
