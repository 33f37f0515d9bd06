/** What is wrong with a cluster: each cause opens its ticket, in words, and mending it closes the ticket. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import { base, Estate, ownOrigin, startCluster } from './estate.ts';

let estate: Estate;
let cms: CmsCluster;
beforeAll(async () => {
  estate = await Estate.open();
});
afterAll(() => estate.close());
beforeEach(async () => {
  cms = await startCluster(['cms1', 'cms2']);
  await estate.configure([{ name: 'emea', callBridges: cms.bridges }]);
});
afterEach(() => cms.stop());

/** Looks once more and gives what is said of the code: exactly one ticket. */
async function said(code: string) {
  await estate.sweep('emea');
  const open = (await estate.open()).filter((ticket) => ticket.code === code);
  expect(open).toHaveLength(1);
  return open[0] as NonNullable<(typeof open)[0]>;
}

async function wellAgain() {
  await estate.sweep('emea');
  expect(await estate.open()).toEqual([]);
  expect(await estate.summary()).toBe('No open tickets');
}

it('a healthy cluster has no ticket, and keeps having none', async () => {
  await wellAgain();
  await wellAgain();
  expect(await estate.tickets.list('all')).toEqual([]);
});

it('blank system name', async () => {
  cms.bridge('cms2').bySomebodyElse('PUT', 'system/configuration/cluster', { uniqueName: '' });
  expect(await said('blank-system-name')).toMatchObject({
    ...{ severity: 'warning', title: 'Blank system name', scope: 'cluster emea' },
    about: cms.bridge('cms2').url,
    detail: expect.stringMatching(/^localhost:\d+ has no unique name in its cluster$/),
  });
  cms.bridge('cms2').bySomebodyElse('PUT', 'system/configuration/cluster', { uniqueName: 'core2' });
  expect((await said('blank-system-name')).detail).toMatch(
    /calls itself "core2", which is no name in the list/,
  );
  cms.bridge('cms2').bySomebodyElse('PUT', 'system/configuration/cluster', { uniqueName: 'cms2' });
  await wellAgain();
});

it('domain not routed', async () => {
  const bridge = cms.bridge(0);
  await estate.reconfigure([{ name: 'emea', callBridges: cms.bridges, domain: 'Video.example.com' }]);
  expect((await said('domain-not-routed')).detail).toBe(
    '<number>@Video.example.com cannot be dialled: the domains that lead to the spaces are meet.example.com',
  );
  const rule = bridge.bySomebodyElse('POST', 'inboundDialPlanRules', {
    ...{ domain: 'video.example.com', resolveTocoSpaces: false },
  });
  expect((await said('domain-not-routed')).detail).toContain('meet.example.com');
  bridge.bySomebodyElse('PUT', `inboundDialPlanRules/${rule}`, { resolveTocoSpaces: true });
  await wellAgain();
});

it('domain not routed, where no domain is', async () => {
  await cms.stop();
  cms = await startCluster(['cms1'], { inboundDomains: [] });
  await estate.configure([{ name: 'emea', callBridges: cms.bridges }]);
  expect((await said('domain-not-routed')).detail).toContain('no domain leads to the spaces');
  cms.bridge(0).bySomebodyElse('POST', 'inboundDialPlanRules', { domain: 'meet.example.com' });
  await wellAgain();
});

it.each([
  ['URI', { uri: String(base + 1) }],
  ['call ID', { callId: String(base + 1) }],
  ['second URI', { uri: 'town.hall', secondaryUri: String(base + 1) }],
])('a number that a space of others has as its %s', async (_, fields) => {
  const space = cms.addSpace({ name: 'Town hall', ...fields });
  expect(await said('numbers-taken-by-spaces')).toMatchObject({
    ...{ severity: 'warning', about: 'cluster emea' },
    detail: `taken: ${base + 1} (space "Town hall")`,
  });
  cms.removeSpace(space);
  await wellAgain();
});

