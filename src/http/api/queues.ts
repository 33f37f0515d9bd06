/** Queues: what waits, what fails, and what is done about it. */
import { z } from 'zod';
import { queue } from './now.ts';
import { count, instant, list } from './words.ts';

export const queueList = z.object({ queues: list(queue) }).meta({ id: 'Queues' });

export const failing = z
  .object({
    key: z.string().meta({ description: 'Of a meeting, a room, a call bridge: what the work is about.' }),
    since: instant,
    times: count,
    why: z.string(),
  })
  .meta({ id: 'Failing' });

export const failingList = z.object({ failing: list(failing) }).meta({ id: 'FailingWork' });

const key = z
  .string({ error: 'expected the key of what is to be done' })
  .min(1, { error: 'expected the key of what is to be done' })
  .max(4_096, { error: 'expected the key of what is to be done' });

export const queueAction = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.literal('pause') }),
    z.strictObject({ do: z.literal('resume') }),
    z.strictObject({ do: z.literal('retry'), key }),
    z.strictObject({ do: z.literal('drop'), key }),
  ],
  { error: 'expected one of pause, resume, retry, drop' },
);

export const acted = z.object({ done: z.boolean() }).meta({ id: 'Acted' });
