/** The audit log: who did what, when. */
import { z } from 'zod';
import { instant, list } from './words.ts';

export const auditEntry = z
  .object({
    id: z.string(),
    at: instant,
    by: z.string(),
    what: z.string().meta({ description: 'Method and path; its parts are in `about`.' }),
    about: z.record(z.string(), z.string()),
    said: z.record(z.string(), z.unknown()),
    outcome: z.string().meta({ description: 'A status of HTTP, or the state of an order.' }),
  })
  .meta({ id: 'AuditEntry' });

export const auditPage = z
  .object({ entries: list(auditEntry), next: z.string().nullable() })
  .meta({ id: 'AuditPage' });

const whole = 'expected a whole number from 1 to 1000';

export const auditQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}-\d{1,10}$/, { error: 'expected the `next` of an earlier answer' })
    .optional(),
  limit: z.coerce
    .number({ error: whole })
    .int({ error: whole })
    .min(1, { error: whole })
    .max(1_000, { error: whole })
    .default(100),
});
