/** `GET /api/sessions` and `POST /api/sessions/end`: who is signed in, and who is not any more. */
import { z } from 'zod';
import { fromRedis, type Route, readBody } from '../admin/route.ts';
import { sessionList } from '../api/access.ts';
import { count } from '../api/words.ts';
import type { SignInScene } from './ports.ts';

const meant = z.strictObject({
  name: z.string().min(1).max(100).optional().meta({ description: 'All are meant unless one is named.' }),
});

export function sessionRoutes({ sessions, now, log }: SignInScene): Route[] {
  return [
    {
      url: '/api/sessions',
      needs: 'administrator',
      described: { summary: 'Who is signed in.', gives: sessionList },
      answer: async () => {
        const found = await fromRedis(log, () => sessions.list(now()));
        const time = (at: number) => new Date(at).toISOString();
        return {
          sessions: found.map(({ name, role, how, since, seen }) => ({
            ...{ name, role, how, since: time(since), lastUsed: time(seen) },
          })),
        };
      },
    },
    {
      url: '/api/sessions/end',
      method: 'POST',
      needs: 'administrator',
      described: {
        summary: 'Sign somebody out, or everybody.',
        body: meant,
        gives: z.object({ ended: count }),
      },
      answer: async (request) => {
        const { name } = readBody(request, meant);
        const ended = await fromRedis(log, () => sessions.endNamed(name, now()));
        log.info({ name, ended, by: request.asker?.name ?? 'command line' }, 'sessions were ended');
        return { ended };
      },
    },
  ];
}
