/** The end of a conference: whoever is still in may stay while the slot and the rooms are free. */
import { openRun } from '../src/conference/meeting.ts';
import { atEnd, effectiveEnd } from '../src/conference/plan.ts';
import type { Run } from '../src/conference/run.ts';
import { expectedBack, nameOn, passcodeOn } from '../src/conference/seen.ts';
import { heldInterval } from '../src/slot/slot.ts';
import { close } from './closing.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { putOpen } from './steps.ts';

/** At the end: extend, or close. */
export async function atItsEnd(hand: Hand): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const { booked, placement } = meeting;
  if (run === undefined || booked === undefined || placement === undefined) return;
  const { extension } = deps.conference;
  const presence = await deps.presence.look(run.cluster, run.space, extension.rooms);
  const isHeld = presence.isHeld || expectedBack(run, meeting.seen, now) > 0;
  const from = effectiveEnd(booked.end, run, placement.cappedEnd);
  const wish = atEnd(booked.end, run, { isHeld, free: placement.cappedEnd === undefined }, extension);
  if (wish.do === 'close') return await close(hand, wish.reason);
  const taken = (await roomTaken(hand, from, wish.until)) ?? (await slotTaken(hand, wish.until));
  if (taken !== undefined) {
    await deps.meetings.note(meeting.key, [{ at: now, what: 'not-extended', reason: taken }]);
    return await close(hand, 'slot-taken');
  }
  await extend(hand, run, { of: booked.end, until: wish.until, times: wish.times });
  return undefined;
}

/** Extended and past Outlook's end: over as soon as nobody is in. */
export async function watch(hand: Hand, until: number): Promise<number | undefined> {
  const run = openRun(hand.meeting.run);
  if (run === undefined) return;
  const { deps } = hand;
  if (expectedBack(run, hand.meeting.seen, hand.now) > 0) return until;
  const { isHeld } = await deps.presence.look(run.cluster, run.space, deps.conference.extension.rooms);
  return isHeld ? until : await close(hand, 'ended');
}

/** Repeated after a death in between, it is the same extension and the same PUT. */
async function extend(hand: Hand, run: Run, extension: NonNullable<Run['extension']>): Promise<void> {
  const { deps, now } = hand;
  const cluster = deps.callBridges.cluster(run.cluster);
  if (cluster === undefined) return;
  const fields = { name: nameOn(run), passcode: passcodeOn(run), secret: run.secret };
  mustBeOurs(hand);
  await deps.callBridges.attempt(
    run.cluster,
    run.callBridge,
    (client) => putOpen(client, deps.bridges, cluster.config, run, fields),
    leaving(hand, 'extend'),
  );
  const until = new Date(extension.until).toISOString();
  await record(hand, { ...run, extension }, [{ at: now, what: 'extended', until }]);
  deps.log.info({ key: hand.work.key, until }, 'conference extended');
  await deps.happened(hand.meeting.last.uid, 'extended');
}

async function slotTaken({ deps, meeting }: Hand, until: number): Promise<string | undefined> {
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  if (booked === undefined || placement === undefined || cluster === undefined) return 'it has no slot';
  const wish = { key: meeting.key, ...heldInterval({ start: booked.start, end: until }, deps.conference) };
  const choice = { mode: 'only' as const, number: placement.number };
  const held = await deps.slots.reserve(cluster.config, [wish], choice);
  return held === undefined ? `${placement.number} is held by another meeting` : undefined;
}

async function roomTaken({ deps, meeting }: Hand, from: number, until: number): Promise<string | undefined> {
  for (const room of meeting.booked?.rooms ?? []) {
    const next = (await deps.meetings.ofRoom(room, from, until)).find(
      ({ key, booked }) =>
        key !== meeting.key && booked?.rooms.includes(room) && booked.start < until && booked.end > from,
    );
    if (next !== undefined) return `${room} is booked next`;
  }
  return undefined;
}
