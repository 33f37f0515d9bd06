import { describe, expect, it } from 'vitest';
import { type Priority, priorities, Turns } from '../../src/cms/turns.ts';

/** Who got a turn, in order; each gives it back when told. */
function line(width: number) {
  const turns = new Turns(width);
  const order: string[] = [];
  const ask = async (name: string, priority: Priority) => {
    const waited = await turns.take(priority);
    order.push(`${name}${waited ? ' waited' : ''}`);
  };
  return { turns, order, ask };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('are given at once up to the width, and then in the order of asking', async () => {
    const { turns, order, ask } = line(1);
    await ask('first', 'look');
    void ask('second', 'look');
    void ask('third', 'look');
    await settled();
    expect(order).toEqual(['first']);
    turns.done('look');
    turns.done('look');
    await settled();
    expect(order).toEqual(['first', 'second waited', 'third waited']);
  });

  it('go to starts, then to ends, then to looks, and last to sweeps', async () => {
    const { turns, order, ask } = line(1);
    await ask('first', 'look');
    for (const priority of [...priorities].reverse()) void ask(priority, priority);
    let running: Priority = 'look';
    for (const next of priorities) {
      turns.done(running);
      running = next;
      await settled();
    }
    expect(order.slice(1)).toEqual(['start waited', 'end waited', 'look waited', 'sweep waited']);
  });

  it('come back: a place given back is there for the next', async () => {
    const turns = new Turns(1);
    await turns.take('start');
    turns.done('start');
    expect(await turns.take('look')).toBe(false);
  });

  it('are kept from sweeps but for a quarter of them, so that a start finds one free', async () => {
    const { turns, order, ask } = line(8);
    for (let i = 0; i < 2_000; i += 1) void ask(`sweep ${i}`, 'sweep');
    await settled();
    expect(order).toEqual(['sweep 0', 'sweep 1']);
    await ask('start', 'start');
    expect(order.at(-1)).toBe('start');
    turns.done('sweep');
    await settled();
    expect(order.at(-1)).toBe('sweep 2 waited');
    turns.done('start');
    await settled();
    expect(order).toHaveLength(4);
  });

  it('are left to sweeps one at a time where there is but one', async () => {
    const { turns, ask, order } = line(1);
    await ask('sweep', 'sweep');
    void ask('again', 'sweep');
    turns.done('sweep');
    await settled();
    expect(order).toEqual(['sweep', 'again waited']);
  });
});
