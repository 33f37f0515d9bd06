/** An operator's order whose worker dies at each of its writes: another one finishes it, and it is done once. */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/conference/operation/operation.ts';
import { OneConference, passcode, rooms, sips } from './one-conference.ts';

interface Scene {
  readonly one: OneConference;
  /** To which people are moved; opened too. */
  readonly other: OneConference;
  /** Ids of those who are in, by name. */
  readonly people: ReadonlyMap<string, string>;
}

interface Case {
  readonly name: string;
  readonly before?: (scene: Scene) => Promise<void>;
  readonly order: (scene: Scene) => Operation;
  /** Writes at which a worker can die, so that no case passes for want of deaths. */
  readonly writes: readonly (string | RegExp)[];
  readonly holds: (scene: Scene) => Promise<void>;
}

const extra = 'extra@video.example.com';
const [board, huddle] = rooms;

async function begin(): Promise<Scene> {
  const one = await OneConference.inFull(['cms1', 'cms2'], { softwareVersion: '3.4', moveDelay: 100 });
  const other = await one.besides();
  await other.bring();
  const people = new Map<string, string>();
  for (const [name, bridge] of [
    ['Ann', 0],
    ['Ben', 1],
  ] as const) {
    const joined = one.cms.join(one.number, {
      name,
      passcode,
      bridge,
      uri: `${name.toLowerCase()}@x.example`,
    });
    if (!joined.joined) throw new Error(joined.reason);
    people.set(name, joined.participant);
  }
  for (const [room, { leg = '' }] of Object.entries((await one.run()).rooms)) people.set(room, leg);
  await one.hear();
  return { one, other, people };
}

/** The addresses of those who are in a conference, on whichever call bridge; of each leg one. */
function inside({ cms, number }: OneConference): string[] {
  const space = cms.space(number)?.id;
  return cms.bridges
    .flatMap((bridge) => {
      const calls = bridge.calls().filter(({ coSpace }) => coSpace === space);
      return bridge.legs().filter(({ call }) => calls.some(({ id }) => id === call));
    })
    .map(({ remoteParty }) => remoteParty)
    .sort();
}

/** How often that address was called; who is moved is not. */
function dials({ cms }: OneConference, address: string): number {
  return cms.log.filter(
    ({ method, path, form }) =>
      method === 'POST' &&
      /\/callLegs$/i.test(path) &&
      form.some(([name, value]) => name === 'remoteParty' && value.endsWith(address)),
  ).length;
}

function posts({ cms }: OneConference, path: RegExp): number {
  return cms.log.filter((entry) => entry.method === 'POST' && path.test(entry.path)).length;
}

const ids = ({ people }: Scene, ...names: string[]) => names.map((name) => people.get(name) ?? '');
const all = ['ann@x.example', 'ben@x.example', sips[0], sips[1]].sort();
const without = (...gone: string[]) => all.filter((address) => !gone.includes(address));
const lobby = { deactivated: 'true' };
const moving = /\/participants$/i;

