/** The stream of changes on the wire: what comes, from where it goes on, and how it ends. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Told } from '../../src/http/admin/changes.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

let admin: Admin;
let followers: { after: string; tell: (telling: Told) => void }[];
let ended: number;
beforeEach(async () => {
  followers = [];
  ended = 0;
  admin = await openAdmin({
    follow: (after, tell) => {
      followers.push({ after, tell });
      return () => {
        ended += 1;
      };
    },
  });
});
afterEach(() => admin.instance.close());

const url = (search = '?after=5-0') => `http://127.0.0.1:${admin.port}/api/changes${search}`;

async function readUntil(answer: Response, end: string): Promise<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader !== undefined && !text.includes(end)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  return text;
}

it('what is told comes as an event with its name, its place and one line of data', async () => {
  const answer = await fetch(url());
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  followers[0]?.tell({ event: 'standing', data: { ok: true } });
  followers[0]?.tell({ id: '6-0', event: 'bars', data: { bars: ['a\nb'] } });
  expect(await readUntil(answer, 'bars')).toBe(
    'retry: 1000\n\nevent: standing\ndata: {"ok":true}\n\nid: 6-0\nevent: bars\ndata: {"bars":["a\\nb"]}\n\n',
  );
  expect(followers[0]?.after).toBe('5-0');
});

it('a browser that comes back says what it had last, which outranks where it began', async () => {
  await fetch(url(), { headers: { 'last-event-id': '9-1' } });
  expect(followers.map(({ after }) => after)).toEqual(['9-1']);
});

it.each(['', '?after=', '?after=now', '?after=5', '?after=5-0-0', '?after=5-x'])(
  'from %s nothing can be told, and it is said so',
  async (search) => {
    const answer = await fetch(url(search));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      parameter: 'after',
      detail: expect.stringMatching(/^after: /),
    });
    expect(followers).toEqual([]);
  },
);

it('whoever leaves is not followed any more', async () => {
  const leaving = new AbortController();
  await fetch(url(), { signal: leaving.signal });
  leaving.abort();
  await expect.poll(() => ended).toBe(1);
});

it('the listener closes though somebody looks', async () => {
  const answer = await fetch(url());
  const began = performance.now();
  await admin.instance.close();
  expect(await readUntil(answer, 'never')).toBe('retry: 1000\n\n');
  expect(ended).toBe(1);
  expect(performance.now() - began).toBeLessThan(2_000);
});
