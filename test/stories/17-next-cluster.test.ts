/** A start that all call bridges of its cluster refuse goes to the next cluster, and is held once. */
import { expect, test } from 'vitest';
import type { Fault } from '../simulators/cms/faults.ts';
import { callsOf, dialsTo, noted, opening } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { apacBase, organizer, until } from '../world/world.ts';

const conference = {
  setup: '0s',
  teardown: '4s',
  lead: '2s',
  passcode: 'random',
  preflight: '0s',
  extension: { times: 0 },
};
const rooms = [{ mailbox: 'board@example.com', sip: 'board@video.example.com' }];

/** What befalls everything that both call bridges are asked, from the PUT with which the start begins. */
const ways: readonly { readonly name: string; readonly fault: Omit<Fault, 'match'> }[] = [
  { name: 'no answer', fault: { kind: 'hang' } },
  { name: 'busy', fault: { kind: 'busy' } },
  { name: 'done, and no answer', fault: { kind: 'hang-answer' } },
];

test.concurrent.for(ways)(
  'a start goes to the next cluster when its own says nothing useful ($name)',
  { timeout: 180_000 },
  ({ fault }) =>
    inWorld({ rooms, apac: ['cms3', 'cms4'], conference }, async (world, product) => {
      const { cms, apac, graph } = world;
      const start = inSeconds(10);
      const event = graph.outlook.book({
        ...{ organizer, rooms: ['board@example.com'], subject: 'Once', start, end: inSeconds(45) },
      });
      const that = (isAsWished: Parameters<typeof world.meetingThat>[2], timeout = 60_000) =>
        world.meetingThat(product, event.iCalUId, isAsWished, timeout);
      const { number } = await that((meeting) => meeting.number !== null);
      const old = number ?? '';
      const step = opening(cms, old);
      for (const bridge of cms.bridges)
        bridge.setFault({
          ...fault,
          match: { method: step.method, path: step.path },
          times: 1,
          struck: () => bridge.setFault(fault),
        });

      const open = await that((meeting) => noted(meeting, 'dialled').length === 1);
      expect(open).toMatchObject({ cluster: 'apac', number: String(apacBase), state: 'open' });
      expect(noted(open, 'rehomed')).toMatchObject([{ from: `emea ${old}`, cluster: 'apac' }]);
      const [call] = callsOf(apac, String(apacBase));
      expect((call?.at ?? 0) - start.getTime(), 'milliseconds until it runs elsewhere').toBeLessThan(15_000);
      await until(
        async () =>
          graph.outlook.event(organizer, event)?.body.content.includes(String(apacBase)) || undefined,
        30_000,
      );

      // The first cluster answers again: what may have begun there is hung up, and its number says where the meeting is.
      for (const bridge of cms.bridges) await bridge.clearFault();
      const space = () => cms.space(old);
      await until(async () => space()?.name.includes(String(apacBase)) || undefined, 30_000);
      await until(
        async () => cms.bridges.every((bridge) => bridge.calls().length === 0) || undefined,
        30_000,
      );
      expect(space()).toMatchObject({ nonMemberAccess: false });
      expect(dialsTo(cms, 'board@video.example.com')).toBe(0);
      expect(dialsTo(apac, 'board@video.example.com')).toBe(1);
      expect(callsOf(apac, String(apacBase))).toHaveLength(1);
      await that(({ state }) => state === 'closed', 90_000);
      await until(async () => space()?.name === `TMS_Scheduled_Meeting_${old}` || undefined, 60_000);
      await that((meeting) => noted(meeting, 'released').length === 1, 60_000);
    }),
);
