/** The built pages are given out as browsers keep them: the document looked at each time, its assets kept for good. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Admin, openAdmin } from './admin-fixture.ts';
import { room } from './answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-pages-'));
let admin: Admin;
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Roombridge</title>');
  writeFileSync(join(folder, 'assets/index-1a2b.js'), 'plain');
  writeFileSync(join(folder, 'assets/index-1a2b.js.br'), 'small');
  admin = await openAdmin({ pages: folder, listRooms: async () => Array.from({ length: 50 }, () => room) });
});
afterAll(async () => {
  await admin.instance.close();
  rmSync(folder, { recursive: true });
});

test('every path of a page gives the document, without scripts or styles of others', async () => {
  for (const path of [
    '/',
    '/meetings',
    '/meetings/a%2Fb',
    '/bridges',
    '/rooms',
    '/tickets',
    '/queue-states',
  ]) {
    const { status, headers, body } = await admin.ask(path);
    expect([status, headers['content-type']], path).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('<title>Roombridge</title>');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'self'; script-src 'self'; style-src 'self' /,
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-cache');
  }
});

test('a document that is known already is not sent again', async () => {
  const { headers } = await admin.ask('/');
  const again = await admin.ask('/', { headers: { 'if-none-match': String(headers.etag) } });
  expect([again.status, again.body]).toEqual([304, '']);
});

test('assets are kept for good, and sent compressed to who reads that', async () => {
  const { headers, body } = await admin.ask('/assets/index-1a2b.js');
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect([headers['content-type'], body]).toEqual(['text/javascript; charset=utf-8', 'plain']);
  const asked = await admin.ask('/assets/index-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } });
  expect([asked.headers['content-encoding'], asked.body]).toEqual(['br', 'small']);
  for (const path of ['/assets/other.js', '/assets/index-1a2b.js.br', '/assets/..%2findex.html'])
    expect((await admin.ask(path)).status, path).toBe(404);
});

test('long answers of the API are compressed, short ones are not', async () => {
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync } as const;
  for (const [encoding, decode] of Object.entries(decoders)) {
    const answer = await admin.instance.inject({
      url: '/api/rooms',
      headers: { 'accept-encoding': encoding, host: '127.0.0.1' },
    });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(JSON.parse(decode(answer.rawPayload).toString()).rooms).toHaveLength(50);
  }
  const short = await admin.ask('/api/call-bridges', { headers: { 'accept-encoding': 'br' } });
  expect(short.headers['content-encoding']).toBeUndefined();
});
