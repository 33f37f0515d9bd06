/** Reports: what became of the meetings of each day, and what was in use for them. Nobody and no title is named in them. */
import { z } from 'zod';
import { daysFrom, zoneNamed } from '../../conference/report/day.ts';
import { address, count, list, mailbox } from './words.ts';

const milliseconds = count.nullable().meta({ description: 'Milliseconds; null where none was opened.' });

const clusterFigures = z
  .object({
    name: z.string(),
    conferences: count.meta({ description: 'Opened there last, no-shows too.' }),
    callBridges: list(z.object({ address, conferences: count })),
    minutes: count.meta({ description: 'For which conferences were held there.' }),
    mostSlots: count.meta({ description: 'Slots held at one instant, with setup and teardown.' }),
    slots: count.nullable().meta({
      description: 'That it had when this was counted; null of one that was not configured any more.',
    }),
  })
  .meta({ id: 'ReportCluster' });

const roomFigures = z
  .object({
    ...{ mailbox, booked: count, held: count, noShows: count, cancelled: count },
    minutes: count.meta({ description: 'For which conferences were held that it was booked in.' }),
  })
  .meta({ id: 'ReportRoom' });

const figures = z
  .object({
    booked: count.meta({ description: 'Meetings that begin on this day: the sum of the next five.' }),
    held: count.meta({ description: 'Their conference was open at the start or later.' }),
    noShows: count.meta({ description: 'Given back because nobody had been in since the start.' }),
    cancelled: count.meta({ description: 'No room has them any more, and they were not open at the start.' }),
    unplaced: count.meta({ description: 'They have no slot, and were never opened.' }),
    notOpened: count.meta({ description: 'Ahead still, or not opened for another reason.' }),
    lateness: z
      .object({ opened: count, p50: milliseconds, p99: milliseconds, max: milliseconds })
      .meta({ description: 'How long after they should have been conferences were opened.' }),
    failovers: count.meta({ description: 'How often a call bridge was left for the next one.' }),
    recoveries: count.meta({
      description: 'How often a conference was brought up elsewhere after its call bridge was lost.',
    }),
    rehomings: count.meta({ description: 'How often a place was given up for another.' }),
    extensions: count,
    extendedMinutes: count.meta({
      description: "Between Outlook's ends and the ends of the last extensions.",
    }),
    mostRooms: count.meta({ description: 'Rooms with a conference that was held, at one instant.' }),
    clusters: list(clusterFigures),
    rooms: list(roomFigures).optional().meta({ description: 'Where `by=room` is asked.' }),
  })
  .meta({ id: 'ReportFigures' });

export const reportDay = z
  .object({
    date: z.iso.date(),
    state: z.enum(['final', 'so-far', 'partly', 'unknown', 'pending']).meta({
      description:
        '`so-far`: it may still change; `partly`: the product was set up, or lost its memory, within this day; `unknown`: nobody knows any more; `pending`: just being counted, ask again.',
    }),
    figures: figures.nullable().meta({ description: 'Null of days that are unknown or pending.' }),
  })
  .meta({ id: 'ReportDay' });

export type ReportDay = z.infer<typeof reportDay>;

export const reportAnswer = z.object({ zone: z.string(), days: list(reportDay) }).meta({ id: 'Report' });

const date = z.iso.date({ error: 'expected a day such as 2026-11-27' });
const another = 'expected a time zone such as Europe/Berlin';

export const reportQuery = z.object({
  from: date,
  to: date.meta({ description: 'The last day; 92 days at most.' }),
  zone: z
    .string()
    .refine((zone) => zoneNamed(zone) !== undefined, { error: another })
    .default('UTC')
    .meta({ description: 'By whose calendar days are days; IANA.' }),
  by: z.enum(['day', 'room'], { error: 'expected day or room' }).default('day'),
});

export const roomSumsQuery = reportQuery.omit({ by: true });

export const roomSumsAnswer = z
  .object({
    zone: z.string(),
    unknown: count.meta({ description: 'Days of which nobody knows any more.' }),
    pending: count.meta({ description: 'Days that are just being counted, and are missing: ask again.' }),
    soFar: count.meta({ description: 'Days that may still change.' }),
    rooms: list(roomFigures),
  })
  .meta({ id: 'ReportRooms' });

/** Whether that are not too many days, nor none. */
export function isRange({ from, to }: z.output<typeof roomSumsQuery>): boolean {
  const days = daysFrom(from, to);
  return days >= 1 && days <= 92;
}
