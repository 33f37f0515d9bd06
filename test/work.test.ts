import { expect, it } from 'vitest';
import { answersNotification, asStep, asWork, concerns, newRequestId, workInHand } from '../src/work.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const of = 'conference' as const;

it('many at the same moment each have their own id, through every wait', async () => {
  const ids = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      asWork({ of, key: String(n) }, async () => {
        const before = workInHand()?.id;
        await new Promise((resolve) => setImmediate(resolve));
        expect(workInHand()).toMatchObject({ id: before, key: String(n) });
        return before;
      }),
    ),
  );
  expect(new Set(ids).size).toBe(50);
  expect(workInHand()).toBeUndefined();
});

it('each request has an id of its own that begins with that of the work', async () => {
  await asWork({ of, key: 'a' }, async () => {
    const [one, other] = [newRequestId(), newRequestId()];
    expect(one).not.toBe(other);
    for (const id of [one, other]) expect(id.startsWith(`${workInHand()?.id}-`)).toBe(true);
    expect(one).toMatch(guid);
  });
  expect(newRequestId()).toMatch(guid);
});

it('a step is a piece of work of its own for the same key; outside of any work it is just done', async () => {
  await asWork({ of, key: 'a' }, async () => {
    const run = workInHand()?.id;
    await asStep('open', async () => {
      expect(workInHand()).toMatchObject({ of, key: 'a', step: 'open', isOver: false });
      expect(workInHand()?.id).not.toBe(run);
    });
    expect(workInHand()?.id).toBe(run);
  });
  expect(await asStep('open', async () => workInHand())).toBeUndefined();
});

it('work that fails is over too', async () => {
  let seen = workInHand();
  const failing = asWork({ of, key: 'a' }, async () => {
    seen = workInHand();
    throw new Error('as expected');
  });
  await expect(failing).rejects.toThrow('as expected');
  expect(seen?.isOver).toBe(true);
});

it('it may answer a notification, and knows whom it concerns, but for a crowd', async () => {
  concerns('nobody', ['x']);
  answersNotification('no', 1);
  await asWork({ of: 'calendar', key: 'board@x' }, async () => {
    answersNotification('0a1b2c3d-4e5f', 7);
    expect(newRequestId().startsWith('0a1b2c3d-4e5f-')).toBe(true);
    for (let n = 0; n < 150; n += 1) concerns(`meeting ${n}`, ['x', undefined]);
    concerns('meeting 1', ['y']);
    const { concerned, notifiedAt } = workInHand() ?? {};
    expect(notifiedAt).toBe(7);
    expect(concerned?.size).toBe(100);
    expect(concerned?.get('meeting 1')).toEqual(new Set(['x', 'y']));
  });
});
