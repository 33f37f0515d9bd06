import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaultKind, remedyFor } from '../../src/cluster/fault.ts';
import {
  type Cause,
  type Health,
  type HealthState,
  inOrder,
  isSilent,
  judge,
  type Observation,
  spacing,
  together,
} from '../../src/cluster/health.ts';

const good = (at: number, began = at - 10): Observation => ({ began, at });
const bad = (at: number, cause: Cause = 'unreachable', began = at - 10): Observation => ({
  ...{ began, at, fault: { cause, why: `${cause} at ${at}` } },
});
const heard = (at: number): Observation => ({ ...bad(at), hearsay: true });
const healthAfter = (seen: readonly Observation[], before?: Health): Health | undefined =>
  seen.reduce<Health | undefined>((health, one) => judge(health, one), before);
const marks: Readonly<Record<HealthState, string>> = { up: 'u', doubtful: 'd', down: 'D' };
const states = (seen: readonly Observation[]): string =>
  seen.map((_, i) => marks[healthAfter(seen.slice(0, i + 1))?.state ?? 'up']).join('');

describe('the health of a call bridge', () => {
  it.each<[string, Observation[], string]>([
    ['is up after its first answer', [good(10)], 'u'],
    ['stays up while it answers', [good(10), good(20), good(3_000)], 'uuu'],
    ['is doubtful after one failure, and down after the next', [good(0), bad(100), bad(200)], 'udD'],
    ['may begin with a failure', [bad(100), bad(200)], 'dD'],
    ['stays down', [bad(100), bad(200), bad(3_000)], 'dDD'],
    ['comes back from a doubt by two answers', [good(0), bad(100), good(200), good(1_200)], 'uddu'],
    ['comes back from down over a doubt', [bad(100), bad(200), good(300), good(1_300)], 'dDdu'],
    ['takes answers in one moment for one', [bad(100), bad(200), good(300), good(301), good(302)], 'dDddd'],
    [
      'is down again at once when it fails while it is coming back',
      [bad(0), bad(99), good(200), bad(300)],
      'dDdD',
    ],
    ['is down when it fails every other time', [bad(100), good(200), bad(300)], 'ddD'],
    ['needs four times busy to be down', [1, 2, 3, 4].map((i) => bad(i * 100, 'busy')), 'dddD'],
    ['holds busy beside silence', [bad(100), bad(200, 'busy'), bad(300, 'busy')], 'ddD'],
    ['doubts what others have seen fail', [good(0), heard(100)], 'ud'],
    ['trusts its own answer before what others say', [good(0), heard(100), good(150)], 'udu'],
    ['never takes it for down by what others say', [good(0), heard(100), heard(200), heard(300)], 'uddd'],
    ['confirms by itself what others have seen', [heard(100), bad(150), bad(300)], 'ddD'],
    ['does not undo what it has seen itself by what others say', [bad(1), bad(99), heard(100)], 'dDD'],
  ])('%s', (_, seen, expected) => {
    expect(states(seen)).toBe(expected);
  });

  it('takes what was on its way when a failure was seen for the same mishap', () => {
    const burst = Array.from({ length: 64 }, (_, i) => bad(2_000 + i, 'unreachable', i));
    expect(healthAfter(burst)?.state).toBe('doubtful');
    // Of those that went out after it the first one confirms it, however many of the others come in between.
    const stream = Array.from({ length: 300 }, (_, i) => bad(2_000 + i * 10, 'unreachable', i * 10));
    const down = stream.findIndex((_, i) => healthAfter(stream.slice(0, i + 1))?.state === 'down');
    expect(stream[down]).toMatchObject({ began: 2_010, at: 4_010 });
  });

  it('says since when, why, and of which kind it is, and forgets that once it is up', () => {
    const lost = healthAfter([
      { ...good(10), status: { softwareVersion: '3.9' } },
      bad(20, 'garbled'),
      bad(40, 'credentials'),
    ]);
    expect(lost).toMatchObject({
      state: 'down',
      since: 40,
      at: 40,
      why: 'credentials at 40',
      cause: 'credentials',
    });
    const still = judge(lost, bad(60));
    expect(still).toMatchObject({
      state: 'down',
      since: 40,
      at: 60,
      cause: 'unreachable',
      softwareVersion: '3.9',
    });
    const back = healthAfter([good(100), good(100 + spacing)], still);
    expect(back).toMatchObject({ state: 'up', since: 100 + spacing, softwareVersion: '3.9' });
    expect(Object.keys(back ?? {}).filter((key) => ['why', 'cause', 'trial'].includes(key))).toEqual([]);
    expect(judge(back, good(5_000))).toMatchObject({ state: 'up', since: 100 + spacing, at: 5_000 });
  });

  it('has to prove itself longer each time that it goes down again soon', () => {
    let health = healthAfter([good(0)]);
    const needed: number[] = [];
    for (let fall = 1; fall <= 5; fall += 1) {
      let at = fall * 20_000;
      health = healthAfter([bad(at), bad(at + 100)], health);
      for (let answers = 1; ; answers += 1) {
        at += 1_000;
        health = judge(health, good(at));
        if (health.state !== 'up') continue;
        needed.push(answers);
        break;
      }
    }
    expect(needed).toEqual([2, 4, 6, 6, 6]);
    const calm = healthAfter([bad(900_000), bad(900_100), good(901_000), good(902_000)], health);
    expect(calm?.state).toBe('up');
  });

  const cause = fc.constantFrom<Cause>('unreachable', 'busy', 'credentials', 'certificate', 'garbled');
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 5_000 }),
    lasts: fc.integer({ min: 0, max: 2_000 }),
    fault: fc.option(cause, { nil: undefined, freq: 2 }),
    hearsay: fc.boolean(),
  });
  const history = fc.array(step, { maxLength: 40 }).map((steps) => {
    let at = 0;
    return steps.map(({ wait, lasts, fault, hearsay }): Observation => {
      at += wait;
      if (fault === undefined) return good(at, at - lasts);
      return { ...bad(at, fault, at - lasts), ...(hearsay && { hearsay }) };
    });
  });

  it('never falls from up to down, nor rises from down to up, in one step', () => {
    fc.assert(
      fc.property(history, (seen) => {
        let before: HealthState = 'up';
        for (let i = 0; i < seen.length; i += 1) {
          const { state } = healthAfter(seen.slice(0, i + 1)) as Health;
          expect([before, state]).not.toEqual(['up', 'down']);
          expect([before, state]).not.toEqual(['down', 'up']);
          before = state;
        }
      }),
    );
  });

  it('is up again after whatever, once it has answered well for long enough', () => {
    fc.assert(
      fc.property(history, (seen) => {
        const end = seen.at(-1)?.at ?? 0;
        const wellSince = Array.from({ length: 6 }, (_, i) => good(end + (i + 1) * spacing));
        expect(healthAfter([...seen, ...wellSince])?.state).toBe('up');
      }),
    );
  });

  it('is never up right after a failure, and never down without two of its own', () => {
    fc.assert(
      fc.property(history, (seen) => {
        const health = healthAfter(seen);
        if (seen.at(-1)?.fault !== undefined) expect(health?.state).not.toBe('up');
        if (health?.state === 'down')
          expect(seen.filter(({ fault, hearsay }) => fault && !hearsay).length).toBeGreaterThanOrEqual(2);
        expect(health?.cause === undefined).toBe(health === undefined || health.state === 'up');
        expect(health?.why === undefined).toBe(health?.cause === undefined);
      }),
    );
  });

  it('does not swing when it fails and answers in turn: it is never up until it has held still', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: spacing - 1 }), { minLength: 4 }), (waits) => {
        let at = 0;
        let health = healthAfter([bad(0)]);
        waits.forEach((wait, i) => {
          at += wait;
          health = judge(health, i % 2 === 0 ? good(at) : bad(at, 'unreachable', at));
          expect(health.state).not.toBe('up');
        });
      }),
    );
  });
});

