/**
 * What administrators and monitoring read. It trusts whoever reaches it, so it answers only to names of its own;
 * it never shows a secret, because its ports give it none.
 */
import type { Queue } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import {
  type CallBridgePorts,
  callBridgesRoute,
  drainRoute,
  resumeRoute,
  whatIfRoute,
} from './admin/call-bridges.ts';
import { isWelcome } from './admin/host-guard.ts';
import { clustersRoute, liveMeetingsRoute, roomsRoute } from './admin/lists.ts';
import { meetingRoute, participantsRoute } from './admin/meeting.ts';
import type { MeetingQuery } from './admin/meeting-query.ts';
import { meetingsRoute } from './admin/meetings.ts';
import { type OperationPorts, operationsRoute } from './admin/operations.ts';
import { healthRoute, liveRoute, metricsRoute, readyRoute } from './admin/probes.ts';
import { addQueues } from './admin/queues.ts';
import { addRoute } from './admin/route.ts';
import { startPageRoute } from './admin/start-page.ts';
import { acknowledgeRoute, type TicketPorts, ticketsRoute } from './admin/tickets.ts';
import type { HttpLog } from './log.ts';
import { Problem, sendProblem } from './problem.ts';
import { createInstance } from './server.ts';

/** A port that rejects, or takes over five seconds, makes its route answer 503. */
export interface AdminListenerDeps extends TicketPorts, CallBridgePorts, OperationPorts {
  /** The configured address; accepted as `Host` beside the names of loopback. */
  readonly host: string;
  /** Whether this process can take work: Redis answers, its listeners are bound. */
  ready(): Promise<boolean>;
  health(): Promise<unknown>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Rejects with `BadCursor` for an `after` that it did not give out. */
  listMeetings(
    query: MeetingQuery,
  ): Promise<{ readonly meetings: readonly object[]; readonly next: string | null }>;
  getMeeting(key: string): Promise<object | undefined>;
  /** Undefined for no meeting; `isWatched`: somebody looks at it from now on, for some seconds. */
  getParticipants(key: string, isWatched: boolean): Promise<object | undefined>;
  /** Conferences that run, with who is in them. */
  live(): Promise<object>;
  listRooms(): Promise<readonly object[]>;
  listClusters(): Promise<readonly object[]>;
  readonly queues: readonly Queue[];
  readonly log: HttpLog;
  /** Epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number;
}

/** An instance that does not listen yet. */
export function createAdminListener(deps: AdminListenerDeps): FastifyInstance {
  const instance = createInstance({ log: deps.log, badPath: 400 });
  instance.addHook('onRequest', async (request, reply) => {
    if (isWelcome(request.method, request.raw.headers, deps.host)) return;
    return sendProblem(reply, new Problem(403, 'This listener answers only to names of its own.'));
  });
  instance.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem(404)));
  const routes = [
    startPageRoute(),
    liveRoute(),
    readyRoute(deps),
    healthRoute(deps),
    metricsRoute(deps),
    meetingsRoute(deps),
    meetingRoute(deps),
    participantsRoute(deps),
    operationsRoute(deps),
    liveMeetingsRoute(deps),
    roomsRoute(deps),
    clustersRoute(deps),
    callBridgesRoute(deps),
    whatIfRoute(deps),
    drainRoute(deps),
    resumeRoute(deps),
    ticketsRoute(deps),
    acknowledgeRoute(deps),
  ];
  for (const route of routes) addRoute(instance, route);
  addQueues(instance, deps.queues);
  return instance;
}
