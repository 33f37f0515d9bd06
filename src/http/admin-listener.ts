/**
 * What administrators and monitoring read. Where nobody signs in it trusts whoever reaches it, so it answers only to names
 * of its own; it never shows a secret, because its ports give it none.
 */
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type AuditPorts, auditCsvRoute, auditEntry, auditLogRoute, outcomeOf } from './admin/audit-log.ts';
import {
  type CallBridgePorts,
  callBridgesRoute,
  drainRoute,
  resumeRoute,
  whatIfRoute,
} from './admin/call-bridges.ts';
import { type CapacityPorts, capacityRoute, slotsRoute } from './admin/capacity.ts';
import { type ChangePorts, changeStream } from './admin/changes.ts';
import { compressAnswers } from './admin/compression.ts';
import { apiDocument, documentRoute } from './admin/document.ts';
import { type ExchangePorts, exchangesRoute } from './admin/exchanges.ts';
import { isWelcome } from './admin/host-guard.ts';
import { clustersRoute, liveMeetingsRoute, roomsRoute } from './admin/lists.ts';
import { meRoute } from './admin/me.ts';
import { invitationRoute, meetingRoute, participantsRoute } from './admin/meeting.ts';
import type { MeetingQuery } from './admin/meeting-query.ts';
import { meetingsRoute } from './admin/meetings.ts';
import { type NowPorts, nowRoute, startsRoute, timelineRoute } from './admin/now.ts';
import { type OperationPorts, operationsRoute } from './admin/operations.ts';
import { pageRoutes } from './admin/pages.ts';
import { healthRoute, liveRoute, metricsRoute, readyRoute } from './admin/probes.ts';
import { failingRoute, type QueuePorts, queueActionRoute, queuesRoute } from './admin/queue-actions.ts';
import { addQueues } from './admin/queues.ts';
import {
  type ReportPorts,
  reportRoomsRoute,
  reportsCsvRoute,
  reportsRoute,
  reportsXlsxRoute,
} from './admin/reports.ts';
import { entriesRoute, explainRoute, type RoomPorts, roomRoute, syncRoute } from './admin/room.ts';
import { type Auditing, addRoutes, takeForms } from './admin/route.ts';
import { leadToSignIn, securityHeaders } from './admin/security.ts';
import { acknowledgeRoute, type TicketPorts, ticketsRoute } from './admin/tickets.ts';
import type { clusterList } from './api/clusters.ts';
import type { invitation } from './api/invitation.ts';
import type { meetingDetail, meetingsPage } from './api/meetings.ts';
import type { liveAnswer, picture } from './api/participants.ts';
import type { healthAnswer, roomList } from './api/rooms.ts';
import type { HttpLog } from './log.ts';
import { Problem, sendProblem } from './problem.ts';
import { type Asker, whoeverIsHere } from './rights.ts';
import { createInstance, type ListenerTls } from './server.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** A port that rejects, or takes over five seconds, makes its route answer 503. */
export interface AdminListenerDeps
  extends TicketPorts,
    CallBridgePorts,
    CapacityPorts,
    OperationPorts,
    NowPorts,
    RoomPorts,
    ReportPorts,
    AuditPorts,
    QueuePorts,
    ExchangePorts,
    ChangePorts {
  /** The configured address; accepted as `Host` beside the names of loopback. */
  readonly host: string;
  /** By which browsers reach it, without a slash at the end. */
  readonly url?: string;
  readonly tls?: ListenerTls;
  readonly proxies?: readonly string[];
  /** Whether this process can take work: Redis answers, its listeners are bound. */
  ready(): Promise<boolean>;
  health(): Promise<z.infer<typeof healthAnswer>>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Rejects with `BadCursor` for an `after` that it did not give out. */
  listMeetings(query: MeetingQuery): Promise<z.infer<typeof meetingsPage>>;
  getMeeting(key: string): Promise<z.infer<typeof meetingDetail> | undefined>;
  /** Undefined for no meeting. */
  getInvitation(key: string): Promise<z.infer<typeof invitation> | undefined>;
  /** Undefined for no meeting; `isWatched`: somebody looks at it from now on, for some seconds. */
  getParticipants(key: string, isWatched: boolean): Promise<z.infer<typeof picture> | undefined>;
  /** Conferences that run, with who is in them. */
  live(): Promise<z.infer<typeof liveAnswer>>;
  listRooms(): Promise<z.infer<typeof roomList>['rooms']>;
  listClusters(): Promise<z.infer<typeof clusterList>['clusters']>;
  readonly queues: readonly Queue[];
  /** Of the product. */
  readonly version: string;
  /** Where people have to sign in. */
  readonly signIn?: SignIn;
  /** Who asks, where it is not for `signIn` to know. */
  identify?(request: FastifyRequest): Promise<Asker | undefined>;
  /** Folder of the built pages. */
  readonly pages: string;
  readonly log: HttpLog;
  /** Epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number;
}

/** An instance that does not listen yet. */
export function createAdminListener(deps: AdminListenerDeps): FastifyInstance {
  // What has no version in its path is version 1, and stays.
  const alias = (url: string) => url.replace(/^\/api\/v1(?=\/)/, '/api');
  const { log, url, tls, proxies, signIn } = deps;
  const headers = securityHeaders(url);
  const instance = createInstance({
    ...{ log, badPath: 400, alias, headers },
    ...(tls && { tls }),
    ...(proxies && { proxies }),
  });
  const identify = signIn === undefined ? deps.identify : signIn.identify;
  takeForms(instance);
  instance.decorateRequest('asker', undefined);
  instance.addHook('onRequest', async (request, reply) => {
    if (!isWelcome(request.method, request.raw.headers, deps.host, url))
      return sendProblem(reply, new Problem(403, 'This listener answers only to names of its own.'));
    const { needs } = request.routeOptions.config;
    // Probes and the sign-in itself answer also while nobody can be known.
    if (needs !== 'anyone') request.asker = identify === undefined ? whoeverIsHere : await identify(request);
    return signIn === undefined ? undefined : leadToSignIn(request, reply);
  });
  instance.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem(404)));
  compressAnswers(instance);
  const audit: Auditing = async (request, what, given) => {
    const outcome = outcomeOf(given);
    if (outcome === undefined) return;
    await deps.audit(auditEntry(request, what, outcome)).catch((error: unknown) => {
      deps.log.error({ err: error, what }, 'what was done could not be written into the audit log');
    });
  };
  const stream = changeStream(deps);
  instance.addHook('preClose', async () => stream.close());
  const routes = [
    ...pageRoutes(deps.pages),
    liveRoute(),
    readyRoute(deps),
    healthRoute(deps),
    metricsRoute(deps),
    meetingsRoute(deps),
    meetingRoute(deps),
    participantsRoute(deps),
    exchangesRoute(deps),
    invitationRoute(deps),
    operationsRoute(deps),
    liveMeetingsRoute(deps),
    roomsRoute(deps),
    roomRoute(deps),
    syncRoute(deps),
    entriesRoute(deps),
    explainRoute(deps),
    clustersRoute(deps),
    slotsRoute(deps),
    capacityRoute(deps),
    callBridgesRoute(deps),
    whatIfRoute(deps),
    drainRoute(deps),
    resumeRoute(deps),
    ticketsRoute(deps),
    acknowledgeRoute(deps),
    nowRoute(deps),
    timelineRoute(deps),
    startsRoute(deps),
    reportsRoute(deps),
    reportRoomsRoute(deps),
    reportsCsvRoute(deps),
    reportsXlsxRoute(deps),
    stream.route,
    auditLogRoute(deps),
    auditCsvRoute(deps),
    queuesRoute(deps),
    failingRoute(deps),
    queueActionRoute(deps),
    meRoute(),
    ...(signIn?.routes ?? []),
  ];
  addRoutes(instance, [...routes, documentRoute(apiDocument(routes, deps.version))], audit);
  addQueues(instance, deps.queues, audit);
  return instance;
}
