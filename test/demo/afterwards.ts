/** Life after the story: meetings for the pages to show, and another one held every few minutes. */
import type { Product, World } from '../world/world.ts';
import { ann, boardRoom, huddle, rooms, tim } from './cast.ts';
import { HeldMeeting } from './held-meeting.ts';
import { type Stage, StepFailed } from './stage.ts';
import { inAbout } from './story.ts';

const minute = 60_000;
const titles = ['Design review', 'Budget', 'Interview', 'Stand-up', 'Retrospective'];

/** Goes on until the stage is left. */
export async function goOn(world: World, product: Product, stage: Stage): Promise<never> {
  bookAhead(world);
  for (let round = 0; ; round += 1) {
    await stage.until(Date.now() + 1.5 * minute);
    try {
      await holdOne(world, product, stage, round);
    } catch (error) {
      if (!(error instanceof StepFailed) || stage.productEnded) throw error;
      stage.terminal.tell(Date.now(), 'missed', `${error.step}; seen: ${error.seen}`, 'red');
    }
    forget(world);
  }
}

function bookAhead(world: World): void {
  const tomorrow = inAbout(24 * 3_600);
  world.graph.outlook.book({
    organizer: tim.mailbox,
    rooms: [boardRoom.mailbox],
    subject: 'Quarterly review',
    start: new Date(tomorrow),
    end: new Date(tomorrow + 60 * minute),
  });
  world.graph.outlook.book({
    organizer: ann.mailbox,
    rooms: [huddle.mailbox],
    subject: 'Interview',
    start: new Date(tomorrow + 30 * minute),
    end: new Date(tomorrow + 90 * minute),
  });
}

async function holdOne(world: World, product: Product, stage: Stage, round: number): Promise<void> {
  const start = inAbout(10);
  const end = start + minute;
  const room = rooms[round % rooms.length] ?? boardRoom;
  const meeting = new HeldMeeting(world, product, stage, {
    title: titles[round % titles.length] ?? 'Meeting',
    organizer: round % 2 === 0 ? ann : tim,
    rooms: [room],
    start,
    end,
  });
  await meeting.booked();
  await meeting.reserved();
  await meeting.invited();
  await meeting.opened('cms1');
  await meeting.dialled();
  await meeting.joined('Tim', 'Ann');
  await stage.until(end - 10_000);
  meeting.left();
  await meeting.closed(end);
}

/** What the simulators remember of every request would fill the memory over the weeks. */
function forget(world: World): void {
  world.cms.clearLog();
  world.graph.log.length = 0;
  world.graph.notificationLog.length = 0;
}
