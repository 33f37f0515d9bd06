/** Part 4 §2: the live picture where call bridges tell nothing by themselves, start anew, or lose whoever listened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { asked, atRest } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

interface PictureJson {
  readonly sources: { readonly callBridge: string; readonly by: string }[];
  readonly present: number;
  readonly participants: {
    readonly name: string | null;
    readonly state: string;
    readonly reason: string | null;
  }[];
}

const receivers = { method: 'POST', path: /cdrReceivers$/i };
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);

interface Scene {
  readonly world: World;
  readonly product: Product;
  readonly meeting: MeetingJson;
}

async function opened(world: World, product: Product): Promise<Scene> {
  const start = inSeconds(6);
  const booked = { organizer, rooms: ['board@example.com'], subject: 'Board', start, end: later(start, 120) };
  const { iCalUId } = world.graph.outlook.book(booked);
  const meeting = await world.meetingThat(product, iCalUId, ({ state }) => state === 'open', 60_000);
  return { world, product, meeting };
}

function picture({ world, product, meeting: { key } }: Scene): Promise<PictureJson> {
  return world.api<PictureJson>(product, `/api/meetings/${encodeURIComponent(key)}/participants`);
}

async function seen(scene: Scene, isAsWished: (one: PictureJson) => boolean, within = 10_000) {
  let last: PictureJson | undefined;
  const found = await until(async () => {
    last = await picture(scene);
    return isAsWished(last) ? last : undefined;
  }, within).catch(() => undefined);
  if (found === undefined) throw new Error(`not as wished: ${JSON.stringify(last, null, 1)}`);
  return found;
}

function join({ world, meeting }: Scene, name: string): string {
  const { passcode, number } = meeting;
  const joined = world.cms.join(number ?? '', { name, ...(passcode === null ? {} : { passcode }) });
  if (!joined.joined) throw new Error(`${name}: ${joined.reason}`);
  return joined.participant;
}

const rooms = [{ mailbox: 'board@example.com' }];

test('where all places of receivers are taken and there are no events, it asks, and takes nobody’s place', async () => {
  const world = await World.create({ rooms, conference: { preflight: '1m' }, cms: { cdr: { pause: 500 } } });
  try {
    const others = ['a', 'b', 'c', 'd'].map((name) => `https://localhost:1/${name}`);
    for (const bridge of world.cms.bridges) {
      for (const uri of others) bridge.bySomebodyElse('POST', 'system/cdrReceivers', { uri });
      bridge.setFault({ kind: 'failure', reason: 'unrecognisedObject', match: { path: /authTokens/i } });
    }
    const product = await world.start();
    await atRest(world, product);
    const scene = await opened(world, product);
    const ann = join(scene, 'Ann');
    const one = await seen(scene, ({ present }) => present === 1);
    expect(one.sources).toMatchObject([{ by: 'polling' }]);
    join(scene, 'Ben');
    await seen(scene, ({ present }) => present === 2);
    world.cms.leave(ann);
    const left = await seen(scene, ({ present }) => present === 1);
    expect(left.participants).toContainEqual(
      expect.objectContaining({ name: 'Ann', state: 'left', reason: 'unknown' }),
    );
    expect(asked(world.cms, receivers)).toEqual([]);
    const { tickets } = await world.api<{ tickets: { code: string }[] }>(product, '/api/tickets');
    expect(tickets.map(({ code }) => code)).toContain('cdr-receivers-used-up');
  } finally {
    await world.destroy();
  }
}, 120_000);

let world: World;
let product: Product;
beforeAll(async () => {
  world = await World.create({
    ...{ rooms, conference: { preflight: '1m' }, cms: { cdr: { pause: 500 } } },
    config: { redis: undefined },
  });
  product = await world.start();
  await atRest(world, product);
}, 120_000);
afterAll(() => world.destroy());

test('a call bridge that starts anew has nobody of before in it, and the picture says why', async () => {
  const scene = await opened(world, product);
  join(scene, 'Ann');
  await seen(scene, ({ present }) => present === 1);
  const bridge = world.cms.bridges.find(({ url }) => url === scene.meeting.callBridge);
  await bridge?.kill();
  await bridge?.restart();
  await seen(scene, ({ present }) => present === 0, 40_000);
  join(scene, 'Ben');
  const after = await seen(scene, ({ present }) => present === 1, 40_000);
  expect(after.participants).toContainEqual(expect.objectContaining({ name: 'Ben', state: 'connected' }));
}, 120_000);

test('what is told while no worker lives is in the picture once one does, and the events are listened to again', async () => {
  const redis = await startRedis();
  const apart = await World.create({
    ...{ rooms, conference: { preflight: '1m' }, cms: { cdr: { pause: 500 } }, redisUrl: redis.url },
  });
  try {
    const receiver = await apart.start('receiver', 'receiver');
    const first = await apart.start('worker', 'first');
    await atRest(apart, first);
    const scene = await opened(apart, receiver);
    join(scene, 'Ann');
    await seen(scene, ({ present }) => present === 1);
    first.kill('SIGKILL');
    const ben = join(scene, 'Ben');
    join(scene, 'Cid');
    apart.cms.leave(ben);
    await apart.start('worker', 'second');
    const after = await seen(
      scene,
      ({ present, sources }) => present === 2 && sources[0]?.by === 'events',
      30_000,
    );
    expect(after.participants).toContainEqual(
      expect.objectContaining({ name: 'Ben', state: 'left', reason: 'hung-up' }),
    );
  } finally {
    await apart.destroy();
    await redis.close();
  }
}, 120_000);
