/** `GET /sign-in/start` and `GET /sign-in/callback`: to the provider, and back from it into a session. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fromRedis, type Route } from '../admin/route.ts';
import { Problem } from '../problem.ts';
import { localPath, parameterOf, queryOf } from './destination.ts';
import { refusalBody, sendPage } from './pages.ts';
import type { SignInScene } from './ports.ts';
import type { Claims } from './provider.ts';
import { SignInFault } from './provider-fault.ts';
import { isStranger, personOf } from './roles.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Sign-ins begun from one address before it has to wait; each is kept for ten minutes. */
const manyStarts = 60;

const refusals = {
  'no-role':
    'The provider knows you, but none of your groups and app roles has a role here. Ask an administrator of Roombridge.',
  'too-many-groups':
    'You are in so many groups that Entra ID does not tell which, and no app role of yours has a role here. ' +
    'Ask an administrator of Roombridge to give roles by app roles instead of groups.',
} as const;

export function startRoute(scene: SignInScene): Route {
  const { provider, pending, attempts, log, now } = scene;
  return {
    url: '/sign-in/start',
    needs: 'anyone',
    answer: async (request, reply) => {
      if (provider === undefined) throw new Problem(404);
      const from = `start ${hashOf(request.ip)}`;
      const wait = await fromRedis(log, () => attempts.take({ [from]: manyStarts }, now()));
      if (wait > 0) return tooMany(reply, wait);
      try {
        const { url, ...begun } = await provider.begin();
        const secret = newSecret();
        const to = localPath(parameterOf(request.raw.url, 'to'));
        await fromRedis(log, () => pending.put(hashOf(secret), { ...begun, to, begun: now() }));
        scene.underWay.write(reply, secret);
        return reply.redirect(url, 303);
      } catch (error) {
        return refused(scene, request, reply, error);
      }
    },
  };
}

export function callbackRoute(scene: SignInScene): Route {
  const { provider, pending, config, log, now } = scene;
  return {
    url: '/sign-in/callback',
    needs: 'anyone',
    answer: async (request, reply) => {
      if (provider === undefined) throw new Problem(404);
      const secret = scene.underWay.read(request);
      scene.underWay.clear(reply);
      const begun = secret && (await fromRedis(log, () => pending.take(hashOf(secret), now())));
      if (!begun)
        return sendPage(
          reply,
          'Not signed in',
          refusalBody('This sign-in was not begun in this browser, or too long ago, or is over already.'),
          400,
        );
      let claims: Claims;
      try {
        claims = await provider.finish(queryOf(request.raw.url), begun);
      } catch (error) {
        return refused(scene, request, reply, error);
      }
      const person = personOf(claims, config.roles);
      if (isStranger(person)) {
        const { name, why } = person;
        log.warn({ name, why, from: request.ip }, 'somebody without a role tried to sign in');
        return sendPage(reply, 'No role', refusalBody(refusals[why]), 403);
      }
      await scene.welcome(request, reply, { ...person, how: 'provider' });
      return reply.redirect(begun.to, 303);
    },
  };
}

export function tooMany(reply: FastifyReply, wait: number): FastifyReply {
  const seconds = Math.ceil(wait / 1_000);
  const sentence = `Too many attempts. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`;
  return sendPage(reply.header('retry-after', seconds), 'Too many attempts', refusalBody(sentence), 429);
}

function refused(
  { log }: SignInScene,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): FastifyReply {
  if (!(error instanceof SignInFault)) throw error;
  const { kind, reason, message } = error;
  log.warn({ kind, reason, from: request.ip }, 'a sign-in with the provider failed');
  const status = { unreachable: 502, refused: 403, garbled: 400 }[kind];
  return sendPage(reply, 'Not signed in', refusalBody(message), status);
}
