/** One conference in hand of one process: what it needs, and how what it does is written down. */
import type { Logger } from 'pino';
import { remedyFor } from '../src/cluster/fault.ts';
import type { CmsFault } from '../src/cms/fault.ts';
import type { AccessPolicy } from '../src/conference/access.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import type { PlanSettings } from '../src/conference/plan.ts';
import type { Run } from '../src/conference/run.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { ConferenceConfig } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import type { Metrics } from '../src/http/metrics.ts';
import type { Speech } from '../src/invitation/languages/speech.ts';
import type { AttendanceStore } from '../src/redis/attendance.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { DiscoveryStore } from '../src/redis/discoveries.ts';
import type { Heartbeat } from '../src/redis/heartbeat.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { OperationStore } from '../src/redis/operations.ts';
import type { PlaceStore } from '../src/redis/places.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { TicketStore } from '../src/redis/tickets.ts';
import type { CallBridges } from './call-bridges.ts';
import type { ClusterLooks } from './cluster-looks.ts';
import type { PresenceReader } from './presence.ts';
import type { Work } from './processor.ts';
import type { Protect } from './protecting.ts';
import type { RoomTimes } from './room-times.ts';
import type { Witnesses } from './witnesses.ts';

/** What happens to a conference and people may want to be told; see `src/invitation/moments.ts`. */
export type Happening =
  | 'failing'
  | 'opened-late'
  | 'never-started'
  | 'extended'
  | 'ended-at-limit'
  | 'unused';

export interface ConferenceDeps {
  readonly meetings: MeetingStore;
  readonly places: PlaceStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly discoveries: DiscoveryStore;
  readonly callBridges: CallBridges;
  readonly presence: PresenceReader;
  readonly attendance: AttendanceStore;
  readonly operations: OperationStore;
  readonly looks: ClusterLooks;
  readonly witnesses: Witnesses;
  readonly roomTimes: RoomTimes;
  readonly rooms: RoomStore;
  readonly tickets: TicketStore;
  readonly graph: GraphClient;
  readonly settings: PlanSettings;
  /** Of guest and host access, by name. */
  readonly policies: ReadonlyMap<string, AccessPolicy>;
  readonly conference: ConferenceConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** In the language of the people of a meeting: its organizer's, else its room's, else the configured. */
  speechFor(meeting: Meeting): Promise<Speech>;
  /** A meeting's place with its passcode and secret there. */
  readonly protect: Protect;
  /** Rings conferences, each at its time (epoch ms). */
  ring(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  /** Rings for the joining block of this event or series. */
  invite(uid: string): Promise<void>;
  /** To the conference of a meeting of this event or series. */
  happened(uid: string, what: Happening): Promise<void>;
  /** A meeting that has no slot gets one, if one is free. */
  place(key: string): Promise<void>;
  /** A slot was given back: meetings that have none may get it. */
  freed(): Promise<void>;
  readonly heartbeat: Pick<Heartbeat, 'serverSince'>;
  /** Called when a record is missing that should be there: Redis may have been emptied. */
  doubtRedis(): Promise<void>;
}

/** One conference in hand. */
export interface Hand {
  readonly deps: ConferenceDeps;
  readonly work: Work;
  readonly meeting: Meeting;
  readonly now: number;
}

/** Another process has taken the conference over: stop without another word. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/**
 * What a conference or a cluster may be worked on with: its writes are kept here at the last moment, after every wait for a turn and for
 * a connection, once this process may have been taken for dead; `TakenOver` is thrown in their place.
 */
export function guarded<T extends { readonly callBridges: CallBridges }>(deps: T, work: Work): T {
  const guard = { stillWanted: () => work.held, otherwise: () => new TakenOver(work.key) };
  return { ...deps, callBridges: deps.callBridges.guardedBy(guard) };
}

/** To be called before what cannot be undone: stops when this process may have been taken for dead meanwhile. */
export function mustBeOurs({ work }: Hand): void {
  if (!work.held) throw new TakenOver(work.key);
}

/** Writes the run, or stops when it is not ours any more. */
export async function record(
  { deps, work }: Hand,
  run: Run,
  notes: readonly TimelineEntry[] = [],
): Promise<Run> {
  if (!(await deps.meetings.saveRun(work.key, run, work.lease, notes))) throw new TakenOver(work.key);
  return run;
}

/** Whether no call bridge could take the present step before: what is said of a failure was said then. */
export function isRepeated({ meeting: { run } }: Hand): boolean {
  return run?.closedAt === undefined && run?.tries !== undefined;
}

/** Notes on the timeline that a call bridge was left for the next one; not again each time that the step is repeated. */
export function leaving(hand: Hand, step: string): (fault: CmsFault) => void {
  const { deps, work } = hand;
  return (fault) => {
    if (remedyFor(fault.kind) !== 'elsewhere') return;
    const { callBridge, message } = fault;
    deps.metrics.failovers.inc({ cluster: hand.meeting.placement?.cluster ?? '' });
    deps.log.warn({ key: work.key, callBridge, step, reason: message }, 'call bridge left');
    if (isRepeated(hand)) return;
    const note = { at: Date.now(), what: 'failed-over' as const, callBridge, step, reason: message };
    deps.meetings
      .note(work.key, [note])
      .catch((error: unknown) => deps.log.warn({ err: error }, 'note lost'));
  };
}
