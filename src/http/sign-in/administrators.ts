/** Local administrators, for `roombridge admin`: a set-up link for one, who there is, and one less. */
import { z } from 'zod';
import { fromRedis, type Route, readBody } from '../admin/route.ts';
import { instant, list } from '../api/words.ts';
import { Problem } from '../problem.ts';
import { localName, subjectOf } from './local.ts';
import type { SignInScene } from './ports.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Milliseconds. */
const linkFor = 3_600_000;

const invitation = z.strictObject({
  name: z.string({ error: 'expected a name' }).regex(localName, {
    error: 'expected a name of small letters, digits, dots, hyphens or underscores, up to 40 of them',
  }),
});
const link = z
  .object({ name: z.string(), link: z.url(), ends: instant })
  .meta({ id: 'SetUpLink', description: 'For one use; a link that was made before ends.' });
const administrators = z
  .object({ administrators: list(z.object({ name: z.string(), hasPassword: z.boolean() })) })
  .meta({ id: 'LocalAdministrators' });

export function administratorRoutes(scene: SignInScene): Route[] {
  const { accounts, sessions, config, url, now, log } = scene;
  if (!config.local) return [];
  return [
    {
      url: '/api/administrators',
      needs: 'administrator',
      described: { summary: 'Who signs in with a password of this program.', gives: administrators },
      answer: async () => ({ administrators: await fromRedis(log, () => accounts.list()) }),
    },
    {
      url: '/api/administrators',
      method: 'POST',
      needs: 'administrator',
      described: {
        summary: 'Make a link behind which a local administrator, new or not, sets a password.',
        body: invitation,
        gives: link,
      },
      answer: async (request) => {
        refuseTokens(request.asker?.how);
        const { name } = readBody(request, invitation);
        const secret = newSecret();
        const ends = now() + linkFor;
        await fromRedis(log, () => accounts.invite(name, hashOf(secret), ends));
        log.info({ name, by: request.asker?.name ?? 'command line' }, 'a set-up link was made');
        const address = `${url}/sign-in/set-up?link=${name}.${secret}`;
        return { name, link: address, ends: new Date(ends).toISOString() };
      },
    },
    {
      url: '/api/administrators/:name',
      method: 'DELETE',
      needs: 'administrator',
      described: {
        summary: 'Remove a local administrator, and end their sessions.',
        gives: z.object({ removed: z.literal(true) }),
      },
      answer: async (request) => {
        refuseTokens(request.asker?.how);
        const { name } = request.params as { name: string };
        const was = await fromRedis(log, () => accounts.remove(name));
        if (!was) throw new Problem(404, 'There is no local administrator of this name.');
        await fromRedis(log, () => sessions.endAllOf(subjectOf(name)));
        log.info({ name, by: request.asker?.name ?? 'command line' }, 'a local administrator was removed');
        return { removed: true };
      },
    },
  ];
}

/** A token that could make people or tokens would have no end. @throws Problem */
export function refuseTokens(how: string | undefined): void {
  if (how === 'token') throw new Problem(403, 'An API token may not do that: sign in.');
}
