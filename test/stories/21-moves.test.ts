/**
 * Part 4 §3: moves while answers are lost, call bridges die and operators press at once. Whatever happens, everybody is in one
 * conference, or is called back, and nobody is in a wrong one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { Fault } from '../simulators/cms/faults.ts';
import { asked, atRest, dialling, noted, type Step, strike } from '../world/cms-side.ts';
import { inWorld } from '../world/in-world.ts';
import { Operator } from '../world/operator.ts';
import { type MeetingJson, type Product, until, World, type WorldOptions } from '../world/world.ts';

const names = [
  ...[
    'three-a',
    'three-b',
    'done-a',
    'done-b',
    'undone-a',
    'undone-b',
    'late-a',
    'late-b',
    'full-a',
    'full-b',
  ],
  ...['rings-a', 'rings-b', 'drops-a', 'drops-b', 'astray-a', 'astray-b', 'wrong', 'two-a', 'two-b', 'two-c'],
  ...['both', 'stranger-a', 'stranger-b', 'balanced-a', 'balanced-b'],
];
const withVideo = new Set(['three-a', 'drops-a', 'astray-a', 'both', 'from', 'keep']);
const sipOf = (name: string) => `${name}@video.example.com`;
const uriOf = (name: string) => `${name.toLowerCase()}@x.example`;

function optionsOf(rooms: readonly string[], more: Partial<WorldOptions> = {}): WorldOptions {
  return {
    rooms: rooms.map((name) => ({
      mailbox: `${name}@example.com`,
      ...(withVideo.has(name) ? { sip: sipOf(name) } : {}),
    })),
    quantity: 40,
    conference: { preflight: '1m', extension: { times: 0 } },
    ...more,
  };
}

/** The POST that moves somebody. */
function moving(participant: string): Step {
  return { method: 'POST', path: /\/participants$/i, form: new RegExp(`movedParticipant=${participant}`) };
}

