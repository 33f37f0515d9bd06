import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Order } from '../../src/cms/order.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the order of writes', () => {
  it('is kept for one space, and none waits for another space', async () => {
    const order = new Order();
    const seen: string[] = [];
    const first = await order.enter('space', false);
    expect(first.waited).toBe(false);
    void order.enter('space', false).then(({ waited }) => seen.push(`second ${waited}`));
    const other = await order.enter('elsewhere', false);
    expect(other.waited).toBe(false);
    await settled();
    expect(seen).toEqual([]);
    first.leave();
    await settled();
    expect(seen).toEqual(['second true']);
  });

  it('lets rooms be dialled side by side, and the end of the call wait for them', async () => {
    const order = new Order();
    const seen: string[] = [];
    order.belongs('call', 'space');
    order.belongs('leg', 'call');
    const one = await order.enter('call', true);
    const two = await order.enter('call', true);
    expect([one.waited, two.waited]).toEqual([false, false]);
    void order.enter('space', false).then(({ leave }) => {
      seen.push('lock');
      leave();
    });
    // One that comes after the lock does not overtake it.
    void order.enter('leg', true).then(({ leave }) => {
      seen.push('hang up');
      leave();
    });
    one.leave();
    await settled();
    expect(seen).toEqual([]);
    two.leave();
    await settled();
    expect(seen).toEqual(['lock', 'hang up']);
  });

  it('keeps nothing of what is over', async () => {
    const order = new Order();
    for (let i = 0; i < 50_000; i += 1) order.belongs(`call ${i}`, `space ${i}`);
    const { leave } = await order.enter('space 1', false);
    // Forgotten: it counts as something of its own.
    expect((await order.enter('call 1', false)).waited).toBe(false);
    leave();
    expect((await order.enter('space 1', false)).waited).toBe(false);
    void order.enter('call 49999', false);
    const late = order.enter('space 49999', false);
    expect(await Promise.race([late, settled()])).toBeUndefined();
  });

  it('holds for any writes: those of one object one after the other, as asked, unless they share', async () => {
    const write = fc.record({ about: fc.constantFrom('a', 'b'), shares: fc.boolean(), turns: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 20 }), async (writes) => {
        const order = new Order();
        const running: typeof writes = [];
        const begun: typeof writes = [];
        await Promise.all(
          writes.map(async (one) => {
            const { leave } = await order.enter(one.about, one.shares);
            for (const other of running)
              if (other.about === one.about) expect([other, one].every(({ shares }) => shares)).toBe(true);
            running.push(one);
            begun.push(one);
            for (let i = 0; i < one.turns; i += 1) await settled();
            running.splice(running.indexOf(one), 1);
            leave();
          }),
        );
        for (const about of ['a', 'b']) {
          const asked = writes.filter((one) => one.about === about);
          expect(begun.filter((one) => one.about === about)).toEqual(asked);
        }
      }),
      { numRuns: 50 },
    );
  });
});
