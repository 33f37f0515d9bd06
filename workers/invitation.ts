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
  listOrganizerInstances,
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
  /** Epoch ms. */
  now(): number;
  ringConferences(keys: readonly string[]): Promise<void>;
}

/** Milliseconds until an occurrence without a room is taken for the only one of its series. */
const settleFor = 10_000;
/** How often a write is repeated at once when the organizer was quicker. */
const staleTries = 3;

export async function bringInvitation(
  deps: InvitationDeps,
  { key: uid }: Pick<Work, 'key'>,
): Promise<number | undefined> {
  const meetings = await deps.meetings.loadMany(await deps.meetings.ofSeries(uid));
  let next: number | undefined;
  let master: OrganizerEvent | undefined;
  let masterFault: unknown;
  let left: ReadonlySet<number> | undefined;
  const targets = targetsOf(meetings, deps.now());
  for (const target of targets) {
    const { organizer } = target;
    if (organizer === undefined) continue;
    try {
      if (masterFault !== undefined) throw masterFault;
      if (isGone(target)) {
        left ??= await stillHeld(deps, organizer, master, targets.filter(isGone));
        if (!left.has(target.originalStart)) continue;
        const since = await goneSince(deps, target);
        if (deps.now() < since + settleFor) {
          next = Math.min(next ?? Number.POSITIVE_INFINITY, since + settleFor);
          continue;
        }
      }
      const event = await find(deps, organizer, uid, target, master);
      if (target.kind === 'event') master = event;
      if (event === undefined) await refuse(deps, target, 'the organizer has no such event');
      else await tell(deps, organizer, target, event, master);
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      // Without the series none of its occurrences can be found either.
      if (target.kind === 'event') masterFault = error;
      const again = await failed(deps, target, error);
      if (again !== undefined) next = Math.min(next ?? again, again);
    }
  }
  return next;
}

type Occurrence = Extract<InvitationTarget, { kind: 'occurrence' }>;

/** An occurrence that no room has any more: cancelled by the organizer, or declined and still in the organizer's calendar. */
function isGone(target: InvitationTarget): target is Occurrence {
  return target.kind === 'occurrence' && target.meetings.every(({ booked }) => booked === undefined);
}

/**
 * When it was lost; a whole series is lost one occurrence after the other, and must not be told so one by one, for each
 * occurrence that is written becomes an exception. One that is an exception already loses nothing by it.
 */
async function goneSince(deps: InvitationDeps, { meetings }: Occurrence): Promise<number> {
  const [meeting] = meetings;
  if (meeting === undefined || meeting.last.exceptionUid !== undefined) return 0;
  const timeline = await deps.meetings.timeline(meeting.key);
  return timeline.findLast(({ what }) => what === 'cancelled')?.at ?? 0;
}

/** Original starts of those that the organizer still has: one question for all, for a shifted series leaves many behind. */
async function stillHeld(
  deps: InvitationDeps,
  organizer: string,
  master: OrganizerEvent | undefined,
  gone: readonly Occurrence[],
): Promise<ReadonlySet<number>> {
  if (master === undefined) return new Set();
  const times = gone.flatMap(({ originalStart, meetings }) => [
    originalStart,
    ...meetings.map(({ last }) => last.start),
  ]);
  const window = { from: Math.min(...times), to: Math.max(...times) };
  return await listOrganizerInstances(deps.graph, organizer, master.id, window);
}

async function find(
  deps: InvitationDeps,
  organizer: string,
  uid: string,
  target: InvitationTarget,
  master: OrganizerEvent | undefined,
): Promise<OrganizerEvent | undefined> {
  if (target.kind === 'event') return await findOrganizerEvent(deps.graph, organizer, uid);
  if (master === undefined) return undefined;
  const start = target.meetings[0]?.last.start;
  return await findOrganizerInstance(deps.graph, organizer, master.id, target.originalStart, start);
}

async function tell(
  deps: InvitationDeps,
  organizer: string,
  target: InvitationTarget,
  found: OrganizerEvent,
  master: OrganizerEvent | undefined,
): Promise<void> {
  // Rooms clear the private mark by default: what the organizer's own copy says outranks that.
  await keepSubject(deps, target, found.sensitivity === 'normal' ? found.subject : neutralTitle);
  if (target.wanted === 'keep' || found.isCancelled) return;
  let event: OrganizerEvent | undefined = found;
  for (let tries = 1; event !== undefined; tries += 1) {
    const body = withBlock(event.body, detailsOf(deps.clusters, target.wanted));
    if (body === event.body) return await catchUp(deps, target, target.wanted);
    try {
      await writeBody(deps.graph, organizer, event.id, event.etag, body);
      break;
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'stale' || tries >= staleTries) throw error;
      event = await find(deps, organizer, target.uid, target, master);
    }
  }
  const note = noteOf(target.wanted, deps.now());
  deps.metrics.invitations.inc({ outcome: target.wanted === 'none' ? 'removed' : 'written' });
  for (const { key } of target.meetings) await deps.meetings.note(key, [note]);
  deps.log.info({ uid: target.uid, outcome: note.what }, 'organizer told');
}

function noteOf(wanted: Exclude<Wanted, 'keep'>, at: number): TimelineEntry {
  if (wanted === 'none') return { at, what: 'invitation-removed' };
  return { at, what: 'invitation-written', number: wanted.number };
}

/** Nothing has to be written: the process that has written it may have died before it could say so. */
async function catchUp(
  { meetings, now }: InvitationDeps,
  target: InvitationTarget,
  wanted: Exclude<Wanted, 'keep'>,
): Promise<void> {
  const note = noteOf(wanted, now());
  await Promise.all(
    target.meetings.map(async ({ key }) => {
      const said = await lastSaid(meetings, key);
      const stood = said?.what === 'invitation-written' ? said.number : undefined;
      if (stood !== note.number) await meetings.note(key, [note]);
    }),
  );
}

async function lastSaid(meetings: MeetingStore, key: string): Promise<TimelineEntry | undefined> {
  return (await meetings.timeline(key)).findLast(({ what }) => what.startsWith('invitation-'));
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
    const said = await lastSaid(deps.meetings, key);
    if (said?.what === 'invitation-refused') continue;
    await deps.meetings.note(key, [{ at: deps.now(), what: 'invitation-refused', reason }]);
  }
}

/** @returns when to try again, or undefined where trying again cannot help */
async function failed(
  deps: InvitationDeps,
  target: InvitationTarget,
  fault: GraphFault,
): Promise<number | undefined> {
  const reason = reasonOf(target, fault);
  if (fault.kind === 'refused' || fault.kind === 'absent') {
    await refuse(deps, target, reason);
    return undefined;
  }
  deps.metrics.invitations.inc({ outcome: 'postponed' });
  deps.log.warn({ uid: target.uid, reason }, 'organizer will be told later');
  return deps.now() + (fault.retryAfter ?? 10_000);
}

/** Graph's words name the organizer, who is not shown of a private meeting. */
function reasonOf({ meetings }: InvitationTarget, { kind, status, code, message }: GraphFault): string {
  if (!meetings.some(({ last }) => last.isPrivate)) return message;
  return `the organizer's event: ${[kind, status, code].filter((word) => word !== undefined).join(' ')}`;
}
