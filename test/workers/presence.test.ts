/** Who is in, as simulated call bridges tell it: once over all of them, recorders not at all, rooms by policy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CmsClient } from '../../src/cms/client.ts';
import { createCallProfile } from '../../src/cms/profiles.ts';
import { type Attendee, arrived } from '../../src/conference/attendance/attendee.ts';
import type { RoomPolicy } from '../../src/conference/presence.ts';
import { AttendanceStore } from '../../src/redis/attendance.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { PresenceReader } from '../../workers/presence.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { number, OneConference, passcode, sips } from './one-conference.ts';

let one: OneConference;
let redis: TestRedis;
let client: CmsClient;

beforeAll(async () => {
  [one, redis] = await Promise.all([OneConference.inFull(), startRedis()]);
  const found = one.callBridges.client('emea', one.cms.bridge(0).url);
  if (found === undefined) throw new Error('the first call bridge has no client');
  client = found;
}, 60_000);
afterAll(async () => {
  await one.close();
  await redis.close();
});

/** With nothing in mind of earlier looks. */
async function look(policy: RoomPolicy, homes: ReadonlySet<string> = new Set()) {
  const { callBridges } = one;
  const bridges = new BridgeStore(redis.redis);
  const reader = new PresenceReader({
    callBridges,
    bridges,
    attendance: new AttendanceStore(redis.redis),
    rooms: sips,
    ignored: ['sip:Signage@x.example'],
  });
  const { people, rooms, isHeld } = await reader.look(
    { key: 'uid', cluster: 'emea', space: (await one.run()).space },
    policy,
    homes,
  );
  return [people, rooms, isHeld];
}

function join(name: string, bridge: string, uri?: string): string {
  const joined = one.cms.join(number, { name, passcode, bridge, ...(uri === undefined ? {} : { uri }) });
  if (!joined.joined) throw new Error(joined.reason);
  return joined.participant;
}

it('counts people once, whichever call bridges know them, and rooms by policy', async () => {
  expect(await look('ignore-alone')).toEqual([0, 2, true]);
  const ann = join('Ann', 'cms1');
  const bob = join('Bob', 'cms2');
  expect(await look('ignore-muted')).toEqual([2, 2, true]);
  one.cms.leave(ann);
  one.cms.leave(bob);

  const [board, huddle] = one.cms.bridges.flatMap((bridge) => bridge.legs()).map(({ id }) => id);
  one.cms.mute(board ?? '');
  expect(await look('ignore-muted')).toEqual([0, 2, true]);
  one.cms.mute(huddle ?? '');
  expect(await look('ignore-muted')).toEqual([0, 2, false]);
  expect(await look('count')).toEqual([0, 2, true]);
  one.cms.mute(board ?? '', false);
  one.cms.hangUp(sips[1] ?? '');
  expect(await look('ignore-muted')).toEqual([0, 1, true]);
  expect(await look('ignore-alone')).toEqual([0, 1, false]);
}, 60_000);

it('takes what is configured, and the recorder of a call profile, for nobody', async () => {
  for (const sip of sips) one.cms.hangUp(sip);
  join('Signage', 'cms1', 'signage@x.example');
  expect(await look('count')).toEqual([0, 0, false]);
  const profile = await createCallProfile(client, [['sipRecorderUri', 'sip:recorder@x.example']]);
  await client.put('system/profiles', [['callProfile', profile]]);
  const recorder = join('Recorder', 'cms2', 'recorder@x.example');
  expect(await look('count')).toEqual([0, 0, false]);
  expect(one.cms.leave(recorder)).toBe(true);
}, 60_000);

describe('the live picture', () => {
  const asked = () => one.cms.log.filter(({ path }) => /participants$|calls$/i.test(path)).length;
  const home = () => one.cms.bridge(0).url;

  /** As if this had been told, at a call bridge of which it is known what is now, or was. */
  async function pictured(
    attendees: Partial<Attendee>[],
    source: Partial<Record<'eventsAt' | 'recordsAt' | 'doubtedAt', number>>,
  ) {
    const store = new AttendanceStore(redis.redis);
    await redis.redis.flushall();
    await redis.redis.hset('leases', home(), 'me');
    const all = attendees.map((one, i) => ({
      ...arrived(`p${i}`, { at: 1, heard: 1 }),
      connectedAt: 1,
      ...one,
    }));
    await store.commit({ hash: 'leases', field: home(), holder: 'me' }, home(), {
      ...{ seats: new Map(), over: new Set<string>(), records: undefined, taken: 0, waiting: [] },
      ...{ keep: 60_000, now: 1 },
      calls: new Map([['call', { knownAt: 0, since: 1, space: 's', meeting: 'uid' }]]),
      attendees: new Map([['call', new Map(all.map((one) => [one.id, one]))]]),
    });
    await store.putSource(home(), source);
  }

  it('is believed that somebody is in, and nobody is asked', async () => {
    await pictured([{ name: 'Ann' }, { address: sips[0] }], { recordsAt: Date.now() });
    const before = asked();
    expect(await look('ignore-alone', new Set([home()]))).toEqual([1, 1, true]);
    expect(asked()).toBe(before);
  });

  it.each([
    ['that nobody is', [{ leftAt: 2 }], { eventsAt: Date.now() + 60_000 }],
    ['what was', [{ name: 'Ann' }], { eventsAt: Date.now() - 60_000 }],
    ['what may have changed unseen', [{ name: 'Ann' }], { eventsAt: Date.now() + 60_000, doubtedAt: 1 }],
    // Records do not tell who is muted.
    ['rooms of which only records tell', [{ address: sips[0] }], { recordsAt: Date.now() + 60_000 }],
  ])('is not believed %s: the call bridges are asked', async (_what, attendees, source) => {
    await pictured(attendees, source);
    const before = asked();
    expect(await look('ignore-muted', new Set([home()]))).toEqual([0, 0, false]);
    expect(asked()).toBeGreaterThan(before);
  });

  it('is not believed of a call bridge of which it does not know', async () => {
    await pictured([{ name: 'Ann' }], { recordsAt: Date.now() });
    const before = asked();
    expect(await look('count', new Set([home(), one.cms.bridge(1).url]))).toEqual([0, 0, false]);
    expect(asked()).toBeGreaterThan(before);
  });
});
