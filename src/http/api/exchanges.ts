/** What was asked of call bridges and Graph for a meeting, and what they answered. */
import { z } from 'zod';
import { address, count, instant, list } from './words.ts';

const shown = z.record(z.string(), z.string().nullable()).meta({
  description: 'By name; null for a value that is not kept, as of a passcode or of what people wrote.',
});

export const exchange = z
  .object({
    id: z.string(),
    work: z.string().meta({
      description:
        'The piece of work that it belongs to, as in entries of the timeline and lines of the log. The `client-request-id` of each of its requests to Graph begins with it.',
    }),
    step: z.string().optional().meta({ description: 'Of a conference.' }),
    at: instant.meta({ description: 'Its begin.' }),
    took: count.meta({ description: 'Milliseconds.' }),
    system: z.enum(['call-bridge', 'graph']),
    callBridge: address.optional(),
    isIncoming: z.literal(true).optional().meta({ description: 'It came to us: a notification.' }),
    method: z.string(),
    path: z.string().meta({ description: 'Of addresses of people an ellipsis is left.' }),
    query: shown.optional(),
    sent: shown.optional(),
    status: z.number().int().optional().meta({ description: 'Of HTTP; none where nothing was answered.' }),
    answer: shown.optional(),
    unnamed: count
      .optional()
      .meta({ description: 'Fields of the request and the answer that are not kept at all.' }),
    fault: z.string().optional().meta({ description: 'Why it is no success.' }),
    reason: z.string().optional().meta({ description: "The other side's own words for it." }),
    requestId: z.string().optional().meta({ description: "Graph's `request-id`." }),
    clientRequestId: z
      .string()
      .optional()
      .meta({ description: 'The `client-request-id` that Graph was given.' }),
  })
  .meta({ id: 'Exchange' });

export const exchangesPage = z
  .object({
    exchanges: list(exchange),
    next: z.string().nullable().meta({ description: '`after` for the next page; null for the last one.' }),
  })
  .meta({ id: 'ExchangesPage' });

const whole = 'expected a whole number from 1 to 300';

export const exchangesQuery = z.object({
  after: z
    .string()
    .regex(/^[0-9a-z]{9}-[0-9a-z]{5}-[0-9a-f]{6}$/, { error: 'expected the `next` of an earlier answer' })
    .optional(),
  limit: z.coerce
    .number({ error: whole })
    .int({ error: whole })
    .min(1, { error: whole })
    .max(300, { error: whole })
    .default(100),
  work: z
    .string()
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}$/, { error: 'expected the id of a piece of work' })
    .optional()
    .meta({ description: 'Of this piece of work only.' }),
});