const cases: readonly Case[] = [
  {
    name: 'a further address is called',
    order: () => ({ do: 'dial', address: `sip:${extra}` }),
    writes: ['operations.progress', /^POST calls\/.*\/callLegs$/, 'operations.settle'],
    holds: async ({ one }) => {
      expect(dials(one, extra)).toBe(1);
      expect(inside(one)).toEqual([...all, extra].sort());
    },
  },
  {
    name: 'a room that has left is called again',
    before: async ({ one }) => {
      one.cms.hangUp(sips[1]);
      await one.census();
      await one.bring();
      await one.hear();
      expect(inside(one)).toEqual(without(sips[1]));
    },
    order: () => ({ do: 'redial', room: huddle }),
    writes: [/saveRun|settle/, /^POST calls\/.*\/callLegs$/],
    holds: async ({ one }) => {
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 1]);
      expect(inside(one)).toEqual(all);
    },
  },
  {
    name: 'it goes on for longer',
    before: async ({ one }) => {
      expect((await one.run()).extension).toBeUndefined();
    },
    order: () => ({ do: 'extend', minutes: 10 }),
    writes: ['operations.progress', /^PUT coSpaces/, 'meetings.saveRun', 'operations.settle'],
    holds: async ({ one }) => {
      const { extension, end } = await one.run();
      expect(extension).toMatchObject({ of: end, until: end + 600_000 });
    },
  },
  {
    name: 'somebody is put out, and a room, which stays out',
    order: (scene) => ({ do: 'drop', who: ids(scene, 'Ann', board) }),
    writes: [/^DELETE participants/, 'meetings.saveRun', 'operations.settle'],
    holds: async ({ one }) => {
      expect(inside(one)).toEqual(without('ann@x.example', sips[0]));
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 0]);
    },
  },
  {
    name: 'everybody is put out',
    order: () => ({ do: 'drop', who: 'all' }),
    writes: [/^DELETE participants/, 'meetings.saveRun', 'operations.settle'],
    holds: async ({ one }) => {
      expect(inside(one)).toEqual([]);
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 0]);
    },
  },
  {
    name: 'everybody who waits is let in',
    before: async ({ one }) => {
      for (const name of ['Cid', 'Dora']) {
        const joined = one.cms.join(one.number, { name, passcode, uri: `${name.toLowerCase()}@x.example` });
        if (joined.joined)
          await one.asAdministrator('PUT', `participants/${joined.participant}`, 'cms1', lobby);
      }
      await one.hear();
    },
    order: () => ({ do: 'admit', who: 'all' }),
    writes: ['operations.progress', /^PUT participants/, 'operations.settle'],
    holds: async ({ one }) => {
      const people = one.cms.bridge(0).participants();
      expect(people.filter(({ isWaiting }) => isWaiting)).toEqual([]);
      expect(inside(one)).toEqual([...all, 'cid@x.example', 'dora@x.example'].sort());
    },
  },
  {
    name: 'everybody is muted',
    order: () => ({ do: 'mute', who: 'all', audio: true }),
    writes: [/^PUT calls\/.*\/participants\/\*$/, 'operations.settle'],
    holds: async ({ one }) => {
      for (const bridge of one.cms.bridges)
        for (const { id } of bridge.legs()) expect(bridge.legField(id, 'rxAudioMute')).toBe('true');
      expect(inside(one)).toEqual(all);
    },
  },
  {
    name: 'the conference is locked',
    before: async ({ one: { cms, number } }) => {
      const callProfile = cms.bridge(0).bySomebodyElse('POST', 'callProfiles', { lockMode: 'all' });
      cms.changeSpace(cms.space(number)?.id ?? '', { callProfile });
    },
    order: () => ({ do: 'lock', locked: true }),
    writes: [/^PUT calls\//, 'operations.settle'],
    holds: async ({ one }) => {
      const { cms, number } = one;
      expect(cms.join(number, { name: 'Cid', passcode, uri: 'cid@x.example' })).toMatchObject({
        joined: true,
      });
      const waiting = cms.bridges.flatMap((bridge) => bridge.participants()).filter((who) => who.isWaiting);
      expect(new Set(waiting.map(({ uri }) => uri))).toEqual(new Set(['cid@x.example']));
    },
  },
  {
    name: 'the conference is ended',
    order: () => ({ do: 'end' }),
    writes: [/^PUT coSpaces/, /^DELETE calls/, 'meetings.saveRun', 'operations.settle'],
    holds: async ({ one, other }) => {
      expect(inside(one)).toEqual([]);
      expect((await one.told()).filter(({ what }) => what === 'closed')).toEqual([
        { what: 'closed', reason: 'operator' },
      ]);
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 0]);
      expect((await other.run()).closedAt).toBeUndefined();
    },
  },
  {
    name: 'a room that was moved here is taken in',
    before: async ({ one }) => {
      one.cms.hangUp(sips[1]);
      await one.census();
      await one.bring();
      one.cms.join(one.number, { name: 'Huddle', passcode, uri: sips[1] });
      await one.hear();
    },
    order: ({ one }) => ({
      ...{ do: 'take-in', participant: legTo(one, sips[1]), from: 'other', room: huddle, sip: sips[1] },
      callBridge: one.cms.bridge(0).url,
    }),
    writes: ['meetings.saveRun', 'operations.settle'],
    holds: async ({ one }) => {
      expect((await one.told()).filter(({ what }) => what === 'moved-in')).toHaveLength(1);
      expect((await one.run()).rooms[huddle]).toMatchObject({ state: 'dialled', leg: legTo(one, sips[1]) });
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 0]);
    },
  },
  {
    name: 'two people are moved',
    order: (scene) => moveTo(scene, 'Ann', 'Ben'),
    writes: [
      /^POST calls\/.*\/participants$/,
      'operations.order',
      'operations.progress',
      'operations.settle',
    ],
    holds: async ({ one, other }) => {
      expect(inside(one)).toEqual([...sips].sort());
      expect(inside(other)).toEqual(['ann@x.example', 'ben@x.example']);
      expect(posts(one, moving)).toBe(2);
      expect((await other.told()).filter(({ what }) => what === 'moved-in')).toHaveLength(2);
      expect(await one.tickets()).toEqual([]);
    },
  },
  {
    name: 'a room is moved, and is not called back',
    order: (scene) => moveTo(scene, huddle),
    writes: [/^POST calls\/.*\/participants$/, 'operations.order', 'meetings.saveRun', 'operations.settle'],
    holds: async ({ one, other }) => {
      expect(inside(one)).toEqual(without(sips[1]));
      expect(inside(other)).toEqual([sips[1]]);
      expect(sips.map((sip) => dials(one, sip))).toEqual([0, 0]);
      expect(posts(one, moving)).toBe(1);
      expect((await other.told()).filter(({ what }) => what === 'moved-in')).toHaveLength(1);
      expect(await one.tickets()).toEqual([]);
    },
  },
];

