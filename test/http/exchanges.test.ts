/** What was asked and answered for a meeting, over HTTP. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Admin, openAdmin } from './admin-fixture.ts';

let admin: Admin;
const asked: unknown[] = [];
const after = '0mwzqrkri-0000e-f61c9a';
const exchange = {
  ...{ id: after, work: '1fdf4f9f-b257', at: '2026-11-28T01:38:37.662Z', took: 12 },
  ...{
    system: 'call-bridge' as const,
    callBridge: 'https://cms1',
    method: 'PUT',
    path: '/api/v1/coSpaces/1',
  },
  ...{ sent: { passcode: null, callId: '80991007' }, status: 200 },
};
beforeEach(async () => {
  asked.length = 0;
  admin = await openAdmin({
    listExchanges: async (key, query) => {
      asked.push([key, query]);
      return key === 'none' ? undefined : { exchanges: [exchange], next: null };
    },
  });
});
afterEach(() => admin.instance.close());

it('is given a page at a time, also of one piece of work', async () => {
  const answer = await admin.ask('/api/meetings/a%2Fb/exchanges');
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ exchanges: [exchange], next: null });
  await admin.ask(`/api/meetings/a/exchanges?after=${after}&limit=300&work=1fdf4f9f-b257`);
  expect(asked).toEqual([
    ['a/b', { limit: 100 }],
    ['a', { after, limit: 300, work: '1fdf4f9f-b257' }],
  ]);
});

it('of a meeting that nobody knows there is nothing', async () => {
  expect((await admin.ask('/api/meetings/none/exchanges')).status).toBe(404);
});

it.each([
  ['limit=0', 'limit: expected a whole number from 1 to 300'],
  ['limit=301', 'limit: expected a whole number from 1 to 300'],
  ['after=x', 'after: expected the `next` of an earlier answer'],
  ['work=1', 'work: expected the id of a piece of work'],
  ['what=1', 'what: unknown; the parameters are after, limit, work'],
])('%s is refused', async (query, detail) => {
  const answer = await admin.ask(`/api/meetings/a/exchanges?${query}`);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ detail });
  expect(asked).toEqual([]);
});
