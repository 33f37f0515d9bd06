/** One room whole: how it is read and told of, what its calendar has, and why an entry of it is a meeting or not. */
import { z } from 'zod';
import { meetingStates } from '../../conference/meeting.ts';
import { reasonsNotForUs } from '../../meeting/decision.ts';
import { explainedParts, stepWords } from '../../meeting/explanation/step.ts';
import { failing } from './queues.ts';
import { room } from './rooms.ts';
import { ticket } from './tickets.ts';
import { count, instant, list, mailbox } from './words.ts';

const subscription = z.object({
  id: z.string().meta({ description: 'Its first characters.' }),
  since: instant,
  renewed: instant.nullable(),
  renews: instant.meta({ description: 'When it is renewed next.' }),
  expires: instant,
});

const setting = z.object({
  name: z.string().meta({ description: 'A parameter of Set-CalendarProcessing.' }),
  state: z.enum(['well', 'betrays', 'not-known']),
  command: z
    .string()
    .nullable()
    .meta({ description: 'Exchange Online PowerShell that mends it, or shows what it is.' }),
});

export const roomDetail = z
  .object({
    ...room.shape,
    subscription: subscription.nullable(),
    conference: z.enum(['always', 'whenAsked', 'never']),
    reading: z.object({
      asked: instant.nullable().meta({ description: 'Since when a reading is asked for that is not over.' }),
      begun: instant.nullable(),
      because: z.enum(['push', 'sweep', 'asked']).nullable().meta({ description: 'Why it was read last.' }),
      changed: z.boolean().meta({ description: 'Whether the last reading found a change.' }),
    }),
    settings: list(setting).meta({ description: 'As far as its calendar betrays them.' }),
    check: z.string().meta({ description: 'The command that looks closer.' }),
    failing: list(failing.extend({ queue: z.string() })).meta({ description: 'Work that is about it.' }),
    tickets: list(ticket).meta({ description: 'Open ones, about it or a meeting of it.' }),
  })
  .meta({ id: 'RoomDetail' });

export const syncOrder = z.strictObject({
  by: z
    .string({ error: 'expected who wants it, in 1 to 100 characters' })
    .trim()
    .min(1, { error: 'expected who wants it, in 1 to 100 characters' })
    .max(100, { error: 'expected who wants it, in 1 to 100 characters' })
    .optional()
    .meta({ description: 'Who wants it, where nobody signs in.' }),
});

export const syncAsked = z
  .object({
    mailbox,
    asked: instant,
    isNew: z.boolean().meta({ description: 'False where it was asked for already, and is not over.' }),
    reads: z.enum(['changes', 'everything']).meta({ description: 'What is read.' }),
    lastSync: instant.nullable().meta({ description: 'When it was last read.' }),
  })
  .meta({ id: 'SyncAsked' });

const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-27T20:00:00Z' });

export const entriesQuery = z.object({ from: time, to: time });

export const entry = z
  .object({
    event: z
      .string()
      .meta({ description: 'Its id in the mailbox; of a date of a series that of the series.' }),
    kind: z.enum(['single', 'date', 'exception']),
    start: instant,
    end: instant,
    isAllDay: z.boolean(),
    title: z.string().meta({ description: 'Neutral where the title is not to be shown.' }),
    organizer: z.string().nullable(),
    meeting: z.string().nullable().meta({ description: 'Key of the meeting that it is.' }),
    state: z.enum(meetingStates).nullable(),
    reason: z.enum(reasonsNotForUs).nullable().meta({ description: 'Why it is none.' }),
  })
  .meta({ id: 'Entry' });

export const entriesAnswer = z
  .object({
    entries: list(entry),
    more: count.meta({ description: 'So many more there are in that time.' }),
    lastSync: instant.nullable().meta({ description: 'Of when this is.' }),
  })
  .meta({ id: 'Entries' });

export const explainQuery = z.object({
  event: z
    .string({ error: 'expected the id of an entry, or its iCalUId' })
    .min(1, { error: 'expected the id of an entry, or its iCalUId' })
    .max(2_000, { error: 'expected the id of an entry, or its iCalUId' }),
});

const step = z.object({
  part: z.enum(explainedParts),
  says: z.enum(stepWords),
  passes: z.boolean().nullable().meta({ description: 'Of a rule: whether the entry passes it.' }),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
});

export const explanation = z
  .object({
    mailbox,
    isBooking: z.boolean(),
    reason: z.enum(reasonsNotForUs).nullable().meta({ description: 'Why it is no booking.' }),
    meetings: list(z.string()).meta({ description: 'Keys of the first meetings that it is.' }),
    steps: list(step),
    text: z.string().meta({ description: 'All of it, as `roombridge explain` says it.' }),
  })
  .meta({ id: 'Explanation' });
