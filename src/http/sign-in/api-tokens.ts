/** `/api/tokens`: for scripts, each with a role and an end. What a token says is shown once, when it is made. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { byOf, fromRedis, type Route, readBody } from '../admin/route.ts';
import { apiTokenList, madeApiToken } from '../api/access.ts';
import { Problem } from '../problem.ts';
import { userRoles } from '../rights.ts';
import { refuseTokens } from './administrators.ts';
import type { ApiToken, SignInScene } from './ports.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Milliseconds. */
const longest = 366 * 86_400_000;

const order = z.strictObject({
  name: z.string({ error: 'expected what it is for' }).regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u, {
    error: 'expected letters, digits, spaces, dots, hyphens or underscores, up to 60 of them',
  }),
  role: z.enum(userRoles, { error: `expected one of ${userRoles.join(', ')}` }),
  ends: z.iso.datetime({ offset: true, error: 'expected a time such as 2027-01-31T00:00:00Z' }),
  by: z.string().trim().min(1).max(100).optional(),
});

export function apiTokenRoutes({ tokens, now, log }: SignInScene): Route[] {
  return [
    {
      url: '/api/tokens',
      needs: 'administrator',
      described: { summary: 'API tokens that have not ended.', gives: apiTokenList },
      answer: async () => ({ tokens: (await fromRedis(log, () => tokens.list(now()))).map(view) }),
    },
    {
      url: '/api/tokens',
      method: 'POST',
      needs: 'administrator',
      described: { summary: 'Make an API token.', body: order, gives: madeApiToken },
      answer: async (request) => {
        refuseTokens(request.asker?.how);
        const { name, role, ends: end, by: said } = readBody(request, order);
        const by = byOf(request, said);
        const [made, ends] = [now(), Date.parse(end)];
        if (ends <= made || ends > made + longest)
          throw new Problem(400, 'ends: expected a time within a year from now', 'ends');
        const secret = `rb_${newSecret()}`;
        const token = { id: randomUUID(), ...{ name, role, by, made, ends } };
        await fromRedis(log, () => tokens.add(hashOf(secret), token));
        log.info({ token: name, role, by, ends: new Date(ends).toISOString() }, 'an API token was made');
        return { token: secret, ...view(token) };
      },
    },
    {
      url: '/api/tokens/:id',
      method: 'DELETE',
      needs: 'administrator',
      described: { summary: 'End an API token now.', gives: z.object({ removed: z.literal(true) }) },
      answer: async (request) => {
        refuseTokens(request.asker?.how);
        const { id } = request.params as { id: string };
        const token = await fromRedis(log, () => tokens.remove(id));
        if (token === undefined) throw new Problem(404, 'No API token has this id.');
        log.info({ token: token.name, by: request.asker?.name ?? 'command line' }, 'an API token was ended');
        return { removed: true };
      },
    },
  ];
}

function view({ made, ends, used, ...token }: ApiToken & { readonly used?: number }) {
  const time = (at: number) => new Date(at).toISOString();
  const lastUsed = used === undefined ? null : time(used);
  return { ...token, made: time(made), ends: time(ends), lastUsed };
}
