/** Rooms, and how everything is that this product depends on. */
import { z } from 'zod';
import { hearingStates } from '../../meeting/hearing.ts';
import { line } from './clusters.ts';
import { address, count, instant, list, mailbox } from './words.ts';

export const room = z
  .object({
    mailbox,
    name: z.string().nullable(),
    sip: z.string().nullable(),
    subscription: z.object({ id: z.string(), expires: instant }).nullable(),
    subscriptionError: z.string().nullable(),
    hearing: z
      .enum(hearingStates)
      .meta({ description: 'Whether its changes are told, or only found by reading.' }),
    lastNotification: instant.nullable(),
    lastSync: instant.nullable(),
    lastChange: instant.nullable(),
    lastPush: instant.nullable(),
    lastSwept: instant.nullable(),
    lastAudit: z.object({ at: instant, differences: z.record(z.string(), count) }).nullable(),
    error: z.string().nullable(),
    errorSince: instant.nullable(),
  })
  .meta({ id: 'Room' });

export const roomList = z.object({ rooms: list(room) }).meta({ id: 'Rooms' });

const ofRoom = z.object({ mailbox, ...line.shape });

export const healthAnswer = z
  .object({
    ok: z.boolean(),
    redis: line,
    token: line,
    rooms: list(ofRoom),
    subscriptions: list(ofRoom),
    clusters: list(
      z.object({
        name: z.string(),
        slots: line,
        callBridges: list(z.object({ address, ...line.shape })),
      }),
    ),
  })
  .meta({ id: 'Health' });