describe('while all call bridges live', () => {
  let world: World;
  let olga: Operator;
  /** In whose conference those land who go astray. */
  let wrong: MeetingJson | undefined;
  /** Whose people another call bridge takes. */
  let balanced: MeetingJson | undefined;
  /** The number of a space that is none of ours. */
  const foreign = '5550';
  beforeAll(async () => {
    world = await World.create(
      optionsOf(names, {
        cms: {
          ...{ cdr: { pause: 500 }, softwareVersion: '3.4', moveDelay: 400 },
          moveOutcome: (uri) => {
            if (uri.startsWith('astray-far')) return { into: foreign, on: 'cms2' };
            if (uri.startsWith('astray')) return { into: wrong?.number ?? '' };
            if (uri.startsWith('balanced')) return { into: balanced?.number ?? '', on: 'cms2' };
            return uri.startsWith('drops') ? 'drops' : 'connects';
          },
          dialOutcome: (uri) => (uri.startsWith('never') ? 'never-answers' : 'answers'),
        },
      }),
    );
    const product = await world.start();
    olga = new Operator(world, product);
    await atRest(world, product);
  }, 120_000);
  afterAll(async () => {
    const seated = olga.seated();
    await world.destroy();
    expect(new Set(seated.map(({ uri }) => uri)).size, 'nobody is twice anywhere').toBe(seated.length);
    expect(seated.filter(({ number }) => number === foreign || number === wrong?.number)).toEqual([]);
  });

  const openedBoth = (name: string) => Promise.all([olga.opened(`${name}-a`), olga.opened(`${name}-b`)]);
  const postsOf = (participant: string) => asked(world.cms, moving(participant)).length;

  test.concurrent('three at once, a room and somebody on another call bridge among them, are all there and nowhere else', async () => {
    const [from, to] = await openedBoth('three');
    const people = [olga.join(from, 'Ann', 'cms1'), olga.join(from, 'Ben', 'cms2')];
    const room = (await olga.knows(from, 3)).find(({ address }) => address === sipOf('three-a'));
    const moved = await olga.move(from, [...people, room?.id ?? ''], to);
    expect(moved.state).toBe('done');
    expect(moved.participants).toHaveLength(3);
    for (const uri of [uriOf('Ann'), uriOf('Ben'), sipOf('three-a')]) await olga.isOnlyIn(uri, to, 0);
    await olga.knows(to, 3);
    await olga.knows(from, 0);
    expect(asked(world.cms, dialling(sipOf('three-a')))).toHaveLength(1);
    expect(noted(await olga.read(to), 'moved-in')).toHaveLength(3);
  });

  test.concurrent('whom a call bridge gives on to another, as the load is, is where they were meant to be', async () => {
    const [from, to] = await openedBoth('balanced');
    balanced = to;
    const [bea, bob] = [olga.join(from, 'balanced-Bea', 'cms1'), olga.join(from, 'balanced-Bob', 'cms2')];
    await olga.knows(from, 2);
    strike(world.cms, moving(bob), { kind: 'lost-answer' });
    expect(await olga.move(from, [bea, bob], to)).toMatchObject({ state: 'done' });
    for (const uri of [uriOf('balanced-Bea'), uriOf('balanced-Bob')]) await olga.isOnlyIn(uri, to, 0);
    await olga.knows(to, 2);
    const there = world.cms
      .bridge('cms2')
      .legs()
      .filter(({ remoteParty }) => remoteParty.startsWith('balanced'));
    expect(there).toHaveLength(2);
    expect(await olga.tickets(from)).toEqual([]);
  });

  test.concurrent('an answer that is lost after the move: they are there, once', async () => {
    const [from, to] = await openedBoth('done');
    const dan = olga.join(from, 'Dan', 'cms2');
    await olga.knows(from, 1);
    const { struck } = strike(world.cms, moving(dan), { kind: 'lost-answer' });
    expect(await olga.move(from, [dan], to)).toMatchObject({ state: 'done' });
    expect(struck()).toBeDefined();
    await olga.isOnlyIn(uriOf('Dan'), to, 0);
    expect(postsOf(dan)).toBe(1);
  });

  test.concurrent.for([
    ['Una', 'reset'],
    ['Uli', 'drop-request'],
    ['Udo', 'hang'],
  ] satisfies [string, Fault['kind']][])(
    'a move that is lost before it is done (%s: %s): they stay, it is said so, and it can be ordered again',
    async ([name, kind]) => {
      const [from, to] = await undone();
      const id = olga.join(from, name);
      await until(async () => (await olga.read(from)).number ?? undefined, 5_000);
      const { struck } = strike(world.cms, moving(id), { kind });
      expect(await olga.move(from, [id], to)).toMatchObject({ state: 'refused', refusal: 'not-moved' });
      expect(struck()).toBeDefined();
      await olga.isOnlyIn(uriOf(name), from, 0);
      expect(postsOf(id)).toBe(1);
      const tickets = async () => (await olga.tickets(from)).filter(({ detail }) => detail.includes(id));
      expect(await tickets()).toMatchObject([{ code: 'participant-not-moved', severity: 'notice' }]);
      expect(await olga.move(from, [id], to)).toMatchObject({ state: 'done' });
      await olga.isOnlyIn(uriOf(name), to, 0);
      expect(await tickets()).toEqual([]);
    },
  );
  let opening: Promise<[MeetingJson, MeetingJson]> | undefined;
  const undone = () => {
    opening ??= openedBoth('undone');
    return opening;
  };

  test.concurrent('a move that is done after nobody waited for it any more: they are there, once', async () => {
    const [from, to] = await openedBoth('late');
    const lea = olga.join(from, 'Lea');
    await olga.knows(from, 1);
    strike(world.cms, moving(lea), { kind: 'late', ms: 3_500 });
    expect(await olga.move(from, [lea], to)).toMatchObject({ state: 'done' });
    await olga.isOnlyIn(uriOf('Lea'), to, 0);
    expect(postsOf(lea)).toBe(1);
  });

  test.concurrent('into a conference that is full nobody comes: they stay, and are told apart from those who could', async () => {
    const [from, to] = await openedBoth('full');
    const callProfile = world.cms.bridge(0).bySomebodyElse('POST', 'callProfiles', { participantLimit: 1 });
    world.cms.changeSpace(world.cms.space(to.number ?? '')?.id ?? '', { callProfile });
    const [fay, flo] = [olga.join(from, 'Fay'), olga.join(from, 'Flo')];
    await olga.knows(from, 2);
    const moved = await olga.move(from, [fay, flo], to);
    expect(moved).toMatchObject({
      state: 'partly',
      participants: [{ participant: fay }, { refusal: 'full' }],
    });
    await olga.isOnlyIn(uriOf('Fay'), to, 0);
    await olga.isOnlyIn(uriOf('Flo'), from, 0);
    expect(await olga.move(from, [flo], to)).toMatchObject({ state: 'refused', refusal: 'full' });
    expect(await olga.tickets(from)).toEqual([]);
  });

  test.concurrent('who cannot be moved is not asked for, and stays', async () => {
    const [from, to] = await openedBoth('rings');
    expect(await olga.order(from, { do: 'dial', address: 'never@video.example.com' })).toMatchObject({
      state: 'done',
    });
    const leg = olga.seated().find(({ uri }) => uri === 'never@video.example.com')?.id ?? '';
    expect(await olga.move(from, [leg], to)).toMatchObject({ state: 'refused', refusal: 'cannot-be-moved' });
    expect(olga.numbersOf('never@video.example.com')).toEqual([from.number]);
    expect(postsOf(leg)).toBe(0);
  });

  test.concurrent('who leaves the one and does not come into the other: a room is called from there, of people it is said', async () => {
    const [from, to] = await openedBoth('drops');
    const eve = olga.join(from, 'drops-Eve');
    const room = (await olga.knows(from, 2)).find(({ address }) => address === sipOf('drops-a'))?.id ?? '';
    const moved = await olga.move(from, [eve, room], to);
    expect(moved).toMatchObject({ state: 'refused', refusal: 'not-connected' });
    await olga.isOnlyIn(sipOf('drops-a'), to);
    expect(olga.numbersOf(uriOf('drops-Eve'))).toEqual([]);
    expect(asked(world.cms, dialling(sipOf('drops-a')))).toHaveLength(2);
    const lost = { code: 'participant-lost-in-move', severity: 'warning' };
    expect(await olga.tickets(from)).toMatchObject([lost, lost]);
    expect([postsOf(eve), postsOf(room)]).toEqual([1, 1]);
    // The other conference has the room; this one does not want it back.
    await olga.knows(from, 0);
    await olga.knows(to, 1);
    expect(asked(world.cms, dialling(sipOf('drops-a')))).toHaveLength(2);
  });

  test.concurrent('who lands in another conference than was meant is put out at once, and a room is called from the right one', async () => {
    const [from, to, elsewhere] = await Promise.all([
      olga.opened('astray-a'),
      olga.opened('astray-b'),
      olga.opened('wrong'),
    ]);
    wrong = elsewhere;
    const ida = olga.join(from, 'astray-Ida', 'cms2');
    const room = (await olga.knows(from, 2)).find(({ address }) => address === sipOf('astray-a'))?.id ?? '';
    const moved = await olga.move(from, [ida, room], to);
    expect(moved).toMatchObject({ state: 'refused', refusal: 'wrong-conference' });
    expect(olga.seated().filter(({ number }) => number === wrong?.number)).toEqual([]);
    await olga.isOnlyIn(sipOf('astray-a'), to);
    expect(olga.numbersOf(uriOf('astray-Ida'))).toEqual([]);
    const misplaced = { code: 'participant-in-wrong-meeting', severity: 'critical' };
    expect(await olga.tickets(from)).toMatchObject([misplaced, misplaced]);
    // Also where nobody said where they had gone.
    const ivo = olga.join(from, 'astray-Ivo');
    await olga.knows(from, 1);
    strike(world.cms, moving(ivo), { kind: 'lost-answer' });
    expect(await olga.move(from, [ivo], to)).toMatchObject({ state: 'refused', refusal: 'wrong-conference' });
    expect(olga.numbersOf(uriOf('astray-Ivo'))).toEqual([]);
    // And where the call bridge that was asked has no part in it.
    world.cms.addSpace({ name: 'Of others', uri: foreign });
    const isa = olga.join(from, 'astray-far-Isa');
    await olga.knows(from, 1);
    expect(await olga.move(from, [isa], to)).toMatchObject({ state: 'refused', refusal: 'wrong-conference' });
    expect(olga.numbersOf(uriOf('astray-far-Isa'))).toEqual([]);
    expect(await olga.tickets(from)).toHaveLength(4);
    expect(olga.seated().filter(({ number }) => number === wrong?.number)).toEqual([]);
  });

  test.concurrent('two operators who move somebody to two conferences at once: in one of them, and one of them is told', async () => {
    const [from, to, other] = await Promise.all(['two-a', 'two-b', 'two-c'].map((room) => olga.opened(room)));
    if (from === undefined || to === undefined || other === undefined) throw new Error('not opened');
    const tom = olga.join(from, 'Tom', 'cms2');
    await olga.knows(from, 1);
    const told = await Promise.all([olga.move(from, [tom], to), olga.move(from, [tom], other)]);
    expect(told.map(({ state }) => state).sort()).toEqual(['done', 'refused']);
    expect(told.find(({ state }) => state === 'refused')).toMatchObject({ refusal: 'nobody' });
    const chosen = told[0]?.state === 'done' ? to : other;
    await olga.isOnlyIn(uriOf('Tom'), chosen, 0);
    expect(postsOf(tom)).toBe(1);
  });

  test.concurrent('two operators who press the same at once see one result', async () => {
    const meeting = await olga.opened('both');
    const [kim, lou] = [olga.join(meeting, 'Kim'), olga.join(meeting, 'Lou')];
    await olga.knows(meeting, 3);
    const twice = async (body: object) =>
      (await Promise.all([olga.order(meeting, body), olga.order(meeting, body)])).map(
        ({ state, refusal }) => refusal ?? state,
      );
    expect(await twice({ do: 'mute', who: [kim], audio: true })).toEqual(['done', 'done']);
    expect(await twice({ do: 'drop', who: [lou] })).toEqual(['done', 'done']);
    expect(olga.numbersOf(uriOf('Lou'))).toEqual([]);
    const ended = world.cms.events.filter(({ kind, leg }) => kind === 'legEnded' && leg === lou);
    expect(ended).toHaveLength(1);

    const guest = 'guest@video.example.com';
    expect((await twice({ do: 'dial', address: guest })).sort()).toEqual(['done', 'is-in']);
    await olga.isOnlyIn(guest, meeting);
    expect(asked(world.cms, dialling(guest))).toHaveLength(1);

    const room = olga.seated().find(({ uri }) => uri === sipOf('both'))?.id ?? '';
    expect(await twice({ do: 'drop', who: [room] })).toEqual(['done', 'done']);
    expect(await twice({ do: 'redial', room: 'both@example.com' })).toEqual(['done', 'done']);
    await olga.isOnlyIn(sipOf('both'), meeting);
    expect(asked(world.cms, dialling(sipOf('both')))).toHaveLength(2);

    expect(await twice({ do: 'end' })).toEqual(['done', 'done']);
    expect(noted(await olga.read(meeting), 'closed')).toMatchObject([{ reason: 'operator' }]);
    expect(noted(await olga.read(meeting), 'operated')).toHaveLength(12);
  });

  test.concurrent('an order reaches nobody of another conference, whoever is named', async () => {
    const [here, there] = await openedBoth('stranger');
    const sue = olga.join(there, 'Sue');
    await olga.knows(there, 1);
    const refused = { state: 'refused', refusal: 'nobody' };
    expect(await olga.order(here, { do: 'drop', who: [sue] })).toMatchObject(refused);
    expect(await olga.order(here, { do: 'mute', who: [sue], audio: true })).toMatchObject(refused);
    await olga.isOnlyIn(uriOf('Sue'), there, 0);
    const isMuted = () => world.cms.bridges.map((bridge) => bridge.legField(sue, 'rxAudioMute'));
    expect(isMuted()).not.toContain('true');
  });
});

