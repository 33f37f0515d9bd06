/** What goes with an extension, though its process is killed at each write: one effect, and everything as it was in the end. */
import { it } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, until } from '../world/world.ts';
import { cases, Scene } from './scene.ts';

const board = 'boardroom@example.com';
const rooms = [{ mailbox: board }];
const writing = { method: 'PATCH', path: /\/events\//, mailbox: board };
const soon = 90_000;
const count = ({ timeline = [] }: MeetingJson, what: string) =>
  timeline.filter((entry) => entry.what === what).length;

it.concurrent.for(cases)(
  "a room's calendar shows an extension and is put right ($moment, $successor)",
  { timeout: 300_000 },
  async ({ successor, moment }, { expect }) => {
    const conference = { extension: { by: '240s', times: 1, roomCalendar: true, warnings: [] } };
    const scene = await Scene.create(successor, { rooms, conference });
    try {
      const { graph, cms } = scene.world;
      await scene.start();
      const end = inSeconds(20);
      const event = graph.outlook.book({
        ...{ organizer, rooms: [board], subject: 'Goes on', start: inSeconds(4), end },
      });
      const that = (isAsWished: (meeting: MeetingJson) => boolean) =>
        scene.world.meetingThat(scene.witness, event.iCalUId, isAsWished, soon);
      const copyEnds = (at: number) =>
        until(async () => graph.outlook.roomCopy(board, event)?.end === at || undefined, soon);
      const { number, passcode } = await that(({ state }) => state === 'open');
      const ann = cms.join(number ?? '', { name: 'Ann', passcode: passcode ?? '' });

      await scene.killAtGraph(writing, moment);
      await scene.recover();
      await copyEnds(end.getTime() + 240_000);
      const shown = await that((meeting) => count(meeting, 'shown-in-room') === 1);
      expect.soft(shown).toMatchObject({ state: 'open', end: end.toISOString() });

      const atTheEnd = scene.killAtGraph(writing, moment);
      if (ann.joined) cms.leave(ann.participant);
      await atTheEnd;
      await scene.recover();
      await copyEnds(end.getTime());
      const closed = await that(({ state }) => state === 'closed');
      expect.soft(closed).toMatchObject({ reason: 'ended', end: end.toISOString() });
      expect.soft(count(closed, 'moved')).toBe(0);
      expect.soft(count(closed, 'extended')).toBe(1);
    } finally {
      await scene.destroy();
    }
  },
);

/** The hardest moment: what was done is not written down. */
it.concurrent.for(cases.filter(({ moment }) => moment === 'unrecorded'))(
  'people are let in and warned, and a room is given back ($moment, $successor)',
  { timeout: 300_000 },
  async ({ successor, moment }, { expect }) => {
    const conference = {
      ...{ setup: '12s', earlyJoin: 'lobby', release: { after: '20s', room: true } },
      extension: { times: 0, warnings: ['110s'] },
    };
    const scene = await Scene.create(successor, { rooms, conference });
    try {
      const { graph, cms } = scene.world;
      await scene.start();
      const start = inSeconds(18);
      const end = inSeconds(18 + 160);
      const event = graph.outlook.book({ organizer, rooms: [board], subject: 'Let in', start, end });
      const that = (isAsWished: (meeting: MeetingJson) => boolean) =>
        scene.world.meetingThat(scene.witness, event.iCalUId, isAsWished, soon);
      const unlocking = scene.killAtCms({ method: 'PUT', path: /\/calls\//i, form: /locked=false/ }, moment);
      const { number, passcode } = await that(({ state }) => state === 'open');
      const ann = cms.join(number ?? '', { name: 'Ann', passcode: passcode ?? '' });
      await unlocking;
      await scene.recover();
      await that((meeting) => count(meeting, 'unlocked') === 1);
      const waiting = cms.bridges.flatMap((bridge) => bridge.participants()).filter((one) => one.isWaiting);
      expect.soft(waiting).toEqual([]);

      await scene.killAtCms({ method: 'PUT', path: /\/calls\//i, form: /messageText=/ }, moment);
      await scene.recover();
      const warned = await that((meeting) => count(meeting, 'warned') === 1);
      expect.soft(warned.state).toBe('open');

      const declining = scene.killAtGraph({ method: 'POST', path: /\/decline$/, mailbox: board }, moment);
      if (ann.joined) cms.leave(ann.participant);
      await declining;
      await scene.recover();
      const over = await that(
        (meeting) => meeting.state === 'closed' && count(meeting, 'room-given-back') === 1,
      );
      expect.soft(over.reason).toBe('unused');
      expect.soft(graph.replies.filter(({ response }) => response === 'declined')).toHaveLength(1);
    } finally {
      await scene.destroy();
    }
  },
);
