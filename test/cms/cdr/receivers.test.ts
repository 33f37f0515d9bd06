/** Receivers of call detail records are found, added and removed at each bridge for itself. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addCdrReceiver, readCdrReceivers, removeCdrReceiver } from '../../../src/cms/cdr/receivers.ts';
import { CmsClient } from '../../../src/cms/client.ts';
import { startTestCluster, type TestCluster } from '../../simulators/cms/test-client.ts';
import { RawBridge } from '../raw-bridge.ts';

let cluster: TestCluster;
const clientOf = (index: number) => {
  const { url: address, username, password } = cluster.cms.bridge(index);
  const parts = { connect: 20_000, headers: 20_000, body: 20_000 };
  const callBridge = { address, username, password };
  return new CmsClient({ callBridge, dispatcher: cluster.dispatcher, deadline: 20_000, parts });
};
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster[Symbol.asyncDispose]());

test('one that is added stands there, and is gone when it is removed', async () => {
  const client = clientOf(0);
  expect(await readCdrReceivers(client)).toEqual({ receivers: [], total: 0, maximum: 4 });
  const uri = 'https://us.example.com/cdr/1?token=a%26b';
  const id = await addCdrReceiver(client, uri);
  expect(await readCdrReceivers(client)).toEqual({ receivers: [{ id, uri }], total: 1, maximum: 4 });
  expect((await readCdrReceivers(clientOf(1))).receivers).toEqual([]);
  await removeCdrReceiver(client, id);
  expect((await readCdrReceivers(client)).receivers).toEqual([]);
  await expect(removeCdrReceiver(client, id)).rejects.toMatchObject({ kind: 'absent' });
});

test('one more than there is room for is refused, and the words say nothing of its address', async () => {
  const client = clientOf(0);
  for (let index = 0; index < 4; index += 1) await addCdrReceiver(client, `https://x.example/${index}`);
  const failure = addCdrReceiver(client, 'https://x.example/?token=secret');
  await expect(failure).rejects.toMatchObject({
    kind: 'refused',
    reasons: ['tooManyCdrReceivers'],
    sent: false,
  });
  await expect(failure).rejects.not.toThrow(/secret/);
});

test('of an address that is there already there are two then', async () => {
  const client = clientOf(0);
  const ids = [
    await addCdrReceiver(client, 'http://x.example/'),
    await addCdrReceiver(client, 'http://x.example/'),
  ];
  expect(new Set(ids).size).toBe(2);
  expect((await readCdrReceivers(client)).receivers.map(({ id }) => id).sort()).toEqual(ids.sort());
});

test('places without an address, and releases that do not say how many there may be, are told apart', async () => {
  const bridge = await RawBridge.start(({ xml }) =>
    xml('<cdrReceivers><cdrReceiver id="a"><uri/></cdrReceiver><cdrReceiver/></cdrReceivers>'),
  );
  try {
    expect(await readCdrReceivers(bridge.client())).toEqual({
      ...{ receivers: [{ id: 'a', uri: '' }], total: 2, maximum: undefined },
    });
  } finally {
    await bridge.stop();
  }
});
