/** The sign-in of the admin listener, put together: who asks, and the routes by which they become somebody. */
import type { FastifyRequest } from 'fastify';
import { fromRedis, type Route } from '../admin/route.ts';
import type { Asker } from '../rights.ts';
import { administratorRoutes } from './administrators.ts';
import { apiTokenRoutes } from './api-tokens.ts';
import { cookie } from './cookies.ts';
import { localPath, parameterOf } from './destination.ts';
import { identify } from './identify.ts';
import { localRoutes } from './local.ts';
import { sendPage, signInBody } from './pages.ts';
import type { SignInDeps, SignInScene } from './ports.ts';
import { hashOf, newSecret } from './secrets.ts';
import { sessionRoutes } from './sessions.ts';
import { signOutRoute } from './sign-out.ts';
import { callbackRoute, startRoute } from './with-provider.ts';

export interface SignIn {
  /** By which browsers reach the listener, without a slash at the end. */
  readonly url: string;
  identify(request: FastifyRequest): Promise<Asker | undefined>;
  readonly routes: readonly Route[];
}

const sayings = new Map([
  ['signed-out', 'You are signed out here. At the provider you may still be signed in.'],
  ['password-set', 'The password is set. Sign in with it.'],
]);

export function createSignIn(deps: SignInDeps): SignIn {
  const isHttps = deps.url.startsWith('https:');
  const session = cookie('session', isHttps);
  const scene: SignInScene = {
    ...deps,
    now: deps.now ?? Date.now,
    session,
    underWay: cookie('sign-in', isHttps, 600),
    note: async ({ method, routeOptions }, by, said) => {
      const entry = { by, what: `${method} ${routeOptions.url}`, about: {}, said, outcome: 'done' };
      await deps.audit(entry).catch((error: unknown) => {
        deps.log.error({ err: error }, 'who signed in or out could not be written into the audit log');
      });
    },
    welcome: async (request, reply, known) => {
      const [before, secret] = [session.read(request), newSecret()];
      await fromRedis(deps.log, async () => {
        await deps.sessions.begin(hashOf(secret), known, scene.now());
        // Never the id that the browser came with: somebody may have put it there.
        if (before !== undefined) await deps.sessions.end(hashOf(before));
      });
      session.write(reply, secret);
      const { name, role, how } = known;
      deps.log.info({ name, role, how, from: request.ip }, 'signed in');
      await scene.note(request, name, { role, how, from: request.ip });
    },
  };
  return {
    url: deps.url,
    identify: (request) => identify(scene, request),
    routes: [
      pageRoute(scene),
      startRoute(scene),
      callbackRoute(scene),
      signOutRoute(scene),
      ...localRoutes(scene),
      ...apiTokenRoutes(scene),
      ...administratorRoutes(scene),
      ...sessionRoutes(scene),
    ],
  };
}

function pageRoute({ provider, config: { local } }: SignInScene): Route {
  return {
    url: '/sign-in',
    needs: 'anyone',
    head: true,
    answer: async ({ raw: { url } }, reply) => {
      const to = localPath(parameterOf(url, 'to'));
      const said = sayings.get(parameterOf(url, 'said') ?? '');
      return sendPage(reply, 'Sign in', signInBody({ to, provider: provider?.name, local, said }));
    },
  };
}
