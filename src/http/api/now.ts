/** What the page of the present shows: `/api/now`, `/api/timeline`, and what `/api/changes` tells. */
import { z } from 'zod';
import { line } from './clusters.ts';
import { meeting } from './meetings.ts';
import { address, count, instant, list, mailbox } from './words.ts';

export const queue = z
  .object({
    name: z.string(),
    waiting: count.meta({ description: 'Due, and nobody is at it.' }),
    active: count,
    delayed: count,
    failed: count.meta({ description: 'Of these the work has failed, and is tried again.' }),
    late: count.meta({ description: 'Milliseconds by which the first that waits is late.' }),
    paused: z.boolean(),
  })
  .meta({ id: 'Queue' });

/** How everything is, in as little as can be: sent anew whenever it is otherwise. */
export const standing = z
  .object({
    ok: z.boolean(),
    redis: line,
    token: line,
    push: z
      .object({
        ok: z.boolean(),
        rooms: count,
        subscribed: count,
        unread: count,
        failing: list(z.object({ mailbox, why: z.string() })).meta({ description: 'The first ten.' }),
      })
      .meta({ description: 'Whether rooms can be read, and Graph tells of their changes.' }),
    running: z
      .object({
        count,
        lost: list(z.object({ key: z.string(), title: z.string() })).meta({
          description:
            'Those whose call bridge was lost, while nothing has taken its place: the first fifty.',
        }),
      })
      .meta({ description: 'Conferences that run.' }),
    clusters: list(
      z.object({
        name: z.string(),
        slots: line,
        callBridges: list(
          z.object({
            address,
            state: z.enum(['up', 'doubtful', 'down', 'unknown']),
            since: instant.nullable(),
            why: z.string().nullable(),
            drained: z.boolean(),
            callLegs: z.number().nullable(),
          }),
        ),
      }),
    ),
    tickets: z.object({ open: count, critical: count, warning: count, acknowledged: count }),
    starts: z
      .object({
        opened: count,
        p50: z.number().nullable(),
        p99: z.number().nullable(),
        max: z.number().nullable(),
      })
      .meta({ description: 'Of the last 24 hours; how late conferences were opened, in milliseconds.' }),
    queues: list(queue),
  })
  .meta({ id: 'Standing' });

export const nowAnswer = z
  .object({
    at: instant,
    standing,
    rooms: list(z.object({ mailbox, name: z.string().nullable() })),
    /** For `after` of `/api/changes`. */
    last: z.string(),
  })
  .meta({ id: 'Now' });

/** What a look ahead has found. */
export const preflight = z
  .object({
    state: z.enum(['ahead', 'passed', 'failing']),
    what: z.string().nullable().meta({ description: 'What is not as it must be.' }),
    since: instant.nullable(),
  })
  .meta({ id: 'Preflight' });

export const bar = meeting
  .pick({ key: true, state: true, title: true, start: true, end: true, rooms: true, number: true })
  .extend({
    extendedUntil: instant.nullable(),
    callBridge: address.nullable(),
    preflight: preflight.nullable().meta({ description: 'Of what is planned.' }),
    trouble: z
      .enum(['call-bridge-lost', 'not-opened'])
      .nullable()
      .meta({ description: 'What is wrong with it now.' }),
  })
  .meta({ id: 'Bar' });

const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-27T20:00:00Z' });

export const timelineQuery = z.object({
  from: time,
  to: time,
  rooms: z
    .string({ error: 'expected mailboxes, apart by commas' })
    .meta({ description: 'Mailboxes, apart by commas; a hundred at most.' }),
});

export const timelineAnswer = z.object({ bars: list(bar) }).meta({ id: 'Bars' });

export const startsQuery = z.object({
  limit: z.coerce
    .number({ error: 'expected a whole number from 1 to 100' })
    .int({ error: 'expected a whole number from 1 to 100' })
    .min(1, { error: 'expected a whole number from 1 to 100' })
    .max(100, { error: 'expected a whole number from 1 to 100' })
    .default(20),
});

export const startsAnswer = z
  .object({ starts: list(bar.extend({ opensAt: instant })) })
  .meta({ id: 'Starts' });

/** What comes over `/api/changes`, by the name of the event. */
export const told = z
  .object({
    bars: z.object({ bars: list(bar) }).meta({ description: 'Meetings that have changed.' }),
    people: z
      .object({ meetings: list(z.string()) })
      .meta({ description: 'Keys of meetings of which who is in has changed.' }),
    rooms: z
      .object({ rooms: list(mailbox) })
      .meta({ description: 'Rooms of which has changed how they are read and told of.' }),
    tickets: z.object({}).meta({ description: 'Tickets were opened, closed or acknowledged.' }),
    starts: startsAnswer,
    standing,
    anew: z
      .object({})
      .meta({ description: 'What came in between is not known any more: ask for everything.' }),
  })
  .meta({ id: 'Told' });
