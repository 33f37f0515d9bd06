/** 202 means stored: whatever keeps a notification from being stored is a 503 within the second. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { board, type Door, openDoor } from './door-fixture.ts';

const never = () => new Promise<never>(() => {});
const broken = () => Promise.reject(new Error('ECONNREFUSED redis://:hunter2@127.0.0.1'));

let door: Door | undefined;
afterEach(async () => {
  await door?.instance.close();
  door = undefined;
});

test.each([
  ['a lookup that hangs', { knownSubscription: never }],
  ['a lookup that fails', { knownSubscription: broken }],
  ['a store that hangs', { ring: never }],
  ['a store that fails', { ring: broken }],
  [
    'a store that throws at once',
    {
      ring: () => {
        throw new Error('closed');
      },
    },
  ],
])('%s is 503 within a second, and Graph is asked to repeat', async (_what, ports) => {
  door = await openDoor(ports);
  const begun = performance.now();
  // A process that did not get its processor has had no second: what a timer comes late is not the door's doing.
  const late = pause(500).then(() => performance.now() - begun - 500);
  const answer = await door.notify([board]);
  const took = performance.now() - begun;
  expect(took).toBeLessThan(1_000 + (await late));
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('10');
  expect(JSON.parse(answer.body)).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 });
  expect(door.counted()).toEqual({ unavailable: 1 });
  expect(door.warnings).toEqual(['notifications were not stored, Graph is asked to repeat them']);
});

test('202 is not said before the store has said so', async () => {
  let store = () => {};
  const asked = new Promise<void>((resolve) => {
    store = resolve;
  });
  let stored = () => {};
  door = await openDoor({
    ring: () => {
      store();
      return new Promise((resolve) => {
        stored = resolve;
      });
    },
  });
  let answered = false;
  const answer = door.notify([board]).then((given) => {
    answered = true;
    return given;
  });
  await asked;
  // A handshake goes through meanwhile, so an answer too early would have come by now.
  await door.ask('/graph/notifications?validationToken=t', { method: 'POST' });
  expect(answered).toBe(false);
  stored();
  expect((await answer).status).toBe(202);
});

test('a lookup too late rings nothing', async () => {
  let find = (_: { mailbox: string; clientState: string }) => {};
  door = await openDoor({
    knownSubscription: () =>
      new Promise((resolve) => {
        find = resolve;
      }),
  });
  expect((await door.notify([board])).status).toBe(503);
  find({ mailbox: 'board@example.com', clientState: 'secret-board' });
  await door.notify([]);
  expect(door.rung).toEqual([]);
});

test('a post full of foreign ids is looked up in portions, and no further once the time is over', async () => {
  let asked = 0;
  door = await openDoor({
    knownSubscription: () => {
      asked += 1;
      return asked <= 64 ? Promise.resolve(undefined) : never();
    },
  });
  const strangers = Array.from({ length: 20_000 }, (_, n) => ({ subscriptionId: `stranger-${n}` }));
  expect((await door.notify(strangers)).status).toBe(503);
  expect(asked).toBe(96);
});

test('while one post hangs, others are answered', async () => {
  let first = true;
  door = await openDoor({
    ring: () => {
      if (!first) return Promise.resolve();
      first = false;
      return never();
    },
  });
  const hanging = door.notify([board]);
  const others = await Promise.all([1, 2, 3].map(() => door?.notify([board])));
  const statuses = [...others.map((answer) => answer?.status), (await hanging).status];
  expect(statuses.sort()).toEqual([202, 202, 202, 503]);
});
