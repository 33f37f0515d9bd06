/** A cluster is known by one address; the others are found, shown, and never spoken to without being configured. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { capacityScope } from '../../src/cluster/ticket-capacity.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../simulators/cms/options.ts';
import { base, Estate, startCluster } from './estate.ts';

let estate: Estate;
const clusters: CmsCluster[] = [];
beforeAll(async () => {
  estate = await Estate.open();
});
afterAll(() => estate.close());
afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

async function start(names: readonly string[], options?: Partial<CmsClusterOptions>): Promise<CmsCluster> {
  const cluster = await startCluster(names, options);
  clusters.push(cluster);
  return cluster;
}

const openCodes = async () => (await estate.open()).map(({ code }) => code);

it('members that are not configured are told, and asked nothing', async () => {
  const cms = await start(['cms1', 'cms2', 'cms3']);
  await estate.configure([{ name: 'emea', callBridges: [cms.bridge('cms2')] }]);
  await estate.sweep('emea');
  const discovery = (await estate.discoveries.all()).get('emea');
  expect(discovery?.members).toEqual(cms.bridges.map(({ id, name, url }) => ({ id, name, address: url })));
  const missing = ['cms1', 'cms3'].map((name) => cms.bridge(name));
  const tickets = await estate.open();
  expect(tickets.map(({ code, about }) => [code, about]).sort()).toEqual(
    missing.map(({ url }) => ['call-bridge-without-credentials', url]).sort(),
  );
  expect(tickets.find(({ about }) => about === missing[0]?.url)).toMatchObject({
    severity: 'notice',
    detail: `cms1 at localhost:${missing[0]?.port} is a member of the cluster and cannot take over`,
  });
  for (const { requests, connectionsOpened } of missing)
    expect([requests, connectionsOpened]).toEqual([0, 0]);

  await estate.reconfigure([{ name: 'emea', callBridges: cms.bridges }]);
  await estate.sweep('emea');
  expect(await estate.open()).toEqual([]);
});

it('a cluster of 24 is read whole', async () => {
  const names = Array.from({ length: 24 }, (_, i) => `core${i + 1}`);
  const cms = await start(names);
  await estate.configure([{ name: 'emea', callBridges: cms.bridges.slice(0, 3) }]);
  await estate.sweep('emea');
  expect((await estate.discoveries.all()).get('emea')?.members.map(({ name }) => name)).toEqual(names);
  expect(await estate.open()).toHaveLength(21);
});

it('one that stands alone has no members, no name, and no ticket', async () => {
  const cms = await start(['cms1'], { standalone: true });
  cms.bridge(0).bySomebodyElse('PUT', 'system/configuration/cluster', { uniqueName: '' });
  await estate.configure([{ name: 'emea', callBridges: cms.bridges }]);
  await estate.sweep('emea');
  expect((await estate.discoveries.all()).get('emea')).toMatchObject({ members: [] });
  expect(await estate.open()).toEqual([]);
  expect((await estate.bridges.clusterStatus('emea')).slots).toBe(5);
});

it('a call bridge of another cluster, or alone, cannot stand in', async () => {
  const [cms, other, alone] = [
    await start(['cms1', 'cms2']),
    await start(['apac1']),
    await start(['alone'], { standalone: true }),
  ];
  const all = [...cms.bridges, ...other.bridges, ...alone.bridges];
  await estate.configure([{ name: 'emea', callBridges: all }]);
  await estate.sweep('emea');
  const tickets = await estate.open();
  expect(tickets.map(({ code, about }) => [code, about]).sort()).toEqual(
    [other, alone].map(({ bridges: [bridge] }) => ['call-bridge-of-another-cluster', bridge?.url]).sort(),
  );
  expect(tickets[0]?.detail).toMatch(/^localhost:\d+ has another database than localhost:\d+$/);
  await estate.reconfigure([{ name: 'emea', callBridges: cms.bridges }]);
  await estate.sweep('emea');
  expect(await estate.open()).toEqual([]);
});

it('a cluster that is configured already is refused, as TMS refuses it, and takes no meetings', async () => {
  const cms = await start(['cms1', 'cms2']);
  const other = await start(['apac1']);
  const [cms1, cms2] = [cms.bridge('cms1'), cms.bridge('cms2')];
  const configured = [
    { name: 'emea', callBridges: [cms1] },
    { name: 'again', callBridges: [cms2] },
    { name: 'apac', callBridges: other.bridges },
  ];
  await estate.configure(configured);
  // Whichever is looked at first.
  for (const name of ['again', 'apac', 'emea', 'again']) await estate.sweep(name);
  const refused = (await estate.open()).filter(({ code }) => code === 'cluster-known-already');
  const words = `localhost:${cms2.port} is part of a clustered call bridge and has already been added through localhost:${cms1.port} (cluster emea)`;
  expect(refused).toMatchObject([
    { severity: 'critical', scope: 'cluster again', about: cms2.url, detail: words },
  ]);
  expect(await estate.bridges.clusterStatus('again')).toEqual({
    error: words,
    errorSince: expect.any(Number),
  });
  expect(cms.spaces().filter(({ name }) => name.includes(String(base + 1_000)))).toEqual([]);

  const wish = { key: 'k', from: Date.now(), to: Date.now() + 3_600_000 };
  const [, again, apac] = estate.configs;
  if (again === undefined || apac === undefined) throw new Error('three clusters');
  expect(await estate.slots.reserve(again, [wish], { mode: 'lowest' })).toBeUndefined();
  expect(await estate.slots.reserve(apac, [wish], { mode: 'lowest' })).toBe(String(base + 2_000));

  // Mended: the second one is all that is left of it.
  await estate.reconfigure(configured.slice(1));
  await estate.sweep('again');
  expect(await openCodes()).not.toContain('cluster-known-already');
  expect((await estate.bridges.clusterStatus('again')).error).toBeUndefined();
  const [first] = estate.configs;
  if (first === undefined) throw new Error('two clusters');
  expect(await estate.slots.reserve(first, [{ ...wish, key: 'l' }], { mode: 'lowest' })).toBe(String(base));
});

it('a cluster is known also while it does not answer, by the address that its members tell', async () => {
  const cms = await start(['cms1', 'cms2']);
  await estate.configure([
    { name: 'emea', callBridges: [cms.bridge('cms1')] },
    { name: 'again', callBridges: [cms.bridge('cms2')] },
  ]);
  await estate.sweep('emea');
  await cms.bridge('cms2').kill();
  await estate.sweep('again');
  expect((await estate.open()).find(({ scope }) => scope === 'cluster again')?.code).toBe(
    'cluster-known-already',
  );
});

it('the tickets of a cluster end when it is taken out of the configuration', async () => {
  const cms = await start(['cms1', 'cms2']);
  const other = await start(['apac1']);
  const apac = { name: 'apac', callBridges: other.bridges };
  await estate.configure([apac, { name: 'emea', callBridges: [cms.bridge('cms1')] }]);
  for (const name of ['apac', 'emea']) await estate.sweep(name);
  const short = { code: 'capacity-short', about: 'slots of cluster emea', detail: '5 of 5' } as const;
  await estate.tickets.settle(capacityScope('emea'), [short], Date.now());
  expect(await openCodes()).toEqual(['capacity-short', 'call-bridge-without-credentials']);
  await estate.reconfigure([apac]);
  await estate.look();
  expect(await estate.summary()).toBe('No open tickets');
});
