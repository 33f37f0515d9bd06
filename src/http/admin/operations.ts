/** `POST /api/meetings/<key>/operations`: what operators do with a conference. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Operation, Outcome } from '../../conference/operation/operation.ts';
import { iso } from '../../conference/view.ts';
import { orderSchemas, outcome as outcomeSchema, waiting } from '../api/operations.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { byOf, fromRedis, type Route, readBody } from './route.ts';

export interface OperationPorts {
  operate(
    key: string,
    order: { readonly request: string; readonly by: string; readonly operation: Operation },
  ): Promise<Outcome | 'waiting' | 'absent' | 'another'>;
  /** Names of the layouts that call bridges know. */
  readonly layouts: readonly string[];
}

interface Deps extends OperationPorts {
  readonly log: HttpLog;
}

export function operationsRoute({ operate, layouts, log }: Deps): Route {
  const schemas = orderSchemas(layouts);
  const words = schemas.map(({ shape }) => shape.do.value);
  return {
    url: '/api/meetings/:key/operations',
    method: 'POST',
    needs: 'operator',
    described: {
      summary: 'Order something of a conference. The same request is done once.',
      body: z.discriminatedUnion('do', schemas),
      gives: outcomeSchema,
      also: { 202: waiting },
    },
    answer: async (body, reply) => {
      const { key } = body.params as { key: string };
      const wanted = readBody(
        body,
        z.looseObject({ do: z.enum(words, { error: `expected one of ${words.join(', ')}` }) }),
      );
      const schema = schemas.find(({ shape }) => shape.do.value === wanted.do) as (typeof schemas)[number];
      const {
        request = randomUUID(),
        by: said,
        ...operation
      } = readBody<z.output<typeof schema>>(body, schema);
      if (operation.do === 'mute' && operation.audio === undefined && operation.video === undefined)
        throw new Problem(400, 'audio: expected true or false for audio, video or both', 'audio');
      const by = byOf(body, said);
      const outcome = await fromRedis(log, () =>
        operate(key, { request, by, operation: operation as Operation }),
      );
      if (outcome === 'absent') throw new Problem(404, 'No meeting has this key.');
      if (outcome === 'another')
        throw new Problem(409, 'request: it was made before, for something else', 'request');
      if (outcome === 'waiting') return reply.code(202).send({ request, state: 'waiting' });
      return { request, ...outcome, at: iso(outcome.at) };
    },
  };
}