describe('a call bridge is silent', () => {
  const down = healthAfter([good(1_000), bad(3_000), bad(3_300)]);
  it.each<[string, boolean, Health | undefined, number]>([
    ['when it is down and has not answered for five seconds', true, down, 6_000],
    ['but not at once', false, down, 5_999],
    ['not while it is doubtful only', false, healthAfter([good(0), bad(3_000)]), 60_000],
    ['not while it is up', false, healthAfter([good(0)]), 60_000],
    ['not when nothing is known of it', false, undefined, 60_000],
    ['when it never answered', true, healthAfter([bad(0), bad(100)]), 5_100],
    [
      'not since it refused our credentials: it lives',
      false,
      healthAfter([bad(0), bad(100, 'credentials')]),
      60_000,
    ],
    ['not when it is busy', false, healthAfter([1, 2, 3, 4].map((at) => bad(at * 99, 'busy'))), 60_000],
    [
      'not right after it was busy',
      false,
      healthAfter([bad(0), bad(99), bad(2_000, 'busy'), bad(2_100)]),
      6_900,
    ],
  ])('%s: %s', (_, expected, health, now) => {
    expect(isSilent(health, now)).toBe(expected);
  });
});

describe('all processes together', () => {
  const up: Health = { state: 'up', since: 5, at: 20 };
  const down: Health = { state: 'down', since: 7, at: 10, why: 'refused', cause: 'unreachable' };
  it('see nothing when none looks', () => expect(together([])).toBeUndefined());
  it('see what each of them sees', () => {
    expect(together([down, { ...down, since: 3, at: 30 }])).toEqual({ ...down, since: 3, at: 30 });
  });
  it('are in doubt where they differ, and say why', () => {
    const doubt = { ...up, state: 'doubtful', since: 7, why: 'refused', cause: 'unreachable' };
    expect(together([up, down])).toEqual(doubt);
    expect(together([down, up])).toEqual(doubt);
  });
});

