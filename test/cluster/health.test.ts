import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaultKind, remedyFor } from '../../src/cluster/fault.ts';
import { type Health, inOrder, judge } from '../../src/cluster/health.ts';

const one = { address: 'https://cms1' };
const two = { address: 'https://cms2' };
const three = { address: 'https://cms3' };
const all = [one, two, three];
const up: Health = { state: 'up', since: 1, at: 1 };
const down: Health = { state: 'down', since: 1, at: 1, why: 'refused' };

describe('the health of a call bridge', () => {
  it('is down after one failure and up after one answer, each since then', () => {
    const first = judge(undefined, { at: 10, status: { softwareVersion: '3.9' } });
    expect(first).toEqual({ state: 'up', since: 10, at: 10, softwareVersion: '3.9' });
    const lost = judge(first, { at: 20, fault: 'timed out' });
    expect(lost).toEqual({ state: 'down', since: 20, at: 20, why: 'timed out', softwareVersion: '3.9' });
    const still = judge(lost, { at: 30, fault: 'refused' });
    expect(still).toMatchObject({ state: 'down', since: 20, at: 30, why: 'refused' });
    const back = judge(still, { at: 40 });
    expect(back).toEqual({ state: 'up', since: 40, at: 40, softwareVersion: '3.9' });
    expect(judge(back, { at: 50 })).toMatchObject({ state: 'up', since: 40, at: 50 });
  });

  it('may begin with a failure', () => {
    expect(judge(undefined, { at: 5, fault: 'refused' })).toEqual({
      state: 'down',
      since: 5,
      at: 5,
      why: 'refused',
    });
  });
});

describe('call bridges are tried', () => {
  const order = (health: Record<string, Health>, first?: string) =>
    inOrder(all, new Map(Object.entries(health)), first)
      .map(({ address }) => address.slice(-1))
      .join('');

  it.each<[string, string, Record<string, Health>, string | undefined]>([
    ['by preference', '123', {}, undefined],
    ['by preference while all are up', '123', { 'https://cms1': up, 'https://cms2': up }, undefined],
    ['with those that are down at the end', '231', { 'https://cms1': down }, undefined],
    [
      'by preference among those that are down',
      '312',
      { 'https://cms1': down, 'https://cms2': down },
      undefined,
    ],
    [
      'all of them, though all are down',
      '123',
      { 'https://cms1': down, 'https://cms2': down, 'https://cms3': down },
      undefined,
    ],
    ['with the one first that has the call', '213', {}, 'https://cms2'],
    ['without that while it is down', '132', { 'https://cms2': down }, 'https://cms2'],
    ['as if nothing was said of one that is not of the cluster', '123', {}, 'https://elsewhere'],
  ])('%s', (_, expected, health, first) => {
    expect(order(health, first)).toBe(expected);
  });

  it('each exactly once, whatever is known of them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(up, down, undefined), { minLength: 3, maxLength: 3 }), (known) => {
        const health = new Map(
          all.flatMap(({ address }, i) => (known[i] ? [[address, known[i]] as const] : [])),
        );
        expect(new Set(inOrder(all, health, 'https://cms3'))).toEqual(new Set(all));
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
