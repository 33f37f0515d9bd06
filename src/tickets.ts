/** `roombridge tickets`: what the running product has to say to its administrator, as text or as JSON. */
import type { TicketView } from './cluster/ticket.ts';
import { askRunning, type Reach } from './running.ts';
import { jsonText } from './terminal.ts';

interface Listed {
  readonly summary: string;
  readonly tickets: readonly TicketView[];
}

/** What is open, or also what was closed in the last 30 days. @throws NotDone */
export async function listTickets(
  reach: Reach,
  { all = false, json = false }: { readonly all?: boolean; readonly json?: boolean },
): Promise<string> {
  const listed = (await askRunning(reach, `/api/tickets?state=${all ? 'all' : 'open'}`)) as Listed;
  if (json) return jsonText(listed);
  return [listed.summary, ...listed.tickets.map(describe)].join('\n\n');
}

/** @throws NotDone for a ticket that is not open */
export async function acknowledgeTicket(
  reach: Reach,
  id: string,
  said: { readonly by: string; readonly note: string },
): Promise<string> {
  const path = `/api/tickets/${encodeURIComponent(id)}/acknowledge`;
  const ticket = (await askRunning(reach, path, said)) as TicketView;
  return `acknowledged\n\n${describe(ticket)}`;
}

function describe(ticket: TicketView): string {
  const { id, code, severity, title, about, detail, remedy, since, closedAt, acknowledged } = ticket;
  return [
    `${id}  ${severity}  ${code}  ${closedAt === null ? `since ${since}` : `${since} to ${closedAt}`}`,
    `  ${title}: ${about}`,
    `  ${detail}`,
    ...(closedAt === null ? [`  To do: ${remedy}`] : []),
    ...(acknowledged === null
      ? []
      : [`  Acknowledged by ${acknowledged.by} at ${acknowledged.at}: ${acknowledged.note}`]),
  ].join('\n');
}
