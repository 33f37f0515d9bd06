import { expect, it } from 'vitest';
import { fullness, lackOfRoom } from '../../src/cluster/capacity.ts';

const address = 'https://cms1';
const booked = { expected: 10, starting: 5 };

it('a call bridge takes no new conference from half of its load on, where nobody says otherwise', () => {
  expect(fullness({ address, load: 499, loadLimit: 1_000 })).toBeUndefined();
  expect(fullness({ address, load: 500, loadLimit: 1_000 })).toBe('https://cms1 has a load of 500 of 1000');
  expect(fullness({ address, load: 500, loadLimit: 1_000, newConferenceLimit: 8_000 })).toBeUndefined();
  expect(fullness({ address, load: 800, loadLimit: 1_000, newConferenceLimit: 8_000 })).toBeDefined();
});

it('one that has as many call legs as it may is full', () => {
  expect(fullness({ address, legs: 19, legLimit: 20 })).toBeUndefined();
  expect(fullness({ address, legs: 20, legLimit: 20 })).toBe('https://cms1 has 20 of 20 call legs');
});

it('what does not say how much it carries, or may carry, is not full', () => {
  for (const load of [
    { load: 9_999 },
    { load: 9_999, loadLimit: 0 },
    { legs: 9_999 },
    { legs: 9, legLimit: 0 },
    {},
  ])
    expect(fullness({ address, ...load })).toBeUndefined();
});

it('a cluster has room while one of its call bridges has', () => {
  const full = { address, legs: 20, legLimit: 20 };
  expect(lackOfRoom([full, { address: 'https://cms2' }], booked)).toBeUndefined();
  expect(lackOfRoom([full, { ...full, address: 'https://cms2' }], booked)).toMatch(
    /cms1 .*; https:\/\/cms2 /,
  );
  expect(lackOfRoom([], booked)).toBeUndefined();
});

it('what is booked counts where all say how many call legs they may have', () => {
  const two = [4, 5].map((legLimit, i) => ({ address: `https://cms${i}`, legs: 0, legLimit }));
  expect(lackOfRoom(two, booked)).toBe(
    '10 call legs are expected then, 5 meetings start in that quarter, 9 are possible',
  );
  expect(lackOfRoom(two, { expected: 9, starting: 5 })).toBeUndefined();
  expect(lackOfRoom([...two, { address: 'https://cms3' }], booked)).toBeUndefined();
});
