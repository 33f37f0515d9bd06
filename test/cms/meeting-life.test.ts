/** A meeting's whole life on a cluster: the adapter and the simulated bridges were made from the same facts apart. */
import { expect, onTestFinished, test } from 'vitest';
import { createBulkParameterSet, indexMapping, readBulkSync, runBulkSync } from '../../src/cms/bulk.ts';
import { dial, hangUp, listCallLegs, readCallLeg, sameParty } from '../../src/cms/call-legs.ts';
import { createCall, deleteCall, listCalls, readCall } from '../../src/cms/calls.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { listParticipants, readConnection } from '../../src/cms/participants.ts';
import {
  createCallLegProfile,
  createCallProfile,
  listCallProfiles,
  readCallLegProfile,
  scheduledCallLegProfile,
  scheduledCallProfile,
} from '../../src/cms/profiles.ts';
import { closeSpace, createSpace, listSpaces, openSpace, readSpace } from '../../src/cms/spaces.ts';
import { listCallBridges, readCallBridge, readClusterUniqueName, readStatus } from '../../src/cms/system.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import { ca, issue } from './raw-bridge.ts';

test('slots are made, one is opened, a room dialled, counted, hung up, and the slot closed', async () => {
  const cms = await CmsCluster.start({
    tls: issue(['localhost']),
    callBridges: [
      { name: 'CB1', username: 'apiadmin', password: 'one' },
      { name: 'CB2', username: 'apiadmin', password: 'two' },
    ],
    bulkSyncDelay: 20,
    answerDelayOfDial: 5,
  });
  onTestFinished(() => cms.stop());
  const dispatcher = createDispatcher({ proxy: {}, ca, connections: 4, connectTimeout: 2_000 });
  onTestFinished(() => dispatcher.destroy());
  const address = cms.bridge('CB1').url;
  const client = new CmsClient({
    callBridge: { address, username: 'apiadmin', password: 'one' },
    dispatcher,
  });

  expect(await readStatus(client)).toMatchObject({ clusterEnabled: true, callLegsActive: 0 });
  const members = await listCallBridges(client);
  expect(members.map(({ name }) => name)).toEqual(['CB1', 'CB2']);
  expect(await readClusterUniqueName(client)).toBe('CB1');
  expect(await readCallBridge(client, members[0]?.id ?? '')).toMatchObject({ name: 'CB1', address });

  const callProfile = await createCallProfile(client, scheduledCallProfile);
  const callLegProfile = await createCallLegProfile(client, scheduledCallLegProfile);
  expect(await listCallProfiles(client)).toEqual([callProfile]);
  const { fields } = await readCallLegProfile(client, callLegProfile);
  expect(fields).toMatchObject(Object.fromEntries(scheduledCallLegProfile));

  const name = indexMapping('TMS_Scheduled_Meeting_');
  const range = { startIndex: 8000, endIndex: 8044, uri: indexMapping(), name, callId: indexMapping() };
  const set = await createBulkParameterSet(client, {
    ...range,
    callProfile,
    callLegProfile,
    nonMemberAccess: false,
  });
  const sync = await runBulkSync(client, set);
  await cms.waitFor(() => cms.spaces().length === 45);
  expect(await readBulkSync(client, sync)).toEqual({ id: sync, set, status: 'complete' });
  const extra = { name: 'TMS_Scheduled_Meeting_0045', uri: '0045', callId: '0045', nonMemberAccess: false };
  const single = await createSpace(client, extra);
  expect(await readSpace(client, single)).toMatchObject(extra);
  await expect(createSpace(client, extra)).rejects.toMatchObject({ kind: 'refused', sent: false });

  const slots = new Map<string | undefined, string>();
  for await (const space of listSpaces(client, { filter: 'TMS_Scheduled_Meeting_' }))
    slots.set(space.callId, space.id);
  expect(slots.size).toBe(46);

  const slot = slots.get('8000') ?? '';
  await openSpace(client, slot, { name: 'Board & Größe', passcode: '1234', secret: 'a-secret' });
  const opened = { name: 'Board & Größe', passcode: '1234', secret: 'a-secret', nonMemberAccess: true };
  expect(await readSpace(client, slot)).toMatchObject({
    ...opened,
    uri: '8000',
    callProfile,
    callLegProfile,
  });

  const call = await createCall(client, slot);
  expect(await listCalls(client, { coSpace: slot })).toMatchObject([{ id: call, coSpace: slot }]);
  expect(await listParticipants(client, call)).toEqual([]);
  const leg = await dial(client, call, 'Room.1@Example.com');
  await cms.waitFor(() => cms.events.length > 0 && cms.bridge('CB1').legs().length === 1);
  const [listed] = await listCallLegs(client, call);
  expect(listed?.id).toBe(leg);
  expect(sameParty(listed?.remoteParty ?? '', 'Room.1@Example.com')).toBe(true);
  expect(await readCallLeg(client, leg)).toMatchObject({ call, direction: 'outgoing' });
  const [participant] = await listParticipants(client, call);
  expect(participant).toMatchObject({ address: 'room.1@example.com', callBridge: undefined });
  expect(await readConnection(client, participant?.id ?? '')).toMatchObject({ isMuted: false });
  expect(await readCall(client, call)).toMatchObject({ coSpace: slot, numCallLegs: 1 });
  await hangUp(client, leg);
  await expect(readCallLeg(client, leg)).rejects.toMatchObject({ kind: 'absent' });

  await closeSpace(client, slot, { name: 'TMS_Scheduled_Meeting_8000' });
  const closed = await readSpace(client, slot);
  expect(closed).toMatchObject({
    name: 'TMS_Scheduled_Meeting_8000',
    passcode: undefined,
    nonMemberAccess: false,
  });
  expect(closed.secret).not.toBe('a-secret');
  await deleteCall(client, call);
  await expect(deleteCall(client, call)).rejects.toMatchObject({ kind: 'absent' });
  expect(await listCalls(client)).toEqual([]);
});
