/** Starts the workers of one process: a processor for each queue, and the watch over the call bridges and over Redis. */
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { protectionOf, usedPolicies } from '../src/access-rules.ts';
import { bareAddress } from '../src/cms/call-legs.ts';
import { receiverUri } from '../src/conference/attendance/receiver.ts';
import type { Config } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { noTemplates, speechWith, type Templates } from '../src/invitation/templates/templates.ts';
import type { QueueName } from '../src/queues.ts';
import type { Agenda } from '../src/redis/agenda.ts';
import type { AttendanceStore } from '../src/redis/attendance.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { DiscoveryStore } from '../src/redis/discoveries.ts';
import type { EpochStore } from '../src/redis/epoch.ts';
import type { Heartbeat } from '../src/redis/heartbeat.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { NoticeStore } from '../src/redis/notices.ts';
import type { OperationStore } from '../src/redis/operations.ts';
import type { PlaceStore } from '../src/redis/places.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { TicketStore } from '../src/redis/tickets.ts';
import type { ToldStore } from '../src/redis/told.ts';
import type { Tracing } from '../src/work.ts';
import { attendanceOf, bringAttendance, startAttendance } from './attendance.ts';
import { assembleBookings, identityKeyOf } from './bookings.ts';
import { bringCluster } from './bridge.ts';
import type { CallBridges } from './call-bridges.ts';
import { ClusterLooks } from './cluster-looks.ts';
import { bringConference } from './conference.ts';
import { takeOverReservations } from './former-version.ts';
import { Guardian } from './guardian.ts';
import { type ConferenceDeps, guarded } from './hand.ts';
import { bringNotice, type NoticeDeps, ringTargets } from './notice.ts';
import { PresenceReader } from './presence.ts';
import { type Handler, type Jobs, Processor } from './processor.ts';
import { protectWith } from './protecting.ts';
import { RoomTimes } from './room-times.ts';
import { type RunningDeps, watchCallBridges, watchedCluster, watchRunning } from './running.ts';
import { connectTargets } from './targets.ts';
import { Ticketing } from './ticketing.ts';
import { Witnesses } from './witnesses.ts';
import { readerAt } from './wording.ts';

export interface WorkersDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly graph: GraphClient;
  readonly callBridges: CallBridges;
  readonly agendas: Readonly<Record<QueueName, Agenda>>;
  readonly meetings: MeetingStore;
  readonly places: PlaceStore;
  readonly rooms: RoomStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly tickets: TicketStore;
  readonly notices: NoticeStore;
  /** Sees to what administrators have taken out of a cluster. */
  settleDrains(cluster: string): Promise<void>;
  /** Looks whether a cluster has enough of everything for the days to come. */
  settleCapacity(cluster: string): Promise<void>;
  readonly discoveries: DiscoveryStore;
  readonly attendance: AttendanceStore;
  readonly operations: OperationStore;
  /** Connections for events, by the name of the cluster. */
  readonly eventConnections: ReadonlyMap<string, Dispatcher>;
  readonly told: ToldStore;
  /** An administrator's own texts. */
  readonly templates?: Templates;
  readonly epochs: EpochStore;
  readonly heartbeat: Heartbeat;
  /** Undefined unless traces are wanted. */
  readonly tracing: Tracing | undefined;
  /** A connection of its own for each queue's worker. */
  connect(): Redis;
  /** In place of BullMQ. */
  readonly jobs?: Jobs;
}

/** Rooms read at once by this process; Graph's limit is per mailbox. */
const calendarConcurrency = 16;
/** Conferences in hand at once: most of them wait for their instant. */
const conferenceConcurrency = 2_000;
const invitationConcurrency = 16;
const bridgeConcurrency = 4;
/** Each call bridge is listened to by a job of its own. */
const attendanceConcurrency = 256;
/** Targets at once: one that is slow has its place for 10 s. */
const noticeConcurrency = 64;

