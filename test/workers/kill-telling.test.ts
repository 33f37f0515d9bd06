/** A message to the organizer, killed in the middle of sending: it is sent once, by mail and by a room's answer alike. */
import { it } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { cases, Scene, soon } from './scene.ts';

const guest = 'guest@elsewhere.example';
const sender = 'video@example.com';
const room = 'boardroom@example.com';
/** Until a mail that is not in Sent Items counts as never sent. */
const patience = 45_000;

const ways = [
  {
    way: 'mail',
    invitation: { mail: { from: sender } },
    request: { method: 'POST', path: /\/sendMail/, mailbox: sender },
    word: 'organizer-mailed',
  },
  {
    way: 'answer',
    invitation: {},
    request: { method: 'POST', path: /\/accept/, mailbox: room },
    word: 'organizer-answered',
  },
];

it.concurrent.for(ways.flatMap((way) => cases.map((one) => ({ ...way, ...one }))))(
  'the organizer gets one $way though the process dies over it ($moment, $successor)',
  { timeout: 150_000 },
  async ({ way, invitation, request, word, successor, moment }, { expect }) => {
    const scene = await Scene.create(successor, { config: { invitation } });
    try {
      const { graph } = scene.world;
      graph.addPerson(sender, 'Video');
      await scene.start();
      const sent = () => (way === 'mail' ? graph.mails.length : graph.replies.length);
      const atSending = scene.killAtGraph(request, moment);
      const event = graph.outlook.book({
        ...{ organizer: guest, rooms: [room], subject: 'Pens' },
        ...{ start: inSeconds(3_600), end: inSeconds(7_200) },
      });
      await atSending;
      expect(sent(), 'sent before the kill').toBe(moment === 'before' ? 0 : 1);
      await scene.recover();
      const told = async () =>
        (await scene.world.meeting(scene.witness, event.iCalUId))?.timeline?.map(({ what }) => what) ?? [];
      await expect.poll(told, { timeout: patience }).toContain(word);
      await graph.settled();
      const waiting = () => scene.redis.redis.zcard('roombridge:{agenda:invitation}:due');
      await expect.poll(waiting, { timeout: soon }).toBe(0);
      expect.soft(sent()).toBe(1);
      expect
        .soft((await told()).filter((what) => what === word || what === 'telling-unclear'))
        .toEqual([word]);
    } finally {
      await scene.destroy();
    }
  },
);