describe('while a call bridge dies', () => {
  const rooms = ['from', 'to', 'keep'];
  const options = optionsOf(rooms, { cms: { cdr: { pause: 500 }, softwareVersion: '3.4' } });

  /** One on each of two call bridges, with a room and Ann in the first. */
  async function apart(world: World, product: Product) {
    const olga = new Operator(world, product);
    const [first, second] = world.cms.bridges;
    if (first === undefined || second === undefined) throw new Error('there are two');
    await olga.drain(first, 'drain');
    const to = await olga.opened('to', 600);
    await olga.drain(first, 'resume');
    const from = await olga.opened('from', 600);
    expect([from.callBridge, to.callBridge]).toEqual([first.url, second.url]);
    const ann = olga.join(from, 'Ann', first.name);
    const room = (await olga.knows(from, 2)).find(({ address }) => address === sipOf('from'))?.id ?? '';
    return { olga, first, second, from, to, ann, room };
  }

  async function recovered(world: World, product: Product, { key }: MeetingJson, on?: CmsBridge) {
    const isThere = (one: MeetingJson) => one.callBridge === on?.url && noted(one, 'recovered').length === 1;
    await world.meetingThat(product, key, isThere, 90_000);
  }

  test.for([
    ['is answered', 'slow'],
    ['is not answered', 'lost-answer'],
  ] satisfies [string, Fault['kind']][])(
    'that of the source, while a move %s: who was moved is there, and is not called back when the source is recovered',
    { timeout: 240_000 },
    ([, kind]) =>
      inWorld(options, async (world, product) => {
        const { olga, first, second, from, to, room } = await apart(world, product);
        strike(world.cms, moving(room), { kind, ms: 0 }, () => void first.kill());
        expect(await olga.move(from, [room], to)).toMatchObject({ state: 'done' });
        await olga.isOnlyIn(sipOf('from'), to);
        await recovered(world, product, from, second);
        await olga.isOnlyIn(sipOf('from'), to, 0);
        expect(asked(world.cms, dialling(sipOf('from')))).toHaveLength(1);
        expect(asked(world.cms, moving(room))).toHaveLength(1);
        expect(await olga.tickets(from)).toEqual([]);
      }),
  );

  test(
    'that of the target, right after a move: a room is called from there once it is recovered, of people it is said',
    { timeout: 240_000 },
    () =>
      inWorld(options, async (world, product) => {
        const { olga, first, second, from, to, ann, room } = await apart(world, product);
        strike(world.cms, moving(room), { kind: 'slow', ms: 0 }, () => void second.kill());
        const moved = await olga.move(from, [room, ann], to);
        expect(moved.participants).toMatchObject([{ refusal: 'not-connected' }, {}]);
        await recovered(world, product, to, first);
        await olga.isOnlyIn(sipOf('from'), to);
        // She was not on her way yet: she could not be moved, and is where she was.
        expect(moved.participants?.[1]).toMatchObject({ participant: ann, refusal: expect.any(String) });
        await olga.isOnlyIn(uriOf('Ann'), from, 0);
        const lost = { code: 'participant-lost-in-move' };
        expect(await olga.tickets(from)).toMatchObject([lost]);
        expect(asked(world.cms, dialling(sipOf('from')))).toHaveLength(2);
        await olga.knows(from, 1);
      }),
  );

  test(
    'that of a conference of which orders wait: each is carried out where it is recovered, or refused in words, and once',
    { timeout: 240_000 },
    () =>
      inWorld(options, async (world, product) => {
        const olga = new Operator(world, product);
        const meeting = await olga.opened('keep', 600);
        const [first, second] = world.cms.bridges;
        const [ann, ben] = [olga.join(meeting, 'Ann', first?.name), olga.join(meeting, 'Ben', second?.name)];
        await olga.knows(meeting, 3);
        await first?.kill();
        const guest = 'guest@video.example.com';
        const orders = [
          { do: 'lock', locked: true },
          { do: 'dial', address: guest },
          { do: 'mute', who: 'all', audio: true },
          { do: 'redial', room: 'keep@example.com' },
          { do: 'drop', who: [ann] },
          { do: 'importance', who: [ben], importance: 5 },
        ];
        const told = await Promise.all(orders.map((order) => olga.order(meeting, order)));
        for (const { state, detail, participants = [] } of told) {
          if (state === 'done') continue;
          const missed = participants.filter(({ refusal }) => refusal !== undefined);
          for (const words of [detail, ...missed.map((one) => one.detail)].slice(detail ? 0 : 1))
            expect(words).toMatch(/\w+ \w+/);
        }
        await recovered(world, product, meeting, second);
        await olga.isOnlyIn(sipOf('keep'), meeting);
        // Who was on the lost one is not in any more, though it has told nobody.
        const there = olga.seated().filter(({ number }) => number === meeting.number);
        await olga.knows(meeting, there.length);
        expect(olga.numbersOf(guest).length).toBeLessThanOrEqual(1);
        expect(noted(await olga.read(meeting), 'operated')).toHaveLength(orders.length);

        // From now on all is done, though the lost one is still away.
        const again = [
          { do: 'lock', locked: false },
          { do: 'mute', who: 'all', audio: true },
          { do: 'message', text: 'Here we are again', seconds: 10 },
          { do: 'importance', who: [ben], importance: 5 },
        ];
        for (const order of again) expect(await olga.order(meeting, order)).toMatchObject({ state: 'done' });
        const { state, refusal } = await olga.order(meeting, { do: 'dial', address: guest });
        expect(refusal ?? state).toBe(told[1]?.state === 'done' ? 'is-in' : 'done');
        await olga.isOnlyIn(guest, meeting);
      }),
  );
});
