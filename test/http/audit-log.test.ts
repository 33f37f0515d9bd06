/** Who did what is written down, and can be read and taken away as a table. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditPorts } from '../../src/http/admin/audit-log.ts';
import { csvLine } from '../../src/http/admin/csv.ts';
import type { Asker } from '../../src/http/rights.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

type Entry = Awaited<ReturnType<AuditPorts['listAudit']>>[number];

let admin: Admin;
let written: Parameters<AuditPorts['audit']>[0][];
let errors: string[];
let asker: Asker;
let entries: Entry[];

beforeEach(async () => {
  written = [];
  errors = [];
  entries = [];
  asker = { name: 'ann@example.com', role: 'operator' };
  admin = await openAdmin({
    identify: async () => asker,
    audit: async (entry) => void written.push(entry),
    listAudit: async (before, limit) => {
      const from = before === undefined ? 0 : entries.findIndex(({ id }) => id === before) + 1;
      return entries.slice(from, from + limit);
    },
    operate: async (key) => {
      if (key === 'waits') return 'waiting';
      return key === 'refused' ? { state: 'refused', refusal: 'not-open', at: 0 } : { state: 'done', at: 0 };
    },
    drain: async () => ({ done: false, left: 2 }),
    acknowledgeTicket: async () => {
      throw new Error('Redis is gone');
    },
    log: { info: () => {}, warn: () => {}, error: (_, message) => void errors.push(message ?? '') },
  });
});
afterEach(() => admin.instance.close());

const post = (path: string, body: object) =>
  admin.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('what was ordered is written down with who ordered it, what was said, and what came of it', async () => {
  await post('/api/meetings/k%2F1/operations', { by: 'x', request: 'r1', do: 'lock', locked: true });
  await post('/api/meetings/waits/operations', { do: 'end' });
  await post('/api/meetings/refused/operations', { do: 'end' });
  await post('/api/call-bridges/https%3A%2F%2Fcms1/drain', { force: false });
  const operation = { by: 'ann@example.com', what: 'POST /api/meetings/:key/operations' };
  expect(written).toEqual([
    { ...operation, about: { key: 'k/1' }, said: { do: 'lock', locked: true }, outcome: 'done' },
    { ...operation, about: { key: 'waits' }, said: { do: 'end' }, outcome: 'waiting' },
    { ...operation, about: { key: 'refused' }, said: { do: 'end' }, outcome: 'refused' },
    {
      ...{ by: 'ann@example.com', what: 'POST /api/call-bridges/:address/drain' },
      ...{ about: { address: 'https://cms1' }, said: { force: false }, outcome: '409' },
    },
  ]);
});

it('what somebody may not do is written down too; what is read, or was said wrongly, or failed, is not', async () => {
  await admin.ask('/api/meetings');
  await post('/api/meetings/k/operations', { do: 'nonsense' });
  await post('/api/tickets/t/acknowledge', { note: 'x' });
  expect(written).toEqual([]);
  asker = { name: 'vic@example.com', role: 'viewer' };
  await post('/api/meetings/k/operations', { do: 'end' });
  expect(written).toMatchObject([{ by: 'vic@example.com', said: {}, outcome: '403' }]);
});

it('where nobody signs in it is who they say they are', async () => {
  asker = { name: undefined, role: 'administrator' };
  await post('/api/meetings/k/operations', { by: 'olga', do: 'end' });
  expect(written).toMatchObject([{ by: 'olga' }]);
});

it('what cannot be written down is done all the same, and said in the log', async () => {
  await admin.instance.close();
  admin = await openAdmin({
    audit: async () => {
      throw new Error('Redis is gone');
    },
    log: { info: () => {}, warn: () => {}, error: (_, message) => void errors.push(message ?? '') },
  });
  expect((await post('/api/meetings/k/operations', { by: 'olga', do: 'end' })).status).toBe(200);
  expect(errors).toEqual(['what was done could not be written into the audit log']);
});

it('long texts are cut', async () => {
  await post('/api/call-bridges/x/drain', { at: `2026-11-27T20:00:00Z${' '.repeat(3_000)}` });
  await post('/api/meetings/k/operations', {
    ...{ do: 'drop', who: Array.from({ length: 200 }, (_, i) => `participant-${i}`) },
  });
  expect(JSON.stringify(written.at(-1)?.said).length).toBeLessThan(2_500);
  expect(written.at(-1)?.said).toHaveProperty('cut');
});

function entry(i: number): Entry {
  return {
    ...{ id: `${1_000 - i}-0`, at: 1_000 - i, by: 'ann', what: 'POST /x' },
    ...{ about: {}, said: { i }, outcome: 'done' },
  };
}

it('it is read the newest first, a page at a time', async () => {
  asker = { name: 'ann', role: 'administrator' };
  entries = [0, 1, 2].map(entry);
  const first = JSON.parse((await admin.ask('/api/audit-log?limit=2')).body);
  expect(first).toMatchObject({
    entries: [{ id: '1000-0', at: '1970-01-01T00:00:01.000Z' }, { id: '999-0' }],
    next: '999-0',
  });
  const second = JSON.parse((await admin.ask(`/api/audit-log?limit=2&before=${first.next}`)).body);
  expect(second).toMatchObject({ entries: [{ id: '998-0' }], next: null });
});

it.each([
  ['before=x', 'before'],
  ['limit=0', 'limit'],
  ['limit=all', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['since=1', 'since'],
])('with %s it is said what is wrong', async (search, parameter) => {
  asker = { name: 'ann', role: 'administrator' };
  const answer = await admin.ask(`/api/audit-log?${search}`);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ parameter });
});

it('the whole of it is a table', async () => {
  asker = { name: 'ann', role: 'administrator' };
  entries = Array.from({ length: 2_500 }, (_, i) => entry(i));
  const answer = await admin.ask('/api/audit-log.csv');
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
  const lines = answer.body.split('\r\n');
  expect(lines).toHaveLength(2_502);
  expect(lines[0]).toBe('at,by,what,about,said,outcome');
  expect(lines[1]).toBe('1970-01-01T00:00:01.000Z,ann,POST /x,{},"{""i"":0}",done');
});

it.each([
  [['a', 1, null], 'a,1,\r\n'],
  [['a,b', 'a"b', 'a\nb'], '"a,b","a""b","a\nb"\r\n'],
  [['=1+1', '@x', '-2', '+3', 'a=1'], "'=1+1,'@x,'-2,'+3,a=1\r\n"],
] as const)('%j is a line of text for any spreadsheet', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
