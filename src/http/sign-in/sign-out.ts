/** `POST /sign-out`: the session ends here and now, in this browser or in all of them. */
import { z } from 'zod';
import { fromRedis, type Route, readBody } from '../admin/route.ts';
import type { SignInScene } from './ports.ts';
import { hashOf } from './secrets.ts';

const signOutBody = z.strictObject({
  everywhere: z.union([z.boolean(), z.literal('true')]).optional(),
});

export function signOutRoute(scene: SignInScene): Route {
  const { sessions, session, now, log } = scene;
  return {
    url: '/sign-out',
    method: 'POST',
    takes: 'json or form',
    needs: 'anyone',
    answer: async (request, reply) => {
      const { everywhere } = readBody(request, signOutBody);
      const secret = session.read(request);
      session.clear(reply);
      if (secret !== undefined) {
        const hash = hashOf(secret);
        const known = await fromRedis(log, () => sessions.find(hash, now(), false));
        await fromRedis(log, () => sessions.end(hash));
        if (known !== undefined && everywhere) await fromRedis(log, () => sessions.endAllOf(known.subject));
        if (known !== undefined) {
          const said = { everywhere: Boolean(everywhere), from: request.ip };
          log.info({ name: known.name, ...said }, 'signed out');
          await scene.note(request, known.name, said);
        }
      }
      const isForm = !request.headers['content-type']?.startsWith('application/json');
      return isForm ? reply.redirect('/sign-in?said=signed-out', 303) : { signedOut: true };
    },
  };
}