export async function startWorkers(deps: WorkersDeps): Promise<{ close(): Promise<void> }> {
  const { config, agendas, log } = deps;
  const mailboxes = config.rooms.map(({ mailbox }) => mailbox);
  const sip = new Map(
    config.rooms.flatMap((room) => (room.sip === undefined ? [] : [[room.mailbox, room.sip]])),
  );
  const guardian = new Guardian({ ...deps, mailboxes });
  const allRoomsRead = () => guardian.allRoomsRead();
  const bookings = assembleBookings({
    ...deps,
    now: Date.now,
    ring: (queue, rings) => agendas[queue].ring(rings),
    allRoomsRead,
    roomRead: (mailbox) => deps.epochs.roomRead(mailbox),
    memorySince: async () => (await deps.epochs.current())?.begunAt,
  });
  const presence = new PresenceReader({
    ...deps,
    rooms: sip.values(),
    ignored: config.conference.extension.ignore,
  });
  const identityKey = identityKeyOf(config);
  const protection = protectionOf(config);
  const conference: ConferenceDeps = {
    witnesses: new Witnesses(deps.callBridges, deps.discoveries),
    ...{ ...deps, presence, roomTimes: new RoomTimes({ ...deps, conference: config.conference }) },
    settings: {
      ...config.conference,
      ...{ watchEvery: 5_000, clearFor: 600_000, sip },
      ahead: { early: config.conference.preflight, lead: config.conference.lead },
    },
    looks: new ClusterLooks(deps.callBridges, deps.meetings),
    policies: protection.access.policies,
    protect: protectWith(identityKey, protection, deps.slots),
    ring: (rings) => agendas.conference.ring(rings),
    conference: config.conference,
    speechFor: async ({ last }) => {
      const people = { ...deps, rooms: config.rooms, invitation: config.invitation };
      const reader = await readerAt(people, last.organizer?.address, new Set(last.rooms));
      return speechWith(deps.templates ?? noTemplates, reader.language);
    },
    invite: (uid) => bookings.invite([uid]),
    happened: async (uid, what) => {
      const quiet = what === 'extended' || what === 'ended-at-limit';
      if (!quiet || config.invitation.alsoTell.includes(what)) await bookings.invite([uid]);
    },
    place: (key) => bookings.place([key]),
    freed: bookings.placeUnplaced,
    doubtRedis: () => guardian.check(),
  };
  const running: RunningDeps = {
    ...deps,
    settings: conference.settings,
    ring: (queue, rings) => agendas[queue].ring(rings),
  };
  watchCallBridges(running);
  const ownOrigin = new URL(config.cdr.url ?? config.graph.notificationUrl).origin;
  const attendance = attendanceOf({
    ...{ ...deps, ownOrigin, keep: config.conference.attendance },
    rooms: new Set([...sip.values()].map(bareAddress)),
    receiverOf: config.cdr.receive ? (address) => receiverUri(ownOrigin, identityKey, address) : undefined,
    ring: (rings) => agendas.attendance.ring(rings),
  });
  const closers: (() => Promise<unknown>)[] = [];
  const notice: NoticeDeps = { ...deps, targets: connectTargets(config, closers), now: Date.now };
  const tellNews = () => ringTargets(notice, (rings) => agendas.notice.ring(rings), Date.now());
  const handlers: Record<QueueName, [Handler, concurrency: number]> = {
    calendar: [bookings.bringRoom, calendarConcurrency],
    conference: [(work) => bringConference(conference, work), conferenceConcurrency],
    invitation: [bookings.bringInvitation, invitationConcurrency],
    bridge: [
      async (work) => {
        const watched = watchedCluster(work.key);
        return watched === undefined
          ? await bringCluster(
              {
                ...{ ...guarded(deps, work), allRoomsRead, placeUnplaced: bookings.placeUnplaced },
                ...{ ownOrigin, earlyJoin: config.conference.earlyJoin, policies: usedPolicies(config) },
              },
              work,
            )
          : await watchRunning(running, watched);
      },
      bridgeConcurrency,
    ],
    attendance: [(work) => bringAttendance(attendance, work), attendanceConcurrency],
    notice: [(work) => bringNotice(notice, work), noticeConcurrency],
  };
  await takeOverReservations(deps);
  deps.callBridges.start();
  await guardian.start();
  await startAttendance(attendance);
  // Before anything is opened here, so that nobody misses it.
  await tellNews();
  const ticketing = new Ticketing({ ...deps, tellNews });
  ticketing.start();
  const connections: Redis[] = [];
  const processors = Object.entries(handlers).map(([name, [handler, concurrency]]) => {
    const queue = name as QueueName;
    const connection = deps.connect();
    connections.push(connection);
    return new Processor({
      ...{ queue, connection, handler, concurrency, log, tracing: deps.tracing },
      agenda: agendas[queue],
      ...{ heartbeat: deps.heartbeat, jobs: deps.jobs },
    });
  });
  return {
    async close() {
      guardian.stop();
      await ticketing.stop();
      const idle = Promise.all(processors.map((processor) => processor.close()));
      // A receiver of news that does not answer would hold us up for longer than we have; they are told again.
      for (const closer of closers) await closer();
      await idle;
      await deps.callBridges.stop();
      for (const connection of connections) connection.disconnect();
    },
  };
}
