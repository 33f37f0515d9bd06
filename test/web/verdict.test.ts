/** The verdict says what is wrong, the worst first, and nothing where all is well. */
import { expect, test } from 'vitest';
import type { Standing, Start } from '../../src/web/answers.ts';
import { findingsOf } from '../../src/web/now/verdict.ts';

const well = { ok: true, since: null, why: null };
const up = {
  address: 'https://cms1:445',
  state: 'up',
  since: null,
  why: null,
  drained: false,
  callLegs: 0,
} as const;
const standing: Standing = {
  ...{ ok: true, redis: well, token: well },
  running: { count: 0, lost: [] },
  push: { ok: true, rooms: 2, subscribed: 2, unread: 0, failing: [] },
  clusters: [{ name: 'emea', slots: well, callBridges: [up] }],
  tickets: { open: 0, critical: 0, warning: 0, acknowledged: 0 },
  starts: { opened: 0, p50: null, p99: null, max: null },
  queues: [{ name: 'calendar', waiting: 0, active: 0, delayed: 0, failed: 0, late: 0, paused: false }],
};
const start = {
  key: 'k/1',
  title: 'Board',
  state: 'planned',
  trouble: null,
  preflight: null,
} as unknown as Start;

test('nothing is said where nothing is wrong', () => {
  expect(findingsOf(standing, [start])).toEqual([]);
});

test('a call bridge that was taken out of service on purpose is not wrong', () => {
  const out = { ...up, state: 'down', drained: true } as const;
  const clusters = [{ name: 'emea', slots: well, callBridges: [out] }];
  expect(findingsOf({ ...standing, clusters }, [])).toEqual([]);
});

test('what is wrong comes before what is doubtful, each with where it is seen', () => {
  const clusters = [
    { name: 'emea', slots: well, callBridges: [{ ...up, state: 'doubtful', why: 'slow' } as const] },
  ];
  const failing = { ...start, preflight: { state: 'failing', what: 'slot', since: null } } as Start;
  const running = { count: 2, lost: [{ key: 'l', title: 'Lost' }] };
  const found = findingsOf({ ...standing, clusters, running }, [failing]);
  expect(found.map(({ weight, key, href }) => [weight, key, href])).toEqual([
    ['wrong', 'wrong.lost', '/meetings/l'],
    ['wrong', 'wrong.preflight', '/meetings/k%2F1'],
    ['careful', 'wrong.bridge-doubtful', '/bridges'],
  ]);
});
