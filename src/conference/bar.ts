/** A meeting as it stands in the day of its rooms: what it is, whether its start will work, what is wrong with it now. */
import { type Meeting, openRun, opensAt } from './meeting.ts';
import { knownOf } from './preflight.ts';
import { iso, isoOrNull, type MeetingView, viewOf } from './view.ts';

export interface Bar
  extends Pick<
    MeetingView,
    'key' | 'state' | 'title' | 'start' | 'end' | 'rooms' | 'number' | 'extendedUntil' | 'callBridge'
  > {
  /** Of what is planned. */
  readonly preflight: PreflightView | null;
  readonly trouble: 'call-bridge-lost' | 'not-opened' | null;
}

/** `ahead`: not looked at yet. */
export interface PreflightView {
  readonly state: 'ahead' | 'passed' | 'failing';
  readonly what: string | null;
  readonly since: string | null;
}

/** Milliseconds after which a conference that is not open is in trouble. */
const grace = 5_000;

/** @param setup milliseconds before the start at which conferences open */
export function barOf(meeting: Meeting, setup: number, now: number): Bar {
  const { key, state, title, start, end, rooms, number, extendedUntil, callBridge } = viewOf(meeting, []);
  const isPlanned = state === 'planned';
  return {
    ...{ key, state, title, start, end, rooms, number, extendedUntil, callBridge },
    preflight: isPlanned ? preflightOf(meeting) : null,
    trouble: troubleOf(meeting, isPlanned, setup, now),
  };
}

/** When it opens, and what it is; of what is booked. */
export function startOf(meeting: Meeting, setup: number, now: number): Bar & { readonly opensAt: string } {
  return { ...barOf(meeting, setup, now), opensAt: iso(opensAt(meeting.last, meeting.early, setup)) };
}

function preflightOf(meeting: Meeting): PreflightView {
  const known = knownOf(meeting, meeting.booked?.start);
  if (known?.failing !== undefined)
    return { state: 'failing', what: known.failing.what, since: isoOrNull(known.failing.since) };
  return { state: known?.done === undefined ? 'ahead' : 'passed', what: null, since: null };
}

function troubleOf(meeting: Meeting, isPlanned: boolean, setup: number, now: number): Bar['trouble'] {
  if (openRun(meeting.run)?.lost !== undefined) return 'call-bridge-lost';
  const { booked, early } = meeting;
  const isDue = booked !== undefined && opensAt(booked, early, setup) + grace < now && now < booked.end;
  return isPlanned && isDue ? 'not-opened' : null;
}
