/** What administrators see of queues, and do about them, over HTTP. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Admin, openAdmin } from './admin-fixture.ts';

let admin: Admin;
let acts: unknown[];
beforeEach(async () => {
  acts = [];
  admin = await openAdmin({
    listQueues: async () => [
      { name: 'calendar', waiting: 1, active: 0, delayed: 2, failed: 1, late: 3_000, paused: false },
    ],
    listFailing: async (name) =>
      name === 'calendar' ? [{ key: 'board@x', since: 0, times: 3, why: 'TypeError: x' }] : undefined,
    actOnQueue: async (name, action) => {
      acts.push([name, action]);
      return name === 'calendar' ? true : undefined;
    },
  });
});
afterEach(() => admin.instance.close());

const act = (name: string, body: unknown) =>
  admin.ask(`/api/queues/${name}/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('what waits and what fails is told', async () => {
  expect(JSON.parse((await admin.ask('/api/queues')).body)).toMatchObject({
    queues: [{ name: 'calendar', late: 3_000 }],
  });
  expect(JSON.parse((await admin.ask('/api/queues/calendar/failing')).body)).toEqual({
    failing: [{ key: 'board@x', since: '1970-01-01T00:00:00.000Z', times: 3, why: 'TypeError: x' }],
  });
});

it.each([{ do: 'pause' }, { do: 'resume' }, { do: 'retry', key: 'board@x' }, { do: 'drop', key: 'board@x' }])(
  '%j is done',
  async (action) => {
    expect(JSON.parse((await act('calendar', action)).body)).toEqual({ done: true });
    expect(acts).toEqual([['calendar', action]]);
  },
);

it('a queue that is not there is 404', async () => {
  for (const answer of [await admin.ask('/api/queues/x/failing'), await act('x', { do: 'pause' })])
    expect(answer.status).toBe(404);
});

it.each([
  [{}, 'do'],
  [{ do: 'empty' }, 'do'],
  [{ do: 'retry' }, 'key'],
  [{ do: 'drop', key: '' }, 'key'],
  [{ do: 'pause', key: 'x' }, 'key'],
])('%j is refused, by name', async (action, parameter) => {
  const answer = await act('calendar', action);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ parameter });
  expect(acts).toEqual([]);
});
