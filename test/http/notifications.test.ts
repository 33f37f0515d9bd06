/** Of many notifications the true ones ring, each room once; the others are counted, and all alone refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attic, board, type Door, openDoor } from './door-fixture.ts';

const path = '/graph/notifications';
const json = { 'content-type': 'application/json' };
const mebibyte = 1_048_576;

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.instance.close());

describe('notifications', () => {
  const ask = async (value: unknown, at?: string) => {
    door.rung.length = 0;
    door.looked.length = 0;
    const { status, body } = await door.notify(value, at);
    return { status, body, rung: door.rung.flat(), counted: door.counted() };
  };
  const accepted = { body: '', status: 202 };

  test('a true one rings its room, and says what changed', async () => {
    const resourceData = { id: 'AAMk=' };
    expect(await ask([{ ...board, changeType: 'created', resourceData }])).toEqual({
      ...accepted,
      rung: [{ mailbox: 'board@example.com', changes: [{ eventId: 'AAMk=', changeType: 'created' }] }],
      counted: { accepted: 1 },
    });
  });

  test('what is said oddly of the change is not said', async () => {
    for (const resourceData of [null, 7, { id: 7 }, { id: 'x'.repeat(513) }, []]) {
      const { rung } = await ask([{ ...board, changeType: 'moved', resourceData }]);
      expect(rung).toEqual([{ mailbox: 'board@example.com', changes: [{}] }]);
    }
  });

  test('an odd charset or parameter does not matter', async () => {
    for (const type of ['Application/JSON;charset="UTF-8"', 'application/json ; odd', 'application/json;']) {
      const answer = await door.ask(path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"value":[]}',
      });
      expect(answer.status).toBe(202);
    }
    door.counted();
  });

  test('the true ones of many are taken, each room once, and the others counted', async () => {
    const answer = await ask([
      board,
      board,
      { subscriptionId: 'sub-board-2', clientState: 'secret-board-2' },
      { ...attic, clientState: 'secret-board' },
      { subscriptionId: 'nobody', clientState: 'secret-board' },
      { ...board, clientState: undefined },
      { ...board, clientState: ['secret-board'] },
      { clientState: 'secret-board' },
      { subscriptionId: 7, clientState: 'secret-board' },
    ]);
    expect(answer).toEqual({
      ...accepted,
      rung: [{ mailbox: 'board@example.com', changes: [{}, {}, {}] }],
      counted: { accepted: 1, 'wrong-client-state': 3, 'unknown-subscription': 3 },
    });
    expect(door.looked.sort()).toEqual(['nobody', 'sub-attic', 'sub-board', 'sub-board-2']);
  });

  test('none true is 403, and nothing rings', async () => {
    expect(await ask([{ ...board, clientState: 'x' }, { subscriptionId: 'nobody' }, {}])).toEqual({
      status: 403,
      body: '{"type":"about:blank","title":"Forbidden","status":403}',
      rung: [],
      counted: { forbidden: 1, 'wrong-client-state': 1, 'unknown-subscription': 2 },
    });
  });

  test('an empty value is 202', async () => {
    expect(await ask([])).toEqual({ ...accepted, rung: [], counted: { idle: 1 } });
  });

  test('an id longer than any of Graph is never looked up', async () => {
    const answer = await ask([{ subscriptionId: 'x'.repeat(1_000) }]);
    expect(answer.status).toBe(403);
    expect(door.looked).toEqual([]);
  });

  test('exactly a mebibyte is let in', async () => {
    const start = JSON.stringify({ value: [board] });
    for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }]) {
      const answer = await door.ask(path, { method: 'POST', headers, body: start.padEnd(mebibyte, ' ') });
      expect(answer.status).toBe(202);
    }
    door.counted();
  });

  test.each(['/graph/lifecycle', '/graph/notifications'])('at %s an item is what it contains', async (at) => {
    const answer = await ask(
      [
        { ...board, lifecycleEvent: 'missed' },
        { ...board, lifecycleEvent: 'subscriptionRemoved' },
        { ...board, lifecycleEvent: 'subscriptionRemoved' },
        { ...attic, lifecycleEvent: 'reauthorizationRequired' },
        { ...attic, lifecycleEvent: null },
      ],
      at,
    );
    expect(answer).toEqual({
      ...accepted,
      rung: [
        { mailbox: 'board@example.com', lifecycle: 'missed' },
        { mailbox: 'board@example.com', lifecycle: 'subscriptionRemoved' },
        { mailbox: 'attic@example.com', lifecycle: 'reauthorizationRequired' },
        { mailbox: 'attic@example.com', changes: [{}] },
      ],
      counted: { accepted: 1 },
    });
  });

  test('an unknown lifecycle event of a true subscription is counted and 202', async () => {
    for (const lifecycleEvent of ['somethingNew', 7, 'toString', '']) {
      expect(await ask([{ ...board, lifecycleEvent }], '/graph/lifecycle')).toEqual({
        ...accepted,
        rung: [],
        counted: { idle: 1, 'unknown-lifecycle-event': 1 },
      });
    }
  });

  test('an unknown lifecycle event of a stranger is refused', async () => {
    const answer = await ask(
      [{ subscriptionId: 'nobody', lifecycleEvent: 'somethingNew' }],
      '/graph/lifecycle',
    );
    expect(answer.status).toBe(403);
    expect(answer.counted).toEqual({ forbidden: 1, 'unknown-subscription': 1 });
  });
});
