/** The slots of a cluster are made once, and every meeting gets the lowest that is free. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  asked,
  atRest,
  calling,
  callsOf,
  fieldOf,
  locking,
  noted,
  opening,
  strike,
} from '../world/cms-side.ts';
import { inSeconds, onDay } from '../world/graph-side.ts';
import { base, organizer, type Product, World, type WorldOptions } from '../world/world.ts';

interface TraceStep {
  readonly step: string;
  readonly exchanges: {
    readonly method: string;
    readonly path: string;
    readonly requestForm?: [string, string][];
  }[];
}

const trace = JSON.parse(
  readFileSync(new URL('../fixtures/cms/tms-drives-cms.json', import.meta.url), 'utf8'),
) as { readonly steps: TraceStep[] };

async function inWorld(options: WorldOptions, story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.create(options);
  try {
    await story(world);
  } finally {
    await world.destroy();
  }
}

/** Without ids, which differ from cluster to cluster. */
function shape(method: string, path: string): string {
  return `${method} ${path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')}`.toLowerCase();
}

/** Without those by which it hears who is in: TMS had none. */
function writes(world: World) {
  return world.cms.log.filter(
    ({ method, path }) => method !== 'GET' && !/\/(cdrReceivers|authTokens)$/i.test(path),
  );
}

async function stopped(product: Product): Promise<void> {
  product.kill('SIGTERM');
  expect(await product.ended).toBe(0);
}

const rooms = ['boardroom', 'huddle', 'atrium', 'cellar', 'loft'].map((name) => ({
  mailbox: `${name}@example.com`,
}));
const mailbox = (i: number) => rooms[i]?.mailbox ?? '';

