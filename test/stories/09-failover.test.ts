/** A call bridge that fails at any step, in any way, is left for the next; what is unclear is looked at first. */
import { describe, expect, test } from 'vitest';
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { Fault, FaultKind } from '../simulators/cms/faults.ts';
import {
  type Asked,
  asked,
  calling,
  callsOf,
  deleting,
  dialling,
  dialsTo,
  locking,
  noted,
  opening,
  type Step,
  seenAs,
  strike,
} from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { base, type MeetingJson, organizer, type Product, type World } from '../world/world.ts';

/** How soon the next call bridge must be asked. */
const soon = 3_000;

const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;
const roomsOf = (names: readonly string[]) =>
  names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) }));

/** A conference in one room, under the eyes of a story. */
class Conference {
  readonly key: string;
  readonly number: string;
  readonly sip: string;
  readonly #world: World;
  readonly #product: Product;

  private constructor(world: World, product: Product, key: string, number: string, room: string) {
    this.#world = world;
    this.#product = product;
    this.key = key;
    this.number = number;
    this.sip = sipOf(room);
  }

  static async book(
    world: World,
    product: Product,
    room: string,
    start: Date,
    end: Date,
  ): Promise<Conference> {
    const subject = `In the ${room}`;
    const { iCalUId } = world.graph.outlook.book({
      ...{ organizer, rooms: [mailboxOf(room)], subject, start, end },
    });
    const { number } = await world.meetingThat(product, iCalUId, (meeting) => meeting.number !== null);
    return new Conference(world, product, iCalUId, number ?? '', room);
  }

  that(isAsWished: (meeting: MeetingJson) => boolean, timeout = 40_000): Promise<MeetingJson> {
    return this.#world.meetingThat(this.#product, this.key, isAsWished, timeout);
  }

  dialled(): Promise<MeetingJson> {
    return this.that((meeting) => noted(meeting, 'dialled').length === 1);
  }

  closed(): Promise<MeetingJson> {
    return this.that(({ state }) => state === 'closed');
  }

  /** One call is running for it, and its room is in it, dialled once. */
  runsOnce(): void {
    const { cms } = this.#world;
    const space = cms.space(this.number)?.id;
    const running = cms.bridges
      .flatMap((bridge) => bridge.calls())
      .filter(({ coSpace }) => coSpace === space);
    expect(running).toHaveLength(1);
    expect(dialsTo(cms, this.sip)).toBe(1);
  }

  leavesNothing(): void {
    const { cms } = this.#world;
    const space = cms.space(this.number);
    const running = cms.bridges.flatMap((bridge) => bridge.calls());
    expect(running.filter(({ coSpace }) => coSpace === space?.id)).toEqual([]);
    expect(space).toMatchObject({ nonMemberAccess: false, passcode: '' });
  }
}

/** The same step is asked of another call bridge, in time. */
function passedOn(world: World, step: Step, struck: Asked | undefined, name: string): void {
  expect(struck, `${name} was struck`).toBeDefined();
  const at = struck?.at ?? 0;
  const next = asked(world.cms, step).find((entry) => entry.at > at && entry.bridge !== struck?.bridge);
  expect(next, `${name} was asked of another call bridge`).toBeDefined();
  expect((next?.at ?? 0) - at, `${name}: milliseconds until the next was asked`).toBeLessThan(soon);
}

const urlOf = (world: World, struck: Asked | undefined) => world.cms.bridge(struck?.bridge ?? '').url;

/** Faults of a single answer. `done`: the call bridge has done what was asked all the same. */
const faults: { readonly name: string; readonly fault: Omit<Fault, 'match'>; readonly done: boolean }[] = [
  { name: 'hang', fault: { kind: 'hang' }, done: false },
  { name: 'hang-answer', fault: { kind: 'hang-answer' }, done: true },
  { name: 'hang-body', fault: { kind: 'hang-body' }, done: true },
  { name: 'busy', fault: { kind: 'busy' }, done: false },
  { name: 'error', fault: { kind: 'error' }, done: false },
  { name: 'html', fault: { kind: 'html' }, done: false },
  { name: 'half-answer', fault: { kind: 'half-answer' }, done: true },
  { name: 'unauthorized', fault: { kind: 'unauthorized' }, done: false },
  { name: 'lost-answer', fault: { kind: 'lost-answer' }, done: true },
  { name: 'drop-request', fault: { kind: 'drop-request' }, done: false },
];

