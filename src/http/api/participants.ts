/** Who is in conferences: `/api/live`, and `/api/meetings/<key>/participants`. */
import { z } from 'zod';
import { meeting } from './meetings.ts';
import { address, count, instant, list, mailbox } from './words.ts';

export const source = z
  .object({
    callBridge: address,
    by: z.enum(['events', 'records', 'polling', 'none', 'ended', 'lost']),
    asOf: instant.nullable(),
    lostRecords: count,
  })
  .meta({ id: 'Source', description: 'By what it is known who is in, and as of when.' });

const present = ['ringing', 'connected', 'on-hold', 'in-lobby'] as const;

export const participant = z
  .object({
    id: z.string(),
    room: mailbox.nullable(),
    name: z.string().nullable(),
    address: z.string().nullable(),
    callBridge: address,
    role: z.enum(['host', 'guest']).nullable(),
    state: z.enum([...present, 'left']),
    direction: z.enum(['incoming', 'outgoing']).nullable(),
    by: z.enum(['sip', 'app']).nullable(),
    audioMuted: z.boolean().nullable(),
    videoMuted: z.boolean().nullable(),
    layout: z.string().nullable(),
    importance: z.number().nullable(),
    presenting: z.boolean().nullable(),
    speaking: z.boolean().nullable(),
    canMove: z.boolean().nullable(),
    movedFrom: z.string().nullable(),
    quality: z
      .object({
        at: instant,
        packetLoss: z.number().optional().meta({ description: 'Per cent.' }),
        jitter: z.number().optional().meta({ description: 'Milliseconds.' }),
        roundTripTime: z.number().optional().meta({ description: 'Milliseconds.' }),
        width: z.number().optional(),
        height: z.number().optional(),
        frameRate: z.number().optional(),
      })
      .nullable()
      .meta({ description: 'Of those who are in a conference that is watched.' }),
    troubles: z
      .object({
        packetLoss: z.number().optional(),
        excessiveJitter: z.number().optional(),
        highRoundTripTime: z.number().optional(),
      })
      .nullable()
      .meta({ description: 'Of those who have left: for how much of the time, in per cent.' }),
    joined: instant.nullable(),
    left: instant.nullable(),
    reason: z.string().nullable(),
    because: z.string().nullable().meta({ description: 'The reason in words.' }),
  })
  .meta({ id: 'Participant' });

export const picture = z
  .object({
    sources: list(source),
    complete: z.boolean().meta({ description: 'False where something that happened may be missing.' }),
    present: count,
    participants: list(participant),
  })
  .meta({ id: 'Picture' });

export const overview = meeting
  .extend({
    present: count,
    people: count,
    inLobby: count,
    roomsIn: list(z.object({ mailbox, state: z.enum([...present, 'out']) })),
    sources: list(source),
    troubles: list(z.enum(['call-bridge-lost', 'room-missing', 'no-host', 'unknown', 'incomplete'])),
  })
  .meta({ id: 'Overview' });

export const liveAnswer = z.object({ at: instant, meetings: list(overview) }).meta({ id: 'Live' });
