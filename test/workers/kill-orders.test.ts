/** An operator's orders, each of whose processes is killed: whoever asks again for the same is told what came of it, once. */
import { it } from 'vitest';
import { agendaKeys } from '../../src/redis/agenda.ts';
import { inSeconds } from '../world/graph-side.ts';
import { Operator, type OutcomeJson } from '../world/operator.ts';
import { type MeetingJson, organizer, until } from '../world/world.ts';
import { cases, Scene, successors } from './scene.ts';

const board = { mailbox: 'boardroom@example.com', sip: 'boardroom@video.example.com' };
const options = {
  rooms: [board, { mailbox: 'huddle@example.com' }],
  conference: { extension: { times: 0 } },
  cms: { cdr: { pause: 500 }, softwareVersion: '3.4' },
};
/** When which conference is looked at next. */
const { due: dueKey } = agendaKeys('conference');
/** The ring that follows an order: it is not written with it, which comes before. */
const ringing = /"do":"lock"[\s\S]*EVALSHA[\s\S]*agenda:conference/i;
const guest = 'guest@video.example.com';
const ann = 'ann@x.example';

/** Both open, a meeting in each of the rooms. */
async function bothOpen(scene: Scene): Promise<MeetingJson[]> {
  const keys = options.rooms.map(({ mailbox }) => {
    const times = { start: inSeconds(6), end: inSeconds(600) };
    return scene.world.graph.outlook.book({ organizer, rooms: [mailbox], subject: 'Held', ...times }).iCalUId;
  });
  const isOpen = ({ state, timeline = [], rooms }: MeetingJson) =>
    state === 'open' && (!rooms.includes(board.mailbox) || timeline.some(({ what }) => what === 'dialled'));
  return await Promise.all(keys.map((key) => scene.world.meetingThat(scene.witness, key, isOpen, 60_000)));
}

/** Made again and again, at whichever process runs, until it says what came of it. */
async function ordered(scene: Scene, { key }: MeetingJson, body: object): Promise<OutcomeJson> {
  const order = JSON.stringify({ by: 'olga', request: crypto.randomUUID(), ...body });
  let said = '';
  return await until(
    async () => {
      try {
        const path = `/api/meetings/${encodeURIComponent(key)}/operations`;
        const answer = await fetch(scene.witness.admin + path, {
          ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: order },
        });
        said = await answer.text();
        return answer.status === 200 ? (JSON.parse(said) as OutcomeJson) : undefined;
      } catch (error) {
        said = String(error);
        return undefined;
      }
    },
    90_000,
    () => said,
  );
}

it.concurrent.for(cases)(
  'each is done once though its process dies at what it asks of a call bridge ($moment, $successor)',
  { timeout: 300_000 },
  async ({ successor, moment }, { expect }) => {
    const scene = await Scene.create(successor, options);
    try {
      const { cms } = scene.world;
      await scene.start();
      const [from, to] = await bothOpen(scene);
      if (from === undefined || to === undefined) throw new Error('they are two');
      const joined = cms.join(from.number ?? '', { name: 'Ann', uri: ann, passcode: from.passcode ?? '' });
      const who = [joined.joined ? joined.participant : ''];
      const idOf = (uri: string) => {
        const legs = cms.bridges.flatMap((bridge) => bridge.legs());
        return legs.find(({ remoteParty }) => remoteParty === uri)?.id ?? '';
      };
      const done = async (body: object, at: { method: string; path: RegExp; form?: RegExp }) => {
        const killed = scene.killAtCms(at, moment);
        const outcome = ordered(scene, from, body);
        await killed;
        await scene.recover();
        expect.soft(await outcome, JSON.stringify(body)).toMatchObject({ state: 'done' });
      };
      await done({ do: 'dial', address: guest }, { method: 'POST', path: /\/callLegs$/i, form: /guest/ });
      await done({ do: 'drop', who: [idOf(guest)] }, { method: 'DELETE', path: /\/participants\//i });
      await done(
        { do: 'move', who, to: to.key, number: to.number },
        { method: 'POST', path: /\/participants$/i },
      );
      const olga = new Operator(scene.world, scene.witness);
      await olga.isOnlyIn(ann, to);
      await done({ do: 'end' }, { method: 'PUT', path: /\/coSpaces\//i, form: /nonMemberAccess=false/ });

      const legs = (kind: string, uri: string) =>
        cms.events.filter((event) => event.kind === kind && event.remoteParty === uri).length;
      expect.soft(legs('legDialled', guest), 'calls of the guest').toBe(1);
      expect.soft(legs('legJoined', ann), 'Ann came, and was moved').toBe(2);
      expect.soft(olga.seated().map(({ uri }) => uri)).toEqual([ann]);
      const over = await scene.world.meetingThat(scene.witness, from.key, ({ state }) => state === 'closed');
      const operated = over.timeline?.filter(({ what }) => what === 'operated') ?? [];
      expect
        .soft(operated.map((entry) => [entry.do, entry.outcome]))
        .toEqual(['dial', 'drop', 'move', 'end'].map((what) => [what, 'done']));
      const isTold = ({ timeline = [] }: MeetingJson) => timeline.some(({ what }) => what === 'moved-in');
      const { timeline = [] } = await scene.world.meetingThat(scene.witness, to.key, isTold, 60_000);
      expect.soft(timeline.filter(({ what }) => what === 'moved-in')).toHaveLength(1);
    } finally {
      await scene.destroy();
    }
  },
);

it.concurrent.for(successors)(
  'one is taken up within seconds though nobody rang for it: who took it died (%s)',
  { timeout: 200_000 },
  async (successor, { expect }) => {
    const scene = await Scene.create(successor, options);
    try {
      await scene.start();
      const [meeting] = await bothOpen(scene);
      if (meeting === undefined) throw new Error('not opened');
      // Nothing else is due for long that would take it along.
      const due = async () => Number(await scene.redis.redis.zscore(dueKey, meeting.key));
      await until(async () => (await due()) > Date.now() + 120_000 || undefined, 60_000);
      const killed = scene.killAtWrite(ringing);
      const { admin } = scene.witness;
      const path = `/api/meetings/${encodeURIComponent(meeting.key)}/operations`;
      const answer = fetch(admin + path, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ by: 'olga', do: 'lock', locked: true }),
      }).catch(() => 'nobody answered');
      await killed;
      expect(await answer).toBe('nobody answered');
      await scene.recover();
      const isDone = ({ timeline = [] }: MeetingJson) => timeline.some(({ what }) => what === 'operated');
      await until(
        async () => {
          const found = await scene.world.meeting(scene.witness, meeting.key).catch(() => undefined);
          return (found !== undefined && isDone(found)) || undefined;
        },
        30_000,
        () => 'the order was never carried out',
      );
    } finally {
      await scene.destroy();
    }
  },
);
