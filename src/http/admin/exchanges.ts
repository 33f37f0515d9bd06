/** `GET /api/meetings/<key>/exchanges`: what was asked and answered in the work on one meeting, a page at a time. */
import type { z } from 'zod';
import { type exchangesPage, exchangesQuery, exchangesPage as gives } from '../api/exchanges.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readQuery } from './route.ts';

export interface ExchangePorts {
  /** Undefined for no meeting. */
  listExchanges(
    key: string,
    query: z.output<typeof exchangesQuery>,
  ): Promise<z.infer<typeof exchangesPage> | undefined>;
}

export function exchangesRoute({ listExchanges, log }: ExchangePorts & { readonly log: HttpLog }): Route {
  return {
    url: '/api/meetings/:key/exchanges',
    needs: 'viewer',
    described: {
      summary: 'What was asked of call bridges and Graph for a meeting, with the answers, without secrets.',
      query: exchangesQuery,
      gives,
    },
    answer: async (request) => {
      const { key } = request.params as { key: string };
      const query = readQuery(request, exchangesQuery);
      const found = await fromRedis(log, async () => (key === '' ? undefined : listExchanges(key, query)));
      if (found === undefined) throw new Problem(404, 'No meeting has this key.');
      return found;
    },
  };
}