test.concurrent('the first use of a cluster asks and makes what TMS asked and made, once for ever', () =>
  inWorld({ quantity: 5 }, async (world) => {
    const { cms } = world;
    const first = await world.start();
    await atRest(world, first);

    const wanted = trace.steps
      .filter(({ step }) => step === 'onboard' || step === 'provision')
      .flatMap(({ exchanges }) => exchanges);
    const asTms = new Set(wanted.map(({ method, path }) => shape(method, path)));
    const ours = cms.log.map(({ method, path }) => shape(method, path)).filter((line) => asTms.has(line));
    const inOrder = [...new Set(ours)];
    expect(inOrder).toEqual([...asTms]);
    expect(ours.filter((line) => line === 'get /api/v1/callbridges/*')).toHaveLength(cms.bridges.length);

    const [callProfile, callLegProfile] = ['callProfile', 'callLegProfile'].map(
      (field) => cms.spaces()[0]?.[field as 'callProfile'] ?? '',
    );
    const forms = wanted.filter(({ method }) => method === 'POST').map(({ requestForm }) => requestForm);
    const substitutes: Record<string, unknown> = {
      ...{ startIndex: String(base), endIndex: String(base + 4), callProfile, callLegProfile },
      cospaceBulkParameterSet: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    expect(writes(world).map(({ form }) => new Map(form))).toEqual(
      forms.map((form) => new Map(form?.map(([name, value]) => [name, substitutes[name] ?? value]))),
    );
    expect(
      cms
        .spaces()
        .map(({ name, uri, callId, nonMemberAccess }) => [name, uri, callId, nonMemberAccess])
        .sort(),
    ).toEqual(
      [0, 1, 2, 3, 4].map((i) => {
        const number = String(base + i);
        return [`TMS_Scheduled_Meeting_${number}`, number, number, false];
      }),
    );
    expect(new Set(cms.spaces().map((space) => space.callProfile)).size).toBe(1);
    expect([...cms.ignoredParameters]).toEqual([]);
    await stopped(first);

    // Started again, with its memory and without: what stands is left alone.
    for (const memory of ['kept', 'lost']) {
      if (memory === 'lost') rmSync(join(world.folder, 'data'), { recursive: true });
      cms.clearLog();
      const again = await world.start();
      await atRest(world, again);
      expect(writes(world), `memory ${memory}`).toEqual([]);
      await stopped(again);
    }

    // What somebody has deleted is added one by one; what somebody else has there is left to them.
    const [gone, taken] = [String(base + 1), String(base + 3)];
    for (const number of [gone, taken]) cms.removeSpace(cms.space(number)?.id ?? '');
    const foreign = cms.addSpace({ name: 'The canteen', uri: 'canteen', callId: taken });
    cms.clearLog();
    const mended = await world.start();
    await cms.waitFor(() => cms.space(gone));
    await world.graph.waitFor(() => world.graph.subscriptions.size === 2);
    const events = [0, 1, 2, 3].map((hour) =>
      world.graph.outlook.book({
        ...{ organizer, rooms: [world.options.rooms?.[0]?.mailbox ?? 'huddle@example.com'] },
        ...{ subject: `Overlapping ${hour}`, start: onDay(2 + hour, 9), end: onDay(2 + hour, 10) },
      }),
    );
    for (const { iCalUId } of events) {
      const { number } = await world.meetingThat(mended, iCalUId, (meeting) => meeting.number !== null);
      expect(number).toBe(String(base));
    }
    expect(
      writes(world).filter(({ path, status }) => /bulk/i.test(path) && status === 200),
      'no bulk sync over slots that stand',
    ).toEqual([]);
    expect(cms.space(gone)).toMatchObject({
      ...{ name: `TMS_Scheduled_Meeting_${gone}`, uri: gone, callId: gone, nonMemberAccess: false },
      ...{ callProfile, callLegProfile },
    });
    expect(cms.space(foreign)).toMatchObject({ name: 'The canteen', uri: 'canteen', nonMemberAccess: true });
  }));

for (const [when, step, fault] of [
  ['before a profile is made', { method: 'POST', path: /callProfiles$/i }, 'hang'],
  ['after a profile was made', { method: 'POST', path: /callLegProfiles$/i }, 'hang-answer'],
  ['after the bulk set was made', { method: 'POST', path: /cospaceBulkParameterSets$/i }, 'hang-answer'],
  ['while the bulk sync runs', { method: 'POST', path: /cospaceBulkSyncs$/i }, 'hang-answer'],
  ['while the bulk sync is watched', { method: 'GET', path: /cospaceBulkSyncs\//i }, 'hang'],
] as const) {
  test.concurrent(`a call bridge that dies ${when} leaves the rest to the next one`, () =>
    inWorld({ quantity: 7, cms: { bulkSyncDelay: 1_500 } }, async (world) => {
      const { cms, graph } = world;
      const victim = strike(cms, step, { kind: fault }, (bridge) => void bridge.kill());
      const product = await world.start();
      await atRest(world, product);
      expect(victim.struck()).toBeDefined();
      const numbers = cms.spaces().map(({ uri }) => uri);
      expect(numbers.sort()).toEqual(Array.from({ length: 7 }, (_, i) => String(base + i)));
      const profiles = cms
        .spaces()
        .map(({ callProfile, callLegProfile }) => `${callProfile} ${callLegProfile}`);
      expect(new Set(profiles).size).toBe(1);
      expect(profiles[0]).not.toContain('undefined');
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['boardroom@example.com'], subject: 'First' },
        ...{ start: inSeconds(1), end: inSeconds(600) },
      });
      const open = await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'open');
      expect(open.number).toBe(String(base));
    }));
}

