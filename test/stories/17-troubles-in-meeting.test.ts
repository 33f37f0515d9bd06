/** A call bridge is lost, or seems to be, and something else with it: still each conference is held once. */
import { expect, test } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { atRest, callsOf, dialsTo, noted } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { startProxy } from '../world/proxy.ts';
import { type MeetingJson, organizer, type Product, World } from '../world/world.ts';

const names = ['red', 'green', 'blue', 'white'];
const sipOf = (name: string) => `${name}@video.example.com`;
const rooms = names.map((name) => ({ mailbox: `${name}@example.com`, sip: sipOf(name) }));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Milliseconds, however loaded the machine is. */
const patience = 90_000;

function book({ graph }: World, name: string, start: number, end: number): string {
  const event = graph.outlook.book({
    ...{ organizer, rooms: [`${name}@example.com`], subject: name },
    ...{ start: inSeconds(start), end: inSeconds(end) },
  });
  return event.iCalUId;
}

/** On how many call bridges a number is held now. */
function heldOn({ cms }: World, number: string): string[] {
  const space = cms.space(number)?.id;
  return cms.bridges.flatMap((bridge) =>
    bridge.calls().some(({ coSpace }) => coSpace === space) ? [bridge.name] : [],
  );
}

async function inIts(world: World, witness: Product, key: string): Promise<MeetingJson> {
  const meeting = await world.meetingThat(
    witness,
    key,
    (one) => noted(one, 'dialled').length === 1,
    patience,
  );
  await world.cms.waitFor(
    () => world.cms.bridges.flatMap((bridge) => bridge.legs()).some(({ state }) => state === 'connected'),
    patience,
  );
  return meeting;
}

test.concurrent('one of two workers is cut off from a call bridge: what runs there goes on, and what starts is started once', {
  timeout: 280_000,
}, async () => {
  const redis = await startRedis();
  const proxy = await startProxy();
  const world = await World.create({ rooms, redisUrl: redis.url, conference: { extension: { times: 0 } } });
  try {
    const { cms } = world;
    const witness = await world.start('receiver', 'receiver');
    const graph = new URL(world.graph.url).host;
    await world.start('worker', 'worker-1', { env: { HTTPS_PROXY: proxy.url, NO_PROXY: graph } });
    await world.start('worker', 'worker-2');
    await atRest(world, witness, patience);
    const running = await Promise.all(
      ['red', 'green'].map((name) => inIts(world, witness, book(world, name, 4, 600))),
    );
    const home = cms.bridges.find(({ url }) => url === running[0]?.callBridge);
    expect(running.map(({ callBridge }) => callBridge)).toEqual([home?.url, home?.url]);
    expect(proxy.targets).toContain(new URL(home?.url ?? '').host);

    proxy.cut.add(new URL(home?.url ?? '').host);
    const starting = ['blue', 'white'].map((name) => book(world, name, 8, 600));
    await pause(25_000);
    const started = await Promise.all(starting.map((key) => inIts(world, witness, key)));
    for (const { key, number } of [...running, ...started]) {
      const meeting = await world.meetingThat(witness, key, ({ state }) => state === 'open');
      expect(noted(meeting, 'bridge-lost')).toEqual([]);
      expect(heldOn(world, number ?? '')).toHaveLength(1);
    }
    for (const { number } of running) expect(callsOf(cms, number ?? '')).toHaveLength(1);
    expect(names.map((name) => dialsTo(cms, sipOf(name)))).toEqual([1, 1, 1, 1]);

    proxy.cut.clear();
    await pause(8_000);
    for (const { key, number } of [...running, ...started]) {
      const { timeline = [] } = (await world.meeting(witness, key)) ?? {};
      expect(timeline.filter(({ what }) => /bridge-lost|recovered|reopened|stale/.test(what))).toEqual([]);
      expect(heldOn(world, number ?? '')).toHaveLength(1);
    }
    expect(names.map((name) => dialsTo(cms, sipOf(name)))).toEqual([1, 1, 1, 1]);
  } finally {
    await world.destroy();
    proxy.close();
    await redis.close();
  }
});

test.concurrent.for([
  ['stands still', 'SIGSTOP'],
  ['has forgotten everything', 'FLUSHALL'],
] as const)(
  'Redis %s while conferences are recovered: each is held, once, and its room called again once',
  {
    timeout: 280_000,
  },
  async ([, how]) => {
    const redis = await startRedis();
    const world = await World.create({ rooms, redisUrl: redis.url, conference: { extension: { times: 0 } } });
    try {
      const { cms } = world;
      const witness = await world.start('receiver', 'receiver');
      await world.start('worker', 'worker-1');
      await world.start('worker', 'worker-2');
      await atRest(world, witness, patience);
      const before = await Promise.all(names.map((name) => inIts(world, witness, book(world, name, 6, 600))));
      const home = cms.bridges.find(({ url }) => url === before[0]?.callBridge);
      const other = cms.bridges.find((bridge) => bridge !== home);
      await pause(1_000);
      await home?.kill();
      // The first of them is just being brought up on the other one.
      await cms.waitFor(() => (other?.calls().length ?? 0) > 0, patience);
      if (how === 'FLUSHALL') await redis.redis.flushall();
      else {
        redis.kill('SIGSTOP');
        await pause(6_000);
        redis.kill('SIGCONT');
      }
      const isHeld = ({ number }: MeetingJson) => heldOn(world, number ?? '').join() === other?.name;
      await cms.waitFor(() => before.every(isHeld), patience);
      await cms.waitFor(() => names.every((name) => dialsTo(cms, sipOf(name)) >= 2), patience);
      // What would be done twice would be done by then.
      await pause(15_000);
      const late: number[] = [];
      for (const { key, number } of before) {
        const meeting = await world.meetingThat(witness, key, () => true);
        expect(meeting).toMatchObject({ state: 'open', number });
        expect(callsOf(cms, number ?? '').filter(({ bridge }) => bridge === other?.name)).toHaveLength(1);
        // A call bridge on a machine that does not keep up may dial after it was given up: that is hung up.
        late.push(noted(meeting, 'hung-up').length);
      }
      expect(names.map((name, i) => dialsTo(cms, sipOf(name)) - (late[i] ?? 0))).toEqual([2, 2, 2, 2]);
    } finally {
      await world.destroy();
      await redis.close();
    }
  },
);