// All at once: a call bridge that failed one is avoided by others, too, so where each of them runs is another story.
describe('one answer goes wrong', () => {
  const rooms = roomsOf(faults.flatMap(({ name }) => [`put-${name}`, `post-${name}`]));
  // What is repeated at the same call bridge has not failed: a PUT and a DELETE that were cut off, and what it was too busy
  // for when it was asked first.
  const repeated = (name: string) => ['lost-answer', 'drop-request', 'busy'].includes(name);
  const extension = { by: '12s', times: 1 };

  test(
    'at any step, in any way: the next call bridge takes it, and everything is done once',
    () =>
      inWorld({ rooms, quantity: 40, conference: { extension } }, async (world, product) => {
        const { cms } = world;

        const putStory = async ({ name, fault }: (typeof faults)[number]) => {
          const conference = await Conference.book(
            world,
            product,
            `put-${name}`,
            inSeconds(8),
            inSeconds(15),
          );
          const steps = { open: opening(cms, conference.number), close: locking(cms, conference.number) };
          let given = strike(cms, steps.open, fault);
          const open = await conference.dialled();
          if (!repeated(name)) {
            passedOn(world, steps.open, given.struck(), `${name} at the PUT`);
            const notes = noted(open, 'failed-over');
            expect(notes[0], name).toMatchObject({ step: 'open', callBridge: urlOf(world, given.struck()) });
            expect(noted(open, 'opened')[0]?.callBridge, name).not.toBe(urlOf(world, given.struck()));
          }
          expect(dialsTo(cms, conference.sip), name).toBe(1);

          given = strike(cms, steps.open, fault);
          const extended = await conference.that(({ extendedUntil }) => extendedUntil !== null);
          if (!repeated(name)) {
            passedOn(world, steps.open, given.struck(), `${name} at the extension`);
            const notes = noted(extended, 'failed-over').filter(({ step }) => step === 'extend');
            expect(notes, name).toMatchObject([{ callBridge: urlOf(world, given.struck()) }]);
          }
          expect(dialsTo(cms, conference.sip), name).toBe(1);

          given = strike(cms, steps.close, fault);
          const [call] = callsOf(cms, conference.number);
          const last = strike(cms, deleting(call?.call ?? ''), fault);
          const closed = await conference.closed();
          if (!repeated(name)) {
            passedOn(world, steps.close, given.struck(), `${name} at the close`);
            const notes = noted(closed, 'failed-over').filter(({ step }) => step === 'close');
            expect(notes, name).toMatchObject([{ callBridge: urlOf(world, given.struck()) }]);
            const undone = noted(closed, 'retrying').filter(({ step }) => step === 'delete');
            expect(undone, name).toMatchObject([{ callBridge: urlOf(world, last.struck()) }]);
          }
          expect(last.struck(), `${name} at the DELETE`).toBeDefined();
          await conference.that((meeting) => noted(meeting, 'released').length === 1);
          conference.leavesNothing();
          expect(closed.reason).toBe('limit');
        };

        const postStory = async ({ name, fault }: (typeof faults)[number]) => {
          const conference = await Conference.book(
            world,
            product,
            `post-${name}`,
            inSeconds(8),
            inSeconds(20),
          );
          const steps = { call: calling(cms, conference.number), dial: dialling(conference.sip) };
          const call = strike(cms, steps.call, fault);
          const dial = strike(cms, steps.dial, fault);
          const open = await conference.dialled();
          passedOn(world, steps.call, call.struck(), `${name} at the POST of the call`);
          passedOn(world, steps.dial, dial.struck(), `${name} at the POST of the leg`);
          const left = noted(open, 'failed-over').map(({ step }) => step);
          expect(left, name).toEqual(expect.arrayContaining(['open', 'dial']));
          expect(dialsTo(cms, conference.sip), name).toBe(1);
          cms.hangUp(conference.sip);
          await conference.closed();
          conference.leavesNothing();
        };

        await Promise.all([
          ...faults.map(putStory),
          // What was done though the answer did not say so is another story.
          ...faults.filter(({ name, done }) => !done && name !== 'busy').map(postStory),
        ]);
      }),
    120_000,
  );
});

