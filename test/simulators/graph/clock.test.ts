/** The virtual clock, and a tenant that lives by it. */
import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { startTenant } from './tenant.ts';

const START = Date.UTC(2027, 2, 1, 8);

test('a virtual clock does what falls due in the order of its times, and of asking where they are equal', () => {
  const clock = new VirtualClock(START);
  const done: [string, number][] = [];
  const note = (name: string) => () => done.push([name, clock.now() - START]);
  for (const [ms, name] of [
    [30, 'c'],
    [10, 'a'],
    [30, 'd'],
    [20, 'b'],
    [500, 'late'],
  ] as const) {
    clock.after(ms, note(name));
  }
  const takeBack = clock.after(15, note('never'));
  clock.after(10, () => clock.after(5, note('in between')));
  takeBack();
  expect(clock.next()).toBe(START + 10);
  clock.advanceTo(START + 100);
  expect(done).toEqual([
    ['a', 10],
    ['in between', 15],
    ['b', 20],
    ['c', 30],
    ['d', 30],
  ]);
  expect([clock.now(), clock.next()]).toEqual([START + 100, START + 500]);
  clock.advanceTo(START);
  expect(clock.now()).toBe(START + 100);
});

test('a virtual clock keeps the order of many', () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  for (let n = 0; n < 500; n++) clock.after((n * 7919) % 503, () => seen.push(clock.now()));
  clock.advanceTo(600);
  expect(seen).toHaveLength(500);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test('a tenant on a virtual clock books, answers, tells and lets expire by that clock alone', async () => {
  const clock = new VirtualClock(START);
  const told: { url: string; changes: string[] }[] = [];
  let refusals = 1;
  const tenant = await startTenant({
    clock,
    attendantDelay: 60_000,
    acceptDelay: 30_000,
    notificationDelay: 5_000,
    deliver: async (url, body) => {
      const { value } = JSON.parse(body) as { value: { changeType: string }[] };
      told.push({ url, changes: value.map(({ changeType }) => changeType) });
      return refusals-- > 0 ? 503 : 202;
    },
  });
  const { graph } = tenant;
  try {
    const until = { expirationDateTime: new Date(START + 3_600_000).toISOString() };
    expect((await tenant.subscribe('board@example.com', until)).status).toBe(201);
    const times = { start: new Date(START + 7_200_000), end: new Date(START + 10_800_000) };
    const rooms = ['board@example.com'];
    const meeting = graph.outlook.book({ organizer: 'ada@example.com', rooms, subject: 'Plan', ...times });
    clock.advanceTo(START + 59_999);
    expect(graph.outlook.roomCopy('board@example.com', meeting)).toBeUndefined();
    clock.advanceTo(START + 89_999);
    await graph.quiet();
    const copy = graph.outlook.roomCopy('board@example.com', meeting);
    expect(copy?.response.response).toBe('tentativelyAccepted');
    expect([copy?.created, copy?.modified]).toEqual([START + 60_000, START + 60_000]);
    expect(told).toEqual([{ url: `${tenant.receiver.url}/changes`, changes: ['created', 'updated'] }]);
    clock.advanceTo(START + 95_000);
    await graph.quiet();
    // The refused one again, and the room's answer.
    expect(told.map(({ changes }) => changes.length)).toEqual([2, 2, 2]);
    expect(graph.outlook.roomCopy('board@example.com', meeting)?.response).toEqual({
      response: 'accepted',
      time: START + 90_000,
    });
    expect(clock.next()).toBeUndefined();
    const list = () => tenant.send('GET', '/v1.0/subscriptions');
    clock.advanceTo(START + 3_598_000);
    expect((await list()).json.value).toHaveLength(1);
    clock.advanceTo(START + 3_599_000);
    expect((await list()).status).toBe(401);
    await tenant.signIn();
    expect((await list()).json.value).toHaveLength(1);
    clock.advanceTo(START + 3_600_000);
    expect((await list()).json.value).toEqual([]);
  } finally {
    await tenant.stop();
  }
});
