/** The story: a meeting that is held, extended and closed, and one that starts when a call bridge has just died. */
import { base, type Product, type World } from '../world/world.ts';
import { ann, boardRoom, huddle, rooms, setupTime, slots, studio, tim } from './cast.ts';
import { HeldMeeting } from './held-meeting.ts';
import { Sightings } from './sightings.ts';
import type { Stage } from './stage.ts';

const second = 1_000;

export async function tellStory(world: World, product: Product, stage: Stage): Promise<void> {
  await prepared(world, stage);
  await oneThatRunsLonger(world, product, stage);
  await oneThatLosesItsBridge(world, product, stage);
}

/** The next whole second that is at least so far away, as people book. */
export function inAbout(seconds: number): number {
  return Math.ceil(Date.now() / second + seconds) * second;
}

async function prepared(world: World, stage: Stage): Promise<void> {
  const sightings = new Sightings(world);
  await stage.expect({
    word: 'subscribed',
    name: 'rooms subscribed',
    expected: `a subscription for each of ${rooms.length} rooms`,
    within: 20_000,
    look: () =>
      rooms.every(({ mailbox }) =>
        [...world.graph.subscriptions.values()].some((one) => one.mailbox.address === mailbox),
      )
        ? { at: Date.now(), text: `Exchange will tell of changes in ${rooms.length} rooms` }
        : undefined,
    instead: () => `${world.graph.subscriptions.size} subscriptions`,
  });
  await stage.expect({
    word: 'prepared',
    name: 'slots prepared',
    expected: `${slots} locked slots on the cluster`,
    within: 20_000,
    look: () =>
      sightings.slotsAtRest() === slots
        ? { at: Date.now(), text: `${slots} slots from ${base} stand on the bridges, locked` }
        : undefined,
    instead: () => `${sightings.slotsAtRest()} slots; ${sightings.lastRequests()}`,
  });
}

async function oneThatRunsLonger(world: World, product: Product, stage: Stage): Promise<void> {
  stage.terminal.heading('A meeting runs longer than it was booked for');
  const start = inAbout(11);
  const meeting = new HeldMeeting(world, product, stage, {
    title: 'Weekly planning',
    organizer: tim,
    rooms: [boardRoom, huddle],
    start,
    end: start + 9 * second,
  });
  await meeting.booked();
  await meeting.noticed();
  await meeting.reserved();
  await meeting.invited();
  await meeting.opened('cms1');
  await meeting.dialled();
  await meeting.joined('Tim', 'Ann');
  await meeting.pictured('Tim', 'Ann');
  await stage.until(start + 4 * second);
  const end = start + 14 * second;
  await meeting.extendedInOutlook(end);
  await meeting.extendedByPeople();
  await stage.until(end + 2 * second);
  meeting.left();
  await meeting.closed(end + 8 * second);
  await meeting.lockedAgain();
}

async function oneThatLosesItsBridge(world: World, product: Product, stage: Stage): Promise<void> {
  stage.terminal.heading('A call bridge dies just before a start');
  const start = inAbout(11);
  const meeting = new HeldMeeting(world, product, stage, {
    title: 'Customer call',
    organizer: ann,
    rooms: [studio],
    start,
    end: start + 8 * second,
  });
  await meeting.booked();
  await meeting.noticed();
  await meeting.reserved();
  await meeting.invited();
  const first = world.cms.bridge('cms1');
  // Between two of the probes, so that the start itself has to find out.
  await stage.until(start - setupTime - 300);
  const killedAt = Date.now();
  await first.kill();
  stage.terminal.tell(killedAt, 'killed', 'call bridge cms1 is switched off', 'red');
  await meeting.opened('cms2', 'cms1');
  await meeting.dialled();
  await meeting.joined('Ann', 'A customer');
  await stage.until(start + 1.5 * second);
  await returned(world, stage);
  await stage.until(start + 5 * second);
  meeting.left();
  await meeting.closed(start + 8 * second);
  await meeting.lockedAgain();
}

async function returned(world: World, stage: Stage): Promise<void> {
  const since = Date.now();
  await world.cms.bridge('cms1').restart();
  const sightings = new Sightings(world);
  await stage.expect({
    word: 'returned',
    name: 'call bridge returned',
    expected: 'cms1 is asked how it is',
    within: 15_000,
    look: () => {
      const answered = sightings.asked('cms1', since);
      return answered && { at: answered.at, text: 'cms1 is back, and answers Roombridge' };
    },
    instead: () => sightings.lastRequests(),
  });
}
