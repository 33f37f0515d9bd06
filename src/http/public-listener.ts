/**
 * The door that Graph rings at, and call bridges with their records (`public/records-door.ts`). 202 means stored in Redis; what cannot be stored within a second is answered 503,
 * so that Graph repeats it. Nothing that comes in here makes a request to Graph.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { within } from './deadline.ts';
import type { HttpLog } from './log.ts';
import { parseNotifications } from './notification-body.ts';
import { Problem, sendProblem } from './problem.ts';
import { atTheDoor, bodyLimit, doorPaths } from './public/door.ts';
import type { DoorOutcome } from './public/door-outcome.ts';
import { type Judgement, type JudgePorts, judge, type Ring } from './public/judge.ts';
import { readBody } from './public/read-body.ts';
import { addRecordsDoor, type RecordsPorts } from './public/records-door.ts';
import { createInstance, type ListenerTls } from './server.ts';

export interface PublicListenerDeps extends JudgePorts {
  readonly tls?: ListenerTls;
  /** Of call bridges' records; none are received where it is left out. */
  readonly records?: RecordsPorts;
  /** Stores that these rooms are to be looked at; resolves once that is in Redis. */
  ring(rings: readonly Ring[]): Promise<void>;
  /** `times` is 1 unless given. */
  count(outcome: DoorOutcome, times?: number): void;
  readonly log: HttpLog;
  /** Milliseconds until a request must be here whole; default 10 s. */
  readonly requestTimeout?: number;
}

/** Milliseconds from the body's last byte; leaves the rest of the second for the answer's way. */
const deadline = 900;

/** An instance that does not listen yet; over TLS where `tls` is given. */
export function createPublicListener(deps: PublicListenerDeps): FastifyInstance {
  const { log } = deps;
  const count: PublicListenerDeps['count'] = (outcome, times = 1) => deps.count(outcome, times);
  const instance = createInstance({
    ...(deps.tls && { tls: deps.tls }),
    ...(deps.requestTimeout && { requestTimeout: deps.requestTimeout }),
    log,
    badPath: 404,
    onUnread: (what) => count(what === 'bad-path' ? 'unknown-path' : what),
  });

  const refuse = (reply: FastifyReply, status: number, outcome: DoorOutcome): FastifyReply => {
    count(outcome);
    return sendProblem(reply, new Problem(status));
  };

  instance.addHook('onRequest', async (request, reply) => {
    const isSender = (token: string) => deps.records?.knownSender(token) !== undefined;
    const seen = atTheDoor(request.method, request.raw.url ?? '', request.raw.headers, isSender);
    switch (seen.kind) {
      case 'refused':
        if (seen.status === 405) reply.header('allow', 'POST');
        return refuse(reply, seen.status, seen.outcome);
      case 'handshake':
        count('validated');
        return reply
          .header('content-type', 'text/plain; charset=utf-8')
          .header('x-content-type-options', 'nosniff')
          .send(seen.token);
      case 'let-in':
        // The type is judged; its parameters, odd ones too, are not for fastify to stumble over.
        request.raw.headers['content-type'] = 'application/json';
        return;
      case 'records':
        request.raw.headers['content-type'] = 'text/xml';
        return;
      default:
        return seen satisfies never;
    }
  });
  // Fastify's own parsers close the connection on a body too large, and with it the answer's way.
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _body, done) => done(null));
  instance.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'unknown-path'));

  if (deps.records) addRecordsDoor(instance, { ...deps.records, count, log });
  for (const path of doorPaths) {
    instance.post(path, async (request, reply) => {
      const body = await readBody(request.raw, bodyLimit);
      if (body === 'unfinished') {
        count('unfinished');
        return reply.hijack();
      }
      if (body === 'too-large') return refuse(reply, 413, 'too-large');
      const notifications = parseNotifications(body);
      if (notifications === undefined) return refuse(reply, 400, 'malformed');
      try {
        const judgement = await within(deadline, async (signal) => {
          const judged = await judge(notifications, deps, signal);
          if (judged.rings.length > 0 && !signal.aborted) await deps.ring(judged.rings);
          return judged;
        });
        countNotifications(judgement, count);
        if (judgement.trueOnes === 0 && notifications.length > 0) return refuse(reply, 403, 'forbidden');
        count(judgement.rings.length > 0 ? 'accepted' : 'idle');
        return reply.code(202).send();
      } catch (error) {
        log.warn({ err: error }, 'notifications were not stored, Graph is asked to repeat them');
        reply.header('retry-after', '10');
        return refuse(reply, 503, 'unavailable');
      }
    });
  }
  return instance;
}

function countNotifications(judgement: Judgement, count: PublicListenerDeps['count']): void {
  const { unknownSubscriptions, wrongClientStates, unknownLifecycleEvents } = judgement;
  if (unknownSubscriptions > 0) count('unknown-subscription', unknownSubscriptions);
  if (wrongClientStates > 0) count('wrong-client-state', wrongClientStates);
  if (unknownLifecycleEvents > 0) count('unknown-lifecycle-event', unknownLifecycleEvents);
}
