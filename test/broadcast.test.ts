/** What has changed is told to everybody who looks, within a second; whoever was away misses nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Broadcast } from '../src/broadcast.ts';
import type { Bar } from '../src/conference/bar.ts';
import type { Told } from '../src/http/admin/changes.ts';
import type { Now } from '../src/now.ts';

type Start = Awaited<ReturnType<Now['nextStarts']>>[number];

import { ChangeStore, changesKey } from '../src/redis/changes.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { RoomStore } from '../src/redis/rooms.ts';
import { startRedis, type TestRedis } from './redis/server.ts';

let server: TestRedis;
let changes: ChangeStore;
let meetings: MeetingStore;
let broadcast: Broadcast;
let isWell: boolean;
/** What was asked of how everything stands: which rooms. */
let asked: (readonly string[] | 'all')[];
let warned: unknown[];
/** Keys of what starts next. */
let starting: string[];

beforeAll(async () => {
  server = await startRedis();
  meetings = new MeetingStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  isWell = true;
  asked = [];
  warned = [];
  starting = [];
  changes = new ChangeStore(server.redis, server.connect());
  broadcast = new Broadcast({
    changes,
    now: {
      barsOf: async (keys) => keys.map((key) => ({ key }) as Bar),
      standing: async (_, changed = 'all') => {
        asked.push(changed === 'all' ? changed : [...changed.rooms, ...changed.meetings]);
        return { ok: isWell } as Awaited<ReturnType<Now['standing']>>;
      },
      nextStarts: async () => starting.map((key) => ({ key }) as Start),
    },
    meetingOfCall: async (call) => (call === 'cms1 c1' ? 'm1' : undefined),
    log: { warn: (...words: unknown[]) => void warned.push(words) },
  });
});
afterEach(async () => {
  await broadcast.close();
  expect(warned).toEqual([]);
});

interface Viewer {
  readonly told: Told[];
  /** Names of what was told, with the keys of the meetings. */
  readonly words: () => string[];
  readonly last: () => string | undefined;
  readonly leave: () => void;
}

function view(after: string): Viewer {
  const told: Told[] = [];
  const leave = broadcast.follow(after, (telling) => told.push(telling));
  const words = () =>
    told
      .filter(({ event }) => event !== 'standing' && event !== 'starts')
      .flatMap(({ event, data }) => {
        if ('bars' in data) return (data.bars as Bar[]).map(({ key }) => `${event} ${key}`);
        return 'meetings' in data ? (data.meetings as string[]).map((key) => `${event} ${key}`) : [event];
      });
  return { told, words, leave, last: () => told.findLast(({ id }) => id !== undefined)?.id };
}

const change = (key: string) => meetings.note(key, []);
const soon = { timeout: 1_000 };

it('a change is told within a second, to all who look, and each meeting once however often it has changed', async () => {
  const [one, other] = [view(await changes.last()), view(await changes.last())];
  await expect.poll(() => one.told.length, soon).toBeGreaterThan(0);
  for (let i = 0; i < 5; i += 1) await change('m1');
  await change('m2');
  for (const { words } of [one, other])
    await expect.poll(() => [...new Set(words())].sort(), soon).toEqual(['bars m1', 'bars m2']);
  expect(one.words().length).toBeLessThanOrEqual(4);
});

it('who was away is told what has become of everything since, and then what comes', async () => {
  const first = view(await changes.last());
  await change('m1');
  await expect.poll(first.last, soon).toBeDefined();
  const last = first.last() ?? '';
  first.leave();
  await change('m2');
  await change('m3');
  const again = view(last);
  // To be told twice does no harm.
  const words = () => [...new Set(again.words())];
  await expect.poll(words, soon).toEqual(['bars m2', 'bars m3']);
  await change('m4');
  await expect.poll(words, soon).toEqual(['bars m2', 'bars m3', 'bars m4']);
});

it('who was away for too long is told to ask for everything', async () => {
  for (const key of ['m1', 'm2', 'm3']) await change(key);
  await server.redis.xtrim(changesKey, 'MAXLEN', 1);
  expect((await changes.last()).length).toBeGreaterThan(0);
  const viewer = view('1-0');
  await expect.poll(viewer.words, soon).toEqual(['anew']);
});

it('where Redis is another than it was everybody is told to ask for everything', async () => {
  const viewer = view(await changes.last());
  await change('m1');
  await expect.poll(viewer.words, soon).toEqual(['bars m1']);
  await server.redis.flushall();
  await expect.poll(() => viewer.words().slice(1), { timeout: 3_000 }).toContain('anew');
  await change('m2');
  await expect.poll(viewer.words, soon).toContain('bars m2');
});

it('who is in is told by the meeting, and tickets by their having changed', async () => {
  const viewer = view(await changes.last());
  await server.redis.xadd(changesKey, '*', 'call', 'cms1 c1');
  await server.redis.xadd(changesKey, '*', 'call', 'cms1 of nobody');
  await server.redis.xadd(changesKey, '*', 'ticket', 't');
  await server.redis.xadd(changesKey, '*', 'something of a later version', 'x');
  await expect.poll(() => [...new Set(viewer.words())].sort(), soon).toEqual(['people m1', 'tickets']);
});

it('how everything stands is told when it is otherwise, and only the rooms that have changed are looked at', async () => {
  const viewer = view(await changes.last());
  const standings = () => viewer.told.filter(({ event }) => event === 'standing').map(({ data }) => data);
  await expect.poll(standings, { timeout: 2_000 }).toEqual([{ ok: true }]);
  await new RoomStore(server.redis).putStatus('board@x', { error: 'refused' });
  isWell = false;
  await expect.poll(standings, { timeout: 2_000 }).toEqual([{ ok: true }, { ok: false }]);
  await expect.poll(() => asked, { timeout: 2_000 }).toContainEqual(['board@x']);
  expect(asked.filter((rooms) => rooms === 'all')).toHaveLength(1);
  const later = view(await changes.last());
  await expect.poll(() => later.told.map(({ data }) => data), soon).toEqual([{ ok: false }, { starts: [] }]);
});

it('what starts next is told when a meeting has changed and it is otherwise, also to who comes later', async () => {
  const startsTo = ({ told }: Viewer) =>
    told.filter(({ event }) => event === 'starts').map(({ data }) => data);
  const viewer = view(await changes.last());
  await expect.poll(() => startsTo(viewer), { timeout: 2_000 }).toEqual([{ starts: [] }]);
  starting = ['m1'];
  await change('m1');
  const news = [{ starts: [] }, { starts: [{ key: 'm1' }] }];
  await expect.poll(() => startsTo(viewer), { timeout: 3_000 }).toEqual(news);
  await change('m2');
  await expect.poll(() => asked.flat(), { timeout: 3_000 }).toContain('m2');
  expect(startsTo(viewer)).toEqual(news);
  const later = view(await changes.last());
  await expect.poll(() => startsTo(later), soon).toEqual(news.slice(1));
});

it('while nobody looks nothing is read', async () => {
  const viewer = view(await changes.last());
  await expect.poll(() => asked.length, { timeout: 2_000 }).toBeGreaterThan(0);
  viewer.leave();
  await broadcast.close();
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(asked).toHaveLength(before);
});
