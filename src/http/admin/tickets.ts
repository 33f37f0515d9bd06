/** `GET /api/tickets` and `POST /api/tickets/<id>/acknowledge`: what an administrator must see to, and who has. */
import { type Ticket, type TicketState, ticketStates, ticketView } from '../../cluster/ticket.ts';
import { acknowledgement, ticketList, ticket as ticketSchema, ticketsQuery } from '../api/tickets.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { byOf, fromRedis, type Route, readBody } from './route.ts';

export interface TicketPorts {
  listTickets(state: TicketState): Promise<readonly Ticket[]>;
  acknowledgeTicket(
    id: string,
    said: { readonly by: string; readonly note: string },
  ): Promise<Ticket | 'closed' | 'unknown'>;
}

type Deps = TicketPorts & { readonly log: HttpLog };

export function ticketsRoute(deps: Deps): Route {
  return {
    url: '/api/tickets',
    needs: 'viewer',
    described: { summary: 'What an administrator must see to.', query: ticketsQuery, gives: ticketList },
    answer: async (request) => {
      const state = readState(request.raw.url ?? '');
      const [open, shown] = await fromRedis(deps.log, async () => {
        const found = await deps.listTickets(state === 'closed' ? 'all' : state);
        return [
          found.filter(({ closedAt }) => closedAt === undefined),
          state === 'closed' ? found.filter(({ closedAt }) => closedAt !== undefined) : found,
        ];
      });
      const acknowledged = open.filter((ticket) => ticket.acknowledged !== undefined).length;
      return {
        summary: summaryOf(open.length, acknowledged),
        open: open.length,
        acknowledged,
        tickets: shown.map(ticketView),
      };
    },
  };
}

function summaryOf(open: number, acknowledged: number): string {
  if (open === 0) return 'No open tickets';
  const count = `${open} open ${open === 1 ? 'ticket' : 'tickets'}`;
  return acknowledged === 0 ? count : `${count}, ${acknowledged} acknowledged`;
}

function readState(url: string): TicketState {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  for (const name of search.keys()) {
    if (name !== 'state') {
      const short = name.slice(0, 60);
      throw new Problem(400, `${short}: unknown; the parameter is state`, short);
    }
  }
  const given = search.getAll('state');
  const state = ticketStates.find((known) => known === (given[0] ?? 'open'));
  if (given.length > 1) throw new Problem(400, 'state: given more than once', 'state');
  if (state === undefined)
    throw new Problem(400, `state: expected one of ${ticketStates.join(', ')}`, 'state');
  return state;
}

export function acknowledgeRoute(deps: Deps): Route {
  return {
    url: '/api/tickets/:id/acknowledge',
    method: 'POST',
    needs: 'operator',
    described: {
      summary: 'Say that somebody knows of a ticket.',
      body: acknowledgement,
      gives: ticketSchema,
    },
    answer: async (request) => {
      const { id } = request.params as { id: string };
      const { by: said, note } = readBody(request, acknowledgement);
      const by = byOf(request, said);
      const ticket = await fromRedis(deps.log, () => deps.acknowledgeTicket(id, { by, note }));
      if (ticket === 'unknown') throw new Problem(404, 'No ticket has this id.');
      if (ticket === 'closed')
        throw new Problem(409, 'The ticket is closed: what it was about has been mended.');
      return ticketView(ticket);
    },
  };
}
