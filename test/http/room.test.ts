/** One room over HTTP: what is not there, what Graph refuses, and what may be asked. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Explained } from '../../src/http/admin/room.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

let admin: Admin;
let explained: Explained | undefined;
let asked: unknown[];
let audited: unknown[];
const syncAnswer = {
  ...{ mailbox: 'board@example.com', asked: '2026-03-10T12:00:00.000Z', isNew: true },
  ...{ reads: 'changes' as const, lastSync: null },
};

beforeEach(async () => {
  explained = { kind: 'absent' };
  asked = [];
  audited = [];
  admin = await openAdmin({
    syncRoom: async (mailbox) => (mailbox === 'board@example.com' ? syncAnswer : undefined),
    listEntries: async (...wish) => {
      asked.push(wish);
      return { entries: [], more: 0, lastSync: null };
    },
    explainEntry: async (...wish) => {
      asked.push(wish);
      return explained;
    },
    audit: async (entry) => void audited.push(entry),
  });
});
afterEach(() => admin.instance.close());

const path = '/api/rooms/Board%40example.com';
const post = (url: string, body: unknown) =>
  admin.ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('of a room that is not configured nothing is told', async () => {
  for (const url of ['/api/rooms/nobody%40x', '/api/rooms/nobody%40x/sync']) {
    const { status, body } = url.endsWith('sync') ? await post(url, {}) : await admin.ask(url);
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ detail: 'No room has this mailbox.' });
  }
});

it('a room is read when somebody asks for it, and that is written down', async () => {
  const { status, body } = await post(`${path}/sync`, {});
  expect([status, JSON.parse(body)]).toEqual([200, syncAnswer]);
  expect(audited).toMatchObject([
    { what: 'POST /api/rooms/:mailbox/sync', about: { mailbox: 'Board@example.com' }, outcome: 'done' },
  ]);
  expect((await post(`${path}/sync`, { soon: true })).status).toBe(400);
  expect((await admin.ask(`${path}/sync`)).status).toBe(405);
});

it('entries are asked for by a time that is neither empty nor too long', async () => {
  const entries = (from: string, to: string) => admin.ask(`${path}/entries?from=${from}&to=${to}`);
  expect((await entries('2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z')).status).toBe(200);
  expect(asked).toEqual([
    ['board@example.com', Date.parse('2026-03-10T00:00:00Z'), Date.parse('2026-03-11T00:00:00Z')],
  ]);
  for (const to of ['2026-03-10T00:00:00Z', '2026-05-10T00:00:00Z', 'tomorrow']) {
    const { status, body } = await entries('2026-03-10T00:00:00Z', to);
    expect([status, JSON.parse(body).parameter]).toEqual([400, 'to']);
  }
});

it.each<[Explained | undefined, number, RegExp]>([
  [undefined, 404, /^No room has this mailbox/],
  [{ kind: 'absent' }, 404, /^The room has no entry/],
  [{ kind: 'busy', why: 'in 30 s' }, 503, /^Microsoft 365 wants to be asked later: in 30 s/],
  [{ kind: 'silent', why: 'nothing' }, 504, /^Microsoft 365 does not answer: nothing/],
  [{ kind: 'refused', why: '403' }, 502, /^Microsoft 365 refuses it: 403/],
])('%j is a problem of its own', async (found, expected, said) => {
  explained = found;
  const { status, body } = await admin.ask(`${path}/explain?event=${encodeURIComponent('AAMk/+=')}`);
  expect(asked).toEqual([['board@example.com', 'AAMk/+=']]);
  expect(status).toBe(expected);
  expect(JSON.parse(body).detail).toMatch(said);
});

it('which entry is to be explained has to be said', async () => {
  const { status, body } = await admin.ask(`${path}/explain`);
  expect([status, JSON.parse(body).parameter]).toEqual([400, 'event']);
  expect(asked).toEqual([]);
});