test.concurrent('what an answer does not say is looked for, and nothing is done twice', () => {
  const unclear = faults.filter(({ done }) => done);
  return inWorld({ rooms: roomsOf(unclear.map(({ name }) => name)) }, async (world, product) => {
    const { cms } = world;
    for (const { name, fault } of unclear) {
      // What befell the one before must not speak against the call bridge of this one.
      await seenAs(world, product, cms.bridge(0), 'up');
      const conference = await Conference.book(world, product, name, inSeconds(4), inSeconds(600));
      const steps = { call: calling(cms, conference.number), dial: dialling(conference.sip) };
      const call = strike(cms, steps.call, fault);
      const dial = strike(cms, steps.dial, fault);
      const open = await conference.dialled();
      expect([call.struck()?.bridge, dial.struck()?.bridge], name).toEqual(['cms1', 'cms1']);
      expect(open.callBridge, name).toBe(cms.bridge(0).url);
      expect(asked(cms, steps.call), name).toHaveLength(1);
      expect(asked(cms, steps.dial), name).toHaveLength(1);
      conference.runsOnce();
    }
  });
}, 120_000);

describe('a call bridge dies', () => {
  for (const how of ['kill', 'refuse'] as const) {
    const rooms = roomsOf(['open', 'call', 'dial', 'extend', 'close', 'delete']);
    const away = (bridge: CmsBridge) => {
      if (how === 'kill') void bridge.kill();
      else bridge.setFault({ kind: 'refuse' });
    };
    const back = async (world: World, product: Product) => {
      for (const bridge of world.cms.bridges) {
        await (how === 'kill' ? bridge.restart() : bridge.clearFault('refuse'));
        await seenAs(world, product, bridge, 'up');
      }
    };

    test.concurrent(
      `in the middle of any step (${how}), and is preferred again when it returns`,
      () =>
        inWorld({ rooms, conference: { extension: { by: '600s', times: 1 } } }, async (world, product) => {
          const { cms } = world;
          const preferred = cms.bridge(0).url;
          const hang = { kind: 'hang' as FaultKind };

          const start = async (room: string, end = inSeconds(600)) =>
            await Conference.book(world, product, room, inSeconds(3), end);
          for (const room of ['open', 'call', 'dial'] as const) {
            const conference = await start(room);
            const step = {
              open: opening(cms, conference.number),
              call: calling(cms, conference.number),
              dial: dialling(conference.sip),
            }[room];
            const given = strike(cms, step, hang, away);
            const open = await conference.dialled();
            expect(given.struck()?.bridge, room).toBe('cms1');
            passedOn(world, step, given.struck(), room);
            expect(noted(open, 'failed-over')[0]).toMatchObject({ callBridge: preferred });
            expect(open.callBridge).toBe(cms.bridge(1).url);
            expect(dialsTo(cms, conference.sip)).toBe(1);
            await back(world, product);
          }

          // The others run on the one that is preferred.
          const ending = ['extend', 'close', 'delete'] as const;
          for (const room of ending) {
            const conference = await start(room, inSeconds(7));
            const { callBridge } = await conference.dialled();
            expect(callBridge, room).toBe(preferred);
            const call = callsOf(cms, conference.number).at(-1);
            if (room !== 'extend') cms.hangUp(conference.sip);
            const step = {
              extend: opening(cms, conference.number),
              close: locking(cms, conference.number),
              delete: deleting(call?.call ?? ''),
            }[room];
            const given = strike(cms, step, hang, away);
            if (room === 'extend') await conference.that(({ extendedUntil }) => extendedUntil !== null);
            else await conference.closed();
            expect(given.struck()?.bridge, room).toBe('cms1');
            if (room !== 'delete') passedOn(world, step, given.struck(), room);
            await back(world, product);
            if (room === 'extend') continue;
            await conference.that((meeting) => noted(meeting, 'released').length === 1);
            conference.leavesNothing();
          }
        }),
      150_000,
    );
  }
});

