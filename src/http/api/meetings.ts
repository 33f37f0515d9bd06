/** Meetings, as `/api/meetings` and what lies below it show them. */
import { z } from 'zod';
import { meetingStates } from '../../conference/meeting.ts';
import { timelineWords } from '../../conference/timeline.ts';
import { address, instant, list, mailbox } from './words.ts';

const fields = {
  key: z.string().meta({
    description: "The event's iCalUId; of an occurrence that of its series, and its original start.",
  }),
  state: z.enum(meetingStates),
  reason: z.string().nullable().meta({ description: 'Why it is in that state, where that is not plain.' }),
  title: z.string().meta({ description: 'Neutral where the title is not to be shown.' }),
  organizer: z.string().nullable().meta({ description: 'SMTP address; null where it is not to be shown.' }),
  start: instant,
  end: instant.meta({ description: "Always Outlook's." }),
  rooms: list(mailbox),
  cluster: z.string().nullable(),
  callBridge: address.nullable(),
  number: z.string().nullable(),
  uri: z.string().nullable(),
  extendedUntil: instant.nullable(),
};

export const meeting = z.object(fields).meta({ id: 'Meeting' });

export const meetingsPage = z
  .object({
    meetings: list(meeting),
    next: z.string().nullable().meta({
      description:
        '`after` for the next page; null for the last one. A page with a `next` may have less than was asked for, or nothing: it is then the rest that takes longer.',
    }),
  })
  .meta({ id: 'MeetingsPage' });

export const timelineEntry = z
  .looseObject({
    at: instant,
    what: z.enum(timelineWords),
    work: z.string().optional().meta({ description: 'The piece of work in which it happened.' }),
  })
  .meta({ id: 'TimelineEntry', description: 'What else it says depends on the word.' });

export const meetingDetail = z
  .object({
    ...fields,
    passcode: z.string().nullable(),
    hosts: z
      .object({ policy: z.string(), number: z.string(), uri: z.string(), passcode: z.string().nullable() })
      .optional()
      .meta({ description: 'What hosts dial and enter, where they are told apart from guests.' }),
    timeline: list(timelineEntry),
  })
  .meta({ id: 'MeetingDetail' });
