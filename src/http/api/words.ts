/** What all answers of `/api` are made of. Times are ISO 8601 in UTC. */
import { z } from 'zod';

export const instant = z.iso.datetime({ precision: 3 });
export const address = z
  .string()
  .meta({ description: 'Of a call bridge, as it stands in the configuration.' });
export const mailbox = z.string().meta({ description: 'SMTP address of a room.' });
export const count = z.number().int().nonnegative();

export function list<T extends z.ZodType>(of: T) {
  return z.array(of).readonly();
}

/** RFC 9457: what every refusal looks like. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    parameter: z.string().optional().meta({ description: 'What of the query or the body was wrong.' }),
  })
  .meta({ id: 'Problem' });
