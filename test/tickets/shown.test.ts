/** What `/api/clusters` shows of a cluster: its members and their roles, its slots, its bookings, its tickets. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listClusters } from '../../src/administration-clusters.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import { until } from '../world/world.ts';
import { Estate, startCluster } from './estate.ts';

const hour = 3_600_000;
const day = 24 * hour;

let estate: Estate;
let cms: CmsCluster;
beforeAll(async () => {
  estate = await Estate.open();
  cms = await startCluster(['cms1', 'cms2', 'cms3']);
});
afterAll(async () => {
  await cms.stop();
  await estate.close();
});

const shown = async (now = Date.now()) => {
  const { configs, bridges, slots, discoveries, tickets } = estate;
  const [cluster] = await listClusters(
    { config: { clusters: configs }, bridges, slots, discoveries, tickets },
    now,
  );
  if (cluster === undefined) throw new Error('a cluster is configured');
  return cluster;
};

it('before anything is known, that is said', async () => {
  await estate.configure([{ name: 'emea', callBridges: [cms.bridge('cms2'), cms.bridge('cms1')] }]);
  expect(await shown()).toMatchObject({
    ...{ isStandalone: null, members: [], openTickets: [], bookingsThisWeek: 0 },
    slots: { ok: false, total: 5, made: 0, heldNow: 0, freeNow: 0 },
    callBridges: [{ state: 'unknown', order: 1, name: null }, { order: 2 }],
  });
});

it('which member answers, which is an alternate, which is neither; status, slots and tickets', async () => {
  await estate.configure([{ name: 'emea', callBridges: [cms.bridge('cms2'), cms.bridge('cms1')] }]);
  await estate.sweep('emea');
  const end = estate.watch();
  try {
    await until(async () => {
      const { callBridges } = await shown();
      return (
        callBridges.every((one) => one.state === 'up' && 'factsAt' in one && 'uptimeSeconds' in one) ||
        undefined
      );
    }, 60_000);
    const [first] = estate.configs;
    if (first === undefined) throw new Error('a cluster is configured');
    // A Wednesday.
    const now = Date.parse('2026-03-11T12:00:00Z');
    const wishes = [
      ['now', now - hour, now + hour],
      ['sunday', now + 4 * day, now + 4 * day + hour],
      ['monday', now - 2 * day, now - 2 * day + hour],
      ['next week', now + 5 * day, now + 5 * day + hour],
      ['last week', now - 3 * day, now - 3 * day + hour],
    ] as const;
    for (const [key, from, to] of wishes)
      await estate.slots.reserve(first, [{ key, from, to }], { mode: 'lowest' });

    const cluster = await shown(now);
    const [missing] = await estate.open();
    expect(missing?.code).toBe('call-bridge-without-credentials');
    expect(cluster).toMatchObject({
      ...{ isStandalone: false, bookingsThisWeek: 3, openTickets: [missing?.id] },
      slots: { ok: true, total: 5, made: 5, reservations: 5, heldNow: 1, freeNow: 4 },
    });
    expect(cluster.members.map(({ name, role, order }) => [name, role, order])).toEqual([
      ['cms1', 'alternate', 2],
      ['cms2', 'answers', 1],
      ['cms3', 'not-configured', null],
    ]);
    expect(cluster.callBridges[0]).toMatchObject({
      ...{ name: 'cms2', order: 1, state: 'up', softwareVersion: '3.9.1', openTickets: [] },
      ...{ callLegsActive: 0, callLegsMaxActive: 0, callLegsCompleted: 0 },
      ...{ audioBitRateIncoming: 0, videoBitRateOutgoing: 0, alarms: [] },
      ...{ uptimeSeconds: expect.any(Number), since: expect.any(String), load: { now: 0 } },
    });
  } finally {
    await end();
  }
});

it('reservations are walked over once for all who ask at the same time, and anew for those who ask later', async () => {
  await estate.configure([{ name: 'emea', callBridges: [cms.bridge('cms1')] }]);
  const [first] = estate.configs;
  if (first === undefined) throw new Error('a cluster is configured');
  const now = Date.parse('2026-04-15T12:00:00Z');
  const all = vi.spyOn(estate.slots, 'all');
  try {
    const views = await Promise.all([shown(now), shown(now), shown(now)]);
    expect(views.map(({ slots }) => slots.reservations)).toEqual([0, 0, 0]);
    expect(all).toHaveBeenCalledTimes(1);
    await estate.slots.reserve(first, [{ key: 'now', from: now, to: now + hour }], { mode: 'lowest' });
    expect((await shown(now + hour / 2)).slots).toMatchObject({ reservations: 1, heldNow: 1 });
    expect(all).toHaveBeenCalledTimes(2);
  } finally {
    all.mockRestore();
  }
});
