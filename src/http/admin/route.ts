/**
 * One route of the admin listener; every other method on its path is 405. What changes something is a POST with a JSON
 * body: a page of another site can send neither without asking first, and a listener that never says yes is never sent it.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DeadlineExceeded, within } from '../deadline.ts';
import type { HttpLog } from '../log.ts';
import { Problem, sendProblem } from '../problem.ts';
import { type Asker, may, type Needs } from '../rights.ts';

/** Milliseconds that Redis has for one answer. */
const patience = 5_000;

/** What a button may say; bytes. */
const bodyLimit = 16_384;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whom the route answers; those who have to sign in are led there, where they look at it with a browser. */
    needs?: Needs;
  }
  interface FastifyRequest {
    /** Undefined while nobody has signed in. */
    asker: Asker | undefined;
  }
}

/** `answer` gives what is sent as JSON, unless it sent something itself and gives the reply. */
export interface Route {
  readonly url: string;
  readonly needs: Needs;
  /** GET unless given. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Of a POST: JSON unless given; a form is one of our own pages, which says so in `Origin`. */
  readonly takes?: 'form' | 'json or form';
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Whether HEAD is answered like GET; not on the API. */
  readonly head?: boolean;
  /** Left out where it is no part of the API. */
  readonly described?: Described;
}

/** What the description of the API says of a route. */
export interface Described {
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly gives: z.ZodType;
  /** Further answers that are not problems. */
  readonly also?: Readonly<Record<number, z.ZodType>>;
}

/** Writes down what was done, or refused for want of a right; what it throws is its own affair. */
export type Auditing = (request: FastifyRequest, what: string, given: unknown) => Promise<void>;

/** Those of one path answer by their methods, and every other method on it is refused. */
export function addRoutes(instance: FastifyInstance, routes: readonly Route[], audit: Auditing): void {
  for (const url of new Set(routes.map((route) => route.url))) {
    const own = routes.filter((route) => route.url === url);
    for (const route of own) addRoute(instance, route, audit);
    refuseOthers(instance, url, own.flatMap(methodsOf));
  }
}

function methodsOf({ method = 'GET', head = false }: Route): string[] {
  return head ? ['GET', 'HEAD'] : [method];
}

function addRoute(instance: FastifyInstance, route: Route, audit: Auditing): void {
  const { url, method = 'GET', needs, takes = 'json', answer } = route;
  // What anybody may send is a sign-in: who it is only the route knows, and what it carries is nobody's to keep.
  const isWritten = method !== 'GET' && needs !== 'anyone';
  instance.route({
    method: methodsOf(route),
    url,
    config: { needs },
    exposeHeadRoute: false,
    onRequest: [
      async (request) => {
        const refusal = refusalOf(request.asker, needs);
        if (refusal === undefined) return;
        if (isWritten) await audit(request, `${method} ${url}`, refusal);
        throw refusal;
      },
      ...(method === 'POST' ? [requireType(takes)] : []),
    ],
    ...(method === 'POST' && { bodyLimit, errorHandler: blameBody }),
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
      if (!isWritten) return await answer(request, reply);
      const what = `${method} ${url}`;
      try {
        const given = await answer(request, reply);
        await audit(request, what, reply.statusCode === 202 ? { state: 'waiting' } : given);
        return given;
      } catch (error) {
        await audit(request, what, error);
        throw error;
      }
    },
  });
}

function refuseOthers(instance: FastifyInstance, url: string, methods: readonly string[]): void {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(reply.header('allow', methods.join(', ')), new Problem(405));
  instance.route({
    method: instance.supportedMethods.filter((other) => !methods.includes(other)),
    url,
    // Before the body is looked at: the method is wrong whatever it carries.
    onRequest: refuse,
    handler: refuse,
  });
}

/** Undefined for who may. */
export function refusalOf(asker: Asker | undefined, needs: Needs): Problem | undefined {
  if (may(asker, needs)) return undefined;
  if (asker === undefined) return new Problem(401, 'Sign in first.');
  return new Problem(403, `That needs the role ${needs}; yours is ${asker.role}.`);
}

/** Who does it: who has signed in, else who says so. @throws Problem */
export function byOf({ asker }: FastifyRequest, said: string | undefined): string {
  const by = asker?.name ?? said;
  if (by === undefined) throw new Problem(400, 'by: expected who orders it, in 1 to 100 characters', 'by');
  return by;
}

const formType = 'application/x-www-form-urlencoded';

function requireType(takes: 'json' | 'form' | 'json or form') {
  return async ({ headers }: FastifyRequest): Promise<void> => {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/json' && takes !== 'form') return;
    if (type !== formType || takes === 'json')
      throw new Problem(415, `The body has to be ${takes === 'form' ? formType : 'application/json'}.`);
    // Any page can send a form; whose it is browsers say, and the listener has looked at what they say.
    if (headers.origin === undefined)
      throw new Problem(403, 'A form has to come from a page of this listener.');
  };
}

/** Each field once. */
export function takeForms(instance: FastifyInstance): void {
  instance.addContentTypeParser<string>(formType, { parseAs: 'string', bodyLimit }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body))),
  );
}

/** Errors of the parser in our words; what the route itself threw passes to the listener's own handler. */
function blameBody(error: FastifyError): never {
  if (error.statusCode === 413) throw new Problem(413, `The body may have ${bodyLimit} bytes at most.`);
  if (error.statusCode === 400) throw new Problem(400, 'The body is not a JSON object.');
  throw error;
}

/** The body as the schema wants it. @throws Problem 400 that names the first thing that is wrong */
export function readBody<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const read = schema.safeParse(request.body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const parameter = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  if (parameter === undefined || parameter === '') throw new Problem(400, 'The body is not a JSON object.');
  const name = parameter.slice(0, 60);
  const why = issue?.code === 'unrecognized_keys' ? 'unknown' : issue?.message;
  throw new Problem(400, `${name}: ${why}`, name);
}

/** The query as the schema wants it. @throws Problem 400 that names the first thing that is wrong */
export function readQuery<T extends z.ZodObject>({ raw }: FastifyRequest, schema: T): z.output<T> {
  const url = raw.url ?? '';
  const given = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const names = Object.keys(schema.shape);
  for (const name of given.keys()) {
    const short = name.slice(0, 60);
    if (!names.includes(name))
      throw new Problem(400, `${short}: unknown; the parameters are ${names.join(', ')}`, short);
    if (given.getAll(name).length > 1) throw new Problem(400, `${name}: given more than once`, name);
  }
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new Problem(400, `${name}: ${issue?.message}`, name);
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