function moveTo(scene: Scene, ...names: string[]): Operation {
  const { key: to, number } = scene.other;
  return { do: 'move', who: ids(scene, ...names), to, number };
}

function legTo({ cms }: OneConference, address: string): string {
  const legs = cms.bridges.flatMap((bridge) => bridge.legs());
  return legs.find(({ remoteParty }) => remoteParty === address)?.id ?? '';
}

describe.each(cases)('$name', ({ before, order, writes, holds }) => {
  it.each(['before', 'after'] as const)(
    'once, though its worker dies just %s any of its writes',
    { timeout: 240_000 },
    async (when) => {
      const deaths: string[] = [];
      for (let write = 1; ; write += 1) {
        const scene = await begin();
        const { one, other } = scene;
        try {
          await before?.(scene);
          one.cms.clearLog();
          await one.order('a', order(scene));
          const wrote = await one.bringToEnd({ write, when });
          const at = wrote?.at(-1) ?? 'no write';
          deaths.push(at);
          await one.hear();
          await one.bring('another');
          await other.bring('another');
          await one.answered(0);
          expect.soft(await one.outcome('a'), at).toMatchObject({ state: 'done' });
          expect.soft((await one.meeting()).orders ?? [], at).toEqual([]);
          const told = (await one.told()).filter(({ what }) => what === 'operated' || what === 'moved-in');
          expect.soft(told, at).toHaveLength(1);
          await holds(scene);
          if (wrote === undefined) break;
        } catch (error) {
          throw new Error(`after a death at ${deaths.at(-1)}`, { cause: error });
        } finally {
          await one.close();
        }
      }
      for (const wanted of writes)
        expect(deaths.some((at) => (typeof wanted === 'string' ? at === wanted : wanted.test(at)))).toBe(
          true,
        );
    },
  );
});

describe('a call bridge carries out late what a dead worker has asked for', () => {
  /** The worker dies with its POST on the way, which is taken and done a second and a half later. */
  async function diesAtPost({ one, other }: Scene, operation: Operation, path: RegExp): Promise<void> {
    for (const bridge of one.cms.bridges)
      bridge.setFault({ kind: 'late', ms: 1_500, match: { method: 'POST', path }, times: 1 });
    await one.order('a', operation);
    for (let write = 1; ; write += 1) {
      const wrote = await one.bringToEnd({ write, when: 'meanwhile' });
      if (wrote === undefined) throw new Error('nothing was posted');
      if (wrote.at(-1)?.startsWith('POST')) break;
    }
    await one.bring('another');
    await other.bring('another');
    expect(await one.outcome('a')).toMatchObject({ state: 'done' });
  }

  it('an address is called once', { timeout: 60_000 }, async () => {
    const scene = await begin();
    try {
      await diesAtPost(scene, { do: 'dial', address: `sip:${extra}` }, /callLegs$/i);
      expect(dials(scene.one, extra)).toBe(1);
      expect(inside(scene.one)).toEqual([...all, extra].sort());
    } finally {
      await scene.one.close();
    }
  });

  it('somebody is moved once', { timeout: 60_000 }, async () => {
    const scene = await begin();
    try {
      await diesAtPost(scene, moveTo(scene, 'Ben'), moving);
      expect(posts(scene.one, moving)).toBe(1);
      expect(inside(scene.other)).toEqual(['ben@x.example']);
      expect(inside(scene.one)).toEqual(without('ben@x.example'));
    } finally {
      await scene.one.close();
    }
  });
});

it('who was on the way when a worker died is followed though the other conference takes nobody any more', async () => {
  const scene = await begin();
  const { one, other } = scene;
  try {
    await one.order('a', moveTo(scene, 'Ann', 'Ben'));
    let wrote: readonly string[] | undefined;
    for (let write = 1; !wrote?.at(-1)?.startsWith('POST'); write += 1)
      wrote = await one.bringToEnd({ write, when: 'after' });
    await lockedOn(other);
    await one.bring('another');
    const { participants = [], state } = (await one.outcome('a')) ?? {};
    expect(state).toBe('partly');
    expect(participants[0]).toMatchObject({ participant: scene.people.get('Ann'), now: expect.any(String) });
    expect(participants[1]).toMatchObject({ refusal: 'target-locked' });
    expect(inside(other)).toEqual(['ann@x.example']);
    expect(inside(one)).toEqual(without('ann@x.example'));
  } finally {
    await one.close();
  }
});

async function lockedOn({ cms, number }: OneConference): Promise<void> {
  const space = cms.space(number)?.id;
  const call = cms
    .bridge(0)
    .calls()
    .find(({ coSpace }) => coSpace === space);
  cms.bridge(0).bySomebodyElse('PUT', `calls/${call?.id}`, { locked: true });
}
