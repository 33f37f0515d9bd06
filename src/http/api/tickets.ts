/** Tickets, as `/api/tickets` shows them, and what somebody says who has seen one. */
import { z } from 'zod';
import { ticketStates } from '../../cluster/ticket.ts';
import { severities, ticketCodes } from '../../cluster/ticket-codes.ts';
import { count, instant, list } from './words.ts';

export const ticket = z
  .object({
    id: z.string(),
    code: z.enum(ticketCodes),
    severity: z.enum(severities),
    title: z.string(),
    scope: z.string(),
    about: z.string(),
    detail: z.string(),
    remedy: z.string(),
    state: z.enum(['open', 'closed']),
    since: instant,
    lastSeen: instant,
    closedAt: instant.nullable(),
    acknowledged: z.object({ by: z.string(), note: z.string(), at: instant }).nullable(),
  })
  .meta({ id: 'Ticket' });

export const ticketList = z
  .object({ summary: z.string(), open: count, acknowledged: count, tickets: list(ticket) })
  .meta({ id: 'Tickets' });

export const ticketsQuery = z.object({ state: z.enum(ticketStates).default('open') });

/** Mirrors of what a person may type; beyond that it is no name and no note. */
export const acknowledgement = z.strictObject({
  by: text(100, 'expected the name of who acknowledges, of at most 100 characters').optional(),
  note: text(1_000, 'expected a note of at most 1,000 characters'),
});

function text(longest: number, message: string) {
  return z.string({ error: message }).trim().min(1, { error: message }).max(longest, { error: message });
}
