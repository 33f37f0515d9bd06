import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/cms/turns.ts';

describe('turns', () => {
  it('are given at once up to the width, and then in the order of asking', async () => {
    const turns = new Turns(1);
    expect(await turns.take(false)).toBe(false);
    const order: string[] = [];
    const first = turns.take(false).then((waited) => order.push(`first ${waited}`));
    const second = turns.take(false).then((waited) => order.push(`second ${waited}`));
    turns.done();
    await first;
    turns.done();
    await second;
    expect(order).toEqual(['first true', 'second true']);
  });

  it('go to what starts a conference before what only looks', async () => {
    const turns = new Turns(1);
    await turns.take(false);
    const order: string[] = [];
    const look = turns.take(false).then(() => order.push('look'));
    const start = turns.take(true).then(() => order.push('start'));
    turns.done();
    await start;
    turns.done();
    await look;
    expect(order).toEqual(['start', 'look']);
  });

  it('come back: a place given back is there for the next', async () => {
    const turns = new Turns(1);
    await turns.take(true);
    turns.done();
    expect(await turns.take(true)).toBe(false);
  });
});
