/** Which requests are kept for which meeting, and that nothing waits for it. */
import { beforeEach, expect, it } from 'vitest';
import type { Traffic } from '../src/cms/traffic.ts';
import type { Exchange } from '../src/conference/exchange/exchange.ts';
import type { GraphTraffic } from '../src/graph/traffic.ts';
import { Recorder } from '../src/recorder.ts';
import { answersNotification, asStep, asWork, concerns, workInHand } from '../src/work.ts';

const kept = new Map<string, Exchange[]>();
const said: string[] = [];
let puts = 0;
let whileWriting: () => Promise<void> = async () => {};
let recorder: Recorder;

beforeEach(() => {
  kept.clear();
  said.length = 0;
  puts = 0;
  whileWriting = async () => {};
  recorder = new Recorder({
    store: {
      put: async (all) => {
        puts += 1;
        await whileWriting();
        for (const [owner, exchanges] of all) kept.set(owner, [...(kept.get(owner) ?? []), ...exchanges]);
      },
    },
    discretion: { known: new Set(), secrets: [] },
    log: { warn: (_fields: object, message?: string) => void said.push(message ?? '') },
  });
});

const bridge = (fields: Partial<Traffic> = {}): { bridge: Traffic } => ({
  bridge: {
    callBridge: 'https://cms1',
    method: 'PUT',
    path: '/api/v1/coSpaces/1',
    at: 7,
    took: 1,
    ...fields,
  },
});
const graph = (fields: Partial<GraphTraffic> = {}): { graph: GraphTraffic } => ({
  graph: {
    ...{ method: 'GET', path: '/users/x/calendarView/delta', at: 9, took: 1, status: 200 },
    ...{ call: { method: 'GET', path: '/' }, clientRequestId: 'c' },
    ...fields,
  },
});
const works = (owner: string) => kept.get(owner)?.map(({ work }) => work);

it('each is kept with the work in which it was said, and its step', async () => {
  const ids: (string | undefined)[] = [];
  await asWork({ of: 'conference', key: 'a' }, () =>
    asStep('open', async () => {
      ids.push(workInHand()?.id);
      recorder.hear(bridge());
    }),
  );
  await asWork({ of: 'invitation', key: 'b' }, async () => {
    ids.push(workInHand()?.id);
    recorder.hear(graph({ method: 'PATCH' }));
  });
  expect(puts).toBe(0);
  await recorder.flush();
  expect(kept.get('a')).toMatchObject([{ work: ids[0], step: 'open', system: 'call-bridge', at: 7 }]);
  expect(kept.get('b')).toMatchObject([{ work: ids[1], system: 'graph', clientRequestId: 'c' }]);
  expect(kept.get('b')?.[0]?.step).toBeUndefined();
});

it('what is said for no meeting is not kept', async () => {
  recorder.hear(bridge());
  for (const of of ['attendance', 'bridge', 'notice'] as const)
    await asWork({ of, key: 'a' }, async () => recorder.hear(bridge()));
  await recorder.flush();
  expect(kept.size).toBe(0);
});

it('of a reading of a calendar each meeting has what concerns it, under the id of the notification', async () => {
  const id = '0a1b2c3d-4e5f';
  const body = { value: [{ id: 'AA' }, { id: 'BB' }, { id: 'CC' }] };
  await asWork({ of: 'calendar', key: 'board@x' }, async () => {
    answersNotification(id, 5);
    recorder.hear(graph({ body }));
    await recorder.flush();
    expect(kept.size).toBe(0);
    recorder.hear(graph({ path: '/users/x/events/AA', body: { id: 'AA' } }));
    concerns('one', ['AA']);
    concerns('other', ['BB']);
  });
  await recorder.flush();
  expect([...kept.keys()]).toEqual(['one', 'other']);
  expect(works('one')).toEqual([id, id, id]);
  expect(kept.get('one')).toMatchObject([
    { isIncoming: true, at: 5 },
    { answer: { 'value.1.id': 'AA' } },
    { answer: { id: 'AA' } },
  ]);
  expect(kept.get('other')).toMatchObject([{ isIncoming: true }, { answer: { 'value.1.id': 'BB' } }]);
});

it('ids are in the order of time, and each its own', async () => {
  await asWork({ of: 'conference', key: 'a' }, async () => {
    for (const at of [30, 10, 20, 10]) recorder.hear(bridge({ at }));
  });
  await recorder.flush();
  const all = kept.get('a') ?? [];
  expect(all.toSorted((x, y) => (x.id < y.id ? -1 : 1)).map(({ at }) => at)).toEqual([10, 10, 20, 30]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(4);
});

it('a crowd is written little by little, and all of it in the end', async () => {
  await asWork({ of: 'conference', key: 'a' }, async () => {
    for (let at = 0; at < 450; at += 1) recorder.hear(bridge({ at }));
  });
  await recorder.flush(150);
  expect(kept.get('a')?.map(({ at }) => at)).toEqual(Array.from({ length: 150 }, (_, at) => at));
  await recorder.close();
  expect(kept.get('a')).toHaveLength(450);
});

it('what cannot be written is said, and what comes after it is written', async () => {
  whileWriting = () => Promise.reject(new Error('as expected'));
  await asWork({ of: 'conference', key: 'a' }, async () => recorder.hear(bridge()));
  await recorder.flush();
  expect(said).toEqual(['requests and answers could not be kept']);
  whileWriting = async () => {};
  await asWork({ of: 'conference', key: 'b' }, async () => recorder.hear(bridge()));
  await recorder.flush();
  expect([...kept.keys()]).toEqual(['b']);
});

it('more than can be kept is left out, and that is said', async () => {
  await asWork({ of: 'conference', key: 'a' }, async () => {
    for (let n = 0; n < 20_010; n += 1) recorder.hear(bridge());
  });
  await recorder.flush();
  expect(kept.get('a')).toHaveLength(20_000);
  expect(said).toEqual(['more requests and answers than can be kept']);
});

it('a close does not wait for a store that never answers', async () => {
  whileWriting = () => new Promise(() => {});
  await asWork({ of: 'conference', key: 'a' }, async () => recorder.hear(bridge()));
  await recorder.close();
  expect(puts).toBe(1);
  expect(kept.size).toBe(0);
});
