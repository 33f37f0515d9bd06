/**
 * Assembles what turns calendars into reservations and invitations, for whoever keeps the time: the queues of a process,
 * or a driver of its own.
 */
import type { Logger } from 'pino';
import { protectionOf } from '../src/access-rules.ts';
import { deriveClientState, deriveIdentityKey } from '../src/conference/identity.ts';
import { type Meeting, openRun } from '../src/conference/meeting.ts';
import type { Config } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { findOrganizerCopy } from '../src/graph/organizer.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { readBlock } from '../src/invitation/block.ts';
import type { Templates } from '../src/invitation/templates/templates.ts';
import type { QueueName } from '../src/queues.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { OperationStore } from '../src/redis/operations.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { ToldStore } from '../src/redis/told.ts';
import { roomRules } from '../src/room-rules.ts';
import { takeOrganizersWord } from './applying.ts';
import { bringRoom, type CalendarDeps } from './calendar.ts';
import { bringInvitation } from './invitation.ts';
import { Placing } from './placing.ts';
import type { Work } from './processor.ts';
import { protectWith } from './protecting.ts';
import { SubscriptionList } from './subscribing.ts';
import type { InvitationDeps } from './telling.ts';

export interface BookingsDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly graph: GraphClient;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly told: ToldStore;
  readonly operations: OperationStore;
  /** An administrator's own texts. */
  readonly templates?: Templates;
  /** Epoch ms. */
  now(): number;
  /** Since when Redis remembers, epoch ms. */
  memorySince?(): Promise<number | undefined>;
  ring(queue: QueueName, rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  /** False while a lost Redis is being rebuilt. */
  allRoomsRead(): Promise<boolean>;
  roomRead(mailbox: string): Promise<void>;
}

export interface Bookings {
  readonly placing: Placing;
  bringRoom(work: Pick<Work, 'key'>): Promise<number | undefined>;
  bringInvitation(work: Pick<Work, 'key' | 'lease'>): Promise<number | undefined>;
  /** Meetings that have no slot get one, if one is free. */
  place(keys: readonly string[]): Promise<void>;
  /** Something was freed: whoever waits for a slot is tried again. */
  placeUnplaced(): Promise<void>;
  invite(uids: readonly string[]): Promise<void>;
}

/** Lets several changes of one moment be told together. */
const inviteAfter = 400;
/** No conference is waited for in the process for less. */
const shortestLead = 1_000;
/** Cluster that could not be looked at for so long keeps nobody from getting a slot. */
const bridgePatience = 10_000;

