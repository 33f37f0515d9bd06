/** Starts the workers of one process: a processor for each queue, and the watch over the call bridges and over Redis. */
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { deriveClientState, deriveIdentityKey } from '../src/conference/identity.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import { openRun } from '../src/conference/meeting.ts';
import type { Config } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import { findOrganizerEvent } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { readBlock } from '../src/invitation/block.ts';
import type { QueueName } from '../src/queues.ts';
import type { Agenda } from '../src/redis/agenda.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { EpochStore } from '../src/redis/epoch.ts';
import type { Heartbeat } from '../src/redis/heartbeat.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import { bringCluster } from './bridge.ts';
import { bringRoom, type CalendarDeps } from './calendar.ts';
import type { CallBridges } from './call-bridges.ts';
import { bringConference } from './conference.ts';
import { Guardian } from './guardian.ts';
import type { ConferenceDeps } from './hand.ts';
import { bringInvitation } from './invitation.ts';
import { Placing } from './placing.ts';
import { type Handler, Processor } from './processor.ts';

export interface WorkersDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly graph: GraphClient;
  readonly callBridges: CallBridges;
  readonly agendas: Readonly<Record<QueueName, Agenda>>;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly epochs: EpochStore;
  readonly heartbeat: Heartbeat;
  /** A connection of its own for each queue's worker. */
  connect(): Redis;
}

/** Rooms read at once by this process; Graph's limit is per mailbox. */
const calendarConcurrency = 16;
/** Conferences in hand at once: most of them wait for their instant. */
const conferenceConcurrency = 2_000;
const invitationConcurrency = 16;
const bridgeConcurrency = 4;

/** Lets several changes of one moment be told together. */
const inviteAfter = 400;
/** Cluster that could not be looked at for so long keeps nobody from getting a slot. */
const bridgePatience = 10_000;

export async function startWorkers(deps: WorkersDeps): Promise<{ close(): Promise<void> }> {
  const { config, agendas, meetings, log } = deps;
  const identityKey = deriveIdentityKey(credentialOf(config));
  const mailboxes = config.rooms.map(({ mailbox }) => mailbox);
  const sip = new Map(
    config.rooms.flatMap((room) => (room.sip === undefined ? [] : [[room.mailbox, room.sip]])),
  );
  const guardian = new Guardian({ ...deps, mailboxes });
  const isRoom = new Set(mailboxes);
  const allRoomsRead = () => guardian.allRoomsRead();
  const ringConferences = (keys: readonly string[]) =>
    agendas.conference.ring(keys.map((key) => ({ key, at: Date.now() })));
  const invite = (uids: readonly string[]) =>
    agendas.invitation.ring(uids.map((key) => ({ key, at: soon(inviteAfter) })));
  const placing = new Placing({
    ...deps,
    clusters: config.clusters,
    conference: config.conference,
    identityKey,
    sipOf: (mailbox) => sip.get(mailbox),
    remembered: async (meeting) =>
      (await allRoomsRead()) ? undefined : await readInvitation(deps.graph, meeting),
  });
  const placeUnplaced = async () => {
    const unplaced = await meetings.unplaced();
    if (unplaced.length === 0) return;
    const placed = (await placing.place(unplaced)).filter(({ placement }) => placement !== undefined);
    await ringConferences(placed.map(({ key }) => key));
    await invite(placed.map(({ last }) => last.uid));
  };
  const calendar: CalendarDeps = {
    ...deps,
    placing,
    notificationUrl: config.graph.notificationUrl,
    // With the address in it: a subscription that calls another one is not taken for ours.
    clientStateOf: (mailbox) => deriveClientState(identityKey, `${mailbox} ${config.graph.notificationUrl}`),
    sweep: config.calendar.sweep,
    isRoom: (mailbox) => isRoom.has(mailbox),
    readyToPlace: async () => {
      const now = Date.now();
      const statuses = await Promise.all(config.clusters.map(({ name }) => deps.bridges.clusterStatus(name)));
      return statuses.every(
        ({ provisionedAt, errorSince }) =>
          provisionedAt !== undefined || now - (errorSince ?? now) > bridgePatience,
      );
    },
    roomRead: (mailbox) => deps.epochs.roomRead(mailbox),
    ringConferences,
    invite,
  };
  const conference: ConferenceDeps = {
    ...deps,
    settings: { ...config.conference, watchEvery: 5_000, clearFor: 600_000, sip },
    conference: config.conference,
    invite: (uid) => invite([uid]),
    freed: placeUnplaced,
    doubtRedis: () => guardian.check(),
  };
  const handlers: Record<QueueName, [Handler, concurrency: number]> = {
    calendar: [(work) => bringRoom(calendar, work), calendarConcurrency],
    conference: [(work) => bringConference(conference, work), conferenceConcurrency],
    invitation: [
      (work) => bringInvitation({ ...deps, clusters: config.clusters, ringConferences }, work),
      invitationConcurrency,
    ],
    bridge: [(work) => bringCluster({ ...deps, allRoomsRead, placeUnplaced }, work), bridgeConcurrency],
  };
  deps.callBridges.start();
  await guardian.start();
  const connections: Redis[] = [];
  const processors = Object.entries(handlers).map(([name, [handler, concurrency]]) => {
    const queue = name as QueueName;
    const connection = deps.connect();
    connections.push(connection);
    return new Processor({
      ...{ queue, connection, handler, concurrency, log },
      agenda: agendas[queue],
      heartbeat: deps.heartbeat,
    });
  });
  return {
    async close() {
      guardian.stop();
      await Promise.all(processors.map((processor) => processor.close()));
      deps.callBridges.stop();
      for (const connection of connections) connection.disconnect();
    },
  };
}

/** What every process of this installation knows and nobody else does. */
function credentialOf({ graph: { clientId, tenantId, credential } }: Config): string {
  return `${tenantId} ${clientId} ${credential.kind === 'secret' ? credential.secret : credential.privateKey}`;
}

/** Rings of the same moment get the same time, so that they share one job. */
function soon(after: number): number {
  const step = 200;
  return Math.ceil((Date.now() + after) / step) * step;
}

/** What the organizer's copy tells people to dial, after our own memory was lost. */
async function readInvitation(graph: GraphClient, { last, run }: Meeting) {
  if (last.organizer === undefined || openRun(run) !== undefined) return undefined;
  try {
    const event = await findOrganizerEvent(graph, last.organizer.address, last.uid);
    return event === undefined ? undefined : readBlock(event.body);
  } catch (error) {
    if (error instanceof GraphFault) return undefined;
    throw error;
  }
}
