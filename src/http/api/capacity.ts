/** The slots of a cluster: which is held by whom, and what is taken of it in the days to come. */
import { z } from 'zod';
import { scarce } from '../../conference/capacity/forecast.ts';
import { holdings } from '../../conference/capacity/held.ts';
import { meetingStates } from '../../conference/meeting.ts';
import { zoneNamed } from '../../conference/report/day.ts';
import { address, count, instant, list } from './words.ts';

const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-27T20:00:00Z' });

export const slotsQuery = z.object({
  from: time,
  to: time.meta({ description: 'Exclusive; 14 days after `from` at most.' }),
  after: z
    .string()
    .max(200, { error: 'expected the `next` of an earlier answer' })
    .optional()
    .meta({ description: '`next` of the page before.' }),
  limit: z.coerce
    .number({ error: 'expected a whole number from 1 to 500' })
    .int({ error: 'expected a whole number from 1 to 500' })
    .min(1, { error: 'expected a whole number from 1 to 500' })
    .max(500, { error: 'expected a whole number from 1 to 500' })
    .default(100),
});

export const heldSlot = z
  .object({
    number: z.string(),
    from: instant.meta({ description: 'With the setup before the meeting.' }),
    to: instant.meta({ description: 'With the teardown after it; exclusive.' }),
    as: z.enum(holdings).meta({
      description:
        '`meeting`: it is held there; `left`: it was, and nobody else gets the number while people may still come there; `next`: it is about to be; `found`: something was found running, and it is not known yet what.',
    }),
    isOfRange: z.boolean().meta({ description: 'False of a number of a range that was.' }),
    meeting: z
      .object({
        key: z.string(),
        title: z.string().meta({ description: 'Neutral where the title is not to be shown.' }),
        state: z.enum(meetingStates),
        start: instant,
        end: instant,
      })
      .nullable(),
  })
  .meta({ id: 'HeldSlot' });

export const slotsAnswer = z
  .object({
    cluster: z.string(),
    from: instant,
    to: instant,
    numbers: z
      .object({
        ...{ base: count, quantity: count },
        held: count.meta({ description: 'At any time in the window. These five sum up to `quantity`.' }),
        resting: count.meta({ description: 'Left by a meeting, and nobody else gets them.' }),
        unclean: count.meta({ description: 'Not held; people of the meeting before may still be in.' }),
        blocked: count.meta({ description: "Somebody else's on the bridge." }),
        free: count,
      })
      .nullable()
      .meta({ description: 'What each number of the range is; on the first page only.' }),
    held: list(heldSlot).meta({ description: 'By number, those of the range first, then by time.' }),
    next: z.string().nullable().meta({ description: '`after` for the next page; null for the last one.' }),
  })
  .meta({ id: 'Slots' });

export const mostDays = 14;
const days = `expected a whole number from 1 to ${mostDays}`;

export const capacityQuery = z.object({
  from: z.iso
    .date({ error: 'expected a day such as 2026-11-27' })
    .optional()
    .meta({ description: 'The first day; today where it is left out.' }),
  days: z.coerce
    .number({ error: days })
    .int({ error: days })
    .min(1, { error: days })
    .max(mostDays, { error: days })
    .default(7),
  zone: z
    .string()
    .refine((zone) => zoneNamed(zone) !== undefined, { error: 'expected a time zone such as Europe/Berlin' })
    .default('UTC')
    .meta({ description: 'By whose calendar days are days; IANA.' }),
});

export const quarterOfAnHour = z
  .object({
    at: instant.meta({ description: 'When it begins.' }),
    held: count.meta({ description: 'Slots that are held at any time in it.' }),
    slots: count.meta({ description: "Slots that can be held: the numbers that are nobody else's." }),
    meetings: count.meta({ description: 'On at once, at most.' }),
    rooms: count.meta({ description: 'Rooms that are dialled, at once at most.' }),
    ports: count.meta({ description: 'Rooms and, where it is known what to expect, people.' }),
    inService: count.meta({ description: 'Call bridges that take conferences then.' }),
    limit: count.nullable().meta({
      description: 'Ports that these have together; null where one of them does not say.',
    }),
    short: list(z.enum(scarce)).meta({
      description: '`slots`: at least nine in ten are held; `ports`: more are expected than there are.',
    }),
  })
  .meta({ id: 'QuarterOfAnHour' });

export const capacityAnswer = z
  .object({
    cluster: z.string(),
    zone: z.string(),
    at: instant.meta({ description: 'When it was counted. What is over has given its slots back.' }),
    people: z
      .object({
        perMeeting: z.number().nonnegative().nullable().meta({
          description:
            'People whom a meeting has in besides its rooms, on average; null where too few meetings are known: then `ports` has rooms only.',
        }),
        meetings: count.meta({ description: 'Of the past by which it was measured, or would be.' }),
      })
      .meta({ description: 'What is expected of those who join by themselves.' }),
    callBridges: list(
      z.object({
        address,
        state: z.enum(['up', 'doubtful', 'down', 'unknown']),
        isDrained: z.boolean().meta({ description: 'Now.' }),
        limit: count.nullable().meta({ description: '`participantLimit`; null where it does not say.' }),
      }),
    ),
    days: list(
      z.object({
        date: z.iso.date(),
        quarters: list(quarterOfAnHour),
        fewestSlots: quarterOfAnHour.nullable().meta({
          description: 'Of those that are not over, the one with the fewest slots left; null where all are.',
        }),
        fewestPorts: quarterOfAnHour.nullable().meta({ description: 'The same of ports.' }),
      }),
    ),
  })
  .meta({ id: 'Capacity' });
