/**
 * Gives back a conference that nobody is in, and where it is wished its rooms. At least once; safe because what was found
 * is written down after each look, closing is as ever, and before a room answers for itself the record says that it is
 * asked to and it is read what it has said: a booking that is gone or declined was given back.
 */
import { openRun } from '../src/conference/meeting.ts';
import { callBridgesOf, type Run } from '../src/conference/run.ts';
import { expectedBack } from '../src/conference/seen.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { emptinessAfter, isUnused } from '../src/conference/unused.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { declineWithComment, deleteOwnEntry, readResponse } from '../src/graph/replies.ts';
import { close } from './closing.ts';
import { type Hand, mustBeOurs, record } from './hand.ts';
import { entryOf } from './room-calendar.ts';

/** Milliseconds until a mailbox that could not be written is tried again. */
const again = 30_000;

/** A room that was dialled and has answered is somebody: there may be people in it. */
export async function lookForAnybody(hand: Hand): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const { booked } = meeting;
  if (run === undefined || booked === undefined) return;
  const homes = new Set(callBridgesOf(run));
  const { isHeld } = await deps.presence.look(
    { key: meeting.key, cluster: run.cluster, space: run.space },
    'count',
    homes,
  );
  const isAnybodyIn = isHeld || expectedBack(run, meeting.seen, now) > 0;
  const emptiness = emptinessAfter(booked, run, isAnybodyIn, now);
  if (!isUnused(emptiness, deps.conference.release, now)) {
    await record(hand, { ...run, emptiness });
    return;
  }
  await close(hand, 'unused');
  if (!deps.conference.release.room) await deps.happened(meeting.last.uid, 'unused');
}

/** Each room by its own answer, which tells the organizer; where none can, the organizer is told otherwise. */
export async function giveBackRooms(hand: Hand, rooms: readonly string[]): Promise<undefined> {
  const { deps, meeting, now } = hand;
  if (meeting.run === undefined) return;
  const asked = Object.fromEntries(rooms.map((room) => [room, 'asked' as const]));
  const run = await record(hand, { ...meeting.run, givenBack: { ...meeting.run.givenBack, ...asked } });
  const givenBack: Record<string, 'asked' | 'yes' | 'no'> = { ...run.givenBack };
  const notes: TimelineEntry[] = [];
  let at: number | undefined;
  for (const room of rooms) {
    mustBeOurs(hand);
    try {
      const isDone = await giveBack(hand, room);
      givenBack[room] = isDone ? 'yes' : 'no';
      if (isDone) notes.push({ at: Date.now(), what: 'room-given-back', room });
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      if (error.kind === 'refused' && error.status !== 401) {
        givenBack[room] = 'no';
        notes.push({
          at: Date.now(),
          what: 'room-not-given-back',
          room,
          reason: 'the mailbox may not be written',
        });
      } else at = now + (error.retryAfter ?? again);
    }
  }
  const { giveBackAt: _, ...rest } = run;
  const next: Run = { ...rest, givenBack, ...(at === undefined ? {} : { giveBackAt: at }) };
  await record(hand, next, notes);
  const isSettled = rooms.every((room) => givenBack[room] !== 'asked');
  if (isSettled && !Object.values(givenBack).includes('yes')) await deps.happened(meeting.last.uid, 'unused');
}

/** @returns false where there is nothing that the room could answer. @throws GraphFault */
async function giveBack(hand: Hand, room: string): Promise<boolean> {
  const { deps, meeting } = hand;
  const entry = await entryOf(hand, room);
  // Its booking is gone since it was asked: it has given it back, or nobody needs it to.
  if (entry === undefined) return meeting.run?.givenBack?.[room] === 'asked';
  try {
    const { response } = await readResponse(deps.graph, room, entry.id);
    if (response === 'declined' || response === 'cancelled') return true;
    if (response === 'organizer') await deleteOwnEntry(deps.graph, room, entry.id);
    else {
      const speech = await deps.speechFor(hand.meeting);
      const comment = [speech.say('unused'), speech.say('unused.room'), speech.say('unused.next')].join('\n');
      await declineWithComment(deps.graph, room, entry.id, comment);
    }
    return true;
  } catch (error) {
    if (error instanceof GraphFault && error.kind === 'absent') return true;
    throw error;
  }
}
