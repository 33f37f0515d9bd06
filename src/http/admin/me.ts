/** `GET /api/me`: who asks, what they may, and until when. */
import { z } from 'zod';
import { instant } from '../api/words.ts';
import { userRoles } from '../rights.ts';
import type { Route } from './route.ts';

const me = z
  .object({
    name: z.string().nullable().meta({ description: 'Null where nobody signs in, and for commands.' }),
    role: z.enum(userRoles),
    how: z.enum(['provider', 'local', 'token', 'machine']).nullable(),
    expires: instant.nullable().meta({ description: 'At the latest; a session that idles ends before.' }),
  })
  .meta({ id: 'Me' });

export function meRoute(): Route {
  return {
    url: '/api/me',
    needs: 'viewer',
    described: { summary: 'Who you are here.', gives: me },
    answer: async ({ asker }) => ({
      name: asker?.name ?? null,
      role: asker?.role,
      how: asker?.how ?? null,
      expires: asker?.ends === undefined ? null : new Date(asker.ends).toISOString(),
    }),
  };
}
