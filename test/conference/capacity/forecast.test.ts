/** What is taken against what there is: ports of the call bridges that are in service, days, and where there is too little. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drain } from '../../../src/cluster/drain.ts';
import { capacityConditions } from '../../../src/cluster/ticket-capacity.ts';
import {
  byDay,
  type Quarter,
  quartersOf,
  shortageOf,
  shortOf,
} from '../../../src/conference/capacity/forecast.ts';
import { timeOn, whoHolds } from '../../../src/conference/capacity/held.ts';
import { countNumbers } from '../../../src/conference/capacity/numbers.ts';
import { expectedOf, peopleAtOnce } from '../../../src/conference/capacity/people.ts';
import { portsIn } from '../../../src/conference/capacity/ports.ts';
import { quarter } from '../../../src/conference/capacity/quarters.ts';
import { leftKey, nextKey } from '../../../src/conference/left.ts';
import { daysBetween } from '../../../src/conference/report/day.ts';

const now = Date.parse('2026-11-27T09:05:00Z');
const nine = Date.parse('2026-11-27T09:00:00Z');
const hour = 4 * quarter;
const use = (at: number, held = 0, ports = 0) => ({ at, held, meetings: ports, rooms: ports, ports });
const quarterAt = (at: number, more: Partial<Quarter> = {}): Quarter => ({
  ...{ ...use(at), slots: 10, inService: 2, limit: 100 },
  ...more,
});

describe('ports', () => {
  const bridges = (...limits: (number | undefined)[]) =>
    limits.map((limit, i) => ({ address: `cms${i + 1}`, limit, isDown: false }));
  const drained = (from: number, until?: number): ReadonlyMap<string, Drain> =>
    new Map([['cms1', { since: 0, from, ...(until === undefined ? {} : { until }) }]]);
  const later = { from: nine + 2 * hour, to: nine + 2 * hour + quarter };

  it.each<[string, ReturnType<typeof bridges>, ReadonlyMap<string, Drain>, number, number | undefined]>([
    ['those of all', bridges(40, 60), new Map(), 2, 100],
    ['not known where one does not say', bridges(40, undefined), new Map(), 2, undefined],
    ['without one that is drained', bridges(40, 60), drained(now), 1, 60],
    ['known again without the one that does not say', bridges(undefined, 60), drained(now), 1, 60],
    ['with one that is drained later', bridges(40, 60), drained(later.to), 2, 100],
    ['without one whose drain begins within', bridges(40, 60), drained(later.to - 1), 1, 60],
    ['with one whose drain has ended', bridges(40, 60), drained(now, later.from), 2, 100],
    ['without one whose drain ends within', bridges(40, 60), drained(now, later.from + 1), 1, 60],
    ['none where all are out', bridges(40), drained(now), 0, 0],
  ])('are %s', (_, callBridges, drains, inService, limit) => {
    expect(portsIn(later, callBridges, drains, now)).toEqual({ inService, limit });
  });

  it('of a call bridge that is down are not counted on for the next hour', () => {
    const [one, other] = bridges(40, 60).map((bridge, i) => ({ ...bridge, isDown: i === 0 }));
    const at = (from: number) => portsIn({ from, to: from + quarter }, [one, other] as never, new Map(), now);
    expect(at(nine + 3 * quarter)).toEqual({ inService: 1, limit: 60 });
    expect(at(nine + 5 * quarter)).toEqual({ inService: 2, limit: 100 });
  });
});

describe('people', () => {
  const person = (id: string, joined: string | null, left: string | null, room: string | null = null) =>
    ({ id, callBridge: 'cms1', room, joined, left }) as never;
  const time = (minutes: number) => new Date(nine + minutes * 60_000).toISOString();

  it('are those who were in at once, without rooms and those who never came in', () => {
    const participants = [
      ...[person('a', time(0), time(30)), person('b', time(10), time(20)), person('c', time(20), time(40))],
      ...[
        person('room', time(0), time(60), 'board@x'),
        person('d', null, time(10)),
        person('e', time(0), null),
      ],
    ];
    expect(peopleAtOnce({ participants })).toBe(2);
    expect(peopleAtOnce({ participants: [] })).toBe(0);
  });

  it('are expected as the past had them, and not at all by a few meetings', () => {
    expect(expectedOf([])).toEqual({ perMeeting: undefined, meetings: 0 });
    expect(expectedOf(Array(9).fill(5))).toEqual({ perMeeting: undefined, meetings: 9 });
    expect(expectedOf([...Array(9).fill(2), 5])).toEqual({ perMeeting: 2.3, meetings: 10 });
  });
});

describe('a number', () => {
  it('is one thing, and all of them are the range', () => {
    const numbers = Array.from({ length: 12 }, (_, i) => String(100 + i));
    const some = fc.subarray(numbers).map((found) => new Set(found));
    const as = fc.array(fc.constantFrom('meeting', 'left', 'next', 'found'), { minLength: 1, maxLength: 3 });
    const held = fc
      .dictionary(fc.constantFrom(...numbers, '999'), as)
      .map((all) => new Map(Object.entries(all)));
    fc.assert(
      fc.property(held, some, some, (held, unclean, blocked) => {
        const counts = countNumbers(numbers, { held: held as never, unclean, blocked });
        expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(numbers.length);
        const isRested = (all: readonly string[] | undefined) => all?.every((one) => one === 'left') === true;
        expect(counts.resting).toBe(numbers.filter((number) => isRested(held.get(number))).length);
      }),
    );
  });

  it('is told by the key under which it is held', () => {
    expect(whoHolds('uid@2026')).toEqual({ as: 'meeting', key: 'uid@2026' });
    expect(whoHolds(leftKey('uid', '8000'))).toEqual({ as: 'left', key: 'uid' });
    expect(whoHolds(nextKey('uid'))).toEqual({ as: 'next', key: 'uid' });
    expect(whoHolds('found:8000')).toEqual({ as: 'found', key: undefined });
  });

  it('is held for longer than its meeting is on', () => {
    const margins = { setup: 300_000, teardown: 600_000 };
    expect(timeOn({ from: nine - 300_000, to: nine + hour + 600_000 }, margins)).toEqual({
      from: nine,
      to: nine + hour,
    });
    expect(timeOn({ from: nine, to: nine + 1 }, margins)).toEqual({ from: nine, to: nine + 1 });
  });
});

describe('a day', () => {
  it('has its own quarters, and names the tightest of those that are not over', () => {
    const days = daysBetween('2026-10-24', '2026-10-26', 'Europe/Berlin');
    const [first, , last] = days;
    const count = ((last?.to ?? 0) - (first?.from ?? 0)) / quarter;
    const uses = Array.from({ length: count }, (_, i) => use((first?.from ?? 0) + i * quarter, i % 7, i % 5));
    const estate = {
      slots: 10,
      callBridges: [{ address: 'cms1', limit: 8, isDown: false }],
      drains: new Map(),
    };
    const at = (days[1]?.from ?? 0) + 10 * quarter + 1;
    const found = byDay(quartersOf(uses, estate, at), days, at);
    expect(found.map(({ quarters }) => quarters.length)).toEqual([96, 100, 96]);
    expect(found.flatMap(({ quarters }) => quarters.map((one) => one.at))).toEqual(uses.map((one) => one.at));
    expect(found[0]).toMatchObject({ fewestSlots: undefined, fewestPorts: undefined });
    // The one that is just on is not over: place 106 has 1 held, and 111 is the first with 6.
    expect(found[1]?.fewestSlots).toMatchObject({ at: uses[111]?.at, held: 6 });
    expect(found[1]?.fewestPorts).toMatchObject({ at: uses[109]?.at, ports: 4, limit: 8 });
  });
});

describe('a shortage', () => {
  it.each<[string, Quarter[], boolean, boolean]>([
    ['of nothing', [quarterAt(nine)], false, false],
    ['of slots, from nine in ten on', [quarterAt(nine, { held: 9 })], true, false],
    ['of slots, not below', [quarterAt(nine, { held: 89, slots: 100 })], false, false],
    ['of slots, not where there are none at all', [quarterAt(nine, { slots: 0 })], false, false],
    ['of ports', [quarterAt(nine, { ports: 101 })], false, true],
    ['of ports, not at the limit', [quarterAt(nine, { ports: 100 })], false, false],
    ['of ports, not where nobody knows', [quarterAt(nine, { ports: 1_000, limit: undefined })], false, false],
    ['of what is over', [quarterAt(nine - quarter, { held: 10, ports: 101 })], false, false],
  ])('%s', (_, quarters, slots, ports) => {
    const isShort = (['slots', 'ports'] as const).map(
      (what) => shortageOf(what, quarters, now) !== undefined,
    );
    expect(isShort).toEqual([slots, ports]);
    const ahead = quarters.filter(({ at }) => at + quarter > now);
    expect(ahead.flatMap(shortOf)).toEqual([...(slots ? ['slots'] : []), ...(ports ? ['ports'] : [])]);
    const conditions = capacityConditions('emea', quarters, expectedOf([]), { now, days: 7 });
    expect(conditions.map(({ about }) => about)).toEqual([
      ...(slots ? ['slots of cluster emea'] : []),
      ...(ports ? ['ports of cluster emea'] : []),
    ]);
  });

  it('is told by its worst time, how often and since when', () => {
    const quarters = [
      ...[quarterAt(nine, { held: 9 }), quarterAt(nine + quarter, { held: 10, ports: 120 })],
      quarterAt(nine + 2 * quarter, { held: 10, ports: 110, inService: 1, limit: 50 }),
    ];
    const people = { perMeeting: 2.3, meetings: 40 };
    expect(
      capacityConditions('emea', quarters, people, { now, days: 7 }).map(({ detail }) => detail),
    ).toEqual([
      '10 of 10 slots are held in the quarter-hour from 2026-11-27T09:15:00.000Z; it is the worst of 3 in the coming 7 days, of which the first is from 2026-11-27T09:00:00.000Z',
      '110 ports of rooms, and of 2.3 people a meeting are expected in the quarter-hour from 2026-11-27T09:30:00.000Z, and 1 call bridge has 50; it is the worst of 2 in the coming 7 days, of which the first is from 2026-11-27T09:15:00.000Z',
    ]);
    const [only] = capacityConditions('emea', quarters.slice(0, 1), people, { now, days: 7 });
    expect(only?.detail).toMatch(/; it is the only one of the coming 7 days$/);
  });
});