test.concurrent('a meeting gets the lowest slot that is free with its margins, or the first that comes free', () =>
  inWorld({ rooms, quantity: 3, conference: { setup: '5m', teardown: '5m' } }, async (world) => {
    const { graph } = world;
    const product = await world.start();
    const book = (room: number, from: [number, number], to: [number, number], subject = 'Overlapping') =>
      graph.outlook.book({
        ...{ organizer, rooms: [mailbox(room)], subject },
        ...{ start: onDay(2, ...from), end: onDay(2, ...to) },
      });
    const slotOf = async (event: { iCalUId: string }, timeout?: number) => {
      const that = await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null, timeout);
      return Number(that.number) - base;
    };
    expect(await slotOf(book(0, [9, 0], [10, 0]))).toBe(0);
    const second = book(1, [9, 30], [10, 30]);
    expect(await slotOf(second)).toBe(1);
    const third = book(2, [9, 0], [11, 0]);
    expect(await slotOf(third)).toBe(2);

    const homeless = book(3, [9, 45], [9, 50]);
    const unplaced = await world.meetingThat(
      product,
      homeless.iCalUId,
      ({ reason }) => reason === 'no slot is free',
    );
    expect(unplaced).toMatchObject({
      state: 'unplaced',
      number: null,
      uri: null,
      reason: expect.stringMatching(/slot/),
    });
    expect(noted(unplaced, 'unplaced')).toHaveLength(1);

    // The first one's slot is needed for five minutes more, and the next one's five minutes before.
    expect(await slotOf(book(0, [10, 10], [10, 20], 'With margins'))).toBe(0);
    expect(await slotOf(book(0, [10, 35], [10, 50], 'A minute more'))).toBe(0);
    expect(await slotOf(book(4, [8, 0], [8, 51], 'Too long by a minute'))).toBe(1);

    graph.outlook.cancel(second);
    expect(await slotOf(homeless)).toBe(1);
    await world.meetingThat(product, second.iCalUId, ({ state }) => state === 'cancelled');
    expect(noted((await world.meeting(product, homeless.iCalUId)) ?? unplaced, 'reserved')).toHaveLength(1);

    // Moved to where its number is free, it keeps it; cancelled unplaced, it is gone.
    graph.outlook.update(third, { start: onDay(3, 9), end: onDay(3, 10) });
    await world.meetingThat(product, third.iCalUId, ({ start }) => start === onDay(3, 9).toISOString());
    expect(await slotOf(third)).toBe(2);
  }));

test.concurrent('one slot serves meetings back to back, each on its own', () =>
  inWorld(
    {
      rooms: rooms.map((room) => ({ ...room, sip: `${room.mailbox.split('@')[0]}@video.example.com` })),
      quantity: 1,
      conference: { extension: { times: 0 } },
    },
    async (world) => {
      const { graph, cms } = world;
      const product = await world.start();
      await atRest(world, product);
      const number = String(base);
      const at = [5, 8, 11, 15].map(inSeconds);
      const book = (i: number, room: number) =>
        graph.outlook.book({
          ...{ organizer, rooms: [mailbox(room)], subject: `Meeting ${i}` },
          ...{ start: at[i] ?? new Date(), end: at[i + 1] ?? new Date() },
        });
      const events = [book(0, 0), book(1, 0), book(2, 1)];
      for (const { iCalUId } of events) {
        const { number: its } = await world.meetingThat(
          product,
          iCalUId,
          (meeting) => meeting.number !== null,
        );
        expect(its).toBe(number);
      }
      const closed = [];
      for (const [i, { iCalUId }] of events.entries()) {
        const open = await world.meetingThat(product, iCalUId, ({ state }) => state === 'open', 20_000);
        const joined = cms.join(number, {
          name: `Guest ${i}`,
          passcode: (await world.meeting(product, iCalUId))?.passcode ?? '',
        });
        expect(joined, JSON.stringify(open)).toMatchObject({ joined: true });
        closed.push(await world.meetingThat(product, iCalUId, ({ state }) => state === 'closed', 20_000));
      }
      const [opened, locked] = [asked(cms, opening(cms, number)), asked(cms, locking(cms, number))];
      expect(opened.map((entry) => fieldOf(entry, 'name'))).toEqual(['Meeting 0', 'Meeting 1', 'Meeting 2']);
      expect(locked).toHaveLength(3);
      opened.slice(1).forEach((entry, i) => {
        expect(entry.at, 'locked before it is opened for the next').toBeGreaterThan(locked[i]?.at ?? 0);
        expect(entry.at - (at[i + 1]?.getTime() ?? 0)).toBeLessThan(3_000);
      });
      expect(callsOf(cms, number)).toHaveLength(3);
      expect(asked(cms, calling(cms, number))).toHaveLength(3);
      expect(cms.bridges.flatMap((bridge) => bridge.calls())).toEqual([]);
      expect(closed.map(({ callBridge }) => callBridge)).toEqual(Array(3).fill(cms.bridge(0).url));
    },
  ));