export function assembleBookings(deps: BookingsDeps): Bookings {
  const { config, meetings, allRoomsRead } = deps;
  const { setup, lead, preflight } = config.conference;
  const identityKey = identityKeyOf(config);
  const sip = new Map(
    config.rooms.flatMap((room) => (room.sip === undefined ? [] : [[room.mailbox, room.sip]])),
  );
  const isRoom = new Set(config.rooms.map(({ mailbox }) => mailbox));
  const rulesOf = new Map(config.rooms.map((room) => [room.mailbox, roomRules(room, config)]));
  const ringConferences = (keys: readonly string[]) =>
    deps.ring(
      'conference',
      keys.map((key) => ({ key, at: deps.now() })),
    );
  const invite = (uids: readonly string[], urgent?: ReadonlySet<string>) =>
    deps.ring(
      'invitation',
      uids.map((key) => ({ key, at: urgent?.has(key) ? deps.now() : soon(deps.now(), inviteAfter) })),
    );
  const placing = new Placing({
    ...deps,
    clusters: config.clusters,
    conference: config.conference,
    ...{ identityKey, protect: protectWith(identityKey, protectionOf(config), deps.slots) },
    sipOf: (mailbox) => sip.get(mailbox),
    numberLeft: async ({ last }, now) => {
      const [room] = last.rooms;
      const organizer = last.organizer?.address;
      if (room === undefined || organizer === undefined || last.originalStart === undefined) return undefined;
      return await deps.rooms.numberLeft(room, organizer, now);
    },
    remembered: async (meeting) =>
      (await allRoomsRead())
        ? await numberAtRest(deps.told, meeting)
        : await readInvitation(deps.graph, meeting),
  });
  const place = async (keys: readonly string[]) => {
    const placed = (await placing.place(keys)).filter(({ placement }) => placement !== undefined);
    await ringConferences(placed.map(({ key }) => key));
    await invite(placed.map(({ last }) => last.uid));
  };
  const calendar: CalendarDeps = {
    ...deps,
    placing,
    notificationUrl: config.graph.notificationUrl,
    subscriptions: new SubscriptionList(deps.graph),
    // With the address in it: a subscription that calls another one is not taken for ours.
    clientStateOf: (mailbox) => deriveClientState(identityKey, `${mailbox} ${config.graph.notificationUrl}`),
    sweep: config.calendar.sweep,
    horizon: config.calendar.horizon,
    longestExtension: config.conference.extension.by * config.conference.extension.times,
    auditTime: config.calendar.audit,
    clusters: config.clusters,
    rulesOf: (mailbox) => {
      const rules = rulesOf.get(mailbox);
      if (rules === undefined) throw new Error(`${mailbox} is not a configured room`);
      return rules;
    },
    isRoom: (mailbox) => isRoom.has(mailbox),
    readyToPlace: async () => {
      const now = deps.now();
      const statuses = await Promise.all(config.clusters.map(({ name }) => deps.bridges.clusterStatus(name)));
      return statuses.every(
        ({ provisionedAt, errorSince }) =>
          provisionedAt !== undefined || now - (errorSince ?? now) > bridgePatience,
      );
    },
    roomRead: (mailbox) => deps.roomRead(mailbox),
    ringConferencesAt: (rings) => deps.ring('conference', rings),
    firstLook: (start) => start - setup - Math.max(lead, preflight, shortestLead),
    readyBy: (start) => start - setup - Math.max(lead, shortestLead),
    touched: (uids) => deps.told.touch(uids),
    invite,
  };
  const invitation: InvitationDeps = {
    ...{ ...deps, rooms: config.rooms, clusters: config.clusters },
    ...{ invitation: config.invitation, conference: config.conference, ringConferences },
    takeOrganizersWord: (key, times) => takeOrganizersWord(calendar, key, times),
    expectEcho: (...echo) => deps.rooms.expectEcho(...echo),
    untakenDates: (uid) => deps.rooms.untakenDates(uid),
    backAt: async (mailbox) => (await deps.rooms.status(mailbox)).backAt,
  };
  return {
    placing,
    bringRoom: (work) => bringRoom(calendar, work),
    bringInvitation: (work) => bringInvitation(invitation, work),
    place,
    placeUnplaced: async () => place(await meetings.unplaced()),
    invite,
  };
}

/** From which passcodes and secrets are derived. */
export function identityKeyOf(config: Config): Buffer {
  return deriveIdentityKey(credentialOf(config));
}

/** What every process of this installation knows and nobody else does. */
function credentialOf({ graph: { clientId, tenantId, credential } }: Config): string {
  return `${tenantId} ${clientId} ${credential.kind === 'secret' ? credential.secret : credential.privateKey}`;
}

/** Rings of the same moment get the same time, so that they share one job. */
function soon(now: number, after: number): number {
  const step = 200;
  return Math.ceil((now + after) / step) * step;
}

/** What a series was told whose last date is so long ago that it is forgotten: its invitation still tells it. */
async function numberAtRest(told: ToldStore, { last }: Meeting) {
  if (last.originalStart === undefined) return undefined;
  const ledger = await told.load(last.uid);
  return ledger.rest === undefined ? undefined : ledger.told?.standing.joining;
}

/** What the organizer's copy tells people to dial, after our own memory was lost. */
async function readInvitation(graph: GraphClient, { last, run }: Meeting) {
  if (last.organizer === undefined || openRun(run) !== undefined) return undefined;
  try {
    const event = await findOrganizerCopy(graph, last.organizer.address, last.exceptionUid ?? last.uid);
    return event === undefined ? undefined : readBlock(event.body);
  } catch (error) {
    if (error instanceof GraphFault) return undefined;
    throw error;
  }
}
