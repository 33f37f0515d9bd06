/** The invitation of a meeting as we last wrote it, as `/api/meetings/<key>/invitation` shows it. */
import { z } from 'zod';
import { timelineEntry } from './meetings.ts';
import { instant, list } from './words.ts';

export const invitation = z
  .object({
    state: z.enum(['written', 'mailed', 'answered', 'not-told', 'nothing']).meta({
      description:
        'How the organizer was told: in the event itself, by mail, or by the answer of a room; `nothing` where nothing is said (any more).',
    }),
    at: instant.nullable().meta({ description: 'When the organizer was told that last.' }),
    reason: z.string().nullable().meta({ description: 'Why it is not in the event, where that was tried.' }),
    language: z.string().nullable(),
    timeZone: z.string().nullable(),
    text: z.string().nullable().meta({ description: 'What everybody who is invited reads, as plain text.' }),
    html: z.string().nullable().meta({
      description: 'The same as it was put into the event: markup of the templates, without script.',
    }),
    sent: list(timelineEntry).meta({
      description: 'All that was written and sent about it, as the timeline has it; the newest last.',
    }),
  })
  .meta({ id: 'Invitation' });
