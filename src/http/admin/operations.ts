/** `POST /api/meetings/<key>/operations`: what operators do while a conference runs. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Operation, Outcome } from '../../conference/operation/operation.ts';
import { iso } from '../../conference/view.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readBody } from './route.ts';

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

const text = (expected: string, most: number) =>
  z.string({ error: expected }).trim().min(1, { error: expected }).max(most, { error: expected });
const flag = z.boolean({ error: 'expected true or false' });
const id = z
  .string({ error: 'expected ids of participants' })
  .regex(/^[0-9a-z][0-9a-z-]{0,99}$/i, { error: 'expected ids of participants' });
const some = z
  .array(id, { error: 'expected a list of ids of participants' })
  .min(1, { error: 'expected at least one id' })
  .max(200, { error: 'expected 200 ids at most' });
const who = z.union([z.literal('all'), some], {
  error: 'expected all, or a list of 1 to 200 ids of participants',
});
const address = 'expected a SIP address such as boardroom@video.example.com';
const seconds = 'expected a whole number of seconds from 1 to 3600';
const importance = 'expected a whole number from 0 to 2147483647, or null';

const ordered = {
  request: text('expected a text of 1 to 64 characters', 64).optional(),
  by: text('expected who orders it, in 1 to 100 characters', 100),
};

/** What may be ordered, by the word in `do`. */
function schemasOf(layouts: readonly string[]) {
  return [
    z.strictObject({
      ...ordered,
      do: z.literal('dial'),
      address: text(address, 250).regex(/^(?:sips?:)?[^\s@<>,;:"/]+@[^\s@<>,;"/]+$/i, { error: address }),
    }),
    z.strictObject({
      ...ordered,
      do: z.literal('redial'),
      room: text("expected a room's mailbox", 250).toLowerCase(),
    }),
    z.strictObject({ ...ordered, do: z.literal('drop'), who }),
    z.strictObject({
      ...ordered,
      do: z.literal('mute'),
      who,
      audio: flag.optional(),
      video: flag.optional(),
    }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('layout'), who },
      layout: z.enum(layouts as [string, ...string[]], { error: `expected one of ${layouts.join(', ')}` }),
    }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('importance'), who: some },
      importance: z
        .number({ error: importance })
        .int({ error: importance })
        .min(0, { error: importance })
        .max(2_147_483_647, { error: importance })
        .nullable(),
    }),
    z.strictObject({ ...ordered, do: z.literal('lock'), locked: flag }),
    z.strictObject({ ...ordered, do: z.literal('admit'), who }),
    z.strictObject({ ...ordered, do: z.literal('send-to-lobby'), who: some }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('message') },
      text: text('expected a text of 1 to 500 characters', 500),
      seconds: z
        .number({ error: seconds })
        .int({ error: seconds })
        .min(1, { error: seconds })
        .max(3_600, { error: seconds }),
    }),
    z.strictObject({ ...ordered, do: z.literal('record'), on: flag }),
    z.strictObject({ ...ordered, do: z.literal('stream'), on: flag }),
    z.strictObject({ ...ordered, do: z.literal('start') }),
    z.strictObject({ ...ordered, do: z.literal('end') }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('move'), who: some },
      to: text('expected the key of the other meeting', 2_000),
      number: text("expected the other meeting's number, for certainty", 20),
      pastLobby: flag.optional(),
    }),
  ] as const;
}

export function operationsRoute({ operate, layouts, log }: Deps): Route {
  const schemas = schemasOf(layouts);
  const words = schemas.map(({ shape }) => shape.do.value);
  return {
    url: '/api/meetings/:key/operations',
    method: 'POST',
    answer: async (body, reply) => {
      const { key } = body.params as { key: string };
      const wanted = readBody(
        body,
        z.looseObject({ do: z.enum(words, { error: `expected one of ${words.join(', ')}` }) }),
      );
      const schema = schemas.find(({ shape }) => shape.do.value === wanted.do) as (typeof schemas)[number];
      const { request = randomUUID(), by, ...operation } = readBody<z.output<typeof schema>>(body, schema);
      if (operation.do === 'mute' && operation.audio === undefined && operation.video === undefined)
        throw new Problem(400, 'audio: expected true or false for audio, video or both', 'audio');
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