it('a number for hosts that a space of others has', async () => {
  const hosts = base + 100;
  await estate.configure([{ name: 'emea', callBridges: cms.bridges, hosts }]);
  const space = cms.addSpace({ name: 'Town hall', uri: String(hosts + 1) });
  expect(await said('numbers-taken-by-spaces')).toMatchObject({
    about: 'hosts of cluster emea',
    detail: `taken of the numbers for hosts: ${hosts + 1} (space "Town hall")`,
  });
  cms.removeSpace(space);
  await wellAgain();
});

it('a number that an access method of another space has', async () => {
  const space = cms.addSpace({ name: 'Town hall', uri: 'town.hall' });
  const bridge = cms.bridge(0);
  const method = bridge.bySomebodyElse('POST', `coSpaces/${space}/accessMethods`, {
    ...{ uri: 'hosts', callId: base + 3, passcode: 1 },
  });
  expect(await said('numbers-taken-by-access-methods')).toMatchObject({
    detail: `taken: ${base + 3} (an access method of space "Town hall")`,
  });
  bridge.bySomebodyElse('DELETE', `coSpaces/${space}/accessMethods/${method}`);
  await wellAgain();
});

it('more numbers than one wants to read are counted', async () => {
  await estate.reconfigure([{ name: 'emea', callBridges: cms.bridges, quantity: 20 }]);
  for (let i = 0; i < 8; i += 1) cms.addSpace({ name: `Space ${i}`, uri: String(base + i) });
  const { detail } = await said('numbers-taken-by-spaces');
  expect(detail).toBe(
    `taken: ${[0, 1, 2, 3, 4].map((i) => `${base + i} (space "Space ${i}")`).join(', ')} (8 numbers in all)`,
  );
});

it("another scheduler's range over ours", async () => {
  await wellAgain();
  const bridge = cms.bridge(0);
  const set = bridge.bySomebodyElse('POST', 'cospaceBulkParameterSets', {
    ...{ startIndex: base + 4, endIndex: base + 30, coSpaceNameMapping: 'Room $index$' },
    ...{ coSpaceUriMapping: '$index$', coSpaceCallIdMapping: '$index$' },
  });
  expect((await said('ranges-overlap')).detail).toBe(
    `a bulk parameter set of somebody else makes spaces from ${base + 4} to ${base + 30}`,
  );
  bridge.bySomebodyElse('DELETE', `cospaceBulkParameterSets/${set}`);
  await wellAgain();
});

it('a range of others beside ours, or of other names, is nobody’s concern', async () => {
  const bridge = cms.bridge(0);
  for (const [startIndex, uri] of [
    [base + 5, '$index$'],
    [base - 30, '$index$'],
    [base, 'room.$index$'],
  ] as const) {
    bridge.bySomebodyElse('POST', 'cospaceBulkParameterSets', {
      ...{ startIndex, endIndex: startIndex + 20, coSpaceUriMapping: uri, coSpaceCallIdMapping: '' },
    });
  }
  await wellAgain();
});

it('places of receivers of call detail records', async () => {
  const bridge = cms.bridge('cms1');
  const others = [1, 2, 3].map((n) =>
    bridge.bySomebodyElse('POST', 'system/cdrReceivers', { uri: `https://cmm${n}.example.com/cdr` }),
  );
  await wellAgain();
  bridge.bySomebodyElse('POST', 'system/cdrReceivers', { uri: 'https://cmm4.example.com/cdr' });
  expect(await said('cdr-receivers-used-up')).toMatchObject({
    ...{ severity: 'notice', about: bridge.url },
    detail: expect.stringMatching(/has 4 of 4 receivers, and none of them is ours$/),
  });
  bridge.bySomebodyElse('PUT', `system/cdrReceivers/${others[0]}`, { uri: `${ownOrigin}/cdr/1` });
  await wellAgain();
});
