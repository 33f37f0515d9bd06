/** A meeting as `/api/meetings` shows it. */
import type { ClusterConfig } from '../config.ts';
import { type Meeting, type MeetingState, openRun, organizerShown, stateOf, titleOf } from './meeting.ts';
import type { TimelineEntry } from './timeline.ts';

export interface MeetingView {
  readonly key: string;
  readonly state: MeetingState;
  readonly reason: string | null;
  readonly title: string;
  /** SMTP address; null where it may not be shown. */
  readonly organizer: string | null;
  readonly start: string;
  /** Always Outlook's. */
  readonly end: string;
  readonly rooms: readonly string[];
  readonly cluster: string | null;
  readonly callBridge: string | null;
  readonly number: string | null;
  readonly uri: string | null;
  readonly extendedUntil: string | null;
}

export function viewOf(
  meeting: Meeting,
  clusters: readonly Pick<ClusterConfig, 'name' | 'domain'>[],
): MeetingView {
  const { last, run } = meeting;
  // What was held keeps telling where, after its slot was given back.
  const place = meeting.placement ?? run;
  const domain = clusters.find(({ name }) => name === place?.cluster)?.domain;
  const extended = run?.extension !== undefined && run.extension.of === last.end;
  return {
    key: meeting.key,
    ...stateOf(meeting),
    title: titleOf(meeting),
    organizer: organizerShown(meeting) ?? null,
    start: iso(last.start),
    end: iso(last.end),
    rooms: last.rooms,
    cluster: place?.cluster ?? null,
    callBridge: run?.callBridge ?? null,
    number: place?.number ?? null,
    uri: place === undefined || domain === undefined ? null : `${place.number}@${domain}`,
    extendedUntil: extended ? iso(run.extension.until) : null,
  };
}

/** The single-meeting answer: with the passcode, null for none, what its hosts join by, and everything that happened. */
export function detailOf(
  meeting: Meeting,
  clusters: readonly Pick<ClusterConfig, 'name' | 'domain'>[],
  timeline: readonly TimelineEntry[],
) {
  // While it is open, what somebody has made it on the bridge lets people in.
  const changed = openRun(meeting.run)?.changed?.passcode;
  const passcode = changed ?? meeting.placement?.passcode ?? meeting.run?.passcode ?? '';
  return {
    ...viewOf(meeting, clusters),
    passcode: passcode === '' ? null : passcode,
    ...hostsOf(meeting, clusters),
    timeline: timeline.map(({ at, what, ...details }) => ({ at: iso(at), what, ...details })),
  };
}

/** What hosts dial and enter; nothing where all who come are alike. */
function hostsOf({ placement, run }: Meeting, clusters: readonly Pick<ClusterConfig, 'name' | 'domain'>[]) {
  const place = placement ?? run;
  if (place?.hosts === undefined) return {};
  const { policy, number, passcode } = place.hosts;
  const domain = clusters.find(({ name }) => name === place.cluster)?.domain ?? '';
  const uri = `${number}@${domain}`;
  return { hosts: { policy, number, uri, passcode: passcode === '' ? null : passcode } };
}

export function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : iso(at);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
