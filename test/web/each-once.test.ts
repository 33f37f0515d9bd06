/** A timeline as it is shown: nothing of it is lost, and what is the same is not said twice. */
import { expect, test } from 'vitest';
import { eachOnce } from '../../src/web/meeting/each-once.ts';

const entry = (at: string, number: string) => ({ at, what: 'reserved' as const, number, cluster: 'emea' });

test('what is said twice of the same second is shown once, with how often', () => {
  const [first, second, later, other] = [
    entry('2026-11-27T09:00:01.020Z', '7001'),
    entry('2026-11-27T09:00:01.080Z', '7001'),
    entry('2026-11-27T09:00:02.080Z', '7001'),
    entry('2026-11-27T09:00:02.080Z', '7002'),
  ];
  expect(eachOnce([first, second, later, other])).toEqual([
    { entry: first, place: 0, times: 2 },
    { entry: later, place: 2, times: 1 },
    { entry: other, place: 3, times: 1 },
  ]);
});
