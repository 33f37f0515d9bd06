/**
 * Tells the organizer: the joining block of one event or series stands in the organizer's copy exactly as what holds
 * now. At least once; safe because the body is read first and written only where it would change, and only if nobody
 * has changed it meanwhile (If-Match). Killed after the write, the next look finds nothing to do.
 */
import type { Logger } from 'pino';
import { type Meeting, neutralTitle, openRun } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import {
  findOrganizerEvent,
  findOrganizerInstance,
  type OrganizerEvent,
  writeBody,
} from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { withBlock } from '../src/invitation/block.ts';
import { type InvitationTarget, targetsOf, type Wanted } from '../src/invitation/targets.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { Work } from './processor.ts';

export interface InvitationDeps {
  readonly graph: GraphClient;
  readonly meetings: MeetingStore;
  readonly clusters: readonly ClusterConfig[];
  readonly metrics: Metrics;
  readonly log: Logger;
  ringConferences(keys: readonly string[]): Promise<void>;
}

/** How often a write is repeated at once when the organizer was quicker. */
const staleTries = 3;

export async function bringInvitation(deps: InvitationDeps, { key: uid }: Work): Promise<number | undefined> {
  const meetings = await deps.meetings.loadMany(await deps.meetings.ofSeries(uid));
  let next: number | undefined;
  let master: OrganizerEvent | undefined;
  for (const target of targetsOf(meetings, Date.now())) {
    const { organizer } = target;
    if (organizer === undefined) continue;
    try {
      const event = await find(deps, organizer, uid, target, master);
      if (target.kind === 'event') master = event;
      if (event === undefined) await refuse(deps, target, 'the organizer has no such event');
      else await tell(deps, organizer, target, event);
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      const again = await failed(deps, target, error);
      if (again !== undefined) next = Math.min(next ?? again, again);
    }
  }
  return next;
}

async function find(
  deps: InvitationDeps,
  organizer: string,
  uid: string,
  target: InvitationTarget,
  master: OrganizerEvent | undefined,
): Promise<OrganizerEvent | undefined> {
  if (target.kind === 'event') return await findOrganizerEvent(deps.graph, organizer, uid);
  const series = master ?? (await findOrganizerEvent(deps.graph, organizer, uid));
  if (series === undefined) return undefined;
  const start = target.meetings[0]?.last.start;
  return await findOrganizerInstance(deps.graph, organizer, series.id, target.originalStart, start);
}

async function tell(
  deps: InvitationDeps,
  organizer: string,
  target: InvitationTarget,
  found: OrganizerEvent,
): Promise<void> {
  // Rooms clear the private mark by default: what the organizer's own copy says outranks that.
  await keepSubject(deps, target, found.sensitivity === 'normal' ? found.subject : neutralTitle);
  if (target.wanted === 'keep' || found.isCancelled) return;
  let event: OrganizerEvent | undefined = found;
  for (let tries = 1; event !== undefined; tries += 1) {
    const body = withBlock(event.body, detailsOf(deps.clusters, target.wanted));
    if (body === event.body) return;
    try {
      await writeBody(deps.graph, organizer, event.id, event.etag, body);
      break;
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'stale' || tries >= staleTries) throw error;
      event = await find(deps, organizer, target.uid, target, undefined);
    }
  }
  const written = target.wanted !== 'none';
  deps.metrics.invitations.inc({ outcome: written ? 'written' : 'removed' });
  const note: TimelineEntry = written
    ? { at: Date.now(), what: 'invitation-written', number: (target.wanted as { number: string }).number }
    : { at: Date.now(), what: 'invitation-removed' };
  for (const { key } of target.meetings) await deps.meetings.note(key, [note]);
  deps.log.info({ uid: target.uid, outcome: note.what }, 'organizer told');
}

function detailsOf(clusters: readonly ClusterConfig[], wanted: Exclude<Wanted, 'keep'>) {
  if (wanted === 'none') return undefined;
  const { number, passcode } = wanted;
  const domain = clusters.find(({ name }) => name === wanted.cluster)?.domain ?? '';
  return { number, passcode, uri: `${number}@${domain}` };
}

/** The organizer's own subject is the title; a conference that is open is renamed. */
async function keepSubject(deps: InvitationDeps, target: InvitationTarget, subject: string): Promise<void> {
  const other = target.meetings.filter(
    (meeting) => meeting.organizerSubject !== subject && !meeting.last.isPrivate,
  );
  for (const { key } of other) await deps.meetings.putOrganizerSubject(key, subject);
  await deps.ringConferences(
    other.filter(({ run }: Meeting) => openRun(run) !== undefined).map(({ key }) => key),
  );
}

/** Recorded once and counted each time: the organizer is outside the tenant, or the write is not permitted. */
async function refuse(deps: InvitationDeps, target: InvitationTarget, reason: string): Promise<void> {
  if (target.wanted === 'keep' || target.wanted === 'none') return;
  deps.metrics.invitations.inc({ outcome: 'refused' });
  deps.log.warn({ uid: target.uid, reason }, 'organizer could not be told');
  for (const { key } of target.meetings) {
    // Graph's words may name the organizer of a private meeting, whom nobody is shown.
    const said = (await deps.meetings.timeline(key)).findLast(({ what }) => what.startsWith('invitation-'));
    if (said?.what === 'invitation-refused') continue;
    await deps.meetings.note(key, [{ at: Date.now(), what: 'invitation-refused', reason }]);
  }
}

/** @returns when to try again, or undefined where trying again cannot help */
async function failed(
  deps: InvitationDeps,
  target: InvitationTarget,
  fault: GraphFault,
): Promise<number | undefined> {
  if (fault.kind === 'refused' || fault.kind === 'absent') {
    await refuse(deps, target, fault.message);
    return undefined;
  }
  deps.metrics.invitations.inc({ outcome: 'postponed' });
  deps.log.warn({ uid: target.uid, reason: fault.message }, 'organizer will be told later');
  return Date.now() + (fault.retryAfter ?? 10_000);
}
