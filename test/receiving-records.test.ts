/** Who may send call detail records, and what becomes of them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { receiverToken, receiverUri } from '../src/conference/attendance/receiver.ts';
import { createReceivingRecords } from '../src/receiving-records.ts';
import { AttendanceStore } from '../src/redis/attendance.ts';
import { startRedis, type TestRedis } from './redis/server.ts';

const callBridges = ['https://cms1.example.com:445', 'https://cms2.example.com:445'] as const;
const key = Buffer.from('key');
let server: TestRedis;
let attendance: AttendanceStore;
let rung: unknown[] = [];
beforeAll(async () => {
  server = await startRedis();
  attendance = new AttendanceStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  rung = [];
});

const receiving = (from: readonly string[] = []) =>
  createReceivingRecords({
    ...{ attendance, key, callBridges, from, now: () => 1_050 },
    ring: async (rings) => {
      rung.push(...rings);
    },
  });

const document = (records: string) =>
  Buffer.from(`<?xml version="1.0"?><records session="s">${records}</records>`);

it('each call bridge is known by a secret of its own, the same in every process', () => {
  const [one, two] = callBridges.map((address) => receiverToken(key, address));
  expect(one).toMatch(/^[\w-]{32}$/);
  expect(one).not.toBe(two);
  expect(receiving().knownSender(two ?? '')).toBe(callBridges[1]);
  expect(receiving().knownSender(`${one}x`)).toBeUndefined();
  expect(receiving().knownSender('')).toBeUndefined();
  expect(receiverUri('https://roombridge.example.com', key, callBridges[0])).toBe(
    `https://roombridge.example.com/cms/cdr/${one}`,
  );
});

it('records come from anywhere, or from the networks that are named', () => {
  expect(receiving().mayComeFrom('203.0.113.9')).toBe(true);
  const named = receiving(['10.1.0.0/16', '192.0.2.7', 'fd00::/8']);
  expect(['10.1.2.3', '192.0.2.7', 'fd12::1', '::ffff:10.1.2.3'].map(named.mayComeFrom)).toEqual(
    Array(4).fill(true),
  );
  expect(['10.2.0.1', '192.0.2.8', 'fe80::1', 'nonsense', ''].map(named.mayComeFrom)).toEqual(
    Array(5).fill(false),
  );
});

it('what was told waits in Redis, and the call bridge is rung', async () => {
  const start = '<record type="callStart" time="2026-11-27T09:00:00Z" recordIndex="1" correlatorIndex="0">';
  const call = '<call id="C"><name>Board</name><coSpace>S</coSpace></call></record>';
  expect(await receiving().takeRecords(callBridges[0], document(start + call))).toBe('taken');
  expect(await attendance.backlog(callBridges[0], 10)).toEqual([
    {
      heard: 1_050,
      record: { session: 's', index: 0, missing: 0 },
      news: [{ kind: 'call', call: 'c', space: 's', at: Date.parse('2026-11-27T09:00:00Z'), heard: 1_050 }],
    },
  ]);
  expect(rung).toEqual([{ key: callBridges[0], at: 1_200 }]);
});

it('a record that cannot be read is one that is lost; a document without records is none', async () => {
  await receiving().takeRecords(callBridges[0], document('<record type="callStart" correlatorIndex="3"/>'));
  expect(await attendance.backlog(callBridges[0], 10)).toMatchObject([
    { record: { index: 3 }, news: [{ kind: 'gap', records: 1 }] },
  ]);
  for (const body of ['', 'hello', '<html/>', '<records/>'])
    expect(await receiving().takeRecords(callBridges[1], Buffer.from(body))).toBe('unreadable');
  expect(await attendance.backlog(callBridges[1], 10)).toEqual([]);
});
