import { describe, expect, it } from 'vitest';
import { outWindow, startsOn } from '../../src/cluster/drain.ts';
import { type Affected, type Refuge, whatIf } from '../../src/cluster/what-if.ts';

const day = Date.parse('2026-11-27T00:00:00Z');
const hour = 3_600_000;
const at = (key: string, from: number, to: number, stays = false): Affected => ({
  ...{ key, stays, start: day + from * hour },
  ...{ from: day + from * hour, to: day + to * hour },
});
const refuge = (fields: Partial<Refuge> = {}): Refuge => ({
  name: 'apac',
  numbers: { base: 7_000, quantity: 2 },
  foreign: new Set(),
  held: new Map(),
  takes: () => true,
  ...fields,
});
const held = (number: string, from: number, to: number): Refuge['held'] =>
  new Map([[number, [{ from: day + from * hour, to: day + to * hour }]]]);

describe('what would become of meetings', () => {
  it('is nothing new for those whose cluster still takes them', () => {
    expect(whatIf([at('a', 9, 10, true)], [])).toEqual({
      ...{ meetings: 1, sameNumber: 1, newNumber: 0, nowhere: 0, elsewhere: {} },
      days: [{ day: '2026-11-27', meetings: 1, sameNumber: 1, newNumber: 0, nowhere: 0 }],
    });
  });

  it('is told by the day, and by the cluster that has a number for them', () => {
    const answer = whatIf([at('b', 33, 34), at('a', 9, 10)], [refuge()]);
    expect(answer).toMatchObject({ meetings: 2, newNumber: 2, elsewhere: { apac: 2 } });
    expect(answer.days.map(({ day: one, newNumber }) => [one, newNumber])).toEqual([
      ['2026-11-27', 1],
      ['2026-11-28', 1],
    ]);
  });

  it('counts what they take from one another, and what is held already', () => {
    const three = [at('a', 9, 10), at('b', 9, 10), at('c', 9.5, 11)];
    expect(whatIf(three, [refuge()])).toMatchObject({ newNumber: 2, nowhere: 1 });
    expect(whatIf(three, [refuge({ held: held('7001', 8, 9.25) })])).toMatchObject({
      newNumber: 2,
      nowhere: 1,
    });
    expect(whatIf(three, [refuge({ held: held('7001', 9, 12) })])).toMatchObject({
      newNumber: 1,
      nowhere: 2,
    });
    expect(whatIf(three, [refuge({ foreign: new Set(['7000', '7001']) })])).toMatchObject({ nowhere: 3 });
    const both = [refuge(), refuge({ name: 'amer' })];
    expect(whatIf(three, both)).toMatchObject({ nowhere: 0, elsewhere: { apac: 2, amer: 1 } });
    expect(whatIf(three, [refuge({ takes: () => false }), refuge({ name: 'amer' })])).toMatchObject({
      elsewhere: { amer: 2 },
    });
  });

  it('lets one number serve meetings that follow each other', () => {
    const one = refuge({ numbers: { base: 7_000, quantity: 1 } });
    expect(whatIf([at('c', 11, 12), at('a', 9, 10), at('b', 10, 11)], [one])).toMatchObject({ nowhere: 0 });
  });
});

describe('call bridges that are drained at the same time', () => {
  const both = [{ address: 'https://cms1' }, { address: 'https://cms2' }];

  it('leave their cluster without any for the time that they share', () => {
    const first = { since: 0, from: 100, until: 300 };
    expect(outWindow(both, new Map([['https://cms1', first]]))).toBeUndefined();
    const shared = new Map([
      ['https://cms1', first],
      ['https://cms2', { since: 0, from: 200, until: 400 }],
    ]);
    expect(outWindow(both, shared)).toEqual({ from: 200, until: 300 });
    shared.set('https://cms2', { since: 0, from: 300, until: 400 });
    expect(outWindow(both, shared)).toBeUndefined();
    expect(outWindow([], shared)).toBeUndefined();
  });

  it('give their starts to the next one', () => {
    const drains = new Map([['https://cms1', { since: 0, from: 100, until: 300 }]]);
    expect([99, 100, 300].map((time) => startsOn(both, drains, time))).toEqual([
      'https://cms1',
      'https://cms2',
      'https://cms1',
    ]);
    expect(startsOn(both.slice(0, 1), drains, 100)).toBeUndefined();
  });
});
