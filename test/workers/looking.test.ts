/** Who is in many calls is asked in turn, at several call bridges, and not at all where all that was told is here. */
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AttendanceStore } from '../../src/redis/attendance.ts';
import { foldBacklog } from '../../workers/folding.ts';
import { type LookingDeps, lookAt, Rounds } from '../../workers/looking.ts';
import { BridgeScene, base } from './bridge-scene.ts';

let scene: BridgeScene;
let deps: LookingDeps;
beforeEach(async () => {
  scene = await BridgeScene.create(160);
  await scene.redis.redis.hset('leases', 'key', 'me');
  // A conference is open, wherever.
  await scene.redis.redis.hset('roombridge:meetings:open', 'uid', 'somewhere');
  const { bridges, meetings, slots } = scene;
  const { callBridges, discoveries, ownOrigin } = scene.deps();
  deps = {
    ...{ bridges, meetings, slots, callBridges, discoveries, ownOrigin, receiverOf: undefined },
    ...{ attendance: new AttendanceStore(scene.redis.redis), rooms: new Set<string>(), keep: 60_000 },
    ...{ log: pino({ level: 'silent' }), rounds: new Rounds() },
    doubt: async () => {},
    fold,
  };
});
afterEach(() => scene.destroy());

const cluster = () => ({ config: scene.config(), clients: scene.clients });
const addressOf = (bridge: number) => scene.client(bridge).address;
const look = (bridge = 0) => lookAt(deps, cluster(), scene.client(bridge));

async function fold(address: string): Promise<void> {
  const lease = { hash: 'leases', field: 'key', holder: 'me' };
  const work = { key: address, lease, stopping: false, held: true, waitUntil: async () => 'time' as const };
  await foldBacklog(deps, work, cluster(), address);
}

/** Calls in our slots, from that one on. */
function begin(count: number, { from = 0, bridge = 0 } = {}): void {
  for (let i = from; i < from + count; i += 1) {
    const coSpace = scene.space(String(base + i));
    scene.cms.bridge(bridge).bySomebodyElse('POST', 'calls', { coSpace });
  }
}

/** Calls whose participants were asked for, each as often as it was. */
function asked(): string[] {
  const calls = scene.cms.log.flatMap(({ path }) => /calls\/([^/]+)\/participants$/.exec(path)?.[1] ?? []);
  scene.cms.clearLog();
  return calls;
}

it('where there are more calls than a look asks for, all have their turn, and then all are known', async () => {
  begin(150);
  await look();
  const first = asked();
  expect(await deps.attendance.source(addressOf(0))).not.toHaveProperty('lookedAt');
  const before = Date.now();
  await look();
  const second = asked();
  expect(new Set([...first, ...second]).size).toBe(150);
  // Since when all are known is when the first of them was asked.
  const { lookedAt = 0 } = await deps.attendance.source(addressOf(0));
  expect(lookedAt).toBeGreaterThan(before - 60_000);
  expect(lookedAt).toBeLessThan(before);
});

it('the turns of one call bridge are not those of another', async () => {
  begin(150);
  begin(5, { from: 150, bridge: 1 });
  await look(0);
  const first = new Set(asked());
  await look(1);
  asked();
  await look(0);
  expect(new Set([...first, ...asked()]).size).toBe(150);
});

it('what is told by itself is asked once in a while only, and then not for its list of calls each time', async () => {
  begin(150);
  const { attendance } = deps;
  for (let i = 0; i < 2; i += 1) await look();
  asked();
  await attendance.putSource(addressOf(0), { eventsAt: Date.now() });
  await look();
  expect(scene.cms.log.filter(({ path }) => /calls/.test(path))).toEqual([]);
});

it('nobody is asked for where no conference is open, though something may be missing', async () => {
  await scene.redis.redis.del('roombridge:meetings:open');
  begin(2);
  await deps.attendance.putSource(addressOf(0), { doubtedAt: Date.now() });
  scene.cms.clearLog();
  await look();
  expect(scene.cms.log.filter(({ path }) => /calls|participants/i.test(path))).toEqual([]);
  const { doubtedAt = 0, lookedAt = 0 } = await deps.attendance.source(addressOf(0));
  expect(lookedAt).toBeGreaterThanOrEqual(doubtedAt);
  await scene.redis.redis.hset('roombridge:meetings:open', 'uid', 'somewhere');
  await deps.attendance.putSource(addressOf(0), { doubtedAt: Date.now() });
  await look();
  expect(asked()).toHaveLength(2);
});
