/** The end of a conference: whoever is still in may stay while the slot and the rooms are free. */
import { openRun } from '../src/conference/meeting.ts';
import { done, type Order, type Outcome, refused } from '../src/conference/operation/operation.ts';
import { atEnd, effectiveEnd } from '../src/conference/plan.ts';
import type { Presence } from '../src/conference/presence.ts';
import { callBridgesOf, type Run } from '../src/conference/run.ts';
import { expectedBack, nameOn, passcodeOn } from '../src/conference/seen.ts';
import { heldInterval } from '../src/slot/slot.ts';
import { close } from './closing.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { progress } from './order-progress.ts';
import { placeOf, putOpenAgain } from './slot-access.ts';

/** At the end: extend, or close. */
export async function atItsEnd(hand: Hand): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const { booked, placement } = meeting;
  if (run === undefined || booked === undefined || placement === undefined) return;
  const { extension } = deps.conference;
  const { isHeld: isSeen } = await look(hand, run);
  const isHeld = isSeen || expectedBack(run, meeting.seen, now) > 0;
  const from = effectiveEnd(booked.end, run, placement.cappedEnd);
  const wish = atEnd(booked.end, run, { isHeld, free: placement.cappedEnd === undefined }, extension);
  if (wish.do === 'close') return await close(hand, wish.reason);
  const next = await deps.roomTimes.nextInRooms(meeting, from, wish.until, now);
  const taken = next?.reason ?? (await slotTaken(hand, wish.until));
  if (taken !== undefined) {
    deps.metrics.extensions.inc({ outcome: 'taken' });
    await deps.meetings.note(meeting.key, [{ at: now, what: 'not-extended', reason: taken }]);
    return await close(hand, 'slot-taken');
  }
  await extend(hand, run, { of: booked.end, until: wish.until, times: wish.times });
  return undefined;
}

/**
 * Extended and past Outlook's end: over as soon as nobody is in, and not beyond where one of its rooms is another's: who has
 * come in between, by whatever way, wins.
 */
export async function watch(hand: Hand, until: number): Promise<number | undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const { booked, placement } = meeting;
  if (run?.extension === undefined || booked === undefined) return until;
  if (expectedBack(run, meeting.seen, now) > 0) return until;
  const { isHeld } = await look(hand, run);
  if (!isHeld) return await close(hand, 'ended');
  const end = effectiveEnd(booked.end, run, placement?.cappedEnd);
  const next = await deps.roomTimes.nextInRooms(meeting, Math.max(now, booked.end), end, now);
  if (next === undefined || next.at >= end) return until;
  const cut = Math.max(now, next.at);
  const note = {
    at: now,
    what: 'cut-short' as const,
    until: new Date(cut).toISOString(),
    reason: next.reason,
  };
  await record(hand, { ...run, extension: { ...run.extension, until: cut } }, [note]);
  return undefined;
}

/** Who is in. A call bridge that does not say is named on the timeline at Outlook's end, for what follows is by its silence. */
async function look({ deps, meeting, now }: Hand, run: Run): Promise<Presence> {
  const homes = new Set(callBridgesOf(run));
  const presence = await deps.presence.look(
    { key: meeting.key, cluster: run.cluster, space: run.space },
    deps.conference.extension.rooms,
    homes,
  );
  if (presence.silent !== undefined && run.extension === undefined) {
    const reason = 'it does not say who is in';
    const note = { at: now, what: 'retrying' as const, step: 'look', callBridge: presence.silent, reason };
    await deps.meetings.note(meeting.key, [note]);
  }
  return presence;
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
    (client) => putOpenAgain(deps, client, cluster.config, placeOf(hand, run), fields),
    leaving(hand, 'extend'),
  );
  const until = new Date(extension.until).toISOString();
  await record(hand, { ...run, extension }, [{ at: now, what: 'extended', until }]);
  deps.metrics.extensions.inc({ outcome: 'extended' });
  deps.log.info({ key: hand.work.key, until }, 'conference extended');
  await deps.happened(hand.meeting.last.uid, 'extended');
}

/**
 * As an operator wants it; as long as people are in it lasts until then. To when is written down first, so that whoever
 * takes it up after a death does not add to what was added.
 */
export async function extendBy(hand: Hand, run: Run, order: Order, minutes: number): Promise<Outcome> {
  const { deps, meeting } = hand;
  const { booked, placement } = meeting;
  const now = Date.now();
  if (booked === undefined || placement === undefined) return refused('not-planned', now);
  const from = effectiveEnd(booked.end, run, placement.cappedEnd);
  const until = order.extendsTo ?? from + minutes * 60_000;
  if (run.extension?.of === booked.end && run.extension.until >= until) return done(now);
  if (order.extendsTo === undefined) await progress(hand, { ...order, extendsTo: until });
  const next = await deps.roomTimes.nextInRooms(meeting, from, until, now);
  const taken = next?.reason ?? (await slotTaken(hand, until));
  if (taken !== undefined) return refused('time-taken', now, taken);
  const { times = 0 } = run.extension?.of === booked.end ? run.extension : {};
  await extend(hand, run, { of: booked.end, until, times });
  return done(Date.now());
}

async function slotTaken({ deps, meeting }: Hand, until: number): Promise<string | undefined> {
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  if (booked === undefined || placement === undefined || cluster === undefined) return 'it has no slot';
  const isAnothers = `${placement.number} is held by another meeting`;
  if (placement.cappedEnd !== undefined) return isAnothers;
  const wish = { key: meeting.key, ...heldInterval({ start: booked.start, end: until }, deps.conference) };
  const choice = { mode: 'only' as const, number: placement.number };
  const held = await deps.slots.reserve(cluster.config, [wish], choice);
  return held === undefined ? isAnothers : undefined;
}
