/** What a call bridge says of itself beside its status, as the simulated one says it, and as others may. */
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listAlarms } from '../../src/cms/alarms.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { readDatabase } from '../../src/cms/database.ts';
import { listLicenses } from '../../src/cms/licensing.ts';
import { readLimits, readLoad } from '../../src/cms/load.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { startTestCluster, type TestCluster } from '../simulators/cms/test-client.ts';
import { RawBridge } from './raw-bridge.ts';

let cluster: TestCluster;
let client: CmsClient;
let dispatcher: Dispatcher;
const seen: { origin: string; names: string | undefined }[] = [];
beforeEach(async () => {
  cluster = await startTestCluster();
  seen.length = 0;
  dispatcher = createDispatcher({
    ...{ proxy: {}, ca: cluster.ca, connections: 2, connectTimeout: 20_000 },
    onCertificate: (origin, { subjectaltname }) => seen.push({ origin, names: subjectaltname }),
  });
  const { url: address, username, password } = cluster.cms.bridge(0);
  const parts = { connect: 20_000, headers: 20_000, body: 20_000 };
  client = new CmsClient({
    callBridge: { address, username, password },
    dispatcher,
    deadline: 20_000,
    parts,
  });
});
afterEach(async () => {
  await dispatcher.destroy();
  await cluster[Symbol.asyncDispose]();
});

test('its load and its limits', async () => {
  expect(await readLoad(client)).toBe(0);
  expect(await readLimits(client)).toEqual({
    load: undefined,
    newConference: undefined,
    participants: undefined,
  });
  await client.put('system/configuration/cluster', [
    ['loadLimit', 96_000],
    ['participantLimit', 450],
    ['newConferenceLoadLimitBasisPoints', 5_000],
  ]);
  expect(await readLimits(client)).toEqual({ load: 96_000, newConference: 5_000, participants: 450 });
});

test('its alarms, its peers that it cannot reach among them', async () => {
  expect(await listAlarms(client)).toEqual([]);
  const silence = cluster.cms
    .bridge(0)
    .raiseAlarm('recorderUnavailable', { recorder: 'r-1', failureReason: 'dnsFailure' }, 90);
  await cluster.cms.bridge(1).kill();
  const alarms = await listAlarms(client);
  expect(alarms).toEqual([
    {
      type: 'callBridgeConnectionFailure',
      activeSeconds: 0,
      reason: 'connectFailure',
      about: 'CallBridge-Core2',
    },
    { type: 'recorderUnavailable', activeSeconds: expect.any(Number), reason: 'dnsFailure', about: 'r-1' },
  ]);
  expect(alarms[1]?.activeSeconds).toBeGreaterThanOrEqual(90);
  silence();
  await cluster.cms.bridge(1).restart();
  expect(await listAlarms(client)).toEqual([]);
});

test('alarms whose details are attributes, and one that says nothing', async () => {
  const bridge = await RawBridge.start(({ xml }) =>
    xml(
      '<alarms total="2"><alarm id="1" type="databaseConnectionError" activeTimeSeconds="7"/><alarm id="2"/></alarms>',
    ),
  );
  try {
    expect(await listAlarms(bridge.client())).toEqual([
      { type: 'databaseConnectionError', activeSeconds: 7, reason: undefined, about: undefined },
      { type: 'unknown', activeSeconds: undefined, reason: undefined, about: undefined },
    ]);
  } finally {
    await bridge.stop();
  }
});

test('its database', async () => {
  cluster.cms.bridge(1).setDatabaseBehind(512);
  const database = await readDatabase(client);
  expect(database).toEqual({
    ...{ isClustered: true, error: undefined, inUse: 'CallBridge-Core1' },
    nodes: [
      { hostname: 'CallBridge-Core1', isUp: true, behind: 0, isMaster: true },
      { hostname: 'CallBridge-Core2', isUp: true, behind: 512, isMaster: false },
    ],
  });
  await cluster.cms.bridge(1).kill();
  expect((await readDatabase(client)).nodes[1]).toMatchObject({ isUp: false, behind: undefined });
});

test('its licenses', async () => {
  expect(await listLicenses(client)).toEqual([
    { feature: 'callBridge', status: 'activated', expiry: '2099-Dec-31' },
    { feature: 'recording', status: 'noLicense', expiry: undefined },
  ]);
});

test('its certificate is seen at each connection', async () => {
  await readLoad(client);
  expect(seen).toEqual([
    { origin: cluster.cms.bridge(0).url, names: expect.stringContaining('DNS:localhost') },
  ]);
});
