/** The live picture of a conference, and its record afterwards: what the stores know of it, put together. */
import { bareAddress } from './cms/call-legs.ts';
import { type Overview, overviewOf } from './conference/attendance/overview.ts';
import { lostPart, type Part, type Picture, pictureOf } from './conference/attendance/picture.ts';
import { type SourceState, sourceOf } from './conference/attendance/source.ts';
import { type Meeting, openRun, organizerShown } from './conference/meeting.ts';
import type { Run } from './conference/run.ts';
import { viewOf } from './conference/view.ts';
import type { Config } from './config.ts';
import type { AttendanceStore } from './redis/attendance.ts';

export interface LiveDeps {
  readonly config: Config;
  readonly attendance: AttendanceStore;
}

/** Of the conferences that run, in the order in which they are given. */
export async function liveOverviews(
  deps: LiveDeps,
  meetings: readonly Meeting[],
  now: number,
): Promise<Overview[]> {
  const sources = await deps.attendance.sources();
  return await Promise.all(
    meetings.map(async (meeting) =>
      overviewOf(
        meeting,
        viewOf(meeting, deps.config.clusters),
        await livePicture(deps, meeting, now, sources),
      ),
    ),
  );
}

/** @param known the states of the sources, where they were read already */
export async function livePicture(
  { config, attendance }: LiveDeps,
  meeting: Meeting,
  now: number,
  known?: ReadonlyMap<string, SourceState>,
): Promise<Picture> {
  const [calls, sources] = await Promise.all([
    attendance.ofMeeting(meeting.key),
    known ?? attendance.sources(),
  ]);
  const running = openRun(meeting.run);
  const addresses = new Set(calls.map(({ address }) => address));
  if (running?.callBridge !== undefined) addresses.add(running.callBridge);
  const parts = [...addresses].sort().map((callBridge): Part => {
    const there = calls.filter(({ address }) => address === callBridge);
    const isOver =
      running?.callBridge !== callBridge && there.every(({ known }) => known.overAt !== undefined);
    const overAt = Math.max(0, ...there.map(({ known }) => known.overAt ?? 0));
    const part: Part = {
      ...{ callBridge, attendees: there.flatMap(({ attendees }) => attendees) },
      ...(isOver ? { source: 'ended' as const, asOf: overAt } : sourceOf(sources.get(callBridge) ?? {}, now)),
      lostRecords: there.reduce((sum, { known }) => sum + (known.lostRecords ?? 0), 0),
    };
    return part.source === 'none' && isLeftBehind(running, callBridge)
      ? lostPart(part, running?.recoveredAt ?? now)
      : part;
  });
  return pictureOf(parts, {
    rooms: config.rooms.flatMap(({ mailbox, sip }) =>
      sip === undefined ? [] : [{ mailbox, sip: bareAddress(sip) }],
    ),
    nobodies: new Set(config.conference.extension.ignore.map(bareAddress)),
    hasHosts: (meeting.run ?? meeting.placement)?.hosts !== undefined,
    isHidden: meeting.last.organizer !== undefined && organizerShown(meeting) === undefined,
  });
}

/** Whether the conference was brought up elsewhere because this call bridge was lost. */
function isLeftBehind(run: Run | undefined, callBridge: string): boolean {
  if (run === undefined || run.callBridge === callBridge) return false;
  return run.uncleared?.some((one) => one.callBridge === callBridge && one.left !== true) === true;
}
