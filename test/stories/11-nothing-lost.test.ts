/** Nothing is lost: processes die at any moment, Redis forgets everything, and every conference is held once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { Scene, soon } from '../workers/scene.ts';
import { bodyWrites, inSeconds } from '../world/graph-side.ts';
import { callsOf, dialsOf, dice, roomsNamed, words } from '../world/roll-call.ts';
import { type MeetingJson, organizer, World } from '../world/world.ts';

const calling = { method: 'POST', path: /\/calls$/i };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it.concurrent('each conference is held once though ten times a process is killed at random', async ({
  expect,
}) => {
  const names = ['red', 'green', 'blue', 'white', 'black', 'grey'];
  const scene = await Scene.create('another worker', {
    rooms: roomsNamed(...names),
    conference: { extension: { times: 0 } },
  });
  try {
    const { graph, cms } = scene.world;
    await scene.start();
    const first = inSeconds(8).getTime();
    const meetings = names.map((name, i) => {
      const start = new Date(first + i * 6_000);
      const end = new Date(start.getTime() + 25_000);
      const rooms = [`${name}@example.com`];
      return { name, start, event: graph.outlook.book({ organizer, rooms, subject: name, start, end }) };
    });
    const roll = dice(11);
    const kills: number[] = [];
    const restarts: Promise<void>[] = [];
    for (let kill = 0; kill < 10; kill += 1) {
      await pause(2_500 + roll(4_000));
      kills.push(Date.now());
      const startAgain = await scene.killOne(roll);
      restarts.push(startAgain());
      // Two dead workers at once leave nobody to take over: one is back before the next dies.
      await restarts.at(-1);
    }
    for (const { name, start, event } of meetings) {
      const over = await scene.world.meetingThat(
        scene.witness,
        event.iCalUId,
        (meeting) => words(meeting).includes('released'),
        60_000,
      );
      const number = String(over.timeline?.find(({ what }) => what === 'reserved')?.number);
      const [call] = cms.events.filter(
        ({ kind, coSpace, at }) =>
          kind === 'callStarted' && coSpace === cms.space(number)?.id && at >= start.getTime(),
      );
      const begun = call?.at ?? 0;
      const lastKill = Math.max(...kills.filter((at) => at <= begun));
      expect.soft(dialsOf(cms, name), `${name} dialled`).toHaveLength(1);
      expect.soft(begun, `${name} started`).toBeLessThan(Math.max(start.getTime(), lastKill) + soon);
      expect
        .soft(
          words(over).filter((what) => what === 'opened'),
          `${name} opened`,
        )
        .toHaveLength(1);
      expect
        .soft(
          words(over).filter((what) => what === 'closed'),
          `${name} closed`,
        )
        .toHaveLength(1);
    }
    const count = (kind: string) => cms.events.filter((event) => event.kind === kind).length;
    expect.soft(count('callStarted'), 'calls in all').toBe(names.length);
    expect.soft(count('callEnded'), 'calls ended').toBe(names.length);
    for (const { uri, name, nonMemberAccess, passcode } of cms.spaces()) {
      expect
        .soft({ name, nonMemberAccess, passcode })
        .toEqual({ name: `TMS_Scheduled_Meeting_${uri}`, nonMemberAccess: false, passcode: '' });
    }
    expect.soft(bodyWrites(graph, organizer).length, 'invitations').toBeLessThanOrEqual(names.length);
    expect.soft(await scene.redis.redis.hlen('roombridge:{slots:emea}:reservations'), 'slots held').toBe(0);
  } finally {
    await scene.destroy();
  }
}, 240_000);

const losses = [
  'FLUSHALL',
  'FLUSHALL under two workers',
  'an empty Redis',
  'FLUSHALL and a restart',
] as const;

it.concurrent.for(losses)(
  'a Redis that has lost everything is rebuilt from Exchange and the bridges (%s)',
  { timeout: 180_000 },
  async (loss, { expect }) => {
    const scene = await Scene.create(
      loss === 'FLUSHALL under two workers' ? 'another worker' : 'the same process, restarted',
      {
        rooms: roomsNamed('running', 'planned', 'next', 'long'),
        conference: { extension: { by: '60s', times: 3 } },
      },
    );
    const spare = await startRedis();
    try {
      const { graph, cms } = scene.world;
      await scene.start();
      const book = (name: string, start: Date, end: Date) =>
        graph.outlook.book({ organizer, rooms: [`${name}@example.com`], subject: name, start, end });
      const that = (
        event: { iCalUId: string },
        isAsWished: (meeting: MeetingJson) => boolean,
        timeout = soon,
      ) => scene.world.meetingThat(scene.witness, event.iCalUId, isAsWished, timeout);

      // Not the lowest number by chance: what holds that is cancelled before anything is lost.
      const other = book('planned', inSeconds(3_600), inSeconds(5_400));
      await that(other, (meeting) => words(meeting).includes('invitation-written'));
      const planned = book('next', inSeconds(3_600), inSeconds(5_400));
      await that(planned, ({ number }) => number === '80991001');
      graph.outlook.cancel(other);
      const running = book('running', inSeconds(5), inSeconds(900));
      const long = book('long', inSeconds(5), inSeconds(900));
      const nextStart = inSeconds(24);
      const next = book('next', nextStart, inSeconds(900));
      await that(planned, (meeting) => words(meeting).includes('invitation-written'));
      await that(next, (meeting) => words(meeting).includes('invitation-written'));
      const open = await that(running, (meeting) => words(meeting).includes('dialled'));
      const extended = await that(long, (meeting) => words(meeting).includes('dialled'));
      const guest = { name: 'Ann', passcode: extended.passcode ?? '' };
      expect(cms.join(extended.number ?? '', guest)).toMatchObject({ joined: true });
      graph.outlook.update(long, { end: inSeconds(2) });
      await that(long, ({ extendedUntil }) => extendedUntil !== null);
      const before = await Promise.all(
        [planned, running, long, next].map(({ iCalUId }) => scene.world.meeting(scene.witness, iCalUId)),
      );
      const [plannedBefore, , , nextBefore] = before;
      const written = bodyWrites(graph, organizer).length;
      const call = callsOf(cms, open.number ?? '');

      await pause(Math.max(0, nextStart.getTime() - 3_000 - Date.now()));
      const lostAt = Date.now();
      if (loss === 'an empty Redis') scene.leadTo(spare.url);
      else if (loss === 'FLUSHALL and a restart') {
        const startAgain = await scene.killOne();
        await scene.redis.redis.flushall();
        await startAgain();
      } else await scene.redis.redis.flushall();

      // Noticed, and everything is back: within a minute.
      const back = Date.now() - lostAt;
      const runningAfter = await that(running, ({ state }) => state === 'open', 60_000 - back);
      const longAfter = await that(long, ({ state }) => state === 'open', 60_000 - back);
      const plannedAfter = await that(planned, ({ number }) => number !== null, 60_000 - back);
      const nextAfter = await that(next, (meeting) => words(meeting).includes('dialled'), 60_000 - back);

      expect.soft(runningAfter.number, 'number of the running one').toBe(open.number);
      expect.soft(runningAfter.passcode).toBe(open.passcode);
      expect.soft(words(runningAfter)).toContain('adopted');
      expect.soft(callsOf(cms, open.number ?? '')).toEqual(call);
      expect.soft(longAfter.number).toBe(extended.number);
      expect.soft(longAfter.extendedUntil).not.toBeNull();
      expect.soft(plannedAfter).toMatchObject({
        number: plannedBefore?.number,
        passcode: plannedBefore?.passcode,
      });
      expect.soft(nextAfter).toMatchObject({ number: nextBefore?.number, passcode: nextBefore?.passcode });
      const [started] = callsOf(cms, nextBefore?.number ?? '');
      expect.soft(started?.at, 'start of the next one').toBeGreaterThanOrEqual(nextStart.getTime() - 50);
      expect.soft(started?.at, 'start of the next one').toBeLessThan(nextStart.getTime() + 10_000);

      // What ends, ends as ever: the extended one when its guest leaves, the running one when its organizer says so.
      const people = cms.bridges.flatMap((bridge) => bridge.participants());
      expect.soft(people.filter(({ name }) => name === 'Ann')).toHaveLength(1);
      for (const { id } of people.filter(({ call: its }) => its !== undefined)) {
        const inLong = people.find((person) => person.id === id);
        if (inLong?.name === 'Ann' || inLong?.uri === 'long@video.example.com') cms.leave(id);
      }
      graph.outlook.update(running, { end: inSeconds(1) });
      cms.hangUp('running@video.example.com');
      await that(long, ({ state }) => state === 'closed');
      await that(running, ({ state }) => state === 'closed');
      for (const number of [open.number, extended.number])
        expect.soft(cms.space(number ?? '')?.nonMemberAccess).toBe(false);
      for (const name of ['running', 'long', 'next']) {
        expect.soft(dialsOf(cms, name), `${name} dialled`).toHaveLength(1);
      }
      expect.soft(dialsOf(cms, 'planned')).toHaveLength(0);
      expect.soft(bodyWrites(graph, organizer).length, 'no invitation was written again').toBe(written);
    } finally {
      await scene.destroy();
      await spare.close();
    }
  },
);

it.concurrent('rooms are dialled at the start though Redis was emptied between the opening and the start', {
  timeout: 120_000,
}, async ({ expect }) => {
  const scene = await Scene.create('the same process, restarted', {
    rooms: roomsNamed('early'),
    conference: { setup: '8s' },
  });
  try {
    const { graph, cms } = scene.world;
    await scene.start();
    const start = inSeconds(14);
    const event = graph.outlook.book({
      ...{ organizer, rooms: ['early@example.com'], subject: 'Early birds' },
      ...{ start, end: inSeconds(900) },
    });
    await cms.waitFor(() => cms.events.some(({ kind }) => kind === 'callStarted'), 30_000);
    // So late that the meeting is known again only after its start.
    await pause(Math.max(0, start.getTime() - 100 - Date.now()));
    await scene.redis.redis.flushall();
    const open = await scene.world.meetingThat(
      scene.witness,
      event.iCalUId,
      (meeting) => words(meeting).includes('dialled'),
      60_000,
    );
    const [dial] = dialsOf(cms, 'early');
    expect.soft(dial?.at).toBeGreaterThanOrEqual(start.getTime());
    expect.soft(dial?.at).toBeLessThan(start.getTime() + 10_000);
    expect.soft(dialsOf(cms, 'early')).toHaveLength(1);
    expect.soft(callsOf(cms, open.number ?? '')).toHaveLength(1);
    expect.soft(words(open)).toContain('adopted');
  } finally {
    await scene.destroy();
  }
});

it.concurrent.for([
  ['the space opened', { method: 'PUT', path: /\/coSpaces\//i }],
  ['the call made', calling],
  ['a room dialled', { method: 'POST', path: /\/callLegs$/i }],
] as const)(
  'a worker that was stopped for long in the middle of a start does nothing twice when it wakes (%s)',
  { timeout: 120_000 },
  async ([, step], { expect }) => {
    const scene = await Scene.create('another worker', {
      rooms: roomsNamed('one', 'two'),
      // A bridge that makes a second call when it is asked twice.
      cms: { repeatedCall: 'another' },
    });
    try {
      const { graph, cms } = scene.world;
      await scene.start();
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['one@example.com', 'two@example.com'], subject: 'Stopped' },
        ...{ start: inSeconds(5), end: inSeconds(900) },
      });
      const wake = await scene.stopAtCms(step);
      const isDialled = (meeting: MeetingJson) =>
        words(meeting).filter((what) => what === 'dialled').length === 2;
      try {
        await scene.world.meetingThat(scene.witness, event.iCalUId, isDialled, soon);
      } finally {
        wake();
      }
      // It works again when it takes its part: a change is acted upon by whoever is free.
      await pause(2_000);
      graph.outlook.update(event, { subject: 'Awake' });
      await cms.waitFor(() => cms.spaces().some(({ name }) => name === 'Awake'), soon);
      expect.soft(cms.events.filter(({ kind }) => kind === 'callStarted')).toHaveLength(1);
      expect.soft(dialsOf(cms, 'one')).toHaveLength(1);
      expect.soft(dialsOf(cms, 'two')).toHaveLength(1);
      const after = await scene.world.meeting(scene.witness, event.iCalUId);
      expect.soft(after && words(after).filter((what) => what === 'opened')).toHaveLength(1);
      expect.soft(after && words(after).filter((what) => what === 'dialled')).toHaveLength(2);
    } finally {
      await scene.destroy();
    }
  },
);

it.concurrent('an embedded Redis that is killed comes back with its data, and starts are kept', {
  timeout: 120_000,
}, async ({ expect }) => {
  const world = await World.create();
  try {
    const product = await world.start();
    const { graph, cms } = world;
    const start = inSeconds(10);
    const event = graph.outlook.book({
      ...{ organizer, rooms: ['boardroom@example.com'], subject: 'Kept' },
      ...{ start, end: inSeconds(900) },
    });
    const planned = await world.meetingThat(product, event.iCalUId, (meeting) =>
      words(meeting).includes('invitation-written'),
    );
    await pause(Math.max(0, start.getTime() - 3_000 - Date.now()));
    const { pid } = JSON.parse(readFileSync(join(world.folder, 'data/redis/server.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const open = await world.meetingThat(
      product,
      event.iCalUId,
      (meeting) => words(meeting).includes('dialled'),
      30_000,
    );
    expect.soft(open.number).toBe(planned.number);
    expect.soft(callsOf(cms, open.number ?? '')).toHaveLength(1);
    expect.soft(callsOf(cms, open.number ?? '')[0]?.at).toBeLessThan(start.getTime() + 10_000);
    expect.soft(cms.events.filter(({ kind }) => kind === 'legDialled')).toHaveLength(1);
    expect.soft(bodyWrites(graph, organizer)).toHaveLength(1);
  } finally {
    await world.destroy();
  }
});

it.concurrent('SIGTERM in the middle of a start finishes the step, and the next start does the rest', {
  timeout: 120_000,
}, async ({ expect }) => {
  const world = await World.create();
  try {
    const { graph, cms } = world;
    const product = await world.start();
    const event = graph.outlook.book({
      ...{ organizer, rooms: ['boardroom@example.com', 'huddle@example.com'], subject: 'Twice begun' },
      ...{ start: inSeconds(5), end: inSeconds(900) },
    });
    let asked = 0;
    cms.bridge('cms1').setFault({
      ...{ kind: 'slow', ms: 1_500, times: 1, match: calling },
      struck: () => {
        asked = Date.now();
        product.kill('SIGTERM');
      },
    });
    expect(await product.ended).toBe(0);
    expect(asked).toBeGreaterThan(0);
    expect(Date.now() - asked).toBeLessThan(10_000);
    const again = await world.start();
    const open = await world.meetingThat(
      again,
      event.iCalUId,
      (meeting) => words(meeting).filter((what) => what === 'dialled').length === 2,
    );
    expect.soft(words(open).filter((what) => what === 'opened')).toHaveLength(1);
    expect.soft(cms.events.filter(({ kind }) => kind === 'callStarted')).toHaveLength(1);
    expect.soft(cms.events.filter(({ kind }) => kind === 'legDialled')).toHaveLength(2);
  } finally {
    await world.destroy();
  }
});
