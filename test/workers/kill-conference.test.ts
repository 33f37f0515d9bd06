/** A conference whose process is killed in the middle of each step that writes to a bridge: one effect, no loss. */
import { it } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer } from '../world/world.ts';
import { cases, Scene, soon } from './scene.ts';

const opening = { method: 'PUT', path: /\/coSpaces\//i, form: /nonMemberAccess=true/ };
const closing = { method: 'PUT', path: /\/coSpaces\//i, form: /nonMemberAccess=false/ };
const calling = { method: 'POST', path: /\/calls$/i };
const dialling = { method: 'POST', path: /\/callLegs$/i };
const hangingUp = { method: 'DELETE', path: /\/callLegs\//i };
const deleting = { method: 'DELETE', path: /\/calls\//i };

it.concurrent.for(cases)(
  'a conference is held once though its process dies at every step ($moment, $successor)',
  { timeout: 240_000 },
  async ({ successor, moment }, { expect }) => {
    const scene = await Scene.create(successor, { conference: { extension: { by: '12s', times: 1 } } });
    try {
      const { graph, cms } = scene.world;
      await scene.start();
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['boardroom@example.com', 'huddle@example.com'], subject: 'Held once' },
        start: inSeconds(4),
        end: inSeconds(600),
      });
      const that = (isAsWished: (meeting: MeetingJson) => boolean, timeout = soon) =>
        scene.world.meetingThat(scene.witness, event.iCalUId, isAsWished, timeout);
      const count = ({ timeline = [] }: MeetingJson, what: string) =>
        timeline.filter((entry) => entry.what === what).length;

      // Between these and the next step nothing is written down: the kill after the next one's answer is theirs, too.
      const openings = moment === 'unrecorded' ? [calling] : [opening, calling];
      const closings = moment === 'unrecorded' ? [deleting] : [closing, deleting];

      for (const step of [...openings, dialling]) {
        const killed = scene.killAtCms(step, moment);
        if (step !== openings[0]) await scene.recover();
        await killed;
      }
      await scene.recover();
      const open = await that((meeting) => count(meeting, 'dialled') === 2);
      const number = open.number ?? '';

      const atHangUp = scene.killAtCms(hangingUp, moment);
      graph.outlook.update(event, { rooms: ['boardroom@example.com'] });
      await atHangUp;
      await scene.recover();
      await that((meeting) => count(meeting, 'hung-up') === 1);

      const joined = cms.join(number, { name: 'Ann', ...(open.passcode ? { passcode: open.passcode } : {}) });
      expect(joined).toMatchObject({ joined: true });
      const atExtension = scene.killAtCms(opening, moment);
      graph.outlook.update(event, { end: inSeconds(3) });
      await atExtension;
      await scene.recover();
      await that((meeting) => meeting.extendedUntil !== null);

      for (const step of closings) {
        const killed = scene.killAtCms(step, moment);
        if (step !== closings[0]) await scene.recover();
        await killed;
      }
      await scene.recover();
      const over = await that((meeting) => meeting.state === 'closed' && count(meeting, 'released') === 1);

      const times = (kind: string, party?: string) =>
        cms.events.filter((seen) => seen.kind === kind && (party === undefined || seen.remoteParty === party))
          .length;
      expect.soft(times('callStarted'), 'calls made').toBe(1);
      expect.soft(times('callEnded'), 'calls ended').toBe(1);
      expect.soft(times('legDialled', 'boardroom@video.example.com'), 'dials of the board room').toBe(1);
      expect.soft(times('legDialled', 'huddle@video.example.com'), 'dials of the huddle').toBe(1);
      const space = cms.space(number);
      expect.soft(space).toMatchObject({
        name: `TMS_Scheduled_Meeting_${number}`,
        passcode: '',
        nonMemberAccess: false,
      });
      const words = ['opened', 'hung-up', 'extended', 'closed', 'released'];
      expect
        .soft(Object.fromEntries(words.map((what) => [what, count(over, what)])))
        .toEqual(Object.fromEntries(words.map((what) => [what, 1])));
      expect.soft(count(over, 'dialled')).toBe(2);
    } finally {
      await scene.destroy();
    }
  },
);
