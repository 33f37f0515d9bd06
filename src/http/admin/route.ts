/** One GET route of the admin listener; every other method on its path is 405. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DeadlineExceeded, within } from '../deadline.ts';
import type { HttpLog } from '../log.ts';
import { Problem, sendProblem } from '../problem.ts';

/** Milliseconds that Redis has for one answer. */
const patience = 5_000;

/** `answer` gives what is sent as JSON, unless it sent something itself and gives the reply. */
export interface Route {
  readonly url: string;
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Whether HEAD is answered like GET; not on the API. */
  readonly head?: boolean;
}

export function addRoute(instance: FastifyInstance, { url, answer, head = false }: Route): void {
  instance.route({
    method: head ? ['GET', 'HEAD'] : 'GET',
    url,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
      return answer(request, reply);
    },
  });
  const refuse = async (_request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(reply.header('allow', head ? 'GET, HEAD' : 'GET'), new Problem(405));
  instance.route({
    method: instance.supportedMethods.filter((method) => method !== 'GET' && !(head && method === 'HEAD')),
    url,
    // Before the body is looked at: the method is wrong whatever it carries.
    onRequest: refuse,
    handler: refuse,
  });
}

/** What a port gives; when it fails or hangs, which means Redis does, a 503. Problems pass. */
export async function fromRedis<T>(log: HttpLog, work: () => Promise<T>): Promise<T> {
  try {
    return await within(patience, work);
  } catch (error) {
    if (error instanceof Problem) throw error;
    log.warn({ err: error }, 'an administrative page could not be read from Redis');
    const why = error instanceof DeadlineExceeded ? 'did not answer in time' : 'could not be read';
    throw new Problem(503, `The store (Redis) ${why}.`);
  }
}