const one = { address: 'https://cms1' };
const two = { address: 'https://cms2' };
const three = { address: 'https://cms3' };
const all = [one, two, three];

describe('call bridges are tried', () => {
  const order = (seen: string, { first, drained = '' }: { first?: string; drained?: string } = {}) => {
    const known: Record<string, HealthState> = { u: 'up', d: 'doubtful', D: 'down' };
    const health = all.flatMap(({ address }, i): [string, Health][] => {
      const state = known[seen[i] ?? ''];
      return state === undefined ? [] : [[address, { state, since: 1, at: 1 }]];
    });
    return inOrder(all, {
      ...{ health: new Map(health), first: first && `https://cms${first}` },
      drained: new Set([...drained].map((number) => `https://cms${number}`)),
    })
      .map(({ address }) => address.slice(-1))
      .join('');
  };

  it.each<[string, string, string, { first?: string; drained?: string }?]>([
    ['by preference', '123', '---'],
    ['by preference while all are up', '123', 'uu-'],
    ['with those that are down at the end', '231', 'D--'],
    ['with a doubtful one after those that are up, and before one that is down', '321', 'Dd-'],
    ['by preference among those that are down', '312', 'DD-'],
    ['all of them, though all are down', '123', 'DDD'],
    ['with the one first that has the call', '213', '---', { first: '2' }],
    ['with that first though one of its answers has failed', '213', '-d-', { first: '2' }],
    ['without that while it is down', '132', '-D-', { first: '2' }],
    ['with that before others that are down as well', '213', 'DDD', { first: '2' }],
    ['as if nothing was said of one that is not of the cluster', '123', '---', { first: 'elsewhere' }],
    ['with one that is taken out of service at the very end', '231', 'uuD', { drained: '1' }],
    ['with those taken out of service in their own order', '321', 'Duu', { drained: '12' }],
    [
      'with the one that has the call before all, taken out of service or not',
      '123',
      'uuu',
      { first: '1', drained: '1' },
    ],
  ])('%s', (_, expected, seen, detail) => {
    expect(order(seen, detail)).toBe(expected);
  });

  it('each exactly once, whatever is known of them', () => {
    const mark = fc.constantFrom('u', 'd', 'D', '-');
    fc.assert(
      fc.property(fc.tuple(mark, mark, mark), fc.subarray(['1', '2', '3']), (seen, drained) => {
        const tried = order(seen.join(''), { first: '3', drained: drained.join('') });
        expect([...tried].sort().join('')).toBe('123');
      }),
    );
    expect(all).toEqual([one, two, three]);
  });
});

it.each<[FaultKind, string]>([
  ['unreachable', 'elsewhere'],
  ['busy', 'elsewhere'],
  ['garbled', 'elsewhere'],
  ['refused', 'elsewhere'],
  ['absent', 'again'],
])('after %s a step goes %s', (kind, remedy) => {
  expect(remedyFor(kind)).toBe(remedy);
});
