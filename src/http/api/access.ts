/** Who has access: sessions of people, and the tokens of scripts. */
import { z } from 'zod';
import { userRoles } from '../rights.ts';
import { instant, list } from './words.ts';

export const apiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(userRoles),
    by: z.string().meta({ description: 'Who made it.' }),
    made: instant,
    ends: instant,
    lastUsed: instant.nullable().meta({ description: 'To the minute.' }),
  })
  .meta({ id: 'ApiToken' });

export const madeApiToken = z
  .object({ token: z.string().meta({ description: 'Never shown again.' }), ...apiToken.shape })
  .meta({ id: 'MadeApiToken' });

export const apiTokenList = z.object({ tokens: list(apiToken) }).meta({ id: 'ApiTokenList' });

export const sessionList = z
  .object({
    sessions: list(
      z.object({
        name: z.string(),
        role: z.enum(userRoles),
        how: z.enum(['provider', 'local']),
        since: instant,
        lastUsed: instant,
      }),
    ),
  })
  .meta({ id: 'SessionList' });
