/**
 * Tells the people in a conference, on their screens, that it ends: only where the end cannot be put off. At least once;
 * safe because the same text on the same call is one text, and what was considered is written down afterwards. A call
 * bridge that fails at it keeps nobody from being told by the others, and nothing waits for it.
 */

import { hasFeature } from '../src/cluster/feature.ts';
import { listCalls, showMessage } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { openRun } from '../src/conference/meeting.ts';
import { atEnd, effectiveEnd } from '../src/conference/plan.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { Speech } from '../src/invitation/languages/speech.ts';
import { speaksAgainst } from './call-bridges.ts';
import { type Hand, mustBeOurs, record } from './hand.ts';

/** Seconds for which the text is on the screens. */
const shownFor = 30;
const minute = 60_000;

/** @param before what has become due, in milliseconds before the end */
export async function warn(hand: Hand, before: readonly number[]): Promise<undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  const { booked, placement } = meeting;
  if (run === undefined || booked === undefined) return;
  const end = effectiveEnd(booked.end, run, placement?.cappedEnd);
  const notes = (await isLast(hand, end)) ? await tell(hand, end) : [];
  const done = run.warned?.end === end ? run.warned.before : [];
  await record(hand, { ...run, warned: { end, before: [...done, ...before] } }, notes);
  if (notes.length > 0)
    deps.log.info({ key: meeting.key, end: new Date(end).toISOString() }, 'people were warned');
}

/** Whether it would be the end with people still in. */
async function isLast(hand: Hand, end: number): Promise<boolean> {
  const { deps, meeting, now } = hand;
  const run = openRun(meeting.run);
  const { booked, placement } = meeting;
  if (run === undefined || booked === undefined) return false;
  const facts = { isHeld: true, free: placement?.cappedEnd === undefined };
  const wish = atEnd(booked.end, run, facts, deps.conference.extension);
  if (wish.do === 'close') return true;
  const next = await deps.roomTimes.nextInRooms(meeting, end, wish.until, now);
  return next !== undefined || (await deps.roomTimes.isSlotTaken(meeting, wish.until));
}

/** On every call bridge that has a part of the conference. */
async function tell(hand: Hand, end: number): Promise<TimelineEntry[]> {
  const { deps, meeting } = hand;
  const { run } = meeting;
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return [];
  const speech = await deps.speechFor(meeting);
  mustBeOurs(hand);
  const text = sayEnd(speech, end - Date.now());
  const outcomes = await Promise.all(cluster.clients.map((client) => show(hand, client, run.space, text)));
  const told = outcomes.filter((outcome) => outcome === 'shown').length > 0;
  const refusals = outcomes.filter((outcome) => typeof outcome === 'object');
  const minutes = Math.max(0, Math.round((end - Date.now()) / minute));
  return [...(told ? [{ at: Date.now(), what: 'warned' as const, minutes }] : []), ...refusals];
}

export function sayEnd(speech: Speech, left: number): string {
  const minutes = Math.round(left / minute);
  return minutes < 1 ? speech.say('warning.soon') : speech.sayCount('warning', minutes);
}

async function show(
  { deps, meeting }: Hand,
  client: CmsClient,
  space: string,
  text: string,
): Promise<'shown' | 'nothing' | TimelineEntry> {
  const { address } = client;
  const version = deps.callBridges.health(address)?.softwareVersion;
  const cannot = (reason: string): TimelineEntry => ({
    ...{ at: Date.now(), what: 'not-warned', callBridge: address, reason },
  });
  try {
    const calls = await listCalls(client, { coSpace: space });
    if (calls.length === 0) return 'nothing';
    if (
      !hasFeature(version, 'message-text') ||
      (await deps.bridges.isRefused(address, 'message-text', version))
    ) {
      return cannot('its release shows no text');
    }
    await Promise.all(calls.map(({ id }) => showMessage(client, id, text, shownFor)));
    return 'shown';
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    if (error.kind === 'refused' && !speaksAgainst(error)) {
      await deps.bridges.putRefused(address, 'message-text', version);
      return cannot(error.message);
    }
    deps.log.warn({ key: meeting.key, callBridge: address, reason: error.message }, 'nobody was warned here');
    return 'nothing';
  }
}