test.concurrent('one bad call bridge delays one start by three seconds at most, and the next not at all', () =>
  inWorld({ rooms: roomsOf(['first', 'second', 'third']) }, async (world, product) => {
    const { cms } = world;
    const [bad] = cms.bridges;
    if (bad === undefined) throw new Error('no call bridge');
    const begin = inSeconds(5);
    const first = await Conference.book(world, product, 'first', begin, inSeconds(600));
    // Everything hangs, from the very request with which the first begins.
    strike(cms, opening(cms, first.number), { kind: 'hang' }, (bridge) => bridge.setFault({ kind: 'hang' }));
    const open = await first.dialled();
    expect(open.callBridge).toBe(cms.bridge(1).url);
    const [call] = callsOf(cms, first.number);
    expect((call?.at ?? 0) - begin.getTime()).toBeLessThan(soon);
    first.runsOnce();

    await seenAs(world, product, bad, 'down');
    const due = inSeconds(4);
    const second = await Conference.book(world, product, 'second', due, inSeconds(600));
    const next = await second.dialled();
    expect(noted(next, 'failed-over')).toEqual([]);
    expect(asked(cms, opening(cms, second.number)).map(({ bridge }) => bridge)).toEqual(['cms2']);
    const [put] = asked(cms, opening(cms, second.number));
    expect((put?.at ?? 0) - due.getTime()).toBeLessThan(1_000);

    await bad.clearFault();
    await seenAs(world, product, bad, 'up');
    const third = await Conference.book(world, product, 'third', inSeconds(3), inSeconds(600));
    expect((await third.dialled()).callBridge).toBe(bad.url);
  }));

test.concurrent('with no call bridge a start is repeated until one returns, or its end has come', () =>
  inWorld({ rooms: roomsOf(['waiting', 'lost']) }, async (world, product) => {
    const { cms } = world;
    const waiting = await Conference.book(world, product, 'waiting', inSeconds(5), inSeconds(600));
    const lost = await Conference.book(world, product, 'lost', inSeconds(5), inSeconds(10));
    await Promise.all(cms.bridges.map((bridge) => bridge.kill()));
    const told = await waiting.that((meeting) => noted(meeting, 'retrying').length > 0);
    expect(told.state).toBe('planned');
    expect(noted(told, 'retrying')[0]).toMatchObject({
      step: 'open',
      reason: expect.stringContaining('emea'),
    });
    const failed = noted(told, 'failed-over').map(({ callBridge }) => callBridge);
    expect(failed).toEqual(expect.arrayContaining(cms.bridges.map(({ url }) => url)));
    const never = await lost.closed();
    expect(never).toMatchObject({ reason: 'never-started', callBridge: null });
    const metrics = await (await fetch(`${product.admin}/metrics`)).text();
    expect(metrics).toMatch(/^roombridge_start_failures_total\{cluster="emea"\} [1-9]/m);
    expect(metrics).toMatch(/^roombridge_conferences_closed_total\{reason="never-started"\} 1$/m);

    await cms.bridge(1).restart();
    const open = await waiting.dialled();
    expect(open).toMatchObject({ state: 'open', callBridge: cms.bridge(1).url });
    waiting.runsOnce();
    expect(callsOf(cms, lost.number)).toEqual([]);
    lost.leavesNothing();
  }));

test.concurrent('a space that somebody deleted is made again at the start', () =>
  inWorld({ rooms: roomsOf(['boardroom', 'huddle']), quantity: 3 }, async (world, product) => {
    const { cms } = world;
    const planned = await Conference.book(world, product, 'boardroom', inSeconds(4), inSeconds(600));
    const profiles = cms.space(planned.number);
    cms.removeSpace(profiles?.id ?? '');
    const open = await planned.dialled();
    expect(open).toMatchObject({ state: 'open', number: String(base), callBridge: cms.bridge(0).url });
    const space = cms.space(planned.number);
    expect(space?.id).not.toBe(profiles?.id);
    expect(space).toMatchObject({
      ...{ name: 'In the boardroom', nonMemberAccess: true, callId: planned.number, uri: planned.number },
      ...{ callProfile: profiles?.callProfile, callLegProfile: profiles?.callLegProfile },
    });
    planned.runsOnce();
    const joined = cms.join(planned.number, { name: 'Ann', passcode: open.passcode ?? '' });
    expect(joined).toMatchObject({ joined: true });
  }));
