/** Our place among the receivers of a call bridge's records: taken once, given back, and never somebody else's. */
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CmsClient } from '../../src/cms/client.ts';
import { receiverUri } from '../../src/conference/attendance/receiver.ts';
import { type ReceiverDeps, settleReceiver } from '../../workers/registering.ts';
import { startTestCluster, type TestCluster } from '../simulators/cms/test-client.ts';

const origin = 'https://roombridge.example.com';
const uriOf = (secret: string, address: string) => receiverUri(origin, Buffer.from(secret), address);
const others = ['https://tms.example.com/cdr', 'https://analytics.example.com/'];
/** Of somebody else, though they look like ours. */
const alike = [`${origin}/another/cms/cdr/x`, `${origin}.example.net/cms/cdr/x`];

let cluster: TestCluster;
let client: CmsClient;
let ours: string;
let logged: { msg: string; level: number }[];
beforeEach(async () => {
  cluster = await startTestCluster();
  const { url: address, username, password } = cluster.cms.bridge(0);
  const callBridge = { address, username, password };
  client = new CmsClient({ callBridge, dispatcher: cluster.dispatcher, deadline: 20_000 });
  ours = uriOf('key', address);
  logged = [];
});
afterEach(() => cluster[Symbol.asyncDispose]());

/** One look, as that of a process that has not looked yet, unless told when it has. */
async function settle(
  changed: Partial<ReceiverDeps> = {},
  lookedAt = new Map<string, number>(),
  isWell = false,
) {
  const log = pino({ base: null }, { write: (line) => logged.push(JSON.parse(line)) });
  const receiverOf = (address: string) => uriOf('key', address);
  await settleReceiver({ receiverOf, ownOrigin: origin, log, ...changed }, lookedAt, client, isWell);
}

const bySomebodyElse = (...uris: readonly string[]) =>
  uris.map((uri) => cluster.cms.bridge(0).bySomebodyElse('POST', 'system/cdrReceivers', { uri }));
const standing = async (bridge = 0) => {
  const { body } = await cluster.call('GET', 'system/cdrReceivers', { bridge: cluster.cms.bridge(bridge) });
  return [...body.matchAll(/<uri>([^<]*)<\/uri>/g)].map(([, uri]) => uri);
};
const writes = () => cluster.cms.log.filter(({ method }) => method !== 'GET').map(({ method }) => method);

describe('we are put down', () => {
  it('once, beside others, also when it is done twice', async () => {
    bySomebodyElse(...others);
    await settle();
    await settle();
    expect(await standing()).toEqual([...others, ours]);
    expect(writes()).toEqual(['POST']);
    expect(logged.map(({ msg }) => msg)).toEqual(['put down as a receiver of call detail records']);
    expect(JSON.stringify(logged)).not.toContain(ours.slice(-32));
  });

  it('at each call bridge for itself, with a secret of its own', async () => {
    await settle();
    expect(await standing(1)).toEqual([]);
    expect(uriOf('key', cluster.cms.bridge(1).url)).not.toBe(ours);
  });

  it('once where we stand twice, after an answer that was lost', async () => {
    bySomebodyElse(ours, ...others, ours);
    await settle();
    expect((await standing()).toSorted()).toEqual([...others, ours].toSorted());
    expect(writes()).toEqual(['DELETE']);
  });

  it('again where somebody has taken us out', async () => {
    await settle();
    const { body } = await cluster.call('GET', 'system/cdrReceivers');
    const id = /cdrReceiver id="([^"]*)"/.exec(body)?.[1] ?? '';
    cluster.cms.bridge(0).bySomebodyElse('DELETE', `system/cdrReceivers/${id}`);
    await settle();
    expect(await standing()).toEqual([ours]);
  });

  it('not at all where all places are taken: nobody is put out, and nothing is asked for', async () => {
    const all = [...others, ...alike];
    bySomebodyElse(...all);
    await settle();
    expect(await standing()).toEqual(all);
    expect(writes()).toEqual([]);
  });

  it('with a new secret in the place of the old one, where there is no other', async () => {
    const old = uriOf('old key', cluster.cms.bridge(0).url);
    bySomebodyElse(others[0] ?? '', old, ...alike);
    await settle();
    expect(await standing()).toEqual([others[0], ...alike, ours]);
    expect(writes()).toEqual(['DELETE', 'POST']);
  });

  it('with the new secret only, where the old one stands beside it', async () => {
    bySomebodyElse(uriOf('old key', cluster.cms.bridge(0).url), ours);
    await settle();
    expect(await standing()).toEqual([ours]);
    expect(writes()).toEqual(['DELETE']);
  });
});

describe('where no records are wanted', () => {
  it('all that is ours is taken out, and what others have stays', async () => {
    const kept = [others[0] ?? '', ...alike];
    bySomebodyElse(...kept, ours);
    await settle({ receiverOf: undefined });
    expect(await standing()).toEqual(kept);
    await settle({ receiverOf: undefined });
    expect(writes()).toEqual(['DELETE']);
  });

  it('it is no fault that somebody was quicker', async () => {
    bySomebodyElse(ours, others[0] ?? '');
    cluster.cms.bridge(0).setFault({
      ...{ kind: 'failure', reason: 'cdrReceiverDoesNotExist', times: 1, match: { method: 'DELETE' } },
    });
    await expect(settle({ receiverOf: undefined })).resolves.toBeUndefined();
    expect(logged).toEqual([]);
  });
});

describe('a call bridge', () => {
  it.each<[string, Parameters<TestCluster['cms']['bridges'][0]['setFault']>[0]]>([
    ['has no place after all', { kind: 'failure', reason: 'tooManyCdrReceivers', match: { method: 'POST' } }],
    ['lets us only read', { kind: 'error', status: 403, match: { method: 'POST' } }],
    ['does not even show its receivers', { kind: 'error', status: 403, match: { path: /cdrReceivers/i } }],
  ])('that %s makes no error, but is spoken of, without our secret', async (_, fault) => {
    bySomebodyElse(...others);
    cluster.cms.bridge(0).setFault(fault);
    await expect(settle()).resolves.toBeUndefined();
    expect(logged).toMatchObject([
      { level: 40, msg: 'not put down as a receiver of call detail records', reason: expect.any(String) },
    ]);
    expect(JSON.stringify(logged)).not.toContain(ours.slice(-32));
    await cluster.cms.bridge(0).clearFault();
    expect(await standing()).toEqual(others);
  });

  it.each(['busy', 'drop-request'] as const)(
    'that does not answer (%s) is a fault, and asked again',
    async (kind) => {
      cluster.cms.bridge(0).setFault({ kind, match: { method: 'POST' } });
      await expect(settle()).rejects.toMatchObject({ name: 'CmsFault' });
      await cluster.cms.bridge(0).clearFault();
      await settle();
      expect(await standing()).toEqual([ours]);
    },
  );

  it.each([
    ['whose records come is looked at every five minutes', true, 299, 301],
    ['that is silent is looked at every half minute', false, 29, 31],
  ])('%s', async (_, isWell, early, due) => {
    const ago = (seconds: number) => new Map([[client.address, Date.now() - seconds * 1_000]]);
    const before = cluster.cms.bridge(0).requests;
    await settle({}, ago(early), isWell);
    expect(cluster.cms.bridge(0).requests).toBe(before);
    const lookedAt = ago(due);
    await settle({}, lookedAt, isWell);
    const asked = cluster.cms.bridge(0).requests;
    expect(asked).toBeGreaterThan(before);
    await settle({}, lookedAt, isWell);
    expect(cluster.cms.bridge(0).requests).toBe(asked);
  });
});
